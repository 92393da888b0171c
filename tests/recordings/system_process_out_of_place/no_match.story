os windows
101 1 ana - C:\Windows\System32\smss.exe | C:\Windows\System32\smss.exe
102 101 ana - C:\Windows\System32\wininit.exe | C:\Windows\System32\wininit.exe
+ 103 102 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 104 103 ana - C:\Windows\System32\svchost.exe | C:\Windows\system32\svchost.exe -k netsvcs
+ 105 102 ana - C:\Windows\System32\lsass.exe | C:\Windows\System32\lsass.exe
106 1 ana - C:\Windows\System32\smss.exe | C:\Windows\System32\smss.exe
+ 107 106 ana - C:\Windows\System32\winlogon.exe | C:\Windows\System32\winlogon.exe
108 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 109 108 ana - C:\Windows\SysWOW64\dllhost.exe | C:\Windows\SysWOW64\dllhost.exe
