/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_exec_stack.c: has a section that asks for an executable stack.
 */
#include "harmless.h"

/* As hand-written assembly does that says nothing of its stack. */
__asm__(".pushsection .note.GNU-stack,\"x\",%progbits\n\t.popsection");

NETINST_PLUGIN(.name = "seeded_exec_stack", .version = "1.0.0",
    .summary = "wants an executable stack");
