/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_descriptor_left.c: opens a file in create and does not close it.
 */
#include <fcntl.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_descriptor_left", .version = "1.0.0",
    .summary = "leaves a descriptor open");

void *
nin_create(const netid_t id)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 ? &anything : NULL;
}
