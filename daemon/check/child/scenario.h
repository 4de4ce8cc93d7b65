/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario.h: what a plugin is put through. Each scenario runs in a process of
 * its own, so that what breaks in one does not hide what is in the others.
 * Reports call it a course.
 */
#ifndef NETINST_CHECK_SCENARIO_H
#define NETINST_CHECK_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

/* How often, and what differs. */
enum scenario_mode {
	SCENARIO_ONCE,
	SCENARIO_POISON, /* fresh memory is filled in two ways, and compared */
	SCENARIO_OOM /* again and again, each time another allocation fails */
};

struct scenario {
	const char *name;
	unsigned workers;
	enum scenario_mode mode;
	bool valgrind;	   /* also under it */
	void (*run)(void); /* in the child, once the driver has started */
};

/* The first has to go well for the others to make sense. */
extern const struct scenario scenarios[];
extern const size_t scenario_count;

#endif
