os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Users\ana\AppData\Roaming\svchost.exe | C:\Users\ana\AppData\Roaming\svchost.exe
+ 103 101 ana - C:\Windows\System32\svchost.exe | svchost.exe
104 101 ana - C:\data\dump.exe | C:\data\dump.exe
+ 105 104 ana - C:\Windows\System32\services.exe | services.exe 652
+ 106 104 ana - C:\Windows\Temp\lsass.exe | C:\Windows\Temp\lsass.exe
