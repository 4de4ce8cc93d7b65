/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_open.c: opens the database, and decides what it is: ours, new,
 * damaged, another's. A damaged one is moved aside, never deleted. One that
 * cannot be written is opened for reading, so that its records are shown:
 * without a log beside it as "immutable", for any other reader makes SQLite
 * create files, which need a place. The history's thread.
 */
#include "history/history_db.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/forked.h"
#include "base/log.h"

#define APPLICATION_ID 0x6e696e68 /* "ninh" */
#define VERSION	       2
/* How long to wait for somebody else's lock. */
#define BUSY_MS 100
/* In the head of the file: the version that a writer has to know. */
#define HEAD_WRITE_VERSION     18
#define HEAD_WRITE_VERSION_MAX 2
/* More damage than that is no accident. */
#define MOVED_ASIDE_MAX 10

/*
 * number: see history_record.h. sum: history_record_sum() of the texts, for a
 * disk that changes what was written. SQLite does not see that in a text.
 * rescued: see history_rescue.c. living: see history_living.h.
 */
#define SCHEMA_1                                                               \
	"CREATE TABLE record(number INTEGER PRIMARY KEY,"                      \
	" closed INTEGER NOT NULL, names TEXT NOT NULL, text TEXT NOT NULL,"   \
	" sum INTEGER NOT NULL) STRICT;"                                       \
	"CREATE INDEX record_closed ON record(closed);"                        \
	"PRAGMA application_id = 1852403304;"
#define SCHEMA_2                                                               \
	"CREATE TABLE rescued(name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"   \
	"CREATE TABLE living(boot TEXT NOT NULL, id INTEGER NOT NULL,"         \
	" type INTEGER NOT NULL, handle BLOB, names TEXT NOT NULL,"            \
	" text TEXT NOT NULL, before BLOB, instance INTEGER NOT NULL,"         \
	" PRIMARY KEY(boot, id))"                                              \
	" STRICT, WITHOUT ROWID;"                                              \
	"PRAGMA user_version = 2;"
static const char schema[] = "BEGIN IMMEDIATE;" SCHEMA_1 SCHEMA_2 "COMMIT;";
/* What makes the present schema of an older version's; by that version. */
static const char *const migrations[VERSION] = {
    [1] = "BEGIN IMMEDIATE;" SCHEMA_2 "COMMIT;",
};
_Static_assert(APPLICATION_ID == 1852403304, "the schema says it in decimal");

static const char to_write[] = "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA journal_size_limit = 4194304;";

#define FIRST_ROWS(order)                                                      \
	"DELETE FROM record WHERE number IN (SELECT number FROM record " order \
	" LIMIT ?)"
#define LIVING "boot, id, type, handle, names, text"
static const char *const statements[STORE_STATEMENTS] = {
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_INSERT] = "INSERT INTO record(" STORE_COLUMNS ") "
		     "VALUES(?, ?, ?, ?, ?)",
    [STORE_FIND] = "SELECT 1 FROM record WHERE number = ? AND sum = ?",
    [STORE_DELETE_AGED] = FIRST_ROWS("WHERE closed < ? ORDER BY closed"),
    [STORE_DELETE_FIRST] = FIRST_ROWS("ORDER BY number"),
    [STORE_READ] = "SELECT " STORE_COLUMNS " FROM record "
		   "WHERE number < ? AND number >= ? ORDER BY number DESC",
    [STORE_OLDEST] = STORE_SELECT_OLDEST,
    [STORE_RESCUED] = "INSERT INTO rescued(name) VALUES(?)",
    [STORE_IS_RESCUED] = "SELECT 1 FROM rescued WHERE name = ?",
    [STORE_LIVE] = "INSERT INTO living(" LIVING ", instance) "
		   "VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
		   "type = excluded.type, handle = excluded.handle, "
		   "names = excluded.names, text = excluded.text, "
		   "instance = excluded.instance",
    /* A next instance of it may be stored already. */
    [STORE_HAND_ON] = "UPDATE living SET before = coalesce(?3, before), "
		      "text = iif(instance = ?4, '', text) "
		      "WHERE boot = ?1 AND id = ?2",
    [STORE_LIVE_NOT] = "DELETE FROM living WHERE boot = ? AND id = ?",
    [STORE_LIVING] = "SELECT " LIVING ", before, instance FROM living",
};

enum opened { OPENED, OPENED_DAMAGED, OPENED_NOT };

/* What a code of SQLite means for opening it. */
static enum opened
open_outcome(struct history_store *store, int code)
{
	int primary = STORE_PRIMARY(code);

	if (code == SQLITE_OK)
		return OPENED;
	(void)store_failed(store, code, "it cannot be opened");
	/* Anything else may pass, and is no reason to take the file away. */
	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB
		   ? OPENED_DAMAGED
		   : OPENED_NOT;
}

/* Of that version, which is ours or older; it becomes ours if need be. */
static enum opened
open_migrate(struct history_store *store, int64_t version, bool writable)
{
	int64_t tables = 0;
	int code = store_ask(store,
	    "SELECT count(*) FROM sqlite_schema WHERE name = 'record'", NULL,
	    &tables);

	if (code == SQLITE_OK && (version < 1 || tables != 1))
		code = SQLITE_NOTADB;
	if (code == SQLITE_OK && version < VERSION && writable)
		code = sqlite3_exec(
		    store->connection, migrations[version], NULL, NULL, NULL);
	return open_outcome(store, code);
}

/* Ours, or none yet, and then it becomes ours. */
static enum opened
open_identify(struct history_store *store, bool writable)
{
	int64_t id, version, tables;
	int code = store_ask(store, "PRAGMA application_id", NULL, &id);

	if (code == SQLITE_OK)
		code = store_ask(store, "PRAGMA user_version", NULL, &version);
	if (code == SQLITE_OK)
		code = store_ask(
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
	if (id != APPLICATION_ID)
		return open_outcome(store, SQLITE_NOTADB);
	return open_migrate(store, version, writable);
}

static int
open_prepare(struct history_store *store, bool writable)
{
	size_t count = writable ? STORE_STATEMENTS : STORE_READERS;
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && code == SQLITE_OK; i++)
		code = sqlite3_prepare_v3(store->connection, statements[i], -1,
		    SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);
	return code;
}

/*
 * Whether the system has failed to read or write the database or its log since
 * it was opened: a check reports that as if the pages were damaged.
 */
static bool
open_has_failed(struct history_store *store)
{
	sqlite3_file *log = NULL;
	int of_file = 0, of_log = 0;

	(void)sqlite3_file_control(
	    store->connection, "main", SQLITE_FCNTL_LAST_ERRNO, &of_file);
	(void)sqlite3_file_control(
	    store->connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log != NULL && log->pMethods != NULL)
		(void)log->pMethods->xFileControl(
		    log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
	return of_file != 0 || of_log != 0;
}

/* Looks at every page once. */
static int
open_check(struct history_store *store)
{
	int64_t good = 0;
	int code = store_ask(store, "PRAGMA quick_check(1)", "ok", &good);

	if (code == SQLITE_OK && !good)
		code = open_has_failed(store) ? SQLITE_IOERR : SQLITE_CORRUPT;
	return code;
}

/*
 * Why SQLite opened for reading only what could be opened for writing: the
 * file's head says read-only, or the disk has become so.
 */
static int
open_why_readonly(struct history_store *store)
{
	sqlite3_file *file = NULL;
	unsigned char version = 0;
	int code = sqlite3_file_control(
	    store->connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (code == SQLITE_OK)
		code = file->pMethods->xRead(
		    file, &version, sizeof(version), HEAD_WRITE_VERSION);
	if (code != SQLITE_OK)
		return code;
	return version > HEAD_WRITE_VERSION_MAX ? SQLITE_NOTADB
						: SQLITE_READONLY;
}

static int
open_connect(struct history_store *store, bool writable)
{
	char *uri;
	int code;

	if (!writable)
		return store_connect_to_read(&store->connection,
		    store->directory_fd, store->path, HISTORY_FILE);
	uri = store_uri(store->path, "");
	code = sqlite3_open_v2(uri, &store->connection,
	    SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE,
	    NULL);
	free(uri);
	if (code != SQLITE_OK)
		return code;
	(void)sqlite3_busy_timeout(store->connection, BUSY_MS);
	code = sqlite3_exec(store->connection, store_to_read, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code =
		    sqlite3_exec(store->connection, to_write, NULL, NULL, NULL);
	if (sqlite3_db_readonly(store->connection, "main") == 1)
		code = open_why_readonly(store);
	return code;
}

static enum opened
open_as(struct history_store *store, bool writable)
{
	int code = open_connect(store, writable);
	enum opened outcome = open_outcome(store, code);
	struct stat status = {0};

	if (outcome == OPENED)
		outcome = open_identify(store, writable);
	if (outcome == OPENED)
		outcome = open_outcome(store, open_check(store));
	if (outcome == OPENED)
		outcome = open_outcome(store, store_learn(store));
	if (outcome == OPENED)
		outcome = open_outcome(store, open_prepare(store, writable));
	store->writable = outcome == OPENED && writable;
	if (outcome != OPENED) {
		store_close(store);
		return outcome;
	}
	(void)stat(store->path, &status);
	store->inode = status.st_ino;
	store->device = status.st_dev;
	return OPENED;
}

static enum opened
open_try(struct history_store *store)
{
	struct history_problem why;
	enum history_access access;
	enum opened outcome = OPENED_NOT;

	access = history_file_prepare(
	    store->directory_fd, store->path, &store->problem);
	if (access == HISTORY_REFUSED) {
		/* The directory may be another one by now. */
		forked_close(store->directory_fd);
		store->directory_fd = -1;
		return OPENED_NOT;
	}
	if (access == HISTORY_WRITABLE)
		outcome = open_as(store, true);
	if (outcome != OPENED_NOT)
		return outcome;
	/* Read without a lock, it may look damaged although it is not. */
	why = store->problem;
	outcome = open_as(store, false);
	store->problem = why;
	return outcome == OPENED ? OPENED : OPENED_NOT;
}

static bool
open_move_aside(struct history_store *store)
{
	char moved[NAME_MAX + 1];

	if (store->figures.moved_aside >= MOVED_ASIDE_MAX) {
		history_problem_set(&store->problem,
		    "look at the disk, then start netinstd again",
		    "%s is damaged again and again", store->path);
		return false;
	}
	if (!history_file_move_aside(
		store->directory_fd, moved, sizeof(moved))) {
		history_problem_set(&store->problem, "move it away",
		    "%s is damaged, and cannot be moved aside: %s", store->path,
		    strerror(errno));
		return false;
	}
	store->figures.moved_aside++;
	log_error("history",
	    "%s is damaged: it is now %s/%s, and a new one is begun; "
	    "\"sqlite3 %s .recover\" shows what can be saved of it",
	    store->path, store->directory, moved, moved);
	return true;
}

/*
 * Whether the open file is still the one of that path. An unlinked database
 * keeps accepting writes that nobody can read; the directory may be another one
 * as well, so it is entered anew.
 */
static bool
open_is_there(struct history_store *store)
{
	struct stat status;
	int keep = 1;

	if (stat(store->path, &status) != 0) {
		/* An error that may pass does not mean that it is gone. */
		if (errno != ENOENT && errno != ENOTDIR)
			return true;
	} else if (status.st_ino == store->inode &&
		   status.st_dev == store->device) {
		return true;
	}
	log_error("history",
	    "%s was taken away, and with it what was in it: a new one is begun",
	    store->path);
	/* Keep the WAL: it may belong to the file that now has this path. */
	(void)sqlite3_file_control(
	    store->connection, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	forked_close(store->directory_fd);
	store->directory_fd = -1;
	return false;
}

bool
history_store_open(struct history_store *store, bool *fresh)
{
	enum opened outcome;

	*fresh = false;
	if (store->writable && !store->suspect && open_is_there(store))
		return store_rescue(store);
	store_close(store);
	if (store->directory_fd < 0)
		store->directory_fd =
		    history_file_enter(store->directory, &store->problem);
	if (store->directory_fd < 0)
		return false;
	do
		outcome = open_try(store);
	while (outcome == OPENED_DAMAGED && open_move_aside(store));
	store->suspect = false;
	store->figures.due = 0;
	*fresh = store->connection != NULL;
	return store->writable && store_rescue(store);
}
