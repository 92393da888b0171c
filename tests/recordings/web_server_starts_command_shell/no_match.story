os windows
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
800 600 DefaultAppPool - C:\Windows\System32\inetsrv\w3wp.exe | c:\windows\system32\inetsrv\w3wp.exe -ap "DefaultAppPool" -v "v4.0"
+ 801 800 DefaultAppPool - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe | "csc.exe" /noconfig /fullpaths
810 600 SYSTEM - C:\Apache24\bin\httpd.exe | "C:\Apache24\bin\httpd.exe" -k runservice
+ 811 810 SYSTEM - C:\Apache24\bin\httpd.exe | C:\Apache24\bin\httpd.exe -d C:/Apache24
+ 812 810 SYSTEM - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /C "C:\Apache24\bin\rotatelogs.exe -l C:/Apache24/logs/access.%Y.log 86400"
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 901 900 ana - C:\Windows\System32\cmd.exe | "C:\Windows\system32\cmd.exe"
+ 902 901 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell
+ 903 901 ana - C:\Program Files\Java\jdk-17\bin\java.exe | java -jar gradle.jar
+ 904 903 ana - C:\Windows\System32\cmd.exe | cmd /c git rev-parse HEAD
