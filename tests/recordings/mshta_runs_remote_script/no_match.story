os windows
900 4 ana - C:\Windows\explorer.exe | C:\Windows\Explorer.EXE
+ 901 900 ana - C:\Windows\System32\mshta.exe | "C:\Windows\system32\mshta.exe" "C:\Program Files\Printer\setup.hta"
+ 902 900 ana - C:\Windows\System32\notepad.exe | notepad https://example.org
