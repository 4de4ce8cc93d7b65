/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wake.h: how workers and the loader hand results to the loop thread: a list
 * and one eventfd. However many results come before the loop gets to look,
 * they cost one write to the fd and one wake-up.
 */
#ifndef NETINST_CTL_WAKE_H
#define NETINST_CTL_WAKE_H

#include <stdbool.h>

#include "base/lock.h"

/* Embedded in what is handed over; on one list at a time. */
struct wake_node {
	struct wake_node *next;
	void (*run)(struct wake_node *node); /* on the loop thread */
};

struct wake {
	struct lock lock; /* LOCK_WAKE */
	struct wake_node *first, **last;
	bool rung; /* fd was written to, and the list not taken since */
	int fd;	   /* readable when the list has something */
};

/* Returns 0 or a negative errno. */
int wake_init(struct wake *wake);

/* Nothing may be on the list, and nobody posts any more. */
void wake_destroy(struct wake *wake);

/* Any thread. node stays the wake's until it is run. */
void wake_post(struct wake *wake, struct wake_node *node);

/* Loop thread: runs, in the order of posting, what was posted until now. */
void wake_run(struct wake *wake);

#endif
