# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# conf/serve/common.sh -- one httpd, and for a demo one PostgreSQL, in a folder of their own for
# each port. Sourced by serve, demo and stop.
#
#   .site/PORT/env    what a client needs, as shell lines
#   .site/PORT/kind   serve or demo
#   .site/PORT/room   everything that runs: the folder itself, or a link to one that the accounts
#                     of the servers can reach where the checkout is closed to them
set -euo pipefail
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sites=${MWS_SITES:-$root/.site}
port=${PORT:-8080}
site=$sites/$port
pg_bin=${PG_BIN:-$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null |
    sort -V | tail -n 1)}
httpd=${HTTPD:-/usr/sbin/apache2}
modules=${MODULES:-/usr/lib/apache2/modules}
module=$root/${BUILD:-build}/mod_moodlews.so

# The accounts of the two servers: neither runs as root, and who is not root has no choice.
pg_user=
web_user=
if [ "$(id -u)" = 0 ]; then
    pg_user=postgres
    web_user=www-data
fi

die() {
    echo "make: $*" >&2
    exit 1
}

# Run a command as USER; as ourselves when USER is empty.
as() {
    local user=$1

    shift
    if [ -n "$user" ]; then
        (cd / && runuser -u "$user" -- "$@")
    else
        "$@"
    fi
}

port_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The site's port must be free.
need_port() {
    if port_taken "$port"; then
        die "port $port is taken by something else; choose another: PORT=..."
    fi
}

free_port() {
    local n

    for _ in {1..100}; do
        n=$((20000 + RANDOM % 12000))
        if ! port_taken "$n"; then
            echo "$n"
            return
        fi
    done
    die "no free port on 127.0.0.1"
}

check_port() {
    if ! [[ $port =~ ^[0-9]+$ ]] || ((port < 1 || port > 65535)); then
        die "PORT=$port is no port number"
    fi
}

# A number that nobody can guess, as 32 hexadecimal digits.
random_hex() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# Make the site's folder and its room, unless they are there.
make_room() {
    local place=$site/room user

    mkdir -p "$site"
    if [ ! -e "$place" ]; then
        rm -f "$place"
        mkdir "$place"
        for user in $pg_user $web_user; do
            if ! as "$user" test -x "$place"; then
                rmdir "$place"
                ln -s "$(mktemp -d "/var/tmp/moodlews-$port-XXXXXX")" "$place"
                break
            fi
        done
    fi
    room=$(readlink -f "$place")
    chmod 755 "$room"
    mkdir -p "$room"/{htdocs,logs,run}
}

# Whether the process whose id is in FILE is one that runs on our room.
alive() {
    local pid

    pid=$(head -n 1 "$1" 2>/dev/null) && [ -n "$pid" ] &&
        tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$room/"
}

wait_gone() {
    for _ in {1..200}; do
        alive "$1" || return 0
        sleep 0.1
    done
    return 1
}

# TEXT between the double quotes of httpd's configuration.
quoted() {
    local text=${1//\\/\\\\}

    printf '%s' "${text//\"/\\\"}"
}

# Write the room's httpd.conf from the template, for the database DSN, DATAROOT ("": none) and
# WWWROOT. The connection string may hold a password.
write_httpd_conf() {
    local conf account='' settings protocols=${PROTOCOLS-+rest +soap +xmlrpc +amf}

    if [ -n "$web_user" ]; then
        account="User $web_user"$'\n'"Group $web_user"
    fi
    settings="MoodleWSDatabase \"$(quoted "$1")\""
    settings+=$'\n'"MoodleWSWwwRoot \"$(quoted "$3")\""
    if [ -n "$2" ]; then
        settings+=$'\n'"MoodleWSDataRoot \"$(quoted "$2")\""
    fi
    if [ -n "$protocols" ]; then
        settings+=$'\n'"MoodleWSProtocols \"$(quoted "$protocols")\""
    fi
    settings+=$'\n'"MoodleWSPrefix \"$(quoted "${PREFIX-mdl_}")\""
    conf=$(<"$root/conf/serve/httpd.conf.in")
    conf=${conf//@ROOM@/"$room"}
    conf=${conf//@PORT@/"$port"}
    conf=${conf//@MPM@/"${MPM:-event}"}
    conf=${conf//@MODULES@/"$modules"}
    conf=${conf//@ACCOUNT@/"$account"}
    conf=${conf//@SETTINGS@/"$settings"}
    conf=${conf//@EXTRA@/"${EXTRA-}"}
    rm -f "$room/httpd.conf"
    (umask 077 && printf '%s\n' "$conf" >"$room/httpd.conf")
}

# Start httpd on the room's configuration and wait until it answers what leaves no row behind.
# MWS_PRELOAD: libraries that a module built with sanitizers wants first.
httpd_up() {
    [ -f "$module" ] || die "$module is not there; build it with: make"
    need_port
    install -m 644 "$module" "$room/mod_moodlews.so"
    : >"$room/logs/error.log"
    if ! LD_PRELOAD=${MWS_PRELOAD-} "$httpd" -f "$room/httpd.conf" -k start \
        </dev/null >"$room/logs/start.log" 2>&1; then
        cat "$room/logs/start.log" "$room/logs/error.log" >&2
        die "httpd does not start"
    fi
    for _ in {1..150}; do
        if curl -s -o /dev/null --noproxy '*' --max-time 5 \
            "http://127.0.0.1:$port/login/token.php?appsitecheck=1"; then
            return
        fi
        sleep 0.1
    done
    tail -n 20 "$room/logs/error.log" >&2
    httpd_down
    die "httpd does not answer on port $port"
}

httpd_down() {
    local pid

    if alive "$room/run/httpd.pid"; then
        pid=$(head -n 1 "$room/run/httpd.pid")
        kill -TERM "$pid"
        if ! wait_gone "$room/run/httpd.pid"; then
            kill -KILL -- "-$pid"
        fi
    fi
    rm -f "$room/run/httpd.pid"
}

# Write the site's env file: each NAME=VALUE as a line for the shell.
write_env() {
    local pair value

    (
        umask 077
        for pair in "$@"; do
            value=${pair#*=}
            printf "%s='%s'\n" "${pair%%=*}" "${value//\'/\'\\\'\'}"
        done >"$site/env"
    )
}
