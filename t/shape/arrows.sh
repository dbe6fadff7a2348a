#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/arrows.sh -- an #include points to its own room or to one below.
#
# Prevents: a file of lib/ that comes to need httpd, or an external function that reaches up into
# the desk. It compiles as well, and from then on no test program links without a server.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"

# Rooms from the floor up; externals/ may look only at lib/. course/ and file/ within
# lib/ do not look at each other, nor does a protocol within adapters/ at another one.
room_of() {
    case $1 in
    lib/base/*) room=0 ;;
    lib/db/*) room=1 ;;
    lib/site/*) room=2 ;;
    lib/text/*) room=3 ;;
    lib/course/*) room=4 ;;
    lib/file/*) room=5 ;;
    lib/user/*) room=6 ;;
    externals/*) room=7 ;;
    services/*) room=8 ;;
    adapters/wsdoc/*) room=14 ;;
    adapters/rest/*) room=13 ;;
    adapters/soap/*) room=12 ;;
    adapters/xmlrpc/*) room=11 ;;
    adapters/amf/*) room=10 ;;
    adapters/*) room=9 ;;
    mod_moodlews*) room=15 ;;
    *) room=99 ;;
    esac
}

# Where FILE, seen from folder FROM, is in the tree.
place_of() {
    from=$1 file=$2
    while :; do
        case $file in
        ./*) file=${file#./} ;;
        ../*)
            file=${file#../}
            case $from in
            */*) from=${from%/*} ;;
            *) from=. ;;
            esac
            ;;
        *) break ;;
        esac
    done
    [ "$from" = . ] || file=$from/$file
}

folder
headers=$(apxs -q INCLUDEDIR)
need "$headers/httpd.h"

grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' \
    lib/*/*.[ch] lib/*/*.tbl externals/*.[ch] externals/*.tbl services/*.[ch] services/*.tbl \
    adapters/*.[ch] adapters/*/*.[ch] adapters/*.tbl mod_moodlews*.[ch] 2>"$work/errors" >"$work/includes" || true
[ -s "$work/includes" ] || missing "any #include in the rooms"
for room in lib externals services adapters mod_moodlews; do
    grep -q "^$room" "$work/includes" || missing "any #include in $room"
done

while IFS=: read -r source line include; do
    named=${include#*[\"<]}
    named=${named%%[\">]*}
    room_of "$source"
    own=$room
    case $include in
    *'<'*)
        if [ "$own" -lt 15 ] && [ -e "$headers/$named" ]; then
            wrong "$source:$line: httpd's <$named> belongs to mod_moodlews*.c alone"
        fi
        continue
        ;;
    esac
    case $source in
    */*) place_of "${source%/*}" "$named" ;;
    *) place_of . "$named" ;;
    esac
    if [ ! -e "$file" ]; then
        wrong "$source:$line: there is no $file"
        continue
    fi
    room_of "$file"
    case $own-$room in
    5-4 | 1[123]-1[0123])
        [ "$room" = "$own" ] || wrong "$source:$line: $file is beside it"
        ;;
    esac
    if [ "$room" -gt "$own" ]; then
        wrong "$source:$line: $file is above it"
    fi
done <"$work/includes"
finish
