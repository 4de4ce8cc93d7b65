/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_store.h: records in an SQLite database. All on the history's thread;
 * every function here may take as long as the disk does.
 *
 * A function that returns false has changed nothing and left the reason in
 * history_store_problem(). What was read before can mostly be read still.
 */
#ifndef NETINST_HISTORY_STORE_H
#define NETINST_HISTORY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "history/history.h"
#include "history/history_file.h"
#include "history/history_living.h"
#include "history/history_record.h"

/* Records of one transaction, and deleted in one step. */
#define HISTORY_BATCH 512

struct history_store;

/* Not open yet. directory: copied. */
struct history_store *history_store_create(const char *directory);
/* NULL is legal. */
void history_store_free(struct history_store *store);

/*
 * Opens it for writing, unless it is open. Moves a damaged file aside, logs
 * that, and makes a new one. *fresh: it was opened now. True: it can be
 * written.
 */
bool history_store_open(struct history_store *store, bool *fresh);

/*
 * Stores, all or nothing and durable, the changes to those that live (NULL:
 * none), then up to HISTORY_BATCH records. Deletes, up to HISTORY_BATCH, those
 * that the limits do not allow.
 */
bool history_store_insert(struct history_store *store,
    struct history_record *const *records, unsigned count,
    const struct living_list *living, const struct history_limits *limits);

/*
 * Reads those that live from a store that can be written; the caller frees
 * them. False: they cannot be read now.
 */
bool history_store_read_living(
    struct history_store *store, struct living_list *list);

/* Whether this very record is in it: *holds. False: that is unknown. */
bool history_store_holds(struct history_store *store,
    const struct history_record *record, bool *holds);

/* Goes on with a query behind what the memory has answered. */
void history_store_read(
    struct history_store *store, struct history_query *query);

struct history_figures {
	uint64_t count; /* records in it; 0 until it was opened */
	int64_t last,
	    oldest;	  /* of these the highest number, the first closed */
	uint64_t damaged; /* records left out because of that, ever */
	uint64_t moved_aside; /* files found damaged, ever */
	/* When to open it again though nothing waits; clock_monotonic. */
	int64_t due;
};
const struct history_figures *history_store_figures(
    const struct history_store *store);

const struct history_problem *history_store_problem(
    const struct history_store *store);
/* Why what was moved aside is not taken over yet, or NULL. */
const struct history_problem *history_store_rescue_problem(
    const struct history_store *store);

#endif
