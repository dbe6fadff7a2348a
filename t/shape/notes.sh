#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/notes.sh -- no note to oneself is left in the source.
#
# Prevents: work that was put off and forgotten, in code that looks finished.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
tree | grep -vE '(^LICENSE|\.tsv)$' >"$work/files"
[ -s "$work/files" ] || missing "any source file"
# The words are put together here, so that this file does not hold them.
words="TO""DO|FIX""ME|X""XX|HA""CK"
xargs -d '\n' grep -InE "(^|[^A-Za-z_X])($words)([^A-Za-z_X]|$)" <"$work/files" \
    >"$work/notes" || true
wrong_lines 'a note' "$work/notes"
finish
