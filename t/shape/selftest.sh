#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# t/shape/selftest.sh -- every check of this folder can fail.
#
# Prevents: a check that passes whatever it sees, as a pattern of it no longer matches the tree.
# A copy of the tree is broken in one way after the other, and the check in it must say so.

# What breaks the tree stands in quotes, to be expanded and run in a copy.
# shellcheck disable=SC2016,SC2317
# shellcheck source=t/shape/common
. "$(dirname "$0")/common"
folder
need "$BUILD/t/dump_declarations" "$BUILD/mod_moodlews.so"

mkdir -p "$work/whole/$BUILD/t"
tree | tar -cf - -T - | tar -xf - -C "$work/whole"
ln -s "$PWD/$BUILD/mod_moodlews.so" "$work/whole/$BUILD"
ln -s "$PWD/$BUILD/t/dump_declarations" "$work/whole/$BUILD/t"

# CHECK must pass in the copy as it is.
passes() {
    "$work/whole/t/shape/$1.sh" >"$work/said" 2>&1 && return
    wrong "$1.sh fails on the tree as it is, so that nothing can be told by breaking it"
    return 1
}

# After COMMAND, run in a copy, CHECK must fail with a message that has WORDS in it.
fails() {
    rm -rf "$work/broken"
    cp -R "$work/whole" "$work/broken"
    (cd "$work/broken" && eval "$3") || missing "what '$3' breaks"
    if "$work/broken/t/shape/$1.sh" >"$work/said" 2>&1; then
        wrong "$1.sh passes after: $3"
    elif ! grep -qF -e "$2" "$work/said"; then
        wrong "$1.sh fails without '$2' after: $3"
        sed 's/^/    /' "$work/said"
    fi
}

# A shared object in place of the module, from this C.
module() {
    rm "$BUILD/mod_moodlews.so"
    echo "$1" | ${CC:-cc} -shared -fPIC -g -o "$BUILD/mod_moodlews.so" -x c -
}

if passes arrows; then
    fails arrows 'httpd.h' 'echo "#include <httpd.h>" >>lib/base/mws_value.h'
    fails arrows 'is above it' 'echo "#include \"../../services/mws_table.h\"" >>lib/base/mws_value.c'
    fails arrows 'is above it' \
        'echo "#include \"../adapters/mws_adapter.h\"" >>services/mws_serve.c'
    fails arrows 'there is no' 'echo "#include \"../lib/mws_nowhere.h\"" >>adapters/mws_adapter.h'
    fails arrows 'missing' 'rm -r externals'
fi
if passes rows; then
    fails rows 'without a row' \
        'echo "EXTERNAL(core_new_thing, .params = NOTHING) { return NULL; }" >>externals/files.c'
    fails rows 'without a function' 'echo "ROW(core_new_thing, READS, \"\")" >>services/core.tbl'
    fails rows 'has two rows' 'grep "^ROW" services/core.tbl | head -n 1 >>services/core.tbl'
    fails rows 'no row: core_new' \
        'echo "OLD(old_thing, core_new_thing, core_files_get_files)" >>services/core.tbl'
    fails rows 'without its function links' \
        'sed -i "s/ __attribute__((visibility(\"hidden\")))//" services/mws_table.c'
    fails rows 'does not include' 'echo "ROW(a, READS, \"\")" >services/more.tbl'
    fails rows 'missing' 'rm externals/*.c'
fi
if passes format; then
    fails format 'would change: lib/base/mws_spec.c' 'echo "int  a ;" >>lib/base/mws_spec.c'
    fails format 'missing' 'find . -name "*.[ch]" -exec rm {} +'
fi
if passes directives; then
    fails directives 'shows "200"' \
        'sed -i "s/\(MoodleWSLogDelay, .*NUMBER, *\)200,/\1300,/" lib/base/mws_settings.tbl'
    fails directives 'not in conf' 'sed -i "/^#MoodleWSBodyMax/d" conf/moodlews.conf'
    fails directives 'not in conf' 'sed -i "/^#MoodleWS Off/d" conf/moodlews.conf'
    fails directives 'no directive' 'echo "#MoodleWSMagic On" >>conf/moodlews.conf'
    fails directives 'shown twice' 'echo "#MoodleWSBodyMax 1" >>conf/moodlews.conf'
    fails directives 'missing' 'rm conf/moodlews.conf'
fi
if passes logtags; then
    fails logtags 'occurs twice' 'cp lib/db/mws_db.c lib/db/mws_db2.c'
    fails logtags 'five digits' 'echo "const char *x = \"MWS123: \";" >>lib/base/mws_log.c'
    fails logtags 'without a tag' \
        'printf "void f(void)\n{\n    mws_log(log, 3, 0, \"lost\");\n}\n\n\n\n\n" >>lib/base/mws_value.c'
    fails logtags 'missing' 'sed -i "s/\"MWS[0-9]*/\"/" ./*.c */*.c */*/*.c'
fi
if passes spdx; then
    fails spdx 'lib/base/mws_value.c' 'sed -i 1d lib/base/mws_value.c'
    fails spdx 't/shape/rows.sh' 'sed -i 2d t/shape/rows.sh'
    fails spdx 'Makefile' 'sed -i 1d Makefile'
fi
if passes exports; then
    fails exports 'exported: surplus' 'module "int moodlews_module = 1; void surplus(void) {}"'
    fails exports 'threads: counter' \
        'module "int moodlews_module = 1; static int counter; int *f(void) { return &counter; }"'
    fails exports 'threads: once' \
        'module "int moodlews_module = 1; int f(void) { static int once = 7; return once++; }"'
    fails exports 'not exported' 'module "int some_module = 1;"'
    fails exports 'missing' 'rm $BUILD/mod_moodlews.so'
fi
if passes readme; then
    fails readme 'is not there' 'rm services/tables.tbl; mv adapters adapted'
    fails readme 'does not name' 'mkdir cellar && touch cellar/wine.c'
    fails readme 'missing' 'sed -i "s,^lib/,the floor,;s,^\`\`\`.*,," README.md'
    fails readme 'missing' 'rm README.md'
fi
if passes notes; then
    fails notes 'lib/base/mws_value.c' 'echo "/* TO""DO: later */" >>lib/base/mws_value.c'
    fails notes 't/signatures.py' 'echo "# FIX""ME" >>t/signatures.py'
fi
if passes signatures; then
    fails signatures 'in Moodle: core_files_get_files' \
        'sed -i "s/^\(core_files_get_files.params.itemid.value.\)INT/\1TEXT/" t/signatures45.tsv'
    fails signatures 'not declared' \
        'printf "core_files_get_files\tparams\tmore\tvalue\tINT\t-\t-\t-\n" >>t/signatures45.tsv'
    fails signatures 'and not in t/signatures' \
        'sed -i "/^core_files_get_files/d" t/signatures45.tsv'
    fails signatures 'missing' 'rm $BUILD/t/dump_declarations'
fi
finish
