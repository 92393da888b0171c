os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 901 900 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | "C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
+ 902 900 ana - C:\Windows\System32\cmd.exe | "C:\Windows\System32\cmd.exe"
+ 903 902 ana - C:\Windows\System32\cscript.exe | cscript report.vbs
+ 910 900 ana - C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE | WINWORD.EXE a.docx
+ 911 910 ana - C:\Windows\splwow64.exe | C:\Windows\splwow64.exe 8192
+ 920 900 ana - C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE | OUTLOOK.EXE
+ 921 920 ana - C:\Program Files\Google\Chrome\Application\chrome.exe | chrome.exe --single-argument https://example.org/
+ 922 921 ana - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /d /c "C:\Program Files\Keeper\host.bat" chrome-extension://abc/ --parent-window=0
+ 930 902 ana - C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE | EXCEL.EXE
