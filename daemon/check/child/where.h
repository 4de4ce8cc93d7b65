/* SPDX-License-Identifier: Apache-2.0 */
/*
 * where.h: which callbacks of the plugin the calling thread is inside of.
 * watch.c enters and leaves them; everything else asks. Any thread.
 */
#ifndef NETINST_CHECK_WHERE_H
#define NETINST_CHECK_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "check/board.h"
#include "check/child/process.h"

/* One callback, and how things stood when it began. */
struct visit {
	const char *callback;
	netid_t instance;
	char registrant[BOARD_NAME];
	struct process_note before;
	int64_t begun;
	int locks;	/* held when it began */
	bool logged;	/* the plugin has logged something */
	bool in_loader; /* nin_load, nin_unload, a constructor */
};

/* Before any callback; main thread. */
void where_start(void);

/*
 * Enters a callback, leaves the innermost. where_enter() returns NULL, as
 * where_visit() then does, when they are nested too deep to be remembered.
 */
struct visit *where_enter(void);
void where_leave(void);

/* The innermost, or NULL: outside of all. */
struct visit *where_visit(void);

/* The same as a location; borrowed. Also in a signal handler. */
struct location where_now(void);

/* Reports a finding there; not in a signal handler. */
void where_report(enum kind kind, const char *subject, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether this process is a copy that the plugin has made of the child. */
bool where_is_copy(void);

#endif
