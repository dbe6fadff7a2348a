#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/readme.sh -- the map of folders in README.md is the tree.
#
# Prevents: a map that sends the newcomer to files that moved, and hides the ones that came.
#
# The map is the fenced block of README.md that has a line beginning with lib/. Of a line, the words
# before the first two blanks in a row are paths; a line that is indented goes on in the folder
# above it; ".h" after "x.c" is "x.h"; a * stands for any letters.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need README.md

awk '
    /^```/ { if (inside && map) exit; inside = !inside; map = 0; text = ""; next }
    inside { text = text $0 "\n"; if (/^lib\//) map = 1 }
    END { if (map) printf "%s", text }
' README.md >"$work/map"
[ -s "$work/map" ] || missing "the map in README.md: a fenced block with a line that begins lib/"

awk '
    /^[[:space:]]*$/ { next }
    {
        match($0, /^ */); depth = RLENGTH
        rest = substr($0, depth + 1)
        if (match(rest, /  +/)) rest = substr(rest, 1, RSTART - 1)
        if (depth > 16) next            # a description that goes on
        while (levels && indent[levels] >= depth) levels--
        prefix = levels ? path[levels] : ""
        count = split(rest, words, /[ ,]+/)
        for (i = 1; i <= count; i++) {
            word = words[i]
            if (i > 1 && word ~ /^\.[ch]$/) word = stem word
            stem = word
            sub(/\.[ch]$/, "", stem)
            print prefix word
        }
        if (count == 1 && rest ~ /\/$/) {
            indent[++levels] = depth
            path[levels] = prefix rest
        }
    }
' "$work/map" >"$work/named"
[ -s "$work/named" ] || missing "any path in the map of README.md"

while read -r path; do
    # shellcheck disable=SC2086
    set -- $path
    [ -e "$1" ] || wrong "README.md names $path, which is not there"
done <"$work/named"

tree | sed 's,/.*,/,' | sort -u | grep -vE '^\.[^/]*$' >"$work/top"
[ -s "$work/top" ] || missing "any file"
while read -r entry; do
    named=
    while read -r path; do
        # shellcheck disable=SC2254
        case $entry in
        $path) named=1 ;;
        esac
        case $path in
        "${entry%/}"/*) named=1 ;;
        esac
    done <"$work/named"
    [ "$named" ] || wrong "the map of README.md does not name $entry"
done <"$work/top"
finish
