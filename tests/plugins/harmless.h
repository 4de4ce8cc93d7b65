/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harmless.h: create and destroy that do nothing, for fixtures whose fault
 * lies elsewhere. Each fixture includes it once, in its one file.
 */
#ifndef TESTS_PLUGINS_HARMLESS_H
#define TESTS_PLUGINS_HARMLESS_H

#include <netinst/netinst.h>

static char harmless_context;

void *
nin_create(const netid_t id)
{
	return &harmless_context;
}

void
nin_destroy(const netid_t id, void *context)
{
}

#endif
