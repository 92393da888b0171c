os windows
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
610 600 MSSQLSERVER - C:\Program Files\Microsoft SQL Server\MSSQL16\MSSQL\Binn\sqlservr.exe | "sqlservr.exe" -sMSSQLSERVER
+ 611 610 MSSQLSERVER - C:\Windows\System32\cmd.exe | "C:\Windows\system32\cmd.exe" /c whoami
+ 612 610 MSSQLSERVER - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell
620 600 SYSTEM - C:\mysql\bin\mysqld.exe | mysqld.exe
+ 621 620 SYSTEM - C:\Windows\System32\cmd.exe | cmd /c dir
630 600 SYSTEM - C:\Program Files\PostgreSQL\15\bin\postgres.exe | postgres.exe
+ 631 630 SYSTEM - C:\Windows\System32\cmd.exe | cmd /c copy "pg_wal\000000010000000000000001" "C:\x" & whoami
