#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/format.sh -- the layout of each C file is the one that .clang-format gives it.
#
# Prevents: a change that cannot be read for the lines that an editor moved beside it.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need .clang-format
command -v clang-format >/dev/null || missing "clang-format"
tree | grep '\.[ch]$' >"$work/files" || missing "any C file"
while read -r file; do
    clang-format "$file" | cmp -s - "$file" || echo "$file"
done <"$work/files" >"$work/other"
wrong_lines 'make format would change' "$work/other"
finish
