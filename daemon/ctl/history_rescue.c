/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_rescue.c: takes over what can still be read of a database that was
 * found damaged, into the one that takes its place. A tree with a hole in it is
 * walked from both ends; each record is taken by its sum, so nothing comes
 * over that was not written. The history's thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "ctl/history_open.h"

#define COLUMNS "SELECT number, closed, names, text, sum FROM record "

struct rescue {
	sqlite3 *from, *to;
	sqlite3_stmt *insert;
	int64_t lowest; /* the number of the last one that was read */
	uint64_t saved;
	unsigned open; /* records of the transaction under way */
	int code;      /* what went wrong with the new one */
};

static bool
rescue_is_whole(sqlite3_stmt *row)
{
	const char *names = (const char *)sqlite3_column_text(row, 2);
	const char *text = (const char *)sqlite3_column_text(row, 3);
	size_t length = (size_t)sqlite3_column_bytes(row, 3);

	return names != NULL && text != NULL && length >= 2 &&
	       sqlite3_column_type(row, 1) == SQLITE_INTEGER &&
	       history_record_sum(names, text, length) ==
		   sqlite3_column_int64(row, 4);
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
	int column, code;

	if (rescue->open == 0)
		rescue_exec(rescue, "BEGIN IMMEDIATE");
	for (column = 0; column < 5; column++)
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

/* Until there is no other, or none that can be read. */
static void
rescue_walk(struct rescue *rescue, const char *sql, bool down)
{
	sqlite3_stmt *rows;

	if (sqlite3_prepare_v2(rescue->from, sql, -1, &rows, NULL) != SQLITE_OK)
		return;
	(void)sqlite3_bind_int64(rows, 1, rescue->lowest);
	while (rescue->code == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW) {
		if (down)
			rescue->lowest = sqlite3_column_int64(rows, 0);
		if (rescue_is_whole(rows))
			rescue_put(rescue, rows);
	}
	(void)sqlite3_finalize(rows);
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
	    "INSERT INTO record(number, closed, names, text, sum) "
	    "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
	    -1, &rescue->insert, NULL);
	rescue->lowest = INT64_MAX;
	rescue_walk(
	    rescue, COLUMNS "WHERE number < ? ORDER BY number DESC", true);
	rescue_walk(
	    rescue, COLUMNS "WHERE number < ? ORDER BY number ASC", false);
	(void)sqlite3_finalize(rescue->insert);
}

/* Opened so that nothing is written beside it, unless it has a log. */
static int
rescue_open(
    struct rescue *rescue, const struct history_store *store, const char *path)
{
	bool log = history_file_has_log(store->place, store->aside);
	char *uri = store_uri(path, log ? "" : "?immutable=1");
	int code = sqlite3_open_v2(uri, &rescue->from,
	    SQLITE_OPEN_URI | SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

	free(uri);
	return code;
}

bool
store_rescue(struct history_store *store)
{
	struct rescue rescue = {.to = store->connection};
	char *path;
	int length;

	length = asprintf(&path, "%s/%s", store->directory, store->aside);
	ASSERT(length > 0);
	if (rescue_open(&rescue, store, path) == SQLITE_OK)
		rescue_all(&rescue);
	(void)sqlite3_close(rescue.from);
	if (rescue.code == SQLITE_OK)
		log_info("history",
		    "%" PRIu64 " records were taken over from %s", rescue.saved,
		    path);
	free(path);
	if (rescue.code != SQLITE_OK)
		return store_failed(store, rescue.code,
		    "what is left of a damaged one cannot be taken over");
	free(store->aside);
	store->aside = NULL;
	return true;
}
