os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\System32\rundll32.exe | "C:\Windows\System32\rundll32.exe" C:\Windows\System32\shell32.dll,OpenAs_RunDLL C:\Users\ana\Downloads\a.xyz
+ 103 101 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Windows\System32\shell32.dll,Control_RunDLL desk.cpl
+ 104 101 ana - C:\Windows\System32\rundll32.exe | rundll32.exe "C:\Program Files\App\a.dll",Update
+ 105 101 ana - C:\Windows\System32\control.exe | C:\Windows\System32\control.exe
