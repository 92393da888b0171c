os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\MSBuild.exe | msbuild.exe C:\Users\ana\Downloads\a.csproj
+ 104 102 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\InstallUtil.exe | InstallUtil.exe /logfile= /LogToConsole=false /U a.dll
+ 105 102 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\RegAsm.exe | regasm.exe /U C:\ProgramData\a.dll
106 101 ana - C:\Windows\System32\wscript.exe | C:\Windows\System32\wscript.exe
+ 107 106 ana - C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe | csc.exe /out:a.exe a.cs
