#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/directives.sh -- conf/moodlews.conf shows every directive with its default, and no other.
#
# Prevents: a manual that lies. A default that is changed in the table and not in the text misleads
# every administrator who reads it, and nothing else would notice.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need lib/base/mws_settings.tbl mod_moodlews.c conf/moodlews.conf

# Directive, a tab, default; one without a default has "?".
row='^SETTING\((MoodleWS[A-Za-z]*), *[a-z_]+, *([A-Z]+), *("[^"]*"|[A-Za-z0-9]+),.*'
sed -nE "s/$row/\1\t\2 \3/p" lib/base/mws_settings.tbl |
    sed -E 's/\t(TEXT|LIST) NULL$/\t?/; s/\tFLAG 0$/\tOff/; s/\tFLAG 1$/\tOn/' |
    sed -E 's/\t[A-Z]+ /\t/; s/"//g' | sort >"$work/settings"
[ "$(wc -l <"$work/settings")" -eq "$(grep -c '^SETTING(' lib/base/mws_settings.tbl)" ] ||
    missing "a row of lib/base/mws_settings.tbl as this check reads it"
sed -nE 's/.*AP_INIT_[A-Z0-9_]+\("(MoodleWS[A-Za-z]*)".*/\1\t?/p' mod_moodlews*.c |
    sort >"$work/others"
[ -s "$work/settings" ] || missing "any directive in lib/base/mws_settings.tbl"
[ -s "$work/others" ] || missing "any directive in mod_moodlews*.c"
sort "$work/settings" "$work/others" >"$work/all"

# Lines of the manual that are directives, as shown or in force.
sed -nE 's/^#?(MoodleWS[A-Za-z]*)[ \t]*(.*)$/\1\t\2/p' conf/moodlews.conf | sed 's/"//g' |
    sort >"$work/shown"
[ -s "$work/shown" ] || missing "any directive in conf/moodlews.conf"

cut -f1 "$work/all" | uniq -d >"$work/twice"
cut -f1 "$work/shown" | uniq -d >"$work/repeated"
cut -f1 "$work/all" | sort -u >"$work/names"
cut -f1 "$work/shown" | sort -u >"$work/shown.names"
comm -23 "$work/names" "$work/shown.names" >"$work/untold"
comm -13 "$work/names" "$work/shown.names" >"$work/invented"
wrong_lines 'declared twice' "$work/twice"
wrong_lines 'shown twice in conf/moodlews.conf' "$work/repeated"
wrong_lines 'not in conf/moodlews.conf' "$work/untold"
wrong_lines 'in conf/moodlews.conf, and no directive' "$work/invented"

tab=$(printf '\t')
while IFS=$tab read -r name default; do
    [ "$default" = '?' ] && continue
    shown=$(sed -n "s/^$name$tab//p" "$work/shown")
    [ "$shown" = "$default" ] || wrong "$name is \"$default\", conf/moodlews.conf shows \"$shown\""
done <"$work/all"
finish
