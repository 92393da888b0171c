os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
+ 501 1 ana - /usr/bin/grep | grep -n TODO {1300 times src/packages/component/a.py }
+ 502 1 ana - /usr/bin/rm | rm -f -- {1300 times build/objects/components/a.o }
+ 503 1 ana collect2 /usr/lib/gcc/x86_64-linux-gnu/12/collect2 | /usr/lib/gcc/x86_64-linux-gnu/12/collect2 {1300 times build/objects/components/a.o }
+ 504 1 ana java /usr/lib/jvm/java-17-openjdk-amd64/bin/java | java -classpath {700 times /opt/app/lib/a.jar:} Main
