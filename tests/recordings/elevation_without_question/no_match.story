os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Windows\System32\fodhelper.exe | C:\Windows\System32\fodhelper.exe
103 101 ana - C:\Windows\System32\eventvwr.exe | C:\Windows\System32\eventvwr.exe
+ 104 103 ana - C:\Windows\System32\mmc.exe | mmc.exe eventvwr.msc
105 101 ana - C:\Windows\System32\conhost.exe | C:\Windows\System32\conhost.exe
106 105 ana - C:\Windows\System32\dllhost.exe | C:\Windows\system32\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}
+ 107 106 ana - C:\Windows\System32\conhost.exe | C:\Windows\System32\conhost.exe
