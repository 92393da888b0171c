os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
100 1 root - /usr/sbin/nginx | nginx: master process /usr/sbin/nginx -g daemon on;
+ 101 100 www-data - /usr/sbin/nginx | nginx: worker process
+ 102 100 www-data - /usr/sbin/nginx | nginx: cache manager process
110 1 root - /usr/sbin/sshd | sshd: /usr/sbin/sshd -D
111 110 root - /usr/sbin/sshd | sshd: ana [priv]
+ 112 111 ana - /usr/bin/bash | -bash
+ 113 112 ana python3 /usr/bin/python3.11 | python3 deploy.py
+ 114 112 ana sh /usr/bin/dash | sh -c nginx -t
+ 115 114 ana - /usr/sbin/nginx | nginx -t
120 1 root login /usr/bin/login | /bin/login -p --
+ 121 120 ana - /usr/bin/bash | -bash
+ 122 121 ana sh /usr/bin/dash | sh backup.sh
130 1 root cron /usr/sbin/cron | /usr/sbin/cron -f
131 130 root cron /usr/sbin/cron | /usr/sbin/CRON -f
+ 132 131 root sh /usr/bin/dash | /bin/sh -c cd / && run-parts --report /etc/cron.hourly
+ 133 132 root logrotate /usr/sbin/logrotate | logrotate /etc/logrotate.conf
+ 134 133 root sh /usr/bin/dash | sh -c invoke-rc.d nginx rotate >/dev/null 2>&1 logrotate_script /var/log/nginx/*.log
140 112 root - /usr/bin/dpkg | dpkg --configure -a
+ 141 140 root apache2.postins /usr/bin/dash | /bin/sh /var/lib/dpkg/info/apache2.postinst configure 2.4.62
+ 142 141 root - /usr/bin/systemctl | systemctl restart apache2.service
+ 143 1 root apachectl /usr/bin/dash | /bin/sh /usr/sbin/apachectl start
+ 144 143 root - /usr/sbin/apache2 | /usr/sbin/apache2 -k start
+ 145 144 www-data - /usr/sbin/apache2 | /usr/sbin/apache2 -k start
+ 146 144 root sh /usr/bin/dash | sh -c /usr/bin/rotatelogs -l /var/log/apache2/access.%Y-%m-%d.log 86400
+ 147 144 root sh /usr/bin/dash | /bin/sh -c exec /usr/sbin/cronolog /var/log/apache2/%Y/access.log
+ 148 145 www-data sh /usr/bin/dash | sh -c /usr/sbin/sendmail -t -i -f webmaster@example.org
150 112 root apache2 /usr/bin/dash | /bin/sh /etc/init.d/apache2 restart
+ 151 150 root apache2 /usr/bin/dash | /bin/sh /etc/init.d/apache2 restart
+ 152 151 root sh /usr/bin/dash | sh -c . /etc/apache2/envvars && printf %s $APACHE_PID_FILE
160 1 dev java /usr/lib/jvm/java-17-openjdk-amd64/bin/java | java -jar /opt/gradle/gradle-launcher.jar build
+ 161 160 dev sh /usr/bin/dash | sh -c git rev-parse HEAD
170 112 ana - /usr/bin/gnome-terminal-server | /usr/libexec/gnome-terminal-server
+ 171 170 ana - /usr/bin/bash | bash
+ 172 171 ana nc /usr/bin/nc.openbsd | nc -z web1 80
180 1 root - /usr/bin/containerd-shim-runc-v2 | /usr/bin/containerd-shim-runc-v2 -namespace moby
+ 181 180 root docker-entrypoi /usr/bin/dash | /bin/sh /docker-entrypoint.sh nginx -g daemon off;
+ 182 181 root sh /usr/bin/dash | /bin/sh /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
+ 183 181 root - /usr/sbin/nginx | nginx: master process nginx -g daemon off;
# Debian's helper of php-fpm, and a cron job that bears a server's name
190 1 root php-fpm-socket- /usr/bin/dash | /bin/sh /usr/lib/php/php-fpm-socket-helper install /run/php/php-fpm.sock /etc/php/8.2/fpm/pool.d/www.conf 82
+ 191 190 root php-fpm-socket- /usr/bin/dash | /bin/sh /usr/lib/php/php-fpm-socket-helper install /run/php/php-fpm.sock /etc/php/8.2/fpm/pool.d/www.conf 82
192 131 root apache2 /usr/bin/dash | /bin/sh /etc/cron.daily/apache2
+ 193 192 root apache2 /usr/bin/dash | /bin/sh /etc/cron.daily/apache2
+ 194 193 root sh /usr/bin/dash | sh -c htcacheclean -n -p /var/cache/apache2/mod_cache_disk -l 300M
