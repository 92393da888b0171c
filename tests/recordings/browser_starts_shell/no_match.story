os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Program Files\Google\Chrome\Application\chrome.exe | C:\Program Files\Google\Chrome\Application\chrome.exe
+ 103 102 ana - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /d /c "C:\Program Files\Vault\host.bat" chrome-extension://abcdefghijklmnop/ --parent-window=0 < \\.\pipe\chrome.nativeMessaging.in.1 > \\.\pipe\chrome.nativeMessaging.out.1
+ 104 102 ana - C:\Program Files\Google\Chrome\Application\chrome.exe | chrome.exe --type=renderer
105 101 ana - C:\Program Files\Mozilla Firefox\firefox.exe | C:\Program Files\Mozilla Firefox\firefox.exe
+ 106 105 ana - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /c "C:\Program Files\Vault\host.bat" "C:\Program Files\Vault\host.json" vault@example.org
107 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 108 107 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
