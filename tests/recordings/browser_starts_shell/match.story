os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Program Files\Google\Chrome\Application\chrome.exe | C:\Program Files\Google\Chrome\Application\chrome.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd.exe /c powershell -w hidden
+ 104 102 ana - C:\Windows\System32\mshta.exe | mshta.exe C:\Users\ana\Downloads\invoice.hta
105 101 ana - C:\Program Files\Mozilla Firefox\firefox.exe | C:\Program Files\Mozilla Firefox\firefox.exe
+ 106 105 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe -c calc
107 101 ana - C:\Program Files\Internet Explorer\iexplore.exe | C:\Program Files\Internet Explorer\iexplore.exe
+ 108 107 ana - C:\Windows\System32\wscript.exe | wscript.exe C:\Users\ana\Downloads\a.js
