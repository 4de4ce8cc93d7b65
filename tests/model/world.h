/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h: private to the checker: what has happened so far, as told by the
 * log. world_add.c and world_callback.c add each record to it and judge
 * nothing; the guarantees (judge_*.c) look at it and change nothing.
 *
 * Pointers into the world are good until the next record is added.
 */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lives.h"
#include "record.h"

struct world {
	bool serial;			 /* see checker.h: sweeps are watched */
	struct instance_life *instances; /* by id */
	uint32_t instance_count, instance_room;
	struct registrant_life *registrants; /* by number */
	uint32_t registrant_count, registrant_room;
	struct notifier_life *notifiers; /* by number */
	uint32_t notifier_count, notifier_room;
	struct timeout_life *timeouts; /* by number */
	uint32_t timeout_count, timeout_room;
	struct thread_life *threads; /* by number */
	uint32_t thread_room;
	struct creation_life *creations;
	uint32_t creation_count, creation_room;
	uint8_t
	    *earlier; /* registrants: [a * earlier_room + b]: a came first */
	uint32_t earlier_room;
	unsigned retries; /* calls under way */
};

void world_init(struct world *world, bool serial);
void world_destroy(struct world *world);
void world_add(struct world *world, const struct record *record);

/* All return NULL for what the log has not spoken of. */
struct instance_life *world_instance(const struct world *world, int32_t id);
struct registrant_life *world_registrant(
    const struct world *world, uint32_t number);
struct notifier_life *world_notifier(
    const struct world *world, uint32_t number);
struct timeout_life *world_timeout(const struct world *world, uint64_t number);
struct pair_life *world_pair(
    const struct instance_life *instance, uint32_t registrant);
struct protocol_life *world_protocol(
    const struct instance_life *instance, uint32_t protocol);
struct told *world_told(
    const struct notifier_life *notifier, uint32_t protocol);

/* What the thread is in the middle of; NULL: nothing. */
const struct frame_life *world_frame(
    const struct world *world, uint16_t thread);
/* The innermost callback that the thread is inside of; NULL: none. */
const struct frame_life *world_inside(
    const struct world *world, uint16_t thread);
bool world_is_inside_of(
    const struct world *world, uint16_t thread, uint32_t registrant);

/* An instance was asked for and not told of yet. */
bool world_expects_instance(const struct world *world);

/* Which creation brings the protocol along, or NULL. */
struct creation_life *world_bringer(
    const struct world *world, uint32_t protocol);

/* Which of two registrants came first, as far as is known. */
bool world_came_earlier(const struct world *world, uint32_t a, uint32_t b);

/*
 * The coming or going of a protocol as an event whose order is watched, or
 * EVENTS_TRACKED; and which of two events of an instance came first.
 */
uint32_t world_event(
    const struct instance_life *instance, uint32_t protocol, bool comes);
bool world_was_before(
    const struct instance_life *instance, uint32_t a, uint32_t b);

/* The callback is due to the end of its instance, not of its registrant. */
bool world_is_walk(const struct world *world, uint32_t registrant);

/* It has left, or may have without a word. */
bool world_may_have_left(
    const struct world *world, const struct notifier_life *notifier);

/* Whose callback it is; 0: of nobody known. */
uint32_t world_owner(const struct world *world, const struct record *record);

/* create has succeeded, shutdown is not over. */
bool pair_is_up(const struct world *world, const struct pair_life *pair);

/* The end of this call is its RETURN, seen from the callback's instance. */
bool world_ends_now(const struct world *world, const struct record *record);

#endif
