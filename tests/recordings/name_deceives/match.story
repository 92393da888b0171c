os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
+ 102 101 ana - C:\Users\ana\Downloads\invoice.pdf.exe | C:\Users\ana\Downloads\invoice.pdf.exe
+ 103 101 ana - C:\Users\ana\Downloads\photo.jpg      .scr | C:\Users\ana\Downloads\photo.jpg      .scr
+ 104 101 ana - C:\Windows\System32\wscript.exe | wscript.exe C:\Users\ana\Downloads\order.docx.js
