os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /c echo b6a145 > \\.\pipe\334485
