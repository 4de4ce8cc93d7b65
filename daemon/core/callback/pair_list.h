/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair_list.h: private to core/: the pairs of an instance as data; what happens
 * to them is in core/life. On the instance's strand, except where it says so.
 */
#ifndef NETINST_CORE_PAIR_LIST_H
#define NETINST_CORE_PAIR_LIST_H

#include "core/object/core_impl.h"

/*
 * Adds a pair at the end, stealing the reference; returns its index. Without
 * the lock: it is complete before who has that counts it in.
 */
uint32_t pair_append(struct instance *instance, struct registrant *registrant);

/* Readers see the state before or after; nothing else hangs on it. */
static inline void
pair_set_state(struct instance *instance, uint32_t index, enum pair_state state)
{
	atomic_store_explicit(&instance->pairs[index].state, (uint8_t)state,
	    memory_order_relaxed);
}

static inline enum pair_state
pair_state(const struct pair *pair)
{
	return (enum pair_state)atomic_load_explicit(
	    &pair->state, memory_order_relaxed);
}

/* For the start of a job: closes gaps, when nothing holds an index. */
void pair_close_gaps(struct instance *instance);

/* The pair of a registrant here, or NULL. Strand, or under the lock. */
struct pair *pair_find(
    const struct instance *instance, const struct registrant *registrant);

/*
 * Something came that is to go with its registrant's pair (NULL: nobody's):
 * returns whether that counts it among its belongings. When it goes,
 * pair_disown() undoes that, and *counted. Strand.
 */
bool pair_own(struct instance *instance, const struct claim *claim);
void pair_disown(
    struct instance *instance, const struct claim *claim, bool *counted);

/* Frees the array; every pair is gone. */
void pair_free_all(struct instance *instance);

#endif
