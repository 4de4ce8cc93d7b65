/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_living.h: the namespaces whose end nobody has seen, in memory and in
 * the store's table "living": what the next life of each has to know, and what
 * to record of one that has ended unseen, also while there was no daemon. Any
 * thread; only history_living_await() waits.
 *
 * The counts of a life are handed on when its record is made, and both are
 * stored in one transaction: nothing is counted twice, and nothing is lost when
 * the daemon is killed.
 */
#ifndef NETINST_HISTORY_LIVING_H
#define NETINST_HISTORY_LIVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "core/object/instance.h"
#include "lib/buffer.h"
#include "source/netns/kernel/netns_kernel.h"

struct history_record;

/* A kernel id of this boot, or of another one: then it has ended. */
struct living {
	char *boot;
	uint64_t id;
	int64_t instance;	    /* of the daemon that had it */
	struct netns_handle handle; /* none: by what is found alone */
	char *names;		    /* as a record has them */
	char *text; /* what an unobserved record begins with; "": it has one */
	char *before; /* what was counted; NULL: nothing */
	size_t before_size;
	/* Of what is to be stored: */
	bool remove;
	STAILQ_ENTRY(living) link;
};
STAILQ_HEAD(living_list, living);

struct living *living_create(const char *boot, uint64_t id);
void living_free(struct living *living);
void living_list_free(struct living_list *list);

/* The boot that the machine is in. */
const char *history_boot(void);

/*
 * Begins a JSON object that says who an instance is, and leaves it open; names:
 * all so far, as a record has them, without a NUL. Numbers of instances begin
 * again with each daemon, and ids of namespaces with each boot: it says both.
 */
void history_write_identity(
    struct buffer *out, struct instance *instance, struct buffer *names);

/*
 * Begins empty; stored: there is a store, not loaded yet. take() steals a
 * record, wake() is called when there is something to store; both on any
 * thread.
 */
void history_living_start(bool stored,
    void (*take)(struct history_record *record), void (*wake)(void));
void history_living_stop(void);

/*
 * Steals the store's rows, once. Those that are known already stay as they are,
 * those of another boot are recorded.
 */
void history_living_load(struct living_list *list);

/* Waits until they are loaded, but no longer than that. */
void history_living_await(int64_t nanoseconds);

/* Whether what lives is stored, and so known to the next daemon. Any thread. */
bool history_living_is_stored(void);

/*
 * An instance begins: steals living. Returns what was counted before, or that
 * this is unknown, for free(); NULL: nothing.
 */
char *history_living_begin(struct living *living, size_t *size);

/*
 * Its record is made; before: copied; NULL: keeps what was handed on. Returns
 * whether it was known what was counted before it began.
 */
bool history_living_end(uint64_t id, const char *before, size_t size);

/* The kernel's object is gone. */
void history_living_gone(uint64_t id);

/*
 * Looks for those that are gone, and records those that nobody has found in
 * this life. False: there is none left to look for.
 */
bool history_living_look(void);

/* What is to be stored, in that order; the caller's. */
void history_living_take(struct living_list *list);
bool history_living_waits(void);
/* Puts back what could not be stored, before what came since. */
void history_living_give_back(struct living_list *list);

#endif
