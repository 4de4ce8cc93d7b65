# SPDX-License-Identifier: Apache-2.0
#
# The model tests of the core: included by the Makefile. Each program exits 0
# when nothing is broken.

MODEL_CHECKER = $(addprefix $(BUILD)/tests/model/,checker.o judge_life.o \
	judge_notify.o judge_phase.o judge_sweep.o world.o world_add.o \
	world_callback.o)
MODEL_DRIVER = $(addprefix $(BUILD)/tests/model/,actions.o faces.o issue.o \
	places.o recorder.o)
MODEL_CORE = $(call objects,daemon/base/*.c daemon/exec/*.c daemon/core/*.c)

MODELS = $(addprefix $(BUILD)/tests/model/,mutations ordering)

# The stub takes the place of the threads; memory comes from the arena.
MODEL_STUB = $(addprefix $(BUILD)/tests/model/,arena.o stub_pool.o)
WRAPPED = malloc calloc realloc reallocarray strdup free clock_gettime

$(BUILD)/tests/model/ordering: $(BUILD)/tests/model/ordering.o \
    $(MODEL_CHECKER) $(MODEL_DRIVER) $(MODEL_CORE)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $^

$(BUILD)/tests/model/mutations: $(BUILD)/tests/model/mutations.o \
    $(MODEL_CHECKER)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $^

$(BUILD)/tests/model/exhaustive: $(BUILD)/tests/model/exhaustive.o \
    $(MODEL_CHECKER) $(MODEL_STUB) \
    $(filter-out %/pool.o %/worker.o,$(MODEL_CORE))
	$(call say,LINK)
	$(Q)$(LINK) -pie $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^

-include $(patsubst %.c,$(BUILD)/%.d,$(wildcard tests/model/*.c))
