# SPDX-License-Identifier: Apache-2.0
#
# Everything is built below $(BUILD); nothing outside it is written except by
# install. Sources are found by place: a new file in lib/, daemon/, cli/,
# plugins/, tests/ or bench/ is built without a word here.
#
# make help lists the targets: what stands behind "## " in their rules.
#
# To set from outside:
#   V=1             show the commands
#   CC, CFLAGS, LDFLAGS, BUILD
#   WERROR=         warnings only warn
#   SANITIZE=       address,undefined or thread
#   PERTURB=1       delays wherever threads meet: base/perturb.h
#   DESTDIR, PREFIX, PLUGINDIR, LIBEXECDIR, SYSCONFDIR   where install puts things

BUILD ?= build
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g
WERROR ?= -Werror
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/netinst
INCLUDEDIR ?= $(PREFIX)/include
PLUGINDIR ?= $(PREFIX)/lib/netinst
SYSCONFDIR ?= /etc
DOCDIR ?= $(PREFIX)/share/doc/netinst
TEMPLATEDIR ?= $(PREFIX)/share/netinst/template
PKGCONFIGDIR ?= $(PREFIX)/share/pkgconfig
MANDIR ?= $(PREFIX)/share/man

# What has to be installed: to build and to see the demonstration; to run the
# checks; to run everything that .ci/run does.
PACKAGES = gcc libc6-dev make jq netcat-openbsd uthash-dev libjansson-dev \
	libconfuse-dev libsmartcols-dev libpcap-dev libmnl-dev libsqlite3-dev \
	iproute2 \
	'libevent-dev>=2.1.12-stable-8+deb12u1'
CHECK_PACKAGES = $(PACKAGES) binutils bats bats-assert bats-support \
	libcmocka-dev socat shellcheck clang-format g++ pkg-config \
	abigail-tools mandoc clang valgrind
CI_PACKAGES = $(CHECK_PACKAGES) git

# --- flags -----------------------------------------------------------------

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wwrite-strings -Wundef \
	-Wcast-qual -Wcast-align -Wformat=2 -Wvla -Wimplicit-fallthrough \
	-Wmissing-include-dirs -Wnull-dereference -Wredundant-decls \
	-Wswitch-enum -Wdate-time $(WERROR)

ifeq ($(SANITIZE),)
HARDENING = -fstack-protector-strong -fstack-clash-protection \
	-D_FORTIFY_SOURCE=2
else
HARDENING = -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -DNETINST_DEBUG
endif

ifneq ($(PERTURB),)
HARDENING += -DNETINST_DEBUG -DNETINST_PERTURB
endif

COMPILE = $(CC) -std=gnu17 -D_GNU_SOURCE -pthread -fPIC -fvisibility=hidden \
	-ffile-prefix-map=$(CURDIR)=. $(WARNINGS) $(HARDENING) -MMD -MP \
	$(CPPFLAGS) $(CFLAGS)
LINK = $(CC) -pthread $(HARDENING) $(CFLAGS) -Wl,-z,relro,-z,now \
	-Wl,--as-needed $(LDFLAGS)
EXPORTED = daemon/exported.list daemon/taken.list
LINK_DAEMON = $(LINK) -pie $(EXPORTED:%=-Wl,--dynamic-list=%)

DAEMON_LIBRARIES = -levent_core -levent_pthreads -ljansson -lconfuse -lmnl \
	-lsqlite3 -ldl
CLI_LIBRARIES = -ljansson -lsmartcols -lpcap

# --- what there is ---------------------------------------------------------

objects = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1))))
without_main = $(filter-out %/main.o,$(1))

# lib/ is in all programs.
LIB_OBJECTS = $(call objects,lib/*.c)
CHECK_SOURCES = $(sort $(shell find daemon/check -name '*.c'))
DAEMON_SOURCES = $(filter-out $(CHECK_SOURCES),\
	$(sort $(shell find daemon -name '*.c')))
DAEMON_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(DAEMON_SOURCES)) $(LIB_OBJECTS)
# A plugin under check meets all of netinstd, but for its main().
CHECK_OBJECTS = $(call without_main,$(DAEMON_OBJECTS)) \
	$(patsubst %.c,$(BUILD)/%.o,$(CHECK_SOURCES))
CLI_SOURCES = $(sort $(shell find cli -name '*.c'))
CLI_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(CLI_SOURCES)) $(LIB_OBJECTS)
# What several units of the daemon use.
UNIT_SHARED = $(call objects,$(filter-out tests/unit/test_%.c,\
	$(wildcard tests/unit/*.c)))
SMALL_PLUGINS = $(patsubst %.c,$(BUILD)/%.so,$(sort $(wildcard plugins/*.c)))
FIXTURES = $(patsubst %.c,$(BUILD)/%.so,$(sort $(wildcard tests/plugins/*.c)))
# What a daemon can be started with, by LD_PRELOAD.
PRELOADS = $(patsubst %.c,$(BUILD)/%.so,$(sort $(wildcard tests/preload/*.c)))
# A plugin of many files has a directory.
LARGE_PLUGINS = $(patsubst %/,$(BUILD)/%.so,\
	$(sort $(dir $(wildcard plugins/*/*.c))))
PLUGINS = $(SMALL_PLUGINS) $(LARGE_PLUGINS)
LARGE_FIXTURES = $(patsubst %/,$(BUILD)/%.so,\
	$(sort $(dir $(wildcard tests/plugins/*/*.c))))
TOOLS = $(patsubst tests/lib/%.c,$(BUILD)/tests/%,\
	$(sort $(wildcard tests/lib/*.c)))
UNITS = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/test_*.c)))
CLI_UNITS = $(filter $(BUILD)/tests/unit/test_cli_%,$(UNITS))
DAEMON_UNITS = $(filter-out $(CLI_UNITS),$(UNITS))
IPSTAT_UNITS = $(filter $(BUILD)/tests/unit/test_ipstat_%,$(UNITS))
BENCH_MAINS = $(sort $(shell grep -lw '^main' bench/*.c))
BENCHES = $(patsubst %.c,$(BUILD)/%,$(BENCH_MAINS))
BENCH_SHARED = $(call objects,$(filter-out $(BENCH_MAINS),\
	$(wildcard bench/*.c)))
PROGRAMS = $(BUILD)/netinstd $(BUILD)/netinst-check $(BUILD)/netinstctl \
	$(PLUGINS)

.PHONY: all tests deps check-deps ci-deps demo check check-unit check-bats \
	check-source check-sanitized check-perturbed asan tsan perturb fuzz \
	bench benches format \
	abi install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
all: $(PROGRAMS) ## netinstd, netinstctl and the plugins

# tests/model adds its programs to MODELS and says how they are linked.
-include tests/model/model.mk
tests: $(PROGRAMS) $(FIXTURES) $(LARGE_FIXTURES) $(PRELOADS) $(TOOLS) \
    $(UNITS) $(MODELS)

# --- how it is built -------------------------------------------------------

# V=1 shows the commands as they are.
Q = $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $@

# Changes when the flags do, so that what was built with others is built anew.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(LINK)' | cmp -s - $@ || \
		echo '$(COMPILE) $(LINK)' >$@

# Callbacks of a test do not look at all that they are given.
$(BUILD)/tests/% $(BUILD)/bench/%: private WARNINGS += -Wno-unused-parameter

# In a program what belongs to a thread costs one instruction, not a call.
THREAD_LOCAL = -ftls-model=local-exec
$(BUILD)/plugins/% $(BUILD)/tests/plugins/% $(BUILD)/tests/preload/%: \
	THREAD_LOCAL =

INCLUDES = -Iinclude -I.
$(BUILD)/daemon/% $(BUILD)/tests/% $(BUILD)/bench/%: \
	INCLUDES = -Iinclude -I. -Idaemon
$(BUILD)/plugins/% $(BUILD)/tests/plugins/%: INCLUDES = -Iinclude
$(BUILD)/cli/%: INCLUDES = -Iinclude -I. -Icli
$(BUILD)/tests/unit/test_cli_%: INCLUDES = -Iinclude -I. -Icli -Idaemon
$(BUILD)/tests/unit/test_ipstat_%: INCLUDES = -Iinclude -I. -Idaemon \
	-Iplugins/ipstat
$(BUILD)/tests/plugins/solaris_%: INCLUDES = -Iinclude/solaris -Iinclude

# What asks for delays: not plugins, which know nothing of the framework.
ifneq ($(PERTURB),)
$(BUILD)/daemon/% $(BUILD)/tests/unit/% $(BUILD)/tests/model/%: \
	private INCLUDES += -include daemon/base/perturb.h
endif

# Only these files know where things are installed; the same trick for them.
PATHS = -DNETINST_PLUGIN_DIRECTORY='"$(PLUGINDIR)"' \
	-DNETINST_CONFIG_FILE='"$(SYSCONFDIR)/netinst/netinst.conf"' \
	-DNETINST_SBIN_DIRECTORY='"$(SBINDIR)"' \
	-DNETINST_LIBEXEC_DIRECTORY='"$(LIBEXECDIR)"'
$(BUILD)/paths: FORCE
	@mkdir -p $(@D)
	@echo '$(PATHS)' | cmp -s - $@ || echo '$(PATHS)' >$@
KNOW_PATHS = $(addprefix $(BUILD)/daemon/,check_exec.o config.o config_file.o \
	options.o)
$(KNOW_PATHS): $(BUILD)/paths
$(KNOW_PATHS): DEFINES = $(PATHS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(THREAD_LOCAL) $(DEFINES) $(INCLUDES) -c -o $@ $<

# Change when an object comes or goes: without one, nothing else would be newer.
$(BUILD)/daemon.list: OBJECTS = $(DAEMON_OBJECTS)
$(BUILD)/check.list: OBJECTS = $(CHECK_OBJECTS)
$(BUILD)/cli.list: OBJECTS = $(CLI_OBJECTS)
$(BUILD)/unit.list: OBJECTS = $(UNIT_SHARED)
$(BUILD)/bench.list: OBJECTS = $(BENCH_SHARED)
$(BUILD)/%.list: FORCE
	@mkdir -p $(@D)
	@echo '$(OBJECTS)' | cmp -s - $@ || echo '$(OBJECTS)' >$@

$(BUILD)/netinstd: $(DAEMON_OBJECTS) $(EXPORTED) $(BUILD)/daemon.list
	$(call say,LINK)
	$(Q)$(LINK_DAEMON) -o $@ $(DAEMON_OBJECTS) $(DAEMON_LIBRARIES)

# check/child/watch.c stands in for these.
WATCHED = frame_enter frame_leave loader_enter loader_leave log_write \
	log_write_list log_wants log_limit_pass
$(BUILD)/netinst-check: $(CHECK_OBJECTS) $(EXPORTED) $(BUILD)/check.list
	$(call say,LINK)
	$(Q)$(LINK_DAEMON) $(WATCHED:%=-Wl,--wrap=%) -o $@ $(CHECK_OBJECTS) \
		$(DAEMON_LIBRARIES)

$(BUILD)/netinstctl: $(CLI_OBJECTS) $(BUILD)/cli.list
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(CLI_OBJECTS) $(CLI_LIBRARIES)

$(SMALL_PLUGINS) $(FIXTURES) $(PRELOADS): $(BUILD)/%.so: $(BUILD)/%.o
	$(call say,LINK)
	$(Q)$(LINK) -shared -o $@ $<

.SECONDEXPANSION:
$(LARGE_PLUGINS) $(LARGE_FIXTURES): $(BUILD)/%.so: $$(call objects,%/*.c)
	$(call say,LINK)
	$(Q)$(LINK) -shared -o $@ $^

# Two have faults that the linker would warn of.
$(BUILD)/tests/plugins/seeded_exec_stack.so: \
    private LDFLAGS += -Wl,--no-warn-execstack
$(BUILD)/tests/plugins/seeded_text_relocations.so: \
    private LDFLAGS += -Wl,-z,notext

$(TOOLS): $(BUILD)/tests/%: $(BUILD)/tests/lib/%.o
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $<

$(DAEMON_UNITS): $(BUILD)/%: $(BUILD)/%.o $(UNIT_SHARED) \
    $(call without_main,$(DAEMON_OBJECTS)) $(EXPORTED) \
    $(BUILD)/daemon.list $(BUILD)/unit.list
	$(call say,LINK)
	$(Q)$(LINK_DAEMON) -o $@ $(filter %.o,$^) $(DAEMON_LIBRARIES) -lcmocka

# It does something in between, whenever one of these is called.
$(BUILD)/tests/unit/test_core_moments: private LDFLAGS += \
    $(patsubst %,-Wl$(comma)--wrap=%,timer_cancel kstat_visitor_find \
	frame_enter kstat_update)

# The parts of a plugin, without what makes it one.
$(IPSTAT_UNITS): $(filter-out %/ipstat.o,$(call objects,plugins/ipstat/*.c))

$(CLI_UNITS): $(BUILD)/%: $(BUILD)/%.o $(call without_main,$(CLI_OBJECTS)) \
    $(BUILD)/cli.list
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(filter %.o,$^) $(CLI_LIBRARIES) -lcmocka

$(BENCHES): $(BUILD)/%: $(BUILD)/%.o $(BENCH_SHARED) \
    $(call without_main,$(DAEMON_OBJECTS)) $(EXPORTED) \
    $(BUILD)/daemon.list $(BUILD)/bench.list
	$(call say,LINK)
	$(Q)$(LINK_DAEMON) -o $@ $(filter %.o,$^) $(DAEMON_LIBRARIES)

-include $(patsubst %.c,$(BUILD)/%.d,$(DAEMON_SOURCES) $(CHECK_SOURCES) \
	$(CLI_SOURCES) $(wildcard \
	$(addsuffix /*.c,lib plugins plugins/* bench tests/fuzz tests/lib tests/unit \
	tests/plugins tests/plugins/* tests/preload)))

# --- set-up, demonstration, checks -----------------------------------------

help: ## this list
	@awk -F ':.*## ' '/^[a-z][-a-z ]*:.*## / { \
		printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo 'Variables:'
	@sed -n 's/^#   \([A-Z]\)/  \1/p' $(firstword $(MAKEFILE_LIST))

deps: ## install what is needed to build
	@.ci/deps $(PACKAGES)

check-deps:
	@.ci/deps $(CHECK_PACKAGES)

ci-deps:
	@.ci/deps $(CI_PACKAGES)

# A second make, because what there is to build may depend on what was just
# installed; all CPUs, unless a -j says otherwise.
MAKE_ALL = +@$(MAKE) --no-print-directory \
	$(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

demo: deps ## the main job for real, in a minute
	$(MAKE_ALL) all $(BUILD)/tests/rooted
	@NETINST_BUILD=$(BUILD) $(BUILD)/tests/rooted tests/demo

RUN = NETINST_BUILD=$(BUILD) NETINST_MODELS='$(MODELS)' tests/run

check: check-deps ## every test; ends in "N passed, N failed"
	$(MAKE_ALL) tests
	@$(RUN) unit model bats source

check-unit: check-deps ## the units and the models
	$(MAKE_ALL) tests
	@$(RUN) unit model

check-bats: check-deps ## end to end: tests/*.bats
	$(MAKE_ALL) tests
	@$(RUN) bats

check-source: check-deps ## the lint
	$(MAKE_ALL) all
	@$(RUN) source

# The same tests under the sanitizers. tests/run counts each of their reports
# as a failure, also one of a process that no test looks at.
asan: SANITIZE = address,undefined
tsan: SANITIZE = thread
asan tsan: check-deps ## the same tests under the sanitizers
	$(MAKE_ALL) BUILD=$(BUILD)/$@ SANITIZE=$(SANITIZE) CFLAGS='-O1 -g' \
		check-sanitized
# One model is left out: it has one thread, brings its own memory, which hides
# it from the sanitizers, and takes ten times as long with them.
# So are the tests whose preloaded functions stand where a sanitizer's would,
# those that crash on purpose, where the sanitizer has the last word, and those
# of what is installed, of the papers and of the source.
check-sanitized: MODELS := $(filter-out %/exhaustive,$(MODELS))
check-sanitized: tests
	@NETINST_WITHOUT='12-install 13-readme 14-lint 29-ends 34-shortage' \
		NETINST_OPERATIONS=100000 $(RUN) unit model bats

# The same tests where threads are delayed wherever they meet, as the seed says
# (base/perturb.h): NETINST_SEED=N make perturb does again what N did. Without
# one it is another each time. The models that have one thread are left out.
PERTURBED ?= unit model bats
perturb: check-deps ## the same tests with delays wherever threads meet
	$(MAKE_ALL) BUILD=$(BUILD)/$@ PERTURB=1 CFLAGS='-O1 -g' check-perturbed
check-perturbed: MODELS := $(filter %/ordering %/serial %/broken-builds,\
	$(MODELS))
check-perturbed: tests
	@NETINST_OPERATIONS=$${NETINST_OPERATIONS:-1000000} \
		NETINST_SEED=$${NETINST_SEED:-$$(date +%s)} \
		$(RUN) $(PERTURBED)

# Runs each target of tests/fuzz for so long, from what is in its corpus; what
# is new stays below $(BUILD)/fuzz/corpus. FUZZERS chooses some of them.
FUZZ_SECONDS ?= 60
FUZZERS ?= $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_PROGRAMS = $(patsubst %,$(BUILD)/tests/fuzz/%,$(FUZZERS))
$(FUZZ_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o \
    $(call without_main,$(DAEMON_OBJECTS)) $(EXPORTED) $(BUILD)/daemon.list
	$(call say,LINK)
	$(Q)$(LINK_DAEMON) -fsanitize=fuzzer -o $@ $(filter %.o,$^) \
		$(DAEMON_LIBRARIES)
fuzz: check-deps ## bad bytes for all that reads bytes from outside
	$(MAKE_ALL) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g' \
		SANITIZE=fuzzer-no-link,address,undefined fuzz-programs
	@NETINST_BUILD=$(BUILD)/fuzz tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)
fuzz-programs: $(FUZZ_PROGRAMS)

# Takes minutes; bench/README.md says how to read the result.
bench: deps ## measure; takes minutes (bench/README.md)
	$(MAKE_ALL) benches
	@for program in $(BENCHES); do $$program || exit; done
benches: $(PROGRAMS) $(FIXTURES) $(BENCHES)

FORMATTED = $(sort $(shell find include lib daemon cli plugins bench tests \
	-name '*.[ch]'))
format: ## apply the format that the lint asks for
	clang-format -i $(FORMATTED)

# Records the plugin interface of this version: tests/lint/abi.
abi: all ## record the plugin interface of this version
	NETINST_BUILD=$(BUILD) tests/lint/abi --record

# --- installation ------------------------------------------------------------

HEADERS = $(sort $(wildcard include/netinst/*.h))
DOCUMENTS = README.md CHANGELOG.md LICENSE $(sort $(wildcard doc/*.md))
TEMPLATE = plugins/template.c plugins/kit/Makefile
# What a Solaris module finds below one directory.
SOLARIS = $(patsubst include/solaris/%,%,\
	$(sort $(wildcard include/solaris/*.h include/solaris/*/*.h)))
PC_FILES = $(sort $(wildcard plugins/kit/*.pc.in include/solaris/*.pc.in))
PAGES = $(sort $(wildcard doc/man/*.[1-9]))

# The values of version.h, without the compiler.
version = $(shell sed -n 's/^\#define NETINST_$(1)[[:space:]][[:space:]]*"*\([^"]*\)"*$$/\1/p' \
	include/netinst/version.h)
PC_VALUES = -e 's|@PREFIX@|$(PREFIX)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	-e 's|@PLUGINDIR@|$(PLUGINDIR)|' -e 's|@VERSION@|$(call version,VERSION)|' \
	-e 's|@ABI@|$(call version,ABI_MAJOR).$(call version,ABI_MINOR)|'

install: all ## install; DESTDIR= stages
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) \
		$(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(INCLUDEDIR)/netinst \
		$(DESTDIR)$(DOCDIR) $(DESTDIR)$(TEMPLATEDIR) \
		$(DESTDIR)$(PKGCONFIGDIR)
	install -m 0755 $(BUILD)/netinstd $(DESTDIR)$(SBINDIR)
	install -m 0755 $(BUILD)/netinst-check $(DESTDIR)$(LIBEXECDIR)
	install -m 0755 $(BUILD)/netinstctl $(DESTDIR)$(BINDIR)
	install -m 0644 $(PLUGINS) $(DESTDIR)$(PLUGINDIR)
	install -m 0644 $(HEADERS) $(DESTDIR)$(INCLUDEDIR)/netinst
	@for file in $(SOLARIS); do \
		install -D -m 0644 include/solaris/$$file \
			$(DESTDIR)$(INCLUDEDIR)/netinst/solaris/$$file || exit; \
	done
	install -m 0644 $(DOCUMENTS) $(DESTDIR)$(DOCDIR)
	install -m 0644 $(TEMPLATE) $(DESTDIR)$(TEMPLATEDIR)
	@for file in $(PC_FILES); do \
		name=$${file##*/}; \
		sed $(PC_VALUES) $$file \
			>$(DESTDIR)$(PKGCONFIGDIR)/$${name%.in} || exit; \
		chmod 0644 $(DESTDIR)$(PKGCONFIGDIR)/$${name%.in}; \
	done
	@for page in $(PAGES); do \
		install -D -m 0644 -t $(DESTDIR)$(MANDIR)/man$${page##*.} \
			$$page || exit; \
	done

uninstall: ## remove what install installed
	rm -f $(DESTDIR)$(SBINDIR)/netinstd $(DESTDIR)$(BINDIR)/netinstctl \
		$(DESTDIR)$(LIBEXECDIR)/netinst-check
	rm -f $(addprefix $(DESTDIR)$(PLUGINDIR)/,$(notdir $(PLUGINS)))
	rm -f $(patsubst %.in,$(DESTDIR)$(PKGCONFIGDIR)/%,$(notdir $(PC_FILES)))
	rm -f $(foreach page,$(PAGES),\
		$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
	rm -rf $(DESTDIR)$(INCLUDEDIR)/netinst $(DESTDIR)$(DOCDIR) \
		$(DESTDIR)$(TEMPLATEDIR)
	-rmdir $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(LIBEXECDIR)

clean: ## remove what was built
	rm -rf $(BUILD)
