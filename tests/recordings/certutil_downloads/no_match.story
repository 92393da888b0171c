os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Windows\System32\certutil.exe | certutil -hashfile setup.exe SHA256
+ 902 900 ana - C:\Windows\System32\certutil.exe | certutil -addstore root ca.cer
+ 903 900 ana - C:\Windows\System32\curl.exe | curl -url https://example.org/x
