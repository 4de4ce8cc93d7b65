/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harmless_end.h: a context for fixtures that need none, and a destroy that
 * does nothing. Each fixture includes it once, in its one file.
 */
#ifndef TESTS_PLUGINS_HARMLESS_END_H
#define TESTS_PLUGINS_HARMLESS_END_H

#include <netinst/netinst.h>

__attribute__((unused)) static char anything;

void
nin_destroy(const netid_t id, void *context)
{
}

#endif
