os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
910 900 ana - C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE | "C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\ana\Downloads\invoice.docm"
+ 911 910 ana - C:\Windows\System32\cmd.exe | cmd.exe /c powershell -w hidden
+ 912 911 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -w hidden
920 900 ana - C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE | EXCEL.EXE /dde
921 920 ana - C:\Windows\System32\rundll32.exe | rundll32.exe x.dll,Run
+ 922 921 ana - C:\Windows\System32\wscript.exe | wscript.exe a.vbs
+ 923 920 ana - C:\Windows\System32\mshta.exe | mshta.exe a.hta
930 900 ana - C:\Program Files\Microsoft Office\root\Office16\POWERPNT.EXE | POWERPNT.EXE a.pptm
+ 931 930 ana - C:\Windows\System32\cscript.exe | cscript //nologo a.js
940 900 ana - C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE | OUTLOOK.EXE
+ 941 940 ana - C:\Program Files\PowerShell\7\pwsh.exe | pwsh.exe -nop
950 900 ana - C:\Program Files (x86)\Adobe\Acrobat Reader DC\Reader\AcroRd32.exe | AcroRd32.exe a.pdf
+ 951 950 ana - C:\Windows\System32\cmd.exe | cmd.exe /c a.bat
960 900 ana - C:\Program Files\Adobe\Acrobat DC\Acrobat\Acrobat.exe | Acrobat.exe a.pdf
+ 961 960 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe
970 900 ana - C:\Program Files\Google\Chrome\Application\chrome.exe | chrome.exe
971 970 ana - C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE | WINWORD.EXE a.docm
+ 972 971 ana - C:\Windows\System32\cmd.exe | cmd /c a
980 900 ana winword.exe - | WINWORD.EXE
+ 981 980 ana cmd.exe - | cmd
