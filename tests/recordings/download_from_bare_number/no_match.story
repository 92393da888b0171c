os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\curl.exe | curl http://127.0.0.1:8080/health -o status.txt
+ 104 102 ana - C:\Windows\System32\curl.exe | curl -o a.zip https://example.org/a.zip
