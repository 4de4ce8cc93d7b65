/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_store.c: inserts into an open database, deletes and reads.
 * history_open.c opens it. On the history's thread only.
 *
 * The database is in WAL mode and every commit is synced: a committed record
 * survives the daemon and a power failure.
 */
#include "history/history_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/forked.h"
#include "base/log.h"
#include "base/memory.h"
#include "history/history_db.h"
#include "lib/clock.h"

struct history_store *
history_store_create(const char *directory)
{
	struct history_store *store = memory_zalloc(sizeof(*store));

	store->directory = memory_strdup(directory);
	store->path = memory_format("%s/" HISTORY_FILE, directory);
	store->directory_fd = -1;
	store->figures.due = INT64_MAX;
	return store;
}

void
history_store_free(struct history_store *store)
{
	if (store == NULL)
		return;
	store_close(store);
	if (store->directory_fd >= 0)
		forked_close(store->directory_fd);
	free(store->path);
	free(store->directory);
	free(store);
}

static void
store_reset(struct history_store *store, enum store_statement which)
{
	(void)sqlite3_reset(store->statements[which]);
	(void)sqlite3_clear_bindings(store->statements[which]);
}

/* Runs one that gives no row; SQLITE_OK or what went wrong. */
static int
store_run(struct history_store *store, enum store_statement which)
{
	int code = sqlite3_step(store->statements[which]);

	store_reset(store, which);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* --- changing it ---------------------------------------------------------- */

/* Names one that lives in a statement. */
static void
store_bind_living(sqlite3_stmt *statement, const char *boot, uint64_t id)
{
	(void)sqlite3_bind_text(statement, 1, boot, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(statement, 2, (int64_t)id);
}

static int
store_end_life(struct history_store *store, const struct record_life *life)
{
	bool gone = life->end == RECORD_ENDS_NAMESPACE;
	enum store_statement which = gone ? STORE_LIVE_NOT : STORE_HAND_ON;
	sqlite3_stmt *statement = store->statements[which];

	store_bind_living(statement, life->boot, life->kernel_id);
	if (!gone && life->before != NULL)
		(void)sqlite3_bind_blob(statement, 3, life->before,
		    (int)life->before_size, SQLITE_STATIC);
	if (life->end == RECORD_ENDS_INSTANCE)
		(void)sqlite3_bind_int64(statement, 4, life->instance);
	return store_run(store, which);
}

static int
store_put_living(struct history_store *store, const struct living *living)
{
	enum store_statement which =
	    living->remove ? STORE_LIVE_NOT : STORE_LIVE;
	sqlite3_stmt *statement = store->statements[which];

	store_bind_living(statement, living->boot, living->id);
	if (!living->remove) {
		(void)sqlite3_bind_int(statement, 3, living->handle.type);
		(void)sqlite3_bind_blob(statement, 4, living->handle.handle,
		    (int)living->handle.bytes, SQLITE_STATIC);
		(void)sqlite3_bind_text(
		    statement, 5, living->names, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(
		    statement, 6, living->text, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(statement, 7, living->instance);
	}
	return store_run(store, which);
}

static int
store_put(struct history_store *store, const struct history_record *record)
{
	sqlite3_stmt *insert = store->statements[STORE_INSERT];
	int code;

	(void)sqlite3_bind_int64(insert, 1, record->number);
	(void)sqlite3_bind_int64(insert, 2, record->closed);
	(void)sqlite3_bind_text(insert, 3, record->names, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(
	    insert, 4, record->text, (int)record->length, SQLITE_STATIC);
	(void)sqlite3_bind_int64(insert, 5,
	    history_record_sum(record->names, record->text, record->length));
	code = store_run(store, STORE_INSERT);
	if (code == SQLITE_OK && record->life.boot != NULL)
		code = store_end_life(store, &record->life);
	return code;
}

/* Deletes up to HISTORY_BATCH; *left is how many there are then. */
static int
store_delete(struct history_store *store, const struct history_limits *limits,
    uint64_t *left)
{
	sqlite3_stmt *aged = store->statements[STORE_DELETE_AGED];
	sqlite3_stmt *first = store->statements[STORE_DELETE_FIRST];
	uint64_t excess;
	int code = SQLITE_OK;

	if (limits->max_age != 0) {
		(void)sqlite3_bind_int64(
		    aged, 1, clock_realtime() - limits->max_age);
		(void)sqlite3_bind_int64(aged, 2, HISTORY_BATCH);
		code = store_run(store, STORE_DELETE_AGED);
		*left -= (uint64_t)sqlite3_changes64(store->connection);
	}
	if (code != SQLITE_OK || *left <= limits->keep)
		return code;
	excess = *left - limits->keep;
	(void)sqlite3_bind_int64(
	    first, 1, excess < HISTORY_BATCH ? (int64_t)excess : HISTORY_BATCH);
	code = store_run(store, STORE_DELETE_FIRST);
	*left -= (uint64_t)sqlite3_changes64(store->connection);
	return code;
}

/* Remembered, because it is asked for often. */
static int
store_learn_oldest(struct history_store *store, int64_t *oldest)
{
	int code = sqlite3_step(store->statements[STORE_OLDEST]);

	if (code == SQLITE_ROW)
		*oldest =
		    sqlite3_column_int64(store->statements[STORE_OLDEST], 0);
	store_reset(store, STORE_OLDEST);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
store_put_all(struct history_store *store,
    struct history_record *const *records, unsigned count,
    const struct living_list *list, uint64_t *left)
{
	const struct living *living;
	int code = SQLITE_OK;

	if (list != NULL)
		STAILQ_FOREACH (living, list, link)
			code = code == SQLITE_OK
				   ? store_put_living(store, living)
				   : code;

	for (unsigned i = 0; i < count && code == SQLITE_OK; i++) {
		code = store_put(store, records[i]);
		*left += (uint64_t)sqlite3_changes64(store->connection);
	}
	return code;
}

bool
history_store_insert(struct history_store *store,
    struct history_record *const *records, unsigned count,
    const struct living_list *living, const struct history_limits *limits)
{
	uint64_t left = store->figures.count;
	int64_t oldest = 0;
	int code;

	ASSERT(store->writable && count <= HISTORY_BATCH);
	code = store_run(store, STORE_BEGIN);
	if (code == SQLITE_OK)
		code = store_put_all(store, records, count, living, &left);
	if (code == SQLITE_OK)
		code = store_delete(store, limits, &left);
	if (code == SQLITE_OK)
		code = store_learn_oldest(store, &oldest);
	if (code == SQLITE_OK)
		code = store_run(store, STORE_COMMIT);
	if (code != SQLITE_OK) {
		(void)store_failed(store, code, "records cannot be stored");
		if (!sqlite3_get_autocommit(store->connection))
			(void)store_run(store, STORE_ROLLBACK);
		/* Emptying the log may make room. */
		if (STORE_PRIMARY(code) == SQLITE_FULL)
			(void)sqlite3_wal_checkpoint_v2(store->connection, NULL,
			    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		return false;
	}
	store->figures.count = left;
	store->figures.oldest = oldest;
	if (count > 0 && records[count - 1]->number > store->figures.last)
		store->figures.last = records[count - 1]->number;
	return true;
}

/* --- reading it ----------------------------------------------------------- */

bool
history_store_holds(struct history_store *store,
    const struct history_record *record, bool *holds)
{
	sqlite3_stmt *find = store->statements[STORE_FIND];
	int code;

	(void)sqlite3_bind_int64(find, 1, record->number);
	(void)sqlite3_bind_int64(find, 2,
	    history_record_sum(record->names, record->text, record->length));
	code = sqlite3_step(store->statements[STORE_FIND]);
	store_reset(store, STORE_FIND);
	*holds = code == SQLITE_ROW;
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return true;
	(void)store_failed(store, code, "records cannot be found");
	store->suspect = true;
	return false;
}

/* The next row; false: the piece is full. */
static bool
store_answer(struct history_store *store, struct history_query *query)
{
	sqlite3_stmt *row = store->statements[STORE_READ];
	struct history_view view = {
	    .number = sqlite3_column_int64(row, 0),
	    .closed = sqlite3_column_int64(row, 1),
	    .names = (const char *)sqlite3_column_text(row, 2),
	    .stored = true,
	};

	if (!history_query_wants(query, &view))
		return history_queue_answer(query, &view);
	if (store_is_whole(row)) {
		view.text = (const char *)sqlite3_column_text(row, 3);
		view.length = (size_t)sqlite3_column_bytes(row, 3);
		return history_queue_answer(query, &view);
	}
	if (store->figures.damaged++ == 0)
		log_warning("history",
		    "%s: a record is damaged, and is not shown; sqlite3 can "
		    "show what is left of it",
		    store->path);
	return true;
}

void
history_store_read(struct history_store *store, struct history_query *query)
{
	sqlite3_stmt *read = store->statements[STORE_READ];
	bool goes_on = true;
	int code;

	query->unreadable = store->connection == NULL;
	query->end = HISTORY_LAST;
	if (query->unreadable)
		return;
	(void)sqlite3_bind_int64(read, 1, query->before);
	(void)sqlite3_bind_int64(read, 2, query->since);
	while (goes_on && (code = sqlite3_step(
			       store->statements[STORE_READ])) == SQLITE_ROW)
		goes_on = store_answer(store, query);
	store_reset(store, STORE_READ);
	if (!goes_on)
		return;
	query->end = HISTORY_LAST;
	query->unreadable = code != SQLITE_DONE;
	if (query->unreadable)
		(void)store_failed(store, code, "records cannot be read");
}

static char *
store_copy_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return memory_strdup(text != NULL ? text : "");
}

/* The row that the statement stands on. */
static struct living *
store_get_living(sqlite3_stmt *row)
{
	char *boot = store_copy_text(row, 0);
	struct living *living =
	    living_create(boot, (uint64_t)sqlite3_column_int64(row, 1));
	size_t size = (size_t)sqlite3_column_bytes(row, 3);

	free(boot);
	if (size > 0 && size <= sizeof(living->handle.handle)) {
		living->handle.type = sqlite3_column_int(row, 2);
		living->handle.bytes = (unsigned)size;
		(void)memcpy(
		    living->handle.handle, sqlite3_column_blob(row, 3), size);
	}
	living->instance = sqlite3_column_int64(row, 7);
	living->names = store_copy_text(row, 4);
	living->text = store_copy_text(row, 5);
	living->before_size = (size_t)sqlite3_column_bytes(row, 6);
	if (living->before_size > 0) {
		living->before = memory_alloc(living->before_size + 1);
		(void)memcpy(living->before, sqlite3_column_blob(row, 6),
		    living->before_size);
	}
	return living;
}

bool
history_store_read_living(struct history_store *store, struct living_list *list)
{
	struct living *living;
	int code;

	ASSERT(store->writable);
	STAILQ_INIT(list);
	while ((code = sqlite3_step(store->statements[STORE_LIVING])) ==
	       SQLITE_ROW) {
		living = store_get_living(store->statements[STORE_LIVING]);
		STAILQ_INSERT_TAIL(list, living, link);
	}
	store_reset(store, STORE_LIVING);
	if (code == SQLITE_DONE)
		return true;
	living_list_free(list);
	return store_failed(store, code, "records cannot be read");
}

/* --- what there is -------------------------------------------------------- */

const struct history_figures *
history_store_figures(const struct history_store *store)
{
	return &store->figures;
}

const struct history_problem *
history_store_problem(const struct history_store *store)
{
	return &store->problem;
}

const struct history_problem *
history_store_rescue_problem(const struct history_store *store)
{
	return store->rescue_problem.text[0] != '\0' ? &store->rescue_problem
						     : NULL;
}
