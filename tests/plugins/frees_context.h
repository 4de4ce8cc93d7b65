/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frees_context.h: a destroy that frees the context, for fixtures whose fault
 * lies elsewhere. Each fixture includes it once, in its one file.
 */
#ifndef TESTS_PLUGINS_FREES_CONTEXT_H
#define TESTS_PLUGINS_FREES_CONTEXT_H

#include <stdlib.h>

#include <netinst/netinst.h>

void
nin_destroy(const netid_t id, void *context)
{
	free(context);
}

#endif
