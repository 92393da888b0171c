os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\MSBuild.exe | msbuild.exe C:\src\app\app.sln /t:Build
104 101 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
+ 105 104 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe | "csc.exe" /noconfig /fullpaths @"C:\Users\ana\AppData\Local\Temp\x1\x1.cmdline"
+ 106 104 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\RegAsm.exe | regasm.exe "C:\Program Files\App\a.dll" /codebase
