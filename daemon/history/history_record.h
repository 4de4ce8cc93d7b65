/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_record.h: what is kept of an instance that has ended. Once made, only
 * a record's number changes; whoever has it frees it. Any thread, one at a
 * time.
 */
#ifndef NETINST_HISTORY_RECORD_H
#define NETINST_HISTORY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/* What has ended with a record. */
enum record_end {
	RECORD_ENDS_NAMESPACE, /* it is gone */
	RECORD_ENDS_INSTANCE,  /* its namespace may begin another one */
	RECORD_ENDS_DAEMON     /* the next one has to say what became of it */
};

/* A life of a namespace that ends with a record (history_living.h). */
struct record_life {
	const char *boot; /* NULL: there is none */
	uint64_t kernel_id;
	int64_t instance;
	enum record_end end;
	const void *before; /* what is handed on to the next; NULL: nothing */
	size_t before_size;
};

struct history_record {
	/*
	 * Rises from record to record and is at least closed, so records can
	 * be sought by time without an order of their own for it.
	 */
	int64_t number;
	int64_t closed;		 /* realtime, ns */
	char *names;		 /* a line feed between two */
	char *text;		 /* one JSON object */
	size_t length;		 /* of text */
	struct record_life life; /* of which it has copies: */
	char *boot, *before;
	/* history_queue.c's: */
	bool busy;
	TAILQ_ENTRY(history_record) link;
};
TAILQ_HEAD(history_records, history_record);

/* Both texts are copied. The number is left 0. */
struct history_record *history_record_create(
    int64_t closed, const char *names, const char *text, size_t length);
/* Copies it. */
void history_record_set_life(
    struct history_record *record, const struct record_life *life);
void history_record_free(struct history_record *record);

/* Tells a record that was read back from one that was damaged. */
int64_t history_record_sum(const char *names, const char *text, size_t length);

/* Whether one of the names matches the pattern (glob.h); NULL: any. */
bool history_record_matches(const char *names, const char *pattern);

#endif
