/* SPDX-License-Identifier: Apache-2.0 */
/* unresolved.c: calls a function that nothing defines. */
#include "harmless.h"

NETINST_PLUGIN(.name = "unresolved", .version = "1.0.0",
    .summary = "lacks a library");

void function_that_nothing_defines(void);

void
nin_unload(void)
{
	function_that_nothing_defines();
}
