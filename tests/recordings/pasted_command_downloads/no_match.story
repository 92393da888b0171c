os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | "C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
+ 103 101 ana - C:\Windows\System32\cmd.exe | "C:\Windows\System32\cmd.exe" /c "C:\Users\ana\build.bat"
+ 104 101 ana - C:\Windows\System32\mshta.exe | "C:\Windows\System32\mshta.exe" "C:\Program Files\App\help.hta"
105 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 106 105 ana - C:\Windows\System32\curl.exe | curl http://localhost/
