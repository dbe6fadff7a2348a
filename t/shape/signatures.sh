#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/signatures.sh -- what the declarations say is what Moodle's functions are.
#
# Prevents: a client that is told `invalidparameter` for a call that Moodle takes, or misses a key
# of an answer, because a type, a default or an "optional" was declared otherwise than in Moodle.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need t/signatures45.tsv t/signatures21.tsv "$BUILD/t/dump_declarations"

"$BUILD/t/dump_declarations" signatures >"$work/served"
[ -s "$work/served" ] || missing "any function that the module serves"

cut -f1 "$work/served" | sort -u >"$work/names"
cat t/signatures45.tsv t/signatures21.tsv >"$work/facts"
cut -f1 "$work/facts" | sort -u >"$work/recorded"
comm -23 "$work/names" "$work/recorded" >"$work/unknown"
comm -12 "$work/names" "$work/recorded" >"$work/known"
wrong_lines 'served, and not in t/signatures45.tsv or t/signatures21.tsv' "$work/unknown"

# A default that Moodle takes from its configuration may be any. Order is compared too.
awk -F '\t' -v OFS='\t' '
    FILENAME ~ /known$/ { served[$1] = 1; next }
    !($1 in served) { next }
    FILENAME ~ /facts$/ { key = $1 FS $2 FS $3; if ($7 == "configured") any[key] = 1 }
    { key = $1 FS $2 FS $3; if (key in any && $7 != "-") $7 = "configured" }
    FILENAME ~ /facts$/ { fact[key] = $0; facts[$1 FS $2] = facts[$1 FS $2] "\n" $3; next }
    {
        seen[key] = 1
        serves[$1 FS $2] = serves[$1 FS $2] "\n" $3
        if (!(key in fact)) print "not a key in Moodle: " $0
        else if (fact[key] != $0) print "declared: " $0 "; in Moodle: " fact[key]
    }
    END {
        for (key in fact) if (!(key in seen)) print "not declared: " fact[key]
        for (part in facts) if (serves[part] != facts[part]) print "other keys or order: " part
    }
' "$work/known" "$work/facts" "$work/served" >"$work/differences"
wrong_lines 'a signature' "$work/differences"
finish
