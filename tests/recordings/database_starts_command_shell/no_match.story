os windows
600 4 SYSTEM - C:\Windows\System32\services.exe | C:\Windows\system32\services.exe
610 600 MSSQLSERVER - C:\Program Files\Microsoft SQL Server\MSSQL16\MSSQL\Binn\sqlservr.exe | "sqlservr.exe" -sMSSQLSERVER
+ 611 610 MSSQLSERVER - C:\Windows\System32\conhost.exe | conhost.exe 0x4
620 600 SYSTEM - C:\Program Files\PostgreSQL\15\bin\postgres.exe | postgres.exe
+ 621 620 SYSTEM - C:\Windows\System32\cmd.exe | C:\Windows\system32\cmd.exe /c "copy "pg_wal\000000010000000000000001" "D:\archive\000000010000000000000001""
625 4 ana - C:\Windows\explorer.exe | explorer.exe
630 625 ana - C:\Windows\System32\cmd.exe | cmd
+ 631 630 ana - C:\mysql\bin\mysql.exe | mysql -u root
+ 632 631 ana - C:\Windows\System32\cmd.exe | cmd /c more
