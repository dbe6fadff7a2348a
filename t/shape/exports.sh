#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/exports.sh -- the module exports its record alone, and has no other writable data.
#
# Prevents: a name of ours that another module of the same httpd binds to (modules are loaded with
# global symbols), and a variable that threads of a child write to without knowing of each other.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
module=$BUILD/mod_moodlews.so
need "$module"

nm -D --defined-only "$module" | awk '{ print $3 }' | sort >"$work/exported"
[ -s "$work/exported" ] || missing "any exported symbol of $module"
grep -qx moodlews_module "$work/exported" || wrong "moodlews_module is not exported"
grep -vx moodlews_module "$work/exported" >"$work/others" || true
wrong_lines 'exported' "$work/others"

# Symbols with a size in a section that stays writable once the module is loaded. What the compiler
# and the linker put there themselves has no size, or is the list below.
objdump -t "$module" >"$work/symbols"
grep -q '[[:space:]]\.data[[:space:]].*moodlews_module$' "$work/symbols" ||
    missing "the symbol table of $module"
awk '
    NF >= 5 && $(NF - 2) ~ /^\.(data|bss|tdata|tbss)$/ && $(NF - 1) !~ /^0+$/ &&
    $NF !~ /^(moodlews_module|completed\.[0-9]+)$/ { print $NF }
' "$work/symbols" >"$work/writable"
wrong_lines 'writable, and shared by all threads' "$work/writable"
finish
