/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.h: what was found, each thing once however often it was seen.
 * Parent, main thread.
 */
#ifndef NETINST_CHECK_FINDINGS_H
#define NETINST_CHECK_FINDINGS_H

#include "check/board.h"

struct finding {
	enum kind kind;
	const char *course; /* where it was seen first; NULL: in the file */
	unsigned times;
	netid_t instance;
	char callback[BOARD_CALLBACK], registrant[BOARD_NAME];
	char subject[BOARD_SUBJECT];
	char detail[BOARD_DETAIL], remedy[BOARD_DETAIL];
};

/* How a course went. */
enum course_end { COURSE_NOT_RUN, COURSE_WELL, COURSE_EARLY };

struct findings {
	struct finding *list;
	size_t count;
	/* What the plugin calls itself; "" when it did not get that far. */
	char name[BOARD_NAME], version[BOARD_NAME];
	char path[BOARD_PATH];
	unsigned runs[32]; /* of each course */
	enum course_end ends[32];
	bool stopped; /* the first course ended early, others were left out */
};

/*
 * Adds one, or counts it. A detail with a second line has the remedy there.
 * course: borrowed for good, or NULL.
 */
void findings_add(struct findings *findings, const char *course,
    const struct board_finding *seen);

/* The same for one that was seen in no particular callback. */
void findings_note(struct findings *findings, const char *course,
    enum kind kind, const char *subject, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

void findings_free(struct findings *findings);

#endif
