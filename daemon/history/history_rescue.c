/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_rescue.c: copies what can still be read of damaged databases into the
 * one that replaces them. Walks a tree with a hole in it from both ends, and
 * takes a record only if its sum is right. The new database lists those that
 * are done (rescued), so that a later daemon goes on with the others. The
 * history's thread.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "history/history_db.h"
#include "lib/clock.h"

/* Between two tries of one that cannot be read now. */
#define TRY_AGAIN (10 * NS_PER_SEC)

#define SELECT "SELECT " STORE_COLUMNS " FROM record "

struct rescue {
	sqlite3 *from, *to;
	sqlite3_stmt *insert;
	int64_t lowest; /* the number of the last one that was read */
	uint64_t saved, damaged;
	unsigned open; /* records of the transaction under way */
	int code;      /* what went wrong with the new one */
	int old_code;  /* what went wrong with the old one, and may pass */
};

static bool
rescue_may_pass(int code)
{
	int primary = STORE_PRIMARY(code);

	return code != SQLITE_OK && primary != SQLITE_CORRUPT &&
	       primary != SQLITE_NOTADB && primary != SQLITE_ERROR;
}

static void
rescue_exec(struct rescue *rescue, const char *sql)
{
	if (rescue->code == SQLITE_OK)
		rescue->code = sqlite3_exec(rescue->to, sql, NULL, NULL, NULL);
}

static void
rescue_put(struct rescue *rescue, sqlite3_stmt *row)
{
	int code;

	if (rescue->open == 0)
		rescue_exec(rescue, "BEGIN IMMEDIATE");
	for (int column = 0; column < 5; column++)
		(void)sqlite3_bind_value(rescue->insert, column + 1,
		    sqlite3_column_value(row, column));
	code = sqlite3_step(rescue->insert);
	(void)sqlite3_reset(rescue->insert);
	if (rescue->code == SQLITE_OK && code != SQLITE_DONE)
		rescue->code = code;
	rescue->saved += (uint64_t)sqlite3_changes64(rescue->to);
	if (++rescue->open < HISTORY_BATCH)
		return;
	rescue_exec(rescue, "COMMIT");
	rescue->open = 0;
}

/* Goes on until there is no other, or none that can be read. */
static void
rescue_walk(struct rescue *rescue, const char *sql, bool down)
{
	sqlite3_stmt *rows;
	int code = sqlite3_prepare_v2(rescue->from, sql, -1, &rows, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(rows, 1, rescue->lowest);
	while (rescue->code == SQLITE_OK && code == SQLITE_OK) {
		code = sqlite3_step(rows);
		if (code != SQLITE_ROW)
			break;
		code = SQLITE_OK;
		if (down)
			rescue->lowest = sqlite3_column_int64(rows, 0);
		if (sqlite3_column_type(rows, 1) == SQLITE_INTEGER &&
		    store_is_whole(rows))
			rescue_put(rescue, rows);
		else
			rescue->damaged++;
	}
	(void)sqlite3_finalize(rows);
	if (code != SQLITE_DONE && rescue_may_pass(code))
		rescue->old_code = code;
	if (rescue->open > 0)
		rescue_exec(rescue, "COMMIT");
	rescue->open = 0;
	if (!sqlite3_get_autocommit(rescue->to))
		(void)sqlite3_exec(rescue->to, "ROLLBACK", NULL, NULL, NULL);
}

static void
rescue_all(struct rescue *rescue)
{
	rescue->code = sqlite3_prepare_v2(rescue->to,
	    "INSERT INTO record(" STORE_COLUMNS ") "
	    "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
	    -1, &rescue->insert, NULL);
	rescue->lowest = INT64_MAX;
	rescue_walk(
	    rescue, SELECT "WHERE number < ? ORDER BY number DESC", true);
	rescue_walk(
	    rescue, SELECT "WHERE number < ? ORDER BY number ASC", false);
	(void)sqlite3_finalize(rescue->insert);
}

enum rescued {
	RESCUED,       /* all that is left of it was taken over */
	RESCUE_LATER,  /* it cannot be read for a moment */
	RESCUE_FAILED, /* the new one cannot be changed */
};

static enum rescued
rescue_outcome(
    struct history_store *store, const struct rescue *rescue, const char *path)
{
	if (rescue->code != SQLITE_OK) {
		(void)store_failed(store, rescue->code,
		    "what is left of a damaged one cannot be taken over");
		return RESCUE_FAILED;
	}
	if (rescue->old_code != SQLITE_OK) {
		history_problem_set(&store->rescue_problem, "look at the disk",
		    "%s: what is left of it cannot be read: %s", path,
		    sqlite3_errstr(rescue->old_code));
		return RESCUE_LATER;
	}
	store->figures.damaged += rescue->damaged;
	log_info("history", "%" PRIu64 " records were taken over from %s",
	    rescue->saved, path);
	return RESCUED;
}

static enum rescued
rescue_one(struct history_store *store, const char *name)
{
	struct rescue rescue = {.to = store->connection};
	enum rescued rescued;
	char *path = memory_format("%s/%s", store->directory, name);

	rescue.old_code = store_connect_to_read(
	    &rescue.from, store->directory_fd, path, name);
	if (rescue.old_code == SQLITE_OK)
		rescue_all(&rescue);
	else if (!rescue_may_pass(rescue.old_code))
		rescue.old_code = SQLITE_OK;
	(void)sqlite3_close(rescue.from);
	rescued = rescue_outcome(store, &rescue, path);
	free(path);
	return rescued;
}

/* Runs a statement about that one; returns the code of its one step. */
static int
rescue_run(
    struct history_store *store, enum store_statement which, const char *name)
{
	sqlite3_stmt *statement = store->statements[which];
	int code;

	(void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	code = sqlite3_step(statement);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return code;
}

static enum rescued
rescue_unless_done(struct history_store *store, const char *name)
{
	int code = rescue_run(store, STORE_IS_RESCUED, name);
	enum rescued rescued;

	if (code == SQLITE_ROW)
		return RESCUED;
	if (code == SQLITE_DONE) {
		rescued = rescue_one(store, name);
		if (rescued != RESCUED)
			return rescued;
		code = rescue_run(store, STORE_RESCUED, name);
	}
	if (code == SQLITE_DONE)
		code = store_learn(store);
	if (code == SQLITE_OK)
		return RESCUED;
	(void)store_failed(store, code, "records cannot be taken over");
	return RESCUE_FAILED;
}

static bool
rescue_is_name(const char *name)
{
	size_t length = strlen(name);

	return strncmp(name, HISTORY_ASIDE, sizeof(HISTORY_ASIDE) - 1) == 0 &&
	       strcmp(name + length - 4, "-wal") != 0 &&
	       strcmp(name + length - 4, "-shm") != 0;
}

/* Those in the directory, unless one fails. */
static enum rescued
rescue_those_in(struct history_store *store, DIR *directory)
{
	enum rescued worst = RESCUED, rescued;
	struct dirent *entry;

	while (worst != RESCUE_FAILED && (entry = readdir(directory)) != NULL) {
		if (!rescue_is_name(entry->d_name))
			continue;
		rescued = rescue_unless_done(store, entry->d_name);
		worst = rescued > worst ? rescued : worst;
	}
	return worst;
}

/* The directory, to be read; NULL, and why. */
static DIR *
rescue_open_directory(struct history_store *store)
{
	int fd = openat(
	    store->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (directory == NULL)
		history_problem_set(&store->rescue_problem, "look at the disk",
		    "%s cannot be read: %s", store->directory, strerror(errno));
	if (directory == NULL && fd >= 0)
		(void)close(fd);
	return directory;
}

bool
store_rescue(struct history_store *store)
{
	enum rescued rescued = RESCUE_LATER;
	DIR *directory;

	if (clock_monotonic() < store->figures.due)
		return true;
	directory = rescue_open_directory(store);
	if (directory != NULL) {
		rescued = rescue_those_in(store, directory);
		(void)closedir(directory);
	}
	store->figures.due = INT64_MAX;
	if (rescued != RESCUED)
		store->figures.due = clock_monotonic() + TRY_AGAIN;
	if (rescued != RESCUE_LATER)
		store->rescue_problem.text[0] = '\0';
	return rescued != RESCUE_FAILED;
}
