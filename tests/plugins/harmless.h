/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harmless.h: create and destroy that do nothing, for fixtures whose fault
 * lies elsewhere. Each fixture includes it once, in its one file.
 */
#ifndef TESTS_PLUGINS_HARMLESS_H
#define TESTS_PLUGINS_HARMLESS_H

#include "harmless_end.h"

void *
nin_create(const netid_t id)
{
	return &anything;
}

#endif
