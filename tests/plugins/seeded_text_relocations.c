/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_text_relocations.c: has an address in its code that is known only when
 * it is loaded.
 */
#include "harmless.h"

/* As code does that was compiled without -fPIC. */
__asm__(".text\n\t.balign 8\n\t.8byte nin_create");

NETINST_PLUGIN(.name = "seeded_text_relocations", .version = "1.0.0",
    .summary = "has text relocations");
