/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_db.c: what opening, storing and rescuing share: a failure of SQLite
 * in words, one question, a connection that only reads, closing. On the
 * history's thread only.
 */
#include "history/history_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "history/history_file.h"

/*
 * Nothing is mapped: a page that the file system cannot give would end the
 * daemon by SIGBUS. SQLite maps the index of the log, too, unless the file is
 * locked for good before the log is first looked at.
 */
const char store_to_read[] = "PRAGMA locking_mode = EXCLUSIVE;"
			     "PRAGMA trusted_schema = OFF;"
			     "PRAGMA cell_size_check = ON;"
			     "PRAGMA mmap_size = 0;";
/* Why SQLite could not; by its primary code. */
static const struct {
	int code;
	const char *text, *remedy;
} failures[] = {
    {SQLITE_FULL, "there is no room for it", "make room there"},
    {SQLITE_READONLY, "it cannot be written",
	"mount it writable, or give another directory with --state"},
    {SQLITE_BUSY, "another process has it locked",
	"let that one end what it does there"},
    {SQLITE_CORRUPT, "it is damaged", "it is moved aside at the next try"},
    {SQLITE_NOTADB, "it is no database any more",
	"it is moved aside at the next try"},
    {SQLITE_IOERR, "reading or writing it fails", "look at the disk"},
    {SQLITE_CANTOPEN, "it cannot be opened", "look at its directory"},
};

bool
store_failed(struct history_store *store, int code, const char *what)
{
	int error = sqlite3_system_errno(store->connection);
	size_t i;

	if (STORE_PRIMARY(code) == SQLITE_IOERR &&
	    (error == ENOSPC || error == EDQUOT))
		code = SQLITE_FULL;
	if (STORE_PRIMARY(code) == SQLITE_IOERR && error == EROFS)
		code = SQLITE_READONLY;
	for (i = 0; i < ARRAY_LENGTH(failures); i++)
		if (failures[i].code == STORE_PRIMARY(code))
			break;
	if (i < ARRAY_LENGTH(failures))
		history_problem_set(&store->problem, failures[i].remedy,
		    "%s: %s, %s", store->path, what, failures[i].text);
	else
		history_problem_set(&store->problem, "look at the file",
		    "%s: %s, %s", store->path, what, sqlite3_errstr(code));
	/*
	 * These pass by themselves; after anything else, look at the file anew.
	 */
	if (STORE_PRIMARY(code) != SQLITE_FULL &&
	    STORE_PRIMARY(code) != SQLITE_BUSY)
		store->suspect = true;
	return false;
}

void
store_close(struct history_store *store)
{
	for (size_t i = 0; i < STORE_STATEMENTS; i++) {
		(void)sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	(void)sqlite3_close(store->connection);
	store->connection = NULL;
	store->writable = false;
}

int
store_ask(struct history_store *store, const char *question, const char *text,
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

bool
store_is_whole(sqlite3_stmt *row)
{
	const char *names = (const char *)sqlite3_column_text(row, 2);
	const char *text = (const char *)sqlite3_column_text(row, 3);
	size_t length = (size_t)sqlite3_column_bytes(row, 3);

	return names != NULL && text != NULL && length >= 2 &&
	       history_record_sum(names, text, length) ==
		   sqlite3_column_int64(row, 4);
}

int
store_learn(struct history_store *store)
{
	int64_t count = 0;
	int code =
	    store_ask(store, "SELECT count(*) FROM record", NULL, &count);

	if (code == SQLITE_OK)
		code = store_ask(store,
		    "SELECT coalesce(max(number), 0) FROM record", NULL,
		    &store->figures.last);
	if (code == SQLITE_OK)
		code = store_ask(
		    store, STORE_SELECT_OLDEST, NULL, &store->figures.oldest);
	store->figures.count = (uint64_t)count;
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

int
store_connect_to_read(
    sqlite3 **connection, int directory, const char *path, const char *name)
{
	bool log = history_file_has_log(directory, name);
	char *uri = store_uri(path, log ? "?vfs=unix-none" : "?immutable=1");
	int code = sqlite3_open_v2(uri, connection,
	    SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READONLY,
	    NULL);

	free(uri);
	if (code == SQLITE_OK)
		code =
		    sqlite3_exec(*connection, store_to_read, NULL, NULL, NULL);
	return code;
}
