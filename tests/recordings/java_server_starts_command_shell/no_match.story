os windows
101 1 ana - C:\Windows\explorer.exe | C:\Windows\explorer.exe
102 101 ana - C:\Windows\System32\cmd.exe | C:\Windows\System32\cmd.exe
103 102 ana - C:\jdk\bin\java.exe | C:\jdk\bin\java.exe -cp gradle-wrapper.jar org.gradle.wrapper.GradleWrapperMain build
+ 104 103 ana - C:\Windows\System32\cmd.exe | cmd /c git describe
105 102 ana - C:\jdk\bin\java.exe | java -jar server.jar
+ 106 105 ana - C:\app\tool.exe | C:\app\tool.exe
