# cashflow: one Makefile.  `make help` lists the targets.
#
# Everything made lies under $(B).  configure.ac is turned into $(B)/configure and run there; it leaves config.h and
# config.mk, which this file includes and makes when missing, so a bare `make` works in a fresh checkout.  Sources are
# found by wildcard, so a new file needs no change here:
#
#	lib/ROOM/*.c            -> $(B)/libcf.a
#	cmd/cf-NAME.c           -> $(B)/cf-NAME               (with what it uses of the other cmd/*.c)
#	tests/unit/test_*.c     -> $(B)/tests/unit/test_*     (with Check)
#	tests/bench/bench_*.c   -> $(B)/bench_*
#	tests/fuzz/fuzz_*.c     -> $(B)/fuzz_*                (clang's libFuzzer, see `make fuzz`)
#	                           $(B)/tests/fuzz/fuzz_*     (the same without, with tests/fuzz/main.c)
#	tests/faults/shim.c     -> $(B)/faults.so             (where there is the GNU C library)
#
# Variables: B the build folder; CONFIG arguments for configure, remembered in $(B)/config.args, as in
# make CONFIG='--prefix=/usr CC=clang'; T the tests to run; V=1 shows whole commands; DESTDIR and prefix for install.
# asan, tsan, cov, valgrind and fuzz are these same rules with another B and other CFLAGS.

B ?= build
VERSION := $(shell sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' configure.ac)
Q = $(if $(V),,@)

.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Several goals (`make clean all`) are made one after the other, each with all its rules.
ifneq ($(word 2,$(MAKECMDGOALS)),)

.NOTPARALLEL:
.PHONY: $(MAKECMDGOALS)
$(MAKECMDGOALS):
	@$(MAKE) --no-print-directory $@

else

# Goals that need no configuration, or get their own further down: these work before anything is installed.
DRIVERS := asan builds check check-long clean cov deb demo deps dist fresh fuzz help tsan valgrind
GOAL := $(or $(MAKECMDGOALS),all)

.PHONY: all bench compdb completion fuzzers install lint run-bench run-tests size uninstall units $(DRIVERS) FORCE
all:

# ---- configuration

ifeq ($(filter $(DRIVERS),$(GOAL)),)

ARGS := $(shell cat $(B)/config.args 2>/dev/null)
CONFIG ?= $(ARGS)
include $(B)/config.mk
ifneq ($(strip $(CONFIG)),$(strip $(ARGS)))
$(B)/config.mk: FORCE
endif

endif

$(B)/configure: configure.ac
	@mkdir -p $(B)
	@command -v autom4te >/dev/null || { echo 'autoconf is missing; run tests/deps.sh to install what is needed' >&2; exit 1; }
	$(Q)autom4te --language=autoconf --cache=$(B)/autom4te.cache -o $@ configure.ac

$(B)/config.mk: $(B)/configure
	@echo '$(strip configure $(subst ','\'',$(CONFIG)))'
	$(Q)cd $(B) && ./configure -q $(CONFIG)
	@echo '$(subst ','\'',$(CONFIG))' > $(B)/config.args

# ---- sources and products

LIB_SRC   := $(sort $(wildcard lib/*/*.c))
CMD_SRC   := $(sort $(wildcard cmd/cf-*.c))
SHARE_SRC := $(filter-out $(CMD_SRC),$(sort $(wildcard cmd/*.c)))
UNIT_SRC  := $(sort $(wildcard tests/unit/test_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
FUZZ_SRC  := $(sort $(wildcard tests/fuzz/fuzz_*.c))
HEADERS   := $(sort $(wildcard lib/*/*.h))
MAN       := $(sort $(wildcard man/*.[1-8]))
SRC       := $(LIB_SRC) $(CMD_SRC) $(SHARE_SRC) $(UNIT_SRC) $(BENCH_SRC) $(FUZZ_SRC) tests/fuzz/main.c
OBJ       := $(SRC:%.c=$(B)/%.o)
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o)
SHARE_OBJ := $(SHARE_SRC:%.c=$(B)/%.o)

PROGRAMS := $(CMD_SRC:cmd/%.c=$(B)/%)
UNITS    := $(UNIT_SRC:%.c=$(B)/%)
BENCHES  := $(BENCH_SRC:tests/bench/%.c=$(B)/%)
FUZZERS  := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/%)
SEEDERS  := $(FUZZ_SRC:%.c=$(B)/%)

# ---- compile and link

COMPILE = $(CC) $(CPPFLAGS) $(CF_CPPFLAGS) -I$(B) -Ilib $(LIB_CFLAGS) $(CF_CFLAGS) $(CFLAGS)
LINK = $(CC) $(CF_CFLAGS) $(CFLAGS) $(CF_LDFLAGS) $(LDFLAGS)

all: $(B)/libcf.a $(PROGRAMS)

$(B)/%.o: %.c $(B)/config.mk
	@mkdir -p $(@D)
	@$(if $(V),,echo 'cc $<')
	$(Q)$(COMPILE) $(DEP_CFLAGS) -c -o $@ $<

$(B)/tests/unit/%.o: CF_CPPFLAGS += $(CHECK_CFLAGS)

# The list makes a removed or renamed source leave the archive.
$(B)/libcf.list: FORCE
	@mkdir -p $(B)
	@echo '$(LIB_OBJ)' | cmp -s - $@ || echo '$(LIB_OBJ)' > $@

$(B)/libcf.a: $(LIB_OBJ) $(B)/libcf.list
	@rm -f $@
	$(Q)$(AR) rcs $@ $(LIB_OBJ)

# An archive, so that a program carries only what it uses of them, and of the libraries behind.
$(B)/libcmd.a: $(SHARE_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(SHARE_OBJ)

$(PROGRAMS): $(B)/%: $(B)/cmd/%.o $(B)/libcmd.a $(B)/libcf.a
	@$(if $(V),,echo 'ld $@')
	$(Q)$(LINK) -o $@ $< $(B)/libcmd.a $(B)/libcf.a $(LIB_LIBS) $(LIBS)

$(UNITS): %: %.o $(B)/libcf.a
	@$(if $(V),,echo 'ld $@')
	$(Q)$(LINK) -o $@ $< $(B)/libcf.a $(CHECK_LIBS) $(LIB_LIBS) $(LIBS)

$(BENCHES): $(B)/%: $(B)/tests/bench/%.o $(B)/libcf.a
	@$(if $(V),,echo 'ld $@')
	$(Q)$(LINK) -o $@ $< $(B)/libcf.a $(LIB_LIBS) $(LIBS)

$(FUZZERS): $(B)/%: $(B)/tests/fuzz/%.o $(B)/libcf.a
	@$(if $(V),,echo 'ld $@')
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $< $(B)/libcf.a $(LIB_LIBS) $(LIBS)

$(SEEDERS): %: %.o $(B)/tests/fuzz/main.o $(B)/libcf.a
	@$(if $(V),,echo 'ld $@')
	$(Q)$(LINK) -o $@ $< $(B)/tests/fuzz/main.o $(B)/libcf.a $(LIB_LIBS) $(LIBS)

# Preloaded by tests, it makes calls of a program fail.
$(B)/faults.so: tests/faults/shim.c $(B)/config.mk
	@$(if $(V),,echo 'ld $@')
	$(Q)$(CC) -std=c11 -O2 -g $(filter -W%,$(CF_CFLAGS)) -fPIC -shared -o $@ $< -ldl

-include $(wildcard $(OBJ:.o=.d))

# ---- tests

units: $(UNITS) $(SEEDERS) $(if $(HAVE_GLIBC),$(B)/faults.so)
	@test '$(HAVE_CHECK)' = yes || { echo 'the unit tests need Check; run tests/deps.sh to install it' >&2; exit 1; }

# internal: what check does once everything needed is installed
run-tests: all units completion
	@B='$(B)' T='$(T)' tests/run.sh

deps:
	@tests/deps.sh

check: deps
	@$(MAKE) --no-print-directory run-tests

# The same as short ones of check, many times: kills at 200 moments, full disks at 50 points, 10,000 odd names.
check-long: deps
	@CF_LONG=1 CF_TEST_LIMIT="$${CF_TEST_LIMIT:-7200}" $(MAKE) --no-print-directory run-tests

demo: deps
	@$(MAKE) --no-print-directory all
	@CF_BIN="$(B)" CF_HOME="$${CF_HOME:-$(B)/demo}" ./pipeline.sh demo

# Sanitizers end a program at the first finding, with status 99, which no test expects.
SAN = -fno-omit-frame-pointer -fno-sanitize-recover=all

asan:
	@tests/deps.sh && tests/deps.sh asan
	@CF_FLAVOUR=asan CF_TEST_LIMIT="$${CF_TEST_LIMIT:-900}" \
	    ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1 \
	    UBSAN_OPTIONS=print_stacktrace=1:exitcode=99 LSAN_OPTIONS=exitcode=99 CK_FORK=no \
	    $(MAKE) --no-print-directory B=$(B)/asan CONFIG='CFLAGS="-O1 -g -fsanitize=address,undefined $(SAN)"' run-tests

tsan:
	@tests/deps.sh && tests/deps.sh asan
	@CF_FLAVOUR=tsan CF_TEST_LIMIT="$${CF_TEST_LIMIT:-900}" \
	    TSAN_OPTIONS=exitcode=99:halt_on_error=1 CK_FORK=no \
	    $(MAKE) --no-print-directory B=$(B)/tsan CONFIG='CFLAGS="-O1 -g -fsanitize=thread $(SAN)"' run-tests

# The unit tests, and of the scenarios one or two for each program, and calls that fail; T=cli/ runs all of them.
VALGRIND_TESTS = unit/ 02-always 10-run 12-features-bad 20-train 21-predict 22-export 23-predict-forms 30-ledger 40-fetch \
    45-fetch-files 50-backup 51-backup-seal 52-backup-prune 60-drift 60-load 61-registry 62-promote 65-report 70-serve \
    91-faults 92-faults
# A block that is only possibly lost may be a thread's; tests/faults/shim.c tells of the last option.
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    --soname-synonyms=somalloc=nouserintercepts

valgrind:
	@tests/deps.sh && tests/deps.sh valgrind
	@CF_FLAVOUR=valgrind CF_WRAP='$(VALGRIND)' \
	    CF_TEST_LIMIT="$${CF_TEST_LIMIT:-1800}" CK_FORK=no \
	    $(MAKE) --no-print-directory B=$(B)/valgrind CONFIG='CFLAGS="-O1 -g"' run-tests T="$(or $(T),$(VALGRIND_TESTS))"

cov: deps
	@if [ -d $(B)/cov ]; then find $(B)/cov -name '*.gcda' -exec rm -f {} +; fi
	@CF_FLAVOUR=cov $(MAKE) --no-print-directory B=$(B)/cov \
	    CONFIG='CC=gcc CFLAGS="-O0 -g --coverage -fprofile-update=atomic -DCF_COVERAGE=$(abspath $(B)/cov)"' run-tests; \
	    status=$$?; tests/cov.sh $(B)/cov; exit $$status

# FUZZ_SECONDS for each target; what it finds is left as $(B)/fuzz/crash-*.
fuzz:
	@tests/deps.sh && tests/deps.sh fuzz
	@$(MAKE) --no-print-directory B=$(B)/fuzz \
	    CONFIG='CC=clang CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined $(SAN)"' fuzzers
	@$(MAKE) --no-print-directory all
	@tests/fuzz.sh $(B)/fuzz $(B)

fuzzers: $(FUZZERS)

# T=NAME for one of them.
builds: deps
	@tests/builds.sh $(B) $(T)

# Programs print what they measure; scripts compare with other software (tests/deps.sh bench installs it), which takes
# half an hour.  BENCH=NAME selects, as train or predict; BENCH_SCALE=0.1 shrinks the tables.
bench: all $(BENCHES)
	@PATH="$(abspath $(B)):$$PATH" T='$(or $(BENCH),$(T))' B='$(B)' tests/bench.sh

# ---- the source

lint: $(B)/config.mk
	@B='$(B)' COMPILE='$(COMPILE)' tests/lint.sh

size:
	@tests/size.sh

compdb: $(B)/compile_commands.json
$(B)/compile_commands.json: $(B)/config.mk FORCE
	@{ sep='['; for f in $(SRC); do \
	    printf '%s\n{"directory": "%s", "file": "%s", "command": "%s"}' \
		"$$sep" '$(CURDIR)' "$$f" "$(subst ",\",$(COMPILE) $(CHECK_CFLAGS)) -c $$f"; sep=','; \
	done; [ "$$sep" = , ] || printf '['; printf '\n]\n'; } > $@
	@echo '$@'

# The tagged tree as an archive, or a snapshot.
dist:
	@B='$(B)' tests/dist.sh

# Debian packages and their source, under $(B)/deb, and what lintian says.
deb:
	@tests/deps.sh build deb
	@B='$(B)' tests/deb.sh

fresh:
	@B='$(B)' tests/fresh.sh

# ---- install

# Completions for shells, from the tables of options.  Whoever else makes them at the same time makes the same.
COMMANDS := $(CMD_SRC:cmd/%.c=%) pipeline.sh
COMPLETIONS := $(COMMANDS:%=$(B)/completion/bash/%) $(COMMANDS:%=$(B)/completion/zsh/_%)
COMPLETE = mkdir -p $(@D) && $(abspath $<) --option-table | awk -v shell=$(1) -f data/completion/completion.awk > $@.$$$$ && mv $@.$$$$ $@

completion: $(COMPLETIONS)
$(B)/completion/bash/pipeline.sh: pipeline.sh data/completion/completion.awk
	$(Q)$(call COMPLETE,bash)
$(B)/completion/zsh/_pipeline.sh: pipeline.sh data/completion/completion.awk
	$(Q)$(call COMPLETE,zsh)
$(B)/completion/bash/%: $(B)/% data/completion/completion.awk
	$(Q)$(call COMPLETE,bash)
$(B)/completion/zsh/_%: $(B)/% data/completion/completion.awk
	$(Q)$(call COMPLETE,zsh)

pkgdatadir = $(datadir)/cashflow
unitdir = $(prefix)/lib/systemd/system
bashdir = $(datadir)/bash-completion/completions
zshdir = $(datadir)/zsh/site-functions
UNITS_OF_SYSTEMD = $(shell find data/systemd -type f 2>/dev/null | sort)
DATA = $(shell find data -type f ! -path 'data/systemd/*' ! -path 'data/debian/*' ! -path 'data/completion/*' | sort)

# all that is installed: SOURCE=TARGET; what can be executed here is so there
INSTALLED = \
    $(foreach f,$(PROGRAMS) pipeline.sh,$(f)=$(bindir)/$(notdir $(f))) \
    $(foreach f,$(MAN),$(f)=$(mandir)/man$(patsubst .%,%,$(suffix $(f)))/$(notdir $(f))) \
    $(foreach f,$(COMMANDS),$(B)/completion/bash/$(f)=$(bashdir)/$(f) $(B)/completion/zsh/_$(f)=$(zshdir)/_$(f)) \
    $(foreach f,$(DATA),$(f)=$(pkgdatadir)/$(f:data/%=%)) \
    $(foreach f,$(UNITS_OF_SYSTEMD),$(f)=$(unitdir)/$(f:data/systemd/%=%)) \
    README.md=$(datadir)/doc/cashflow/README.md \
    $(B)/libcf.a=$(libdir)/libcf.a lib/face/cf.h=$(includedir)/cf.h lib/face/cf.pc.in=$(libdir)/pkgconfig/cf.pc

install: all completion
	$(Q)for f in $(INSTALLED); do \
	    source=$${f%%=*}; target='$(DESTDIR)'$${f#*=}; mode=644; [ ! -x $$source ] || mode=755; \
	    mkdir -p "$${target%/*}" && install -m $$mode $$source "$$target" || exit; done
	$(Q)for f in $(MAN:man/%=%); do \
	    sed 's/^\.Os cashflow$$/& $(VERSION)/' man/$$f > '$(DESTDIR)$(mandir)'/man$${f##*.}/$$f || exit; done
	$(Q)sed -e '/^#/d' -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' \
	    -e 's|@version@|$(VERSION)|' lib/face/cf.pc.in > '$(DESTDIR)$(libdir)/pkgconfig/cf.pc'
	@echo 'installed under $(DESTDIR)$(prefix)'

# exactly what install put there, and the folders it alone used
uninstall:
	$(Q)for f in $(INSTALLED); do rm -f '$(DESTDIR)'$${f#*=}; done
	$(Q)rmdir '$(DESTDIR)$(unitdir)'/cashflow-*.d '$(DESTDIR)$(datadir)/doc/cashflow' 2>/dev/null || true
	$(Q)[ ! -d '$(DESTDIR)$(pkgdatadir)' ] || find '$(DESTDIR)$(pkgdatadir)' -depth -type d -exec rmdir {} \; 2>/dev/null || true

clean:
	rm -rf $(B)

help:
	@echo 'all        the library and the programs, under $(B) (the default)'
	@echo 'check      install what is missing, build, run all tests; T=NAME runs those whose name begins so'
	@echo 'check-long the tests that take long: kills, full disks, odd names by the thousand'
	@echo 'demo       install what is missing, build, live through some months of the bundled sample'
	@echo 'install    programs, man pages and data under $$(DESTDIR)$$(prefix); uninstall removes exactly that'
	@echo 'asan       the tests with address and undefined-behaviour sanitizers'
	@echo 'tsan       the tests with the thread sanitizer'
	@echo 'valgrind   the unit tests and short scenarios under valgrind'
	@echo 'cov        the tests, then line coverage of lib/'
	@echo 'fuzz       each parser under libFuzzer for FUZZ_SECONDS (60)'
	@echo 'builds     other compilers, C libraries and machines: clang, gcc -flto, musl, 32-bit, big-endian'
	@echo 'bench      the benchmarks; BENCH=NAME runs those whose name begins so'
	@echo 'lint       clang-tidy, cppcheck, shellcheck, codespell, headers alone, man pages'
	@echo 'size       lengths of functions and files; fails over the limits'
	@echo 'compdb     $(B)/compile_commands.json for editors'
	@echo 'deps       install what building and testing need'
	@echo 'fresh      demo and check in a new minimal Debian (needs root)'
	@echo 'dist       source archive of HEAD, which has the tag of its version, or a snapshot'
	@echo 'deb        Debian packages, under $(B)/deb'
	@echo 'clean      remove $(B)'
	@echo 'Variables: B=FOLDER CONFIG="configure arguments" T=TESTS V=1 DESTDIR= prefix='

endif
