os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Program Files\App\pdf.exe | C:\Program Files\App\pdf.exe
+ 103 101 ana - C:\Program Files\App\report.txt.viewer.exe | C:\Program Files\App\report.txt.viewer.exe
