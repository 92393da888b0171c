os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 app - /usr/lib/jvm/java-17/bin/java | java -cp gradle-launcher.jar org.gradle.launcher.daemon.bootstrap.GradleDaemon
+ 103 102 app sh /usr/bin/dash | sh -c git describe
104 101 app - /usr/lib/jvm/java-17/bin/java | java -jar /opt/shop/shop.jar
+ 105 104 app - /usr/lib/jvm/java-17/lib/jspawnhelper | jspawnhelper 10:12
