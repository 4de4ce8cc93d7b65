# SPDX-License-Identifier: Apache-2.0
#
# The model tests of the core: included by the Makefile. Each of MODELS is a
# program that prints TAP and exits 0 when nothing is broken.
#
#   make check-model   all of them
#   make model-full    the same, with everything that takes minutes

model = $(addprefix $(BUILD)/tests/model/,$(1))

MODEL_CHECKER = $(call model,checker.o judge_life.o judge_notify.o \
	judge_phase.o judge_sweep.o judge_timeout.o world.o world_add.o world_callback.o)
MODEL_CORE = $(call objects,$(addprefix daemon/,base/*.c exec/*.c core/*.c \
	core/*/*.c)) $(BUILD)/lib/memory.o

MODEL_ORDERING = $(call model,ordering.o actions.o faces.o issue.o kept.o \
	later.o oracle.o places.o protocols.o provide.o recorder.o stats.o) \
	$(MODEL_CHECKER) $(MODEL_CORE)
# Stubs take the place of the threads and of the table, an arena that of malloc.
MODEL_EXHAUSTIVE = $(call model,exhaustive.o small.o arena.o \
	stub_pool.o stub_table.o) $(MODEL_CHECKER) \
	$(filter-out $(addprefix %/,pool.o pool_queue.o thread.o worker.o \
	table.o),$(MODEL_CORE))
MODEL_WRAP = $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc \
	reallocarray strdup free clock_gettime)
comma = ,

# What is broken on purpose is not built with sanitizers: they would end it
# before the checker sees it.
MODELS = $(call model,mutations hook_order ordering serial exhaustive) \
	$(if $(SANITIZE),,$(call model,broken-builds))

$(call model,mutations): $(call model,mutations.o) $(MODEL_CHECKER)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $^

$(call model,hook_order): $(call model,hook_order.o) \
    $(BUILD)/daemon/core/hook/hook_order.o $(call objects,daemon/base/*.c) \
    $(BUILD)/lib/memory.o
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $^

$(call model,ordering): $(MODEL_ORDERING) $(BUILD)/daemon.list
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(filter %.o,$^)

# One thread and one worker: the order of sweeps.
$(call model,serial): $(call model,ordering)
	@printf '%s\n' '#!/bin/sh' \
	    'exec "$${0%serial}ordering" --threads 1 --workers 1 "$$@"' >$@
	@chmod +x $@

$(call model,exhaustive): $(MODEL_EXHAUSTIVE) $(BUILD)/daemon.list
	$(call say,LINK)
	$(Q)$(LINK) -pie $(MODEL_WRAP) -o $@ $(filter %.o,$^)

$(call model,broken-builds): tests/model/broken-builds.sh \
    $(call model,ordering exhaustive)
	$(call say,MAKE)
	@printf '%s\n' '#!/bin/sh' "export COMPILE='$(COMPILE)'" \
	    "export INCLUDES='-Iinclude -I. -Idaemon$(if $(PERTURB), \
	    -include daemon/base/perturb.h)' LINK='$(LINK)'" \
	    "export ORDERING='$(MODEL_ORDERING)'" \
	    "export EXHAUSTIVE='$(MODEL_EXHAUSTIVE)' WRAP='$(MODEL_WRAP)'" \
	    "export PERTURB='$(PERTURB)'" \
	    'exec tests/model/broken-builds.sh "$$@"' >$@
	@chmod +x $@

.PHONY: check-model model-full
check-model: $(MODELS)
	@NETINST_BUILD=$(BUILD) NETINST_MODELS='$(MODELS)' tests/run model

model-full: $(MODELS)
	$(call model,ordering) --operations 1000000
	$(call model,serial) --operations 200000
	$(call model,exhaustive) --all

-include $(patsubst %.c,$(BUILD)/%.d,$(wildcard tests/model/*.c))
