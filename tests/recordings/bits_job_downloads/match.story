os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\bitsadmin.exe | bitsadmin /transfer j https://example.test/a.zip C:\data\a.zip
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c Start-BitsTransfer https://example.test/a.zip a.zip
