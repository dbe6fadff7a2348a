#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/logtags.sh -- every tag of a log line occurs once, and every log line has one.
#
# Prevents: an administrator who looks for MWS01234 and finds two places, or a line with none.
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
sources=$(find ./mod_*.c lib externals services adapters -maxdepth 2 -name '*.c')
[ -n "$sources" ] || missing "any C file"

# shellcheck disable=SC2086
grep -ohE '"MWS[0-9]*' $sources | tr -d '"' | sort >"$work/tags" || true
[ -s "$work/tags" ] || missing "any tag"
uniq -d "$work/tags" >"$work/twice"
grep -vE '^MWS[0-9]{5}$' "$work/tags" >"$work/malformed" || true
wrong_lines 'a tag occurs twice' "$work/twice"
wrong_lines 'a tag without five digits' "$work/malformed"

# A call to mws_log() or ap_log_*() has its format within the next four lines.
# shellcheck disable=SC2086
awk '
    FNR == 1 && open { print where; open = 0 }
    /(^|[^a-z_>.])(mws_log|ap_log_(r?error|cerror|perror))\(/ && !/^[a-z].*\(/ && !/^ \*/ {
        open = 1; start = FNR; where = FILENAME ":" FNR
    }
    open && /"MWS[0-9]/ { open = 0 }
    open && (/%s", / || /"%s"/) { open = 0 }
    open && FNR - start >= 4 { print where; open = 0 }
    END { if (open) print where }
' $sources >"$work/untagged"
wrong_lines 'a log line without a tag' "$work/untagged"
finish
