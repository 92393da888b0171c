os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
+ 103 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aWV4')))"
+ 104 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -nop -c "$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('H4sI'));IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream($s,[IO.Compression.CompressionMode]::Decompress))).ReadToEnd()"
+ 105 102 ana - C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe | powershell -c "[Reflection.Assembly]::Load([Convert]::FromBase64String($a)).EntryPoint.Invoke($null,$null)"
