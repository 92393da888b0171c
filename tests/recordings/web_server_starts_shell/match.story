os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
100 1 root - /usr/sbin/nginx | nginx: master process /usr/sbin/nginx -g daemon on;
101 100 www-data - /usr/sbin/nginx | nginx: worker process
+ 102 101 www-data sh /usr/bin/dash | sh -c id
+ 103 102 www-data - /usr/bin/bash | bash -p
200 1 root - /usr/sbin/apache2 | /usr/sbin/apache2 -k start
201 200 www-data - /usr/sbin/apache2 | /usr/sbin/apache2 -k start
+ 202 201 www-data sh /usr/bin/dash | sh -c /usr/sbin/sendmail -t -i; id
+ 203 201 www-data python3 /usr/bin/python3.11 | python3 -c print(1)
+ 204 201 www-data - /usr/bin/perl | perl -e print 1
+ 205 201 www-data nc /usr/bin/nc.openbsd | nc -l 4444
+ 206 201 www-data - /usr/bin/zsh | zsh
+ 207 201 www-data sh /usr/bin/dash | sh -c /usr/bin/rotatelogs /var/log/x 86400 | sh
210 1 root - /usr/sbin/httpd | /usr/sbin/httpd -DFOREGROUND
+ 211 210 apache - /usr/bin/bash | bash -c whoami
220 1 root - /usr/sbin/php-fpm8.2 | php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)
221 220 www-data - /usr/sbin/php-fpm8.2 | php-fpm: pool www
+ 222 221 www-data sh /usr/bin/dash | sh -c uname -a
223 221 www-data x /tmp/x | /tmp/x
+ 224 223 www-data - /usr/bin/bash | bash -i
230 1 root - /usr/sbin/php-fpm (deleted) | php-fpm: pool www
+ 231 230 www-data sh /bin/busybox | sh -c id
240 1 tomcat java /usr/lib/jvm/java-17-openjdk-amd64/bin/java | /usr/lib/jvm/default-java/bin/java -Djava.util.logging.config.file=/var/lib/tomcat10/conf/logging.properties -Dcatalina.base=/var/lib/tomcat10 -classpath /usr/share/tomcat10/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start
+ 241 240 tomcat sh /usr/bin/dash | /bin/sh -c id
+ 242 240 tomcat - /usr/bin/bash | bash -c id
250 1 dev nginx /tmp/edr-demo/nginx | nginx: worker process
+ 251 250 dev sh /usr/bin/dash | sh -c id
260 1 dev nginx /usr/bin/bash | nginx
+ 261 260 dev sh /usr/bin/dash | sh -c id
270 1 root nginx - | nginx: worker process
+ 271 270 www-data sh - | sh -c id
