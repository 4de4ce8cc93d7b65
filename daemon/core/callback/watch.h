/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h: somebody who looks on while plugin code runs. netinstd --check does;
 * a daemon that serves has nobody there and pays for one comparison a callback.
 */
#ifndef NETINST_CORE_WATCH_H
#define NETINST_CORE_WATCH_H

#include <stdbool.h>

#include "core/core.h"

/* One callback; borrowed for the call. */
struct callback_view {
	const char *owner;
	const char *registrant; /* "" when not known */
	enum callback callback;
	netid_t instance;
	bool failed; /* when it is over: create gave NULL, or the like */
};

/*
 * Called on the callback's own thread, as its last words before it and the
 * first after it; callbacks nest. No lock is held. Must not call the core.
 */
struct core_watch {
	void (*begins)(const struct callback_view *view);
	void (*over)(const struct callback_view *view);
};

/* watch: borrowed for good. Before core_start(). */
void core_set_watch(const struct core_watch *watch);

#endif
