os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\ProgramData\SharpView.exe | SharpView.exe Get-ObjectAcl -SamAccountName x
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "Import-Module .\a.ps1; Invoke-BloodHound -CollectionMethod All"
+ 105 102 ana - C:\Windows\System32\cmd.exe | cmd.exe /Q /c whoami 1> \\127.0.0.1\ADMIN$\__1600000000.1 2>&1
+ 106 102 ana - C:\data\x.exe = Seatbelt.exe | x.exe -group=all
