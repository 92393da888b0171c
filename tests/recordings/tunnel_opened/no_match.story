os windows
101 1 ana - C:\Windows\System32\bash.exe | C:\Windows\System32\bash.exe
+ 102 101 ana - C:\Windows\System32\ssh.exe | ssh -L 8080:localhost:80 host
+ 103 101 ana - C:\Windows\System32\ssh.exe | ssh host uptime
+ 104 101 ana - /usr/local/bin/node | node client.js R:x
