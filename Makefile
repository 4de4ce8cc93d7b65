# SPDX-License-Identifier: Apache-2.0
CC ?= gcc
BUILD ?= build
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -Iinclude -Idaemon -fvisibility=hidden -fPIC -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef -Werror -MMD -MP -pthread $(CFLAGS)

DAEMON_SOURCES = $(sort $(wildcard daemon/*.c daemon/*/*.c))
CLI_SOURCES = $(sort $(wildcard cli/*.c))
PLUGINS = $(patsubst plugins/%.c,$(BUILD)/plugins/%.so,$(wildcard plugins/*.c))

all: $(BUILD)/netinstd $(BUILD)/netinstctl $(PLUGINS)

$(BUILD)/netinstd: $(DAEMON_SOURCES:%.c=$(BUILD)/%.o) daemon/exported.list
	$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) -Wl,--dynamic-list=daemon/exported.list -levent_core -levent_pthreads -ljansson -lconfuse -ldl

$(BUILD)/netinstctl: $(CLI_SOURCES:%.c=$(BUILD)/%.o)
	$(CC) $(ALL_CFLAGS) -o $@ $^ -ljansson -lsmartcols

$(BUILD)/plugins/%.so: plugins/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -shared -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
