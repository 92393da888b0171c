os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Tools\procdump.exe | procdump.exe -ma w3wp.exe w.dmp
+ 902 900 ana - C:\Windows\System32\tasklist.exe | tasklist /fi "imagename eq lsass.exe"
+ 903 900 ana - C:\Windows\System32\rundll32.exe | rundll32.exe shell32.dll,Control_RunDLL
