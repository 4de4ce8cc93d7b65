/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_open.c: opens the database, and decides what it is: ours, new,
 * damaged, another's. What is damaged is moved aside, never deleted. The
 * history's thread.
 *
 * What cannot be opened for writing is opened for reading, so that what is in
 * it is shown. Without a log beside it that has to be by "immutable", for
 * SQLite makes files for any other reader, which needs a place for them.
 */
#include "ctl/history_open.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"

#define APPLICATION_ID 0x6e696e68 /* "ninh" */
#define VERSION	       1
/* How long somebody else's lock is waited for. */
#define BUSY_MS 100
/* More damage than that is no accident. */
#define MOVED_ASIDE_MAX 10

/*
 * number: see history_record.h. sum: history_record_sum() of the texts, for a
 * disk that changes what was written. SQLite does not see that in a text.
 */
static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE record(number INTEGER PRIMARY KEY, closed INTEGER NOT NULL,"
    " names TEXT NOT NULL, text TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;"
    "CREATE INDEX record_closed ON record(closed);"
    "PRAGMA application_id = 1852403304;"
    "PRAGMA user_version = 1;"
    "COMMIT;";
_Static_assert(APPLICATION_ID == 1852403304, "the schema says it in decimal");

static const char to_read[] = "PRAGMA trusted_schema = OFF;"
			      "PRAGMA cell_size_check = ON;"
			      "PRAGMA mmap_size = 0;";
static const char to_write[] = "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA journal_size_limit = 4194304;";

#define FIRST_ROWS(order)                                                      \
	"DELETE FROM record WHERE number IN (SELECT number FROM record " order \
	" LIMIT ?)"
static const char *const statements[STORE_STATEMENTS] = {
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_INSERT] = "INSERT INTO record(number, closed, names, text, sum) "
		     "VALUES(?, ?, ?, ?, ?)",
    [STORE_FIND] = "SELECT 1 FROM record WHERE number = ? AND sum = ?",
    [STORE_DELETE_AGED] = FIRST_ROWS("WHERE closed < ? ORDER BY closed"),
    [STORE_DELETE_FIRST] = FIRST_ROWS("ORDER BY number"),
    [STORE_READ] = "SELECT number, closed, names, text, sum FROM record "
		   "WHERE number < ? AND number >= ? ORDER BY number DESC",
    [STORE_OLDEST] = "SELECT coalesce(min(closed), 0) FROM record",
};

enum opened { OPENED, OPENED_DAMAGED, OPENED_NOT };

void
store_close(struct history_store *store)
{
	size_t i;

	for (i = 0; i < STORE_STATEMENTS; i++) {
		(void)sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	(void)sqlite3_close(store->connection);
	store->connection = NULL;
	store->writable = false;
}

/* What a code of SQLite means for opening it. */
static enum opened
open_outcome(struct history_store *store, int code)
{
	int primary = code & 0xff;

	if (code == SQLITE_OK)
		return OPENED;
	(void)store_failed(store, code, "it cannot be opened");
	/* A statement of ours that is none here: the tables are not ours. */
	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
		       primary == SQLITE_ERROR
		   ? OPENED_DAMAGED
		   : OPENED_NOT;
}

/* Asks for one number, or, with text, whether the answer is that. */
static int
open_ask(struct history_store *store, const char *question, const char *text,
    int64_t *number)
{
	sqlite3_stmt *ask;
	const char *answer;
	int code =
	    sqlite3_prepare_v2(store->connection, question, -1, &ask, NULL);

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(ask);
	if (code == SQLITE_ROW && text != NULL) {
		answer = (const char *)sqlite3_column_text(ask, 0);
		*number = answer != NULL && strcmp(answer, text) == 0;
	} else if (code == SQLITE_ROW) {
		*number = sqlite3_column_int64(ask, 0);
	}
	(void)sqlite3_finalize(ask);
	return code == SQLITE_ROW    ? SQLITE_OK
	       : code == SQLITE_DONE ? SQLITE_CORRUPT
				     : code;
}

/* Ours, or none yet, and then it becomes ours. */
static enum opened
open_identify(struct history_store *store, bool writable)
{
	int64_t id, version, tables;
	int code = open_ask(store, "PRAGMA application_id", NULL, &id);

	if (code == SQLITE_OK)
		code = open_ask(store, "PRAGMA user_version", NULL, &version);
	if (code == SQLITE_OK)
		code = open_ask(
		    store, "SELECT count(*) FROM sqlite_schema", NULL, &tables);
	if (code != SQLITE_OK)
		return open_outcome(store, code);
	if (id == 0 && version == 0 && tables == 0)
		return writable
			   ? open_outcome(store, sqlite3_exec(store->connection,
						     schema, NULL, NULL, NULL))
			   : OPENED_NOT;
	if (id == APPLICATION_ID && version > VERSION) {
		history_problem_set(&store->problem,
		    "run that one, or give another directory with --state",
		    "%s was made by a newer netinstd: version %" PRId64
		    ", not %d",
		    store->path, version, VERSION);
		return OPENED_NOT;
	}
	return open_outcome(store, id == APPLICATION_ID && version == VERSION
				       ? SQLITE_OK
				       : SQLITE_NOTADB);
}

static int
open_prepare(struct history_store *store)
{
	int code = SQLITE_OK;
	size_t i;

	for (i = 0; i < STORE_STATEMENTS && code == SQLITE_OK; i++)
		code = sqlite3_prepare_v3(store->connection, statements[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);
	return code;
}

/* Looks at every page once, and counts. */
static int
open_look(struct history_store *store)
{
	int64_t good = 0, count = 0;
	int code = open_ask(store, "PRAGMA quick_check(1)", "ok", &good);

	if (code == SQLITE_OK && !good)
		return SQLITE_CORRUPT;
	if (code == SQLITE_OK)
		code = open_ask(
		    store, "SELECT count(*) FROM record", NULL, &count);
	if (code == SQLITE_OK)
		code = open_ask(store,
		    "SELECT coalesce(max(number), 0) FROM record", NULL,
		    &store->last);
	if (code == SQLITE_OK)
		code = open_ask(
		    store, statements[STORE_OLDEST], NULL, &store->oldest);
	store->count = (uint64_t)count;
	return code;
}

char *
store_uri(const char *path, const char *parameters)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = strlen("file:") + 3 * strlen(path) + strlen(parameters);
	char *uri = memory_alloc(length + 1), *at = uri;

	(void)memcpy(at, "file:", strlen("file:"));
	for (at += strlen("file:"); *path != '\0'; path++) {
		if (strchr("?#%", *path) == NULL) {
			*at++ = *path;
			continue;
		}
		*at++ = '%';
		*at++ = digits[(unsigned char)*path >> 4];
		*at++ = digits[(unsigned char)*path & 15];
	}
	(void)memcpy(at, parameters, strlen(parameters) + 1);
	return uri;
}

static int
open_connect(struct history_store *store, bool writable)
{
	const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
			  SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	bool log = history_file_has_log(store->place, HISTORY_FILE);
	char *uri =
	    store_uri(store->path, writable || log ? "" : "?immutable=1");
	int code = sqlite3_open_v2(uri, &store->connection,
	    flags | (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY),
	    NULL);

	free(uri);
	if (code != SQLITE_OK)
		return code;
	(void)sqlite3_busy_timeout(store->connection, BUSY_MS);
	code = sqlite3_exec(store->connection, to_read, NULL, NULL, NULL);
	if (code == SQLITE_OK && writable)
		code =
		    sqlite3_exec(store->connection, to_write, NULL, NULL, NULL);
	/* The file can be written; what is in it says that it cannot. */
	if (writable && sqlite3_db_readonly(store->connection, "main") == 1)
		code = SQLITE_NOTADB;
	return code;
}

/* Which file it is. */
static void
open_remember(struct history_store *store)
{
	struct stat status = {0};

	(void)stat(store->path, &status);
	store->inode = status.st_ino;
	store->device = status.st_dev;
}

static enum opened
open_as(struct history_store *store, bool writable)
{
	int code = open_connect(store, writable);
	enum opened outcome = open_outcome(store, code);

	if (outcome == OPENED)
		outcome = open_identify(store, writable);
	if (outcome == OPENED)
		outcome = open_outcome(store, open_look(store));
	if (outcome == OPENED)
		outcome = open_outcome(store, open_prepare(store));
	store->writable = outcome == OPENED && writable;
	if (outcome != OPENED)
		store_close(store);
	else
		open_remember(store);
	return outcome;
}

static enum opened
open_try(struct history_store *store)
{
	struct history_problem why;
	enum history_access access;
	enum opened outcome = OPENED_NOT;

	access =
	    history_file_prepare(store->place, store->path, &store->problem);
	if (access == HISTORY_REFUSED) {
		/* The directory may be another one by now. */
		(void)close(store->place);
		store->place = -1;
		return OPENED_NOT;
	}
	if (access == HISTORY_WRITABLE)
		outcome = open_as(store, true);
	if (outcome != OPENED_NOT)
		return outcome;
	why = store->problem;
	outcome = open_as(store, false);
	if (outcome != OPENED_DAMAGED)
		store->problem = why;
	return outcome;
}

static bool
open_move_aside(struct history_store *store)
{
	char moved[NAME_MAX + 1];

	if (store->moved_aside >= MOVED_ASIDE_MAX) {
		history_problem_set(&store->problem,
		    "look at the disk, then start netinstd again",
		    "%s is damaged again and again", store->path);
		return false;
	}
	if (!history_file_move_aside(store->place, moved, sizeof(moved))) {
		history_problem_set(&store->problem, "move it away",
		    "%s is damaged, and cannot be moved aside: %s", store->path,
		    strerror(errno));
		return false;
	}
	store->moved_aside++;
	free(store->aside);
	store->aside = memory_strdup(moved);
	log_error("history",
	    "%s is damaged: it is now %s/%s, and a new one is begun; "
	    "\"sqlite3 %s .recover\" shows what can be saved of it",
	    store->path, store->directory, moved, moved);
	return true;
}

/*
 * What is written to a file that somebody has taken away is nowhere: then the
 * directory is entered anew, which may be another one, too.
 */
static bool
open_is_there(struct history_store *store)
{
	struct stat status;
	int keep = 1;

	if (stat(store->path, &status) == 0 && status.st_ino == store->inode &&
	    status.st_dev == store->device)
		return true;
	log_error("history",
	    "%s was taken away, and with it what was in it: a new one is begun",
	    store->path);
	/* Closing it is not to remove the log of what stands there now. */
	(void)sqlite3_file_control(
	    store->connection, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	(void)close(store->place);
	store->place = -1;
	return false;
}

bool
history_store_open(struct history_store *store, bool *fresh)
{
	enum opened outcome;

	*fresh = false;
	if (store->writable && !store->suspect && store->aside == NULL &&
	    open_is_there(store))
		return true;
	store_close(store);
	if (store->place < 0)
		store->place =
		    history_file_enter(store->directory, &store->problem);
	if (store->place < 0)
		return false;
	do
		outcome = open_try(store);
	while (outcome == OPENED_DAMAGED && open_move_aside(store));
	store->suspect = false;
	*fresh = store->connection != NULL;
	if (!store->writable || store->aside == NULL)
		return store->writable;
	return store_rescue(store) &&
	       open_outcome(store, open_look(store)) == OPENED;
}
