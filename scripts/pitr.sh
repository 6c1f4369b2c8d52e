#!/usr/bin/env bash
# Recovers a scratch PostgreSQL to a moment between two writes, with the settings that
# docs/operations.md gives, and checks that it holds the first and not the second.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
chmod 711 "$dir"
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$dir"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
sql() { "${as[@]}" "$bin/psql" -qAtX -h "$dir" -U postgres -v ON_ERROR_STOP=1 "$@"; }
stop() {
  for d in data back; do "${as[@]}" "$bin/pg_ctl" -D "$dir/$d" -m immediate stop >/dev/null 2>&1 || true; done
  rm -rf "$dir"
}
trap stop EXIT

"${as[@]}" mkdir "$dir/archive"
"${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust --lc-collate=C --lc-ctype=C.UTF-8 -E UTF8 >/dev/null
cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$dir'
wal_level = replica
archive_mode = on
archive_command = 'test ! -f $dir/archive/%f && cp %p $dir/archive/%f.part && sync $dir/archive/%f.part && mv $dir/archive/%f.part $dir/archive/%f'
archive_timeout = 60
END
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/data/log" start >/dev/null
sql -c "CREATE TABLE hazard (id bigint PRIMARY KEY, title text); INSERT INTO hazard SELECT n, '隐患' || n FROM generate_series(1, 100000) n"
began=$(date +%s%N)
"${as[@]}" "$bin/pg_basebackup" -h "$dir" -U postgres -D "$dir/base" -X stream -c fast
"${as[@]}" "$bin/pg_verifybackup" -q "$dir/base"
echo "base backup: $((($(date +%s%N) - began) / 1000000)) ms, verified"

sql -c "INSERT INTO hazard SELECT n, 'before' FROM generate_series(100001, 150000) n"
moment=$(sql -c "SELECT clock_timestamp()")
sql -c "SELECT pg_sleep(0.1)" >/dev/null
sql -c "DELETE FROM hazard" -c "INSERT INTO hazard VALUES (1, 'after the accident')" -c "SELECT pg_switch_wal()" >/dev/null
for _ in $(seq 300); do
  [ "$(sql -c "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver")" = t ] && break
  sleep 0.1
done
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null # the machine is lost

began=$(date +%s%N)
"${as[@]}" cp -a "$dir/base" "$dir/back"
"${as[@]}" tee -a "$dir/back/postgresql.auto.conf" >/dev/null <<END
restore_command = 'cp $dir/archive/%f %p'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
archive_mode = off
END
"${as[@]}" touch "$dir/back/recovery.signal"
"${as[@]}" "$bin/pg_ctl" -D "$dir/back" -w -l "$dir/back/log" start >/dev/null
for _ in $(seq 300); do
  [ "$(sql -c 'SELECT pg_is_in_recovery()')" = f ] && break
  sleep 0.1
done
got=$(sql -c "SELECT count(*) || ' ' || count(*) FILTER (WHERE title = 'before') || ' ' || count(*) FILTER (WHERE title LIKE 'after%') FROM hazard")
echo "recovered to $moment in $((($(date +%s%N) - began) / 1000000)) ms: rows, of before, of after: $got"
[ "$got" = "150000 50000 0" ]
