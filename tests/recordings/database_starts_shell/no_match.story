os linux
1 0 root systemd /usr/lib/systemd/systemd | /sbin/init
300 1 postgres - /usr/lib/postgresql/15/bin/postgres | /usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main
+ 301 300 postgres - /usr/lib/postgresql/15/bin/postgres | postgres: archiver
+ 302 301 postgres sh /usr/bin/dash | sh -c test ! -f /mnt/server/archivedir/00000001000000A900000065 && cp pg_wal/00000001000000A900000065 /mnt/server/archivedir/00000001000000A900000065
+ 303 301 postgres sh /usr/bin/dash | sh -c pgbackrest --stanza=main archive-push pg_wal/00000001000000A900000066
310 1 mysql - /usr/sbin/mariadbd | /usr/sbin/mariadbd
+ 311 310 mysql sh /usr/bin/dash | sh -c wsrep_sst_rsync --role 'joiner' --address '10.0.0.2' --datadir '/var/lib/mysql/'
320 1 ana - /usr/bin/bash | -bash
+ 321 320 ana psql /usr/bin/psql | psql web
+ 322 321 ana sh /usr/bin/dash | sh -c less
+ 323 320 root redis-server /usr/bin/dash | /bin/sh /etc/init.d/redis-server restart
+ 324 323 root redis-server /usr/bin/dash | /bin/sh /etc/init.d/redis-server restart
