os windows
4 0 SYSTEM System - |
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
700 600 SYSTEM - C:\Windows\System32\svchost.exe | C:\Windows\system32\svchost.exe -k iissvcs
800 700 DefaultAppPool - C:\Windows\System32\inetsrv\w3wp.exe | c:\windows\system32\inetsrv\w3wp.exe -ap "DefaultAppPool" -v "v4.0"
+ 801 800 DefaultAppPool - C:\Windows\System32\cmd.exe | "cmd.exe" /c whoami /priv
+ 802 801 DefaultAppPool - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell.exe Get-Process
810 600 SYSTEM - C:\Apache24\bin\httpd.exe | "C:\Apache24\bin\httpd.exe" -k runservice
+ 811 810 SYSTEM - C:\Windows\System32\cmd.exe | cmd.exe /s /c "dir"
+ 812 810 SYSTEM - C:\Windows\System32\cmd.exe | cmd.exe /c "C:\Apache24\bin\rotatelogs.exe" logs/a 86400 & whoami
820 600 NETWORK+SERVICE - C:\Program Files\Tomcat 9.0\bin\Tomcat9.exe | "C:\Program Files\Tomcat 9.0\bin\Tomcat9.exe" //RS//Tomcat9
+ 821 820 NETWORK+SERVICE - C:\Windows\System32\cmd.exe | cmd.exe /c ver
830 600 SYSTEM - C:\Program Files\Java\jdk-17\bin\java.exe | "C:\Program Files\Java\jdk-17\bin\java.exe" -Dcatalina.home=C:\tomcat org.apache.catalina.startup.Bootstrap start
+ 831 830 SYSTEM - C:\Windows\System32\cmd.exe | cmd.exe /c ver
840 600 SYSTEM - C:\nginx\nginx.exe | nginx.exe
841 840 SYSTEM - C:\php\php-cgi.exe | php-cgi.exe -b 127.0.0.1:9000
+ 842 841 SYSTEM - C:\Strawberry\perl\bin\perl.exe | perl -v
