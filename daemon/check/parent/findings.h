/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.h: what was found, each thing once however often it was seen, and
 * the report. Parent, main thread.
 */
#ifndef NETINST_CHECK_FINDINGS_H
#define NETINST_CHECK_FINDINGS_H

#include "check/board.h"

struct finding {
	struct board_finding seen; /* first; plain text */
	const char *scenario;	   /* where; NULL: in the file */
	unsigned times;
	char remedy[BOARD_DETAIL];
};

/* How a scenario went, from the best to the worst. */
enum scenario_end {
	SCENARIO_NOT_RUN,
	SCENARIO_WELL,
	SCENARIO_EARLY,	    /* something found has ended it */
	SCENARIO_CANNOT_RUN /* the check itself cannot go on */
};

struct findings {
	struct finding *list;
	size_t count;
	/* What the plugin calls itself; "" when it did not get that far. */
	char name[BOARD_NAME], version[BOARD_NAME];
	char path[BOARD_PATH];
	unsigned runs[32];	    /* of each scenario */
	enum scenario_end ends[32]; /* the worst */
	bool stopped; /* the first scenario ended early, others were left out */
};

/*
 * Adds one, or counts it. A detail with a second line has the remedy there.
 * scenario: borrowed for good, or NULL.
 */
void findings_add(struct findings *findings, const char *scenario,
    const struct board_finding *seen);

/* The same for one that was seen in no particular callback. */
void findings_note(struct findings *findings, const char *scenario,
    enum kind kind, const char *subject, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* To standard output, for people or as one JSON document. */
void findings_print(const struct findings *findings);
void findings_print_json(const struct findings *findings);

#endif
