# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# conf/serve/cluster.sh -- the private PostgreSQL of a demo, in the room: on loopback only, with
# passwords drawn when it is made. Sourced after common.sh.
#
#   $site/pgpass       the passwords, as libpq reads them
#   $room/pg           the data
#   $room/pg.port      the port it had last

export PGPASSFILE=$site/pgpass PGCONNECT_TIMEOUT=5

# Make the cluster, unless it is there.
cluster_make() {
    local secret moodle pwfile

    [ -e "$room/pg/made" ] && return
    [ -x "$pg_bin/initdb" ] || die "no PostgreSQL server in /usr/lib/postgresql; set PG_BIN="
    rm -rf "$room/pg"
    install -d -m 700 ${pg_user:+-o "$pg_user"} "$room/pg"
    secret=$(random_hex)
    moodle=$(random_hex)
    (umask 077 && printf '%s\n' "127.0.0.1:*:*:postgres:$secret" "127.0.0.1:*:*:moodle:$moodle" \
        >"$site/pgpass")
    pwfile=$(mktemp "$room/pwfile-XXXXXX")
    echo "$secret" >"$pwfile"
    [ -z "$pg_user" ] || chown "$pg_user" "$pwfile"
    as "$pg_user" "$pg_bin/initdb" -D "$room/pg" -A scram-sha-256 -U postgres --pwfile="$pwfile" \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$room/logs/initdb.log" 2>&1 ||
        { cat "$room/logs/initdb.log" >&2; die "initdb failed"; }
    rm -f "$pwfile"
    touch "$room/pg/made"
}

# Start it, on the port it had when that is free. PG_OPTIONS go to the server.
cluster_up() {
    local log=$room/pg/server.log

    alive_cluster && { pg_port=$(<"$room/pg.port"); return; }
    pg_port=$(cat "$room/pg.port" 2>/dev/null || free_port)
    if port_taken "$pg_port"; then
        pg_port=$(free_port)
    fi
    echo "$pg_port" >"$room/pg.port"
    if ! as "$pg_user" "$pg_bin/pg_ctl" -D "$room/pg" -l "$log" -w -s -o "-p $pg_port \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 \
        ${PG_OPTIONS-}" start </dev/null >"$room/logs/pg_ctl.log" 2>&1; then
        cat "$room/logs/pg_ctl.log" >&2
        tail -n 5 "$log" >&2
        die "PostgreSQL does not start"
    fi
}

alive_cluster() {
    [ -e "$room/pg/postmaster.pid" ] &&
        as "$pg_user" "$pg_bin/pg_ctl" -D "$room/pg" status >/dev/null 2>&1
}

cluster_down() {
    if alive_cluster; then
        as "$pg_user" "$pg_bin/pg_ctl" -D "$room/pg" -m fast -w -s stop
    fi
}

# psql as ROLE in DATABASE.
sql() {
    local role=$1 database=$2

    shift 2
    psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$pg_port" -U "$role" -d "$database" "$@"
}

# The connection string of the module.
moodle_dsn() {
    local password

    password=$(awk -F: '$4 == "moodle" { print $5 }' "$site/pgpass")
    echo "host=127.0.0.1 port=$pg_port dbname=moodle user=moodle password=$password"
}
