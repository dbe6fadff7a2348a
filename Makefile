# SPDX-License-Identifier: Apache-2.0
# Makefile -- build, install, try and test mod_moodlews.
#
#   make                     build/mod_moodlews.so
#   make install             put it where httpd looks for modules
#   make demo [PORT=8080]    a small Moodle database with the module in front of it
#   make serve DSN=... ...   the module in front of a Moodle database that exists
#   make stop [PORT=...]     end what demo and serve started
#   make check               every test; check-clients, check-long: the ones that take more
#   make unit                the tests that need no server
#   make fuzz [SECONDS=60]   explore what reads hostile input, so long for each target
#   make asan bench tidy format clean
#
# Variants have folders of their own: CC=clang, SAN=address,undefined.

APXS ?= apxs
ifeq ($(origin CC),default)
CC := gcc
endif

empty   :=
comma   := ,
variant := $(subst $(empty) $(empty),-,$(strip $(filter-out gcc,$(notdir $(CC))) \
             $(subst $(comma),-,$(SAN))))
BUILD   := build$(if $(variant),/$(variant))

ask = $(shell $(1) 2>/dev/null)

# Empty while apxs is not installed yet: the scripts then know where Debian has them.
HTTPD   := $(addsuffix /$(call ask,$(APXS) -q PROGNAME),$(call ask,$(APXS) -q SBINDIR))
MODULES := $(call ask,$(APXS) -q LIBEXECDIR)
NEEDED  := libpq libxml-2.0 json-c libcmark libcrypt

WARN     := -Wall -Wextra -Werror
HARDEN   := -fPIC -fvisibility=hidden -fstack-protector-strong -Wformat -Werror=format-security
OPTIMISE := $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all,-O2)
FORTIFY  := $(if $(SAN),,-D_FORTIFY_SOURCE=2)

# As system headers: what their macros make of our code is not ours to warn of.
CPPFLAGS_ALL := -D_GNU_SOURCE $(FORTIFY) $(patsubst -I%,-isystem %,$(filter-out -I/usr/include, \
                -I$(call ask,$(APXS) -q INCLUDEDIR) $(call ask,$(APXS) -q EXTRA_CPPFLAGS) \
                $(call ask,apr-1-config --includes --cppflags) \
                $(call ask,apu-1-config --includes) $(call ask,pkg-config --cflags $(NEEDED)))) \
                $(CPPFLAGS)
CFLAGS_ALL   := -std=gnu99 -g -pthread $(OPTIMISE) $(WARN) $(HARDEN) $(CFLAGS)
# Cases of a test, and what stands in for the module there, are handed what they have no use for.
TEST_CFLAGS  := $(CFLAGS_ALL) -Wno-unused-parameter
# A sanitizer stands before functions of libraries, which must be there for it.
LDFLAGS_ALL  := -pthread -Wl,-z,relro -Wl,-z,now $(if $(SAN),,-Wl$(comma)--as-needed) $(LDFLAGS)
LDLIBS_ALL   := $(call ask,pkg-config --libs $(NEEDED)) $(LDLIBS)
TEST_LIBS    := $(call ask,apu-1-config --link-ld --libs) $(call ask,apr-1-config --link-ld --libs) \
                $(LDLIBS_ALL) -lm

front   := $(wildcard mod_moodlews*.c)
rooms   := $(wildcard lib/*/*.c externals/*.c services/*.c adapters/*.c adapters/*/*.c)
# Files that are compiled in as they are: lib/base/mws_asset.h.
assets  := $(sort $(wildcard adapters/wsdoc/*.css adapters/wsdoc/*.js adapters/wsdoc/samples/*) \
             adapters/openapi/frame.json externals/examples.json)
objects := $(rooms:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/assets.o
fronts  := $(front:%.c=$(BUILD)/obj/%.o)
module  := $(BUILD)/mod_moodlews.so
archive := $(BUILD)/libmws.a
units   := $(patsubst t/unit/%.c,$(BUILD)/t/%,$(wildcard t/unit/t_*.c))
fuzzers := $(patsubst t/fuzz/%.c,$(BUILD)/t/%,$(wildcard t/fuzz/fuzz_*.c))

# V=1 shows the commands.
q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)')

# What is given on the command line (PORT=, DSN= ...) reaches the scripts by itself.
export CC SAN BUILD HTTPD MODULES

.PHONY: all install demo serve stop check check-clients check-long unit bench asan fuzz tidy format \
        clean programs
.DELETE_ON_ERROR:

all: $(module)

# What httpd does not give the module must have itself: httpd would tell only when it starts.
$(module): $(fronts) $(objects) mod_moodlews.map
	$(call say,link $@)
	$(q)$(CC) -shared $(CFLAGS_ALL) $(LDFLAGS_ALL) -Wl,--version-script=mod_moodlews.map \
	    -o $@.new $(fronts) $(objects) $(LDLIBS_ALL)
	@! nm -D --undefined-only $@.new | grep -E ' (mws|ext)_' || { echo 'not defined anywhere'; exit 1; }
	$(q)mv $@.new $@

$(archive): $(objects)
	$(q)rm -f $@
	$(q)ar rcs $@ $(objects)

# Says what is to be installed, once, before the compiler says it in its own way.
$(BUILD)/packages: conf/packages.txt
	@conf/serve/packages --tell build
	@mkdir -p $(@D)
	@touch $@

$(BUILD)/obj/%.o: %.c Makefile | $(BUILD)/packages
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# A table of name, begin and end, each file with a NUL behind it.
$(BUILD)/obj/assets.S: $(assets) Makefile
	@mkdir -p $(@D)
	@{  printf '.section .rodata\n'; \
	    i=0; for file in $(assets); do i=$$((i + 1)); \
	        printf 'name%d: .asciz "%s"\nfile%d: .incbin "%s"\nend%d: .byte 0\n' \
	            $$i "$$file" $$i "$$file" $$i; \
	    done; \
	    printf '.section .data.rel.ro, "aw"\n.balign 16\n.globl mws_assets\n.hidden mws_assets\nmws_assets:\n'; \
	    n=$$i; i=0; while [ $$i -lt $$n ]; do i=$$((i + 1)); \
	        printf '.dc.a name%d, file%d, end%d\n' $$i $$i $$i; \
	    done; \
	    printf '.dc.a 0, 0, 0\n.section .note.GNU-stack, "", %%progbits\n'; } >$@

$(BUILD)/obj/assets.o: $(BUILD)/obj/assets.S
	$(call say,as $<)
	$(q)$(CC) -c -o $@ $<

$(BUILD)/t/t_%: t/unit/t_%.c $(archive)
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(q)$(CC) $(CPPFLAGS_ALL) -I. $(TEST_CFLAGS) -MMD -MP -o $@ $< \
	    $(archive) $(LDFLAGS_ALL) -lcmocka $(TEST_LIBS)

# Says what is declared, to checks of it.
$(BUILD)/t/dump_declarations: t/shape/dump_declarations.c $(archive)
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -o $@ $< $(archive) $(LDFLAGS_ALL) $(TEST_LIBS)

# With a main() that plays files; with that of libFuzzer where all is built for it.
$(BUILD)/t/fuzz_%: t/fuzz/fuzz_%.c $(archive)
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(q)$(CC) $(CPPFLAGS_ALL) -I. $(TEST_CFLAGS) \
	    $(if $(findstring fuzzer,$(SAN)),-fsanitize=fuzzer,-DMWS_FUZZ_REPLAY) \
	    -MMD -MP -o $@ $< $(archive) $(LDFLAGS_ALL) $(TEST_LIBS)

# The handler that calls are measured against.
$(BUILD)/mod_bare.so: t/bench/mod_bare.c Makefile
	$(call say,cc $<)
	$(q)$(CC) -shared $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(LDLIBS_ALL)

# The module with one more protocol: its file, and its row behind those of the others.
$(BUILD)/toy/mod_moodlews.so: $(module) adapters/mws_adapter.c adapters/adapters.tbl \
                              $(wildcard t/toy/*)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(q)cat adapters/adapters.tbl t/toy/toy.tbl >$(@D)/adapters.tbl
	$(q)cp adapters/mws_adapter.c $(@D)
	$(q)$(CC) -shared $(CPPFLAGS_ALL) -I. -Iadapters $(TEST_CFLAGS) $(LDFLAGS_ALL) \
	    -Wl,--version-script=mod_moodlews.map -o $@ $(@D)/mws_adapter.c t/toy/toy.c $(fronts) \
	    $(filter-out %/adapters/mws_adapter.o,$(objects)) $(LDLIBS_ALL)

programs: $(units) $(fuzzers) $(BUILD)/toy/mod_moodlews.so $(BUILD)/t/dump_declarations

install: all
	@[ -n '$(MODULES)' ] || { echo 'apxs tells no folder for modules' >&2; exit 1; }
	install -D -m 644 $(module) '$(DESTDIR)$(MODULES)/mod_moodlews.so'
	install -D -m 644 conf/mod_moodlews.7 '$(DESTDIR)/usr/local/share/man/man7/mod_moodlews.7'

# What is missing is installed first, and only a make that starts afterwards finds it.
again = @$(MAKE) --no-print-directory -j$(shell nproc)

demo:
	@conf/serve/packages build run
	$(again) -s all
	@conf/serve/demo

serve: all
	@conf/serve/serve

stop:
	@conf/serve/stop

check:
	@conf/serve/packages build run test
	$(again) all programs
	@t/run check

check-clients:
	@conf/serve/packages build run test clients
	$(again) all
	@t/run clients

check-long:
	@conf/serve/packages build run test
	$(again) all
	@t/run long

unit: programs
	@t/run unit

asan:
	@conf/serve/packages build run test
	$(again) SAN=address,undefined all programs
	$(again) SAN=address,undefined asan-run

.PHONY: asan-run
asan-run:
	@t/run asan

SECONDS ?= 60
fuzz:
	@conf/serve/packages build fuzz
	$(again) CC=clang SAN=fuzzer-no-link,address,undefined BUILD=build/fuzz \
	    fuzzers
	@BUILD=build/fuzz t/run fuzz $(SECONDS)

.PHONY: fuzzers
fuzzers: $(fuzzers)

bench:
	@conf/serve/packages build run test bench
	$(again) all $(BUILD)/mod_bare.so
	@t/bench/run

# Each file by itself: what the analyzer took from one, it would carry into the next.
tidy:
	@conf/serve/packages build tools
	printf '%s\n' $(front) $(rooms) | xargs -P 2 -I FILE \
	    clang-tidy --quiet --warnings-as-errors='*' FILE -- $(CPPFLAGS_ALL) -std=gnu99

format:
	@conf/serve/packages tools
	clang-format -i $(wildcard *.c lib/*/*.[ch] externals/*.[ch] services/*.[ch] adapters/*.[ch] adapters/*/*.[ch] \
	    t/*.[ch] t/unit/*.[ch] t/fuzz/*.[ch] t/shape/*.[ch] t/bench/*.[ch] t/toy/*.[ch] \
	    t/clients/*/*.[ch])

clean:
	rm -rf build

-include $(objects:.o=.d) $(fronts:.o=.d) $(units:=.d) $(fuzzers:=.d) $(BUILD)/t/dump_declarations.d
