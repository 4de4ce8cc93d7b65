/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_add.h: private to world*.c: adding to the world. Lists grow here;
 * whatever is new is zeroed.
 */
#ifndef MODEL_WORLD_ADD_H
#define MODEL_WORLD_ADD_H

#include "world.h"

/* Makes room for index in a list of elements of that size. */
void *world_grow(void *list, uint32_t *room, uint32_t index, size_t size);

/* A pointer to the element, made when it is not there. */
#define ELEMENT(list, count, room, index)                                      \
	((list) = world_grow((list), &(room), (index), sizeof(*(list))),       \
	    (count) =                                                          \
		(count) > (uint32_t)(index) ? (count) : (uint32_t)(index) + 1, \
	    &(list)[(index)])

/* A pointer to a new element at the end. */
#define APPEND(list, count, room)                                              \
	((list) = world_grow((list), &(room), (count), sizeof(*(list))),       \
	    &(list)[(count)++])

/* The instance of a record, NULL when it names none. */
struct instance_life *world_meet_instance(
    struct world *world, const struct record *record);

/* The protocols that an instance was created with. */
void world_bring_protocols(
    struct instance_life *instance, const struct creation_life *creation);

/* The instance is gone; the registrant has left. */
void world_forget_instance(struct instance_life *instance);
void world_forget_registrant(
    struct world *world, struct registrant_life *registrant);

/* The registrant a came before b. */
void world_set_earlier(struct world *world, uint32_t a, uint32_t b);

/* ENTER and LEAVE of any callback. */
void world_add_callback(struct world *world, const struct record *record);

#endif
