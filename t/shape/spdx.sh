#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/spdx.sh -- every source file says its licence in its first line.
#
# Prevents: a file that is taken from the tree on its own, and of which nobody can say what may be
# done with it.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
tree >"$work/files"
[ -s "$work/files" ] || missing "any file"

# The second line counts after a line that names an interpreter. Files of other kinds are data.
# shellcheck disable=SC2016
xargs -d '\n' awk -v seen="$work/seen" '
    FNR == 1 && /^#!/ { next }
    FNR <= 2 {
        mark = ""
        if (FILENAME ~ /\.(c|h|tbl|map)$/) mark = "/*"
        else if (FNR == 2 || FILENAME ~ /(\.(py|sh|conf|load|in)|Makefile)$/) mark = "#"
        if (mark) {
            print FILENAME >seen
            if (index($0, mark " SPDX-License-Identifier: Apache-2.0") != 1) print FILENAME
        }
        nextfile
    }
' <"$work/files" >"$work/bare"
[ "$(wc -l <"$work/seen")" -gt 20 ] || missing "the source"
wrong_lines 'a file does not begin with its SPDX line' "$work/bare"
finish
