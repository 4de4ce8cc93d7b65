/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places.h: which instances there are for the ordering test to act on. A place
 * is one of a few; an instance stands in it from its creation until somebody
 * destroys it. Any thread.
 */
#ifndef MODEL_PLACES_H
#define MODEL_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/object/instance.h"
#include "faces.h"

#define PLACES		 8
#define PROTOCOLS_IN_USE 6

/* All are empty. */
void places_reset(void);

/* Releases what is left. */
void places_clear(void);

/* Puts an instance in a place; steals the reference. False: all are taken. */
bool place_fill(struct instance *instance);

/* Whether another instance can be created. */
bool places_have_room(void);

/* Any instance, with a reference, or NULL. */
struct instance *place_find(uint64_t random);

/* It is being destroyed: its place is free. */
void place_empty(const struct instance *instance);

/* Remembers that a protocol was added, as far as there is room; forgets it. */
void place_add_protocol(netid_t id, uint32_t protocol);
void place_forget_protocol(netid_t id, uint32_t protocol);
/* One that was added, or 0; the more there are the seldomer that is. */
uint32_t place_protocol(netid_t id, uint64_t random);

/*
 * The seat of a notification function on an instance is taken by who registers
 * or unregisters it, so that nobody does both at the same time.
 */
bool seat_take_to_register(netid_t id, unsigned function);
/* number: of the notifier that has it now, 0: nobody known. */
void seat_registered(netid_t id, unsigned function, uint32_t number);
/* The number of the notifier to unregister, or 0. */
uint32_t seat_take_to_unregister(netid_t id, unsigned function);
void seat_unregistered(netid_t id, unsigned function, bool gone);
/* Nobody knows who has it: never again on this instance. */
void seat_lose(netid_t id, unsigned function);

#endif
