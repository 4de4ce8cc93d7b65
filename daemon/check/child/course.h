/* SPDX-License-Identifier: Apache-2.0 */
/*
 * course.h: what a plugin is put through. Each course is played in a process
 * of its own, so that what breaks in one does not hide what is in the others.
 */
#ifndef NETINST_CHECK_COURSE_H
#define NETINST_CHECK_COURSE_H

#include <stdbool.h>
#include <stddef.h>

/* How often, and what differs. */
enum course_mode {
	COURSE_ONCE,
	COURSE_FILLED, /* with memory filled in two ways, and compared */
	COURSE_STARVED /* again and again, each time another allocation fails */
};

struct course {
	const char *name;
	const char *what; /* for people */
	unsigned workers;
	enum course_mode mode;
	bool valgrind;	    /* also under it */
	void (*play)(void); /* in the child, on its stage */
};

extern const struct course courses[];
extern const size_t course_count;

#endif
