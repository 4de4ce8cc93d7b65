/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_order.h: private to core/: in which order the hooks of an event run,
 * from the order in which they came and their hints. A pure function: no
 * state, any thread.
 */
#ifndef NETINST_CORE_HOOK_ORDER_H
#define NETINST_CORE_HOOK_ORDER_H

#include <stddef.h>

#include <netinst/hook.h>

struct hook_place {
	const char *name; /* unique among them */
	hook_hint_t hint;
	const char *target;    /* of HH_BEFORE and HH_AFTER */
	struct hook_int *hook; /* the caller's; not looked at */
};

/*
 * Fills order with the indices of the places, the one to run first in front.
 * places: in the order in which they came.
 *
 * HH_FIRST runs before all others and HH_LAST behind them. A hint that names
 * a hook which is not there means nothing. Counted from the end, each turn goes
 * to the one that came last among those behind which no other has to run: so a
 * hook is not moved without need, and one that comes never swaps two that are
 * there unless a hint says so.
 *
 * Returns 0, or -EBUSY when the hints contradict each other; order is then
 * undefined.
 */
int hook_order(const struct hook_place *places, size_t count, size_t *order);

#endif
