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
# Some at a time, side by side: there are hundreds.
xargs -n 16 -P "$(nproc)" clang-format --dry-run -Werror <"$work/files" >"$work/said" 2>&1 || true
sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: code should be clang-formatted.*/\1/p' "$work/said" |
    sort -u >"$work/other"
wrong_lines 'make format would change' "$work/other"
finish
