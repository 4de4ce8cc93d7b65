/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h: the memory that netinstd --check shares with the processes that it
 * runs plugins in. The parent writes the order before the child starts. The
 * child writes what it finds, and beforehand what it is about to do: both
 * outlive its death. A child writes without a lock and without allocating, also
 * from a signal handler.
 */
#ifndef NETINST_CHECK_BOARD_H
#define NETINST_CHECK_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinst/types.h>

#include "check/kinds.h"

#define BOARD_FINDINGS 128	 /* of one child; more are only counted */
#define BOARD_SLOTS    64	 /* threads that run plugin code */
#define BOARD_OBSERVED (1 << 20) /* bytes of observations */
#define BOARD_SETTINGS (1 << 16) /* bytes of KEY=VALUE, each with its NUL */
#define BOARD_PATH     4096
#define BOARD_CALLBACK 24
#define BOARD_NAME     72
#define BOARD_SUBJECT  96
#define BOARD_DETAIL   480

#define NOWHERE (-1) /* an instance that is none */

/* Before a location, in what valgrind writes. */
#define BOARD_MARK "<!-- at "

/* Makes netinst-check a child, before the number of the board's descriptor. */
#define CHECK_CHILD "--check-child"

enum child_exit {
	CHILD_FINISHED = 0,
	CHILD_CANNOT_RUN = 90,
	CHILD_REPORTED = 91 /* ended early; the board says why */
};

/* What a child is to do. */
struct board_order {
	unsigned scenario;
	unsigned char poison; /* of fresh memory */
	bool valgrind;
	int xml;	  /* for marks between what valgrind writes */
	uint64_t fail_at; /* which allocation fails, from 1; 0: none */
	char plugin[BOARD_PATH], directory[BOARD_PATH], scratch[BOARD_PATH];
	char settings[BOARD_SETTINGS];
	size_t setting_count;
};

struct board_finding {
	_Atomic bool ready;
	enum kind kind;
	netid_t instance; /* or NOWHERE */
	char callback[BOARD_CALLBACK], registrant[BOARD_NAME];
	/* Findings of one kind, callback and subject are one and the same. */
	char subject[BOARD_SUBJECT];
	char detail[BOARD_DETAIL];
};

/* What a thread is inside of. */
struct board_slot {
	_Atomic int64_t since; /* monotonic; 0: of nothing */
	netid_t instance;
	char callback[BOARD_CALLBACK], registrant[BOARD_NAME];
};

struct board {
	uint64_t magic;
	struct board_order order;
	/* The child's: */
	char name[BOARD_NAME], version[BOARD_NAME]; /* of the plugin */
	_Atomic bool begun;			    /* the child is there */
	_Atomic bool finished;			    /* the scenario, in order */
	_Atomic bool refused;			    /* it was not loaded */
	_Atomic uint64_t allocations;		    /* that could have failed */
	char failure[160]; /* the one that was made to fail, in words */
	_Atomic unsigned finding_count;
	struct board_finding findings[BOARD_FINDINGS];
	_Atomic unsigned slot_count;
	struct board_slot slots[BOARD_SLOTS];
	_Atomic size_t observed_size;
	char observed[BOARD_OBSERVED]; /* lines */
};

/* Parent: makes one, with a descriptor that children inherit; NULL, errno. */
struct board *board_create(int *fd);
void board_destroy(struct board *board, int fd);
/* Parent: forgets what the last child wrote. */
void board_clear(struct board *board);

/* Child: maps the one behind fd; NULL when there is none. */
struct board *board_attach(int fd);

/* The child's board. */
extern struct board *board;

/* Where something happened; the texts are borrowed. */
struct location {
	const char *callback;	/* "create", ..., "nin_load"; "": none */
	const char *registrant; /* or "" */
	netid_t instance;	/* or NOWHERE */
};

/*
 * Text under construction, cut when it gets too long; always ends in NUL. For
 * signal handlers, which cannot use snprintf().
 */
struct line {
	char text[BOARD_DETAIL];
	size_t length;
};
void line_text(struct line *line, const char *text);
void line_number(struct line *line, int64_t number);
/* "create of instance 3", "nin_load"; returns the text. */
const char *line_location(struct line *line, const struct location *where);

/* Child, any thread, also in a signal handler. */
void board_report(enum kind kind, const struct location *where,
    const char *subject, const char *detail);
/* The same with a format; not in a signal handler. */
void board_reportf(enum kind kind, const struct location *where,
    const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a line that two runs of one scenario are compared by. */
void board_observe(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
