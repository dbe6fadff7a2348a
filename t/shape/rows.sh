#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/rows.sh -- every external function has a row in services/*.tbl, and every row a function.
#
# Prevents: a function that is written, and never to be called, because no row makes it known; and
# a row without a function that links, and fails when httpd loads the module.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need services/core.tbl services/mws_table.c services/tables.tbl

words() {
    sed -nE "s/^$1\(([^)]*)\).*/\1/p" "$2" | tr -d ' '
}

grep -hoE '^EXTERNAL\([a-z0-9_]+' externals/*.c >"$work/written" || true
[ -s "$work/written" ] || missing "any EXTERNAL in externals/*.c"
# One that makes calls itself stands with the adapters.
grep -hoE '^EXTERNAL\([a-z0-9_]+' adapters/*.c adapters/*/*.c >>"$work/written" || true
sed 's/.*(//' "$work/written" | sort >"$work/bodies"

cat services/*.tbl | grep -v '^#' >"$work/tables"
words ROW "$work/tables" | cut -d, -f1 | sort >"$work/today"
words OLD "$work/tables" | sort >"$work/old"
[ -s "$work/today" ] || missing "any ROW in services/*.tbl"
cut -d, -f3 "$work/old" | sort -u "$work/today" - >"$work/declared"
cut -d, -f2 "$work/old" | sort -u >"$work/meant"
cut -d, -f1 "$work/old" | sort "$work/today" - | uniq -d >"$work/twice"

sort -u "$work/bodies" | comm -23 - "$work/declared" >"$work/unknown"
sort -u "$work/bodies" | comm -13 - "$work/declared" >"$work/bodiless"
comm -23 "$work/meant" "$work/today" >"$work/meaningless"
uniq -d "$work/bodies" >"$work/repeated"
wrong_lines 'a function without a row' "$work/unknown"
wrong_lines 'a row without a function' "$work/bodiless"
wrong_lines 'an old name stands for a function that has no row' "$work/meaningless"
wrong_lines 'a name has two rows' "$work/twice"
wrong_lines 'a function is written twice' "$work/repeated"

for table in services/*.tbl; do
    [ "$table" = services/tables.tbl ] || grep -q "^#include \"${table#services/}\"" \
        services/tables.tbl || wrong "tables.tbl does not include $table"
done

# A table with one row, linked without its function and with it.
mkdir "$work/services"
cp -R lib "$work/lib"
cp services/mws_table.[ch] "$work/services"
echo 'ROW(core_no_such_function, READS, "")' >"$work/services/tables.tbl"
cat >"$work/body.c" <<'BODY'
#include "lib/db/mws_declare.h"

EXTERNAL(core_no_such_function, .about = "none", .params = NOTHING)
{
    (void)call, (void)in, (void)out;
    return NULL;
}
BODY
compile() {
    # shellcheck disable=SC2046
    ${CC:-cc} -std=gnu99 -D_GNU_SOURCE -fPIC -fvisibility=hidden -I"$work" \
        $(apr-1-config --includes --cppflags) $(apu-1-config --includes) "$@"
}
compile -c -o "$work/table.o" "$work/services/mws_table.c"
compile -c -o "$work/body.o" "$work/body.c"
if ! compile -shared -o "$work/whole.so" "$work/table.o" "$work/body.o" 2>"$work/errors"; then
    wrong "a row with its function does not link"
    cat "$work/errors"
fi
if compile -shared -o "$work/torn.so" "$work/table.o" 2>"$work/errors"; then
    wrong "a row without its function links"
elif ! grep -q core_no_such_function "$work/errors"; then
    wrong "linking a row without its function fails, and does not name the function"
    cat "$work/errors"
fi
finish
