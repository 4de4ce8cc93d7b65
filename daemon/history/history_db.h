/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_db.h: private to history_db.c, history_store.c, history_open.c and
 * history_rescue.c: the database and its statements. The history's thread.
 */
#ifndef NETINST_HISTORY_DB_H
#define NETINST_HISTORY_DB_H

#include <sqlite3.h>
#include <sys/types.h>

#include "history/history_queue.h"
#include "history/history_store.h"

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
	STORE_READERS, /* the rest need the present schema, and change it */
	STORE_RESCUED = STORE_READERS,
	STORE_IS_RESCUED,
	STORE_LIVE,	/* a namespace is an instance */
	STORE_HAND_ON,	/* what was counted of it, for its next life */
	STORE_LIVE_NOT, /* it has ended */
	STORE_LIVING,
	STORE_STATEMENTS
};

struct history_store {
	char *directory, *path;
	int directory_fd;			    /* locked; -1: not yet */
	sqlite3 *connection;			    /* NULL: not open */
	sqlite3_stmt *statements[STORE_STATEMENTS]; /* prepared while open */
	bool writable;				    /* open for that */
	ino_t inode; /* of the file that is open */
	dev_t device;
	bool suspect; /* to be opened anew before it is written again */
	struct history_figures figures;	       /* due: of the next rescue */
	struct history_problem rescue_problem; /* why it is still to be done */
	struct history_problem problem;
};

/* A code of SQLite without its details. */
#define STORE_PRIMARY(code) ((code)&0xff)

/* Closes the database, if it is open. */
void store_close(struct history_store *store);

/*
 * When due, copies what can be read from the databases that this daemon or an
 * earlier one has moved aside; what cannot be read now is tried again later.
 * False: the new database failed.
 */
bool store_rescue(struct history_store *store);

/* The oldest record's time, 0: there is none. */
#define STORE_SELECT_OLDEST "SELECT coalesce(min(closed), 0) FROM record"

/*
 * Asks for one number or, with text, whether that is the answer. Returns a code
 * of SQLite's.
 */
int store_ask(struct history_store *store, const char *question,
    const char *text, int64_t *number);

/*
 * The columns of a record, in this order, and whether a row of them is what was
 * written.
 */
#define STORE_COLUMNS "number, closed, names, text, sum"
bool store_is_whole(sqlite3_stmt *row);

/* Learns how many records there are, and which; a code of SQLite's. */
int store_learn(struct history_store *store);

/* The path as SQLite's URIs want it. The caller frees it. */
char *store_uri(const char *path, const char *parameters);

/* What every connection runs first. */
extern const char store_to_read[];

/*
 * Opens path, which is name in that directory, for reading: writes nothing
 * beside it and locks nobody out. Close the connection in any case. Returns a
 * code of SQLite's.
 */
int store_connect_to_read(
    sqlite3 **connection, int directory, const char *path, const char *name);

/* Sets the problem from a code of SQLite; returns false. what: "... cannot" */
bool store_failed(struct history_store *store, int code, const char *what);

#endif
