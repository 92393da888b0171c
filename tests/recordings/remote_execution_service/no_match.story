os windows
101 1 ana - C:\Windows\System32\services.exe | C:\Windows\System32\services.exe
+ 102 101 ana - C:\Windows\System32\svchost.exe | C:\Windows\system32\svchost.exe -k a
+ 103 101 ana - C:\Windows\Sysmon64.exe | C:\Windows\Sysmon64.exe
104 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
105 104 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 106 105 ana - C:\tools\PsExec.exe | psexec \\srv1 cmd
