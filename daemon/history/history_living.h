/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_living.h: the namespaces that are or were instances and whose end
 * nobody has seen: what the next life of each is to know, and what is to be
 * recorded when it turns out that one has ended unseen, also while there was no
 * daemon. They are in memory, and in the store's table "living". Any thread;
 * nothing here waits.
 *
 * What a life has counted is handed on when its record is made, and stored with
 * it, in one transaction: so nothing is counted twice, and nothing is lost when
 * the daemon is killed in between.
 */
#ifndef NETINST_CTL_HISTORY_LIVING_H
#define NETINST_CTL_HISTORY_LIVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "source/netns/kernel/netns_kernel.h"

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

/* The boot that the machine is in, and when this daemon began. */
const char *history_boot(void);
int64_t history_life(void); /* realtime, ns */

/* Begins empty; stored: there is a store, and what is in it is not known yet.
 */
void history_living_start(bool stored);
void history_living_stop(void);

/*
 * The store's rows, once; takes them over. Those that are known already stay as
 * they are. Those of another boot are recorded.
 */
void history_living_load(struct living_list *list);

/* Waits until they are loaded, or the time is over: realtime does not matter.
 */
void history_living_await(int64_t nanoseconds);

/* Whether what lives is stored, and so known to the next daemon. Any thread. */
bool history_living_is_stored(void);

/*
 * An instance begins: steals what it is. Returns what was counted before, or
 * that this is not known, for free(); or NULL.
 */
char *history_living_begin(struct living *living, size_t *size);

/*
 * Its record is made; before: copied; NULL: what was handed on stays so.
 * Returns whether it was known what was counted before it began.
 */
bool history_living_end(uint64_t id, const char *before, size_t size);

/* The kernel's object is gone. */
void history_living_gone(uint64_t id);

/*
 * Looks for those that are gone: for one that was nobody's in this life, makes
 * a record. False: there is none to look for any more.
 */
bool history_living_look(void);

/* What is to be stored, in that order; the caller's. */
void history_living_take(struct living_list *list);
bool history_living_waits(void);
/* It could not be stored: before what came since. */
void history_living_give_back(struct living_list *list);

#endif
