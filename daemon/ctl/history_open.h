/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_open.h: private to history_store.c, history_open.c and
 * history_rescue.c: the open database and its statements. The history's thread.
 */
#ifndef NETINST_CTL_HISTORY_OPEN_H
#define NETINST_CTL_HISTORY_OPEN_H

#include <sqlite3.h>
#include <sys/types.h>

#include "ctl/history_queue.h"
#include "ctl/history_store.h"

enum store_statement {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_ROLLBACK,
	STORE_INSERT,
	STORE_FIND,
	STORE_DELETE_AGED,
	STORE_DELETE_FIRST,
	STORE_READ,
	STORE_OLDEST,
	STORE_STATEMENTS
};

struct history_store {
	char *directory, *path;
	int place;	     /* the directory, locked; -1: not yet */
	sqlite3 *connection; /* NULL: not open */
	sqlite3_stmt *statements[STORE_STATEMENTS]; /* prepared while open */
	bool writable;				    /* open for that */
	ino_t inode; /* of the file that is open */
	dev_t device;
	bool suspect; /* to be opened anew before it is written again */
	char *aside;  /* a damaged one that is not taken over yet; or NULL */
	unsigned moved_aside;
	uint64_t count;
	int64_t last, oldest;
	uint64_t damaged;
	struct history_problem problem;
};

/* Closes the database, if it is open. */
void store_close(struct history_store *store);

/*
 * Takes over what can be read of the one that was moved aside. False: that
 * failed for the new one's sake, and can be tried again.
 */
bool store_rescue(struct history_store *store);

/* The path as SQLite's URIs want it. The caller frees it. */
char *store_uri(const char *path, const char *parameters);

/* Sets the problem from a code of SQLite; returns false. what: "... cannot" */
bool store_failed(struct history_store *store, int code, const char *what);

#endif
