/* SPDX-License-Identifier: Apache-2.0 */
/* places.c, of the ordering test: owns the places, under one lock. */
#include "places.h"

#include <string.h>

#include "base/plugin_lock.h"

enum seat_state { SEAT_FREE, SEAT_MOVING, SEAT_LOST };

struct seat {
	enum seat_state state;
	uint32_t notifier; /* that was registered last; 0: nobody */
};

struct place {
	struct instance *instance; /* a reference; NULL: empty */
	netid_t id;
	uint32_t protocols[PROTOCOLS_IN_USE];
	struct seat seats[NOTIFY_FUNCTIONS];
};

static struct {
	struct plugin_lock lock;
	struct place list[PLACES];
} places;

void
places_reset(void)
{
	plugin_lock_init(&places.lock);
	memset(places.list, 0, sizeof(places.list));
}

void
places_clear(void)
{
	unsigned i;

	for (i = 0; i < PLACES; i++)
		if (places.list[i].instance != NULL)
			instance_release(places.list[i].instance);
	plugin_lock_destroy(&places.lock);
}

/* The lock is held. */
static struct place *
place_of(netid_t id)
{
	unsigned i;

	for (i = 0; i < PLACES; i++)
		if (places.list[i].instance != NULL && places.list[i].id == id)
			return &places.list[i];
	return NULL;
}

bool
place_fill(struct instance *instance)
{
	struct place *place = NULL;
	unsigned i;

	plugin_lock_enter(&places.lock);
	for (i = 0; i < PLACES && place == NULL; i++)
		if (places.list[i].instance == NULL)
			place = &places.list[i];
	if (place != NULL) {
		memset(place, 0, sizeof(*place));
		place->instance = instance;
		place->id = instance_id(instance);
	}
	plugin_lock_exit(&places.lock);
	return place != NULL;
}

bool
places_have_room(void)
{
	bool room = false;
	unsigned i;

	plugin_lock_enter(&places.lock);
	for (i = 0; i < PLACES; i++)
		room = room || places.list[i].instance == NULL;
	plugin_lock_exit(&places.lock);
	return room;
}

struct instance *
place_find(uint64_t random)
{
	struct instance *instance = NULL;
	unsigned i;

	plugin_lock_enter(&places.lock);
	for (i = 0; i < PLACES && instance == NULL; i++)
		instance = places.list[(random + i) % PLACES].instance;
	if (instance != NULL)
		instance_hold(instance);
	plugin_lock_exit(&places.lock);
	return instance;
}

void
place_empty(const struct instance *instance)
{
	struct place *place;
	struct instance *left = NULL;

	plugin_lock_enter(&places.lock);
	place = place_of(instance_id(instance));
	if (place != NULL) {
		left = place->instance;
		place->instance = NULL;
	}
	plugin_lock_exit(&places.lock);
	if (left != NULL)
		instance_release(left);
}

/* Puts one number where another was. */
static void
protocol_replace(netid_t id, uint32_t old, uint32_t new)
{
	struct place *place;
	unsigned i;

	plugin_lock_enter(&places.lock);
	place = place_of(id);
	for (i = 0; place != NULL && i < PROTOCOLS_IN_USE; i++)
		if (place->protocols[i] == old) {
			place->protocols[i] = new;
			break;
		}
	plugin_lock_exit(&places.lock);
}

void
place_add_protocol(netid_t id, uint32_t protocol)
{
	protocol_replace(id, 0, protocol);
}

void
place_forget_protocol(netid_t id, uint32_t protocol)
{
	protocol_replace(id, protocol, 0);
}

uint32_t
place_protocol(netid_t id, uint64_t random)
{
	struct place *place;
	uint32_t protocol = 0;

	plugin_lock_enter(&places.lock);
	place = place_of(id);
	if (place != NULL)
		protocol = place->protocols[random % PROTOCOLS_IN_USE];
	plugin_lock_exit(&places.lock);
	return protocol;
}

/* The seat, taken, or NULL. */
static struct seat *
seat_take(netid_t id, unsigned function)
{
	struct place *place = place_of(id);

	if (place == NULL || place->seats[function].state != SEAT_FREE)
		return NULL;
	place->seats[function].state = SEAT_MOVING;
	return &place->seats[function];
}

bool
seat_take_to_register(netid_t id, unsigned function)
{
	bool taken;

	plugin_lock_enter(&places.lock);
	taken = seat_take(id, function) != NULL;
	plugin_lock_exit(&places.lock);
	return taken;
}

uint32_t
seat_take_to_unregister(netid_t id, unsigned function)
{
	struct seat *seat;
	uint32_t notifier = 0;

	plugin_lock_enter(&places.lock);
	seat = seat_take(id, function);
	if (seat != NULL) {
		notifier = seat->notifier;
		if (notifier == 0)
			seat->state = SEAT_FREE;
	}
	plugin_lock_exit(&places.lock);
	return notifier;
}

static void
seat_leave(
    netid_t id, unsigned function, enum seat_state state, uint32_t notifier)
{
	struct place *place;

	plugin_lock_enter(&places.lock);
	place = place_of(id);
	if (place != NULL) {
		place->seats[function].state = state;
		if (notifier != UINT32_MAX)
			place->seats[function].notifier = notifier;
	}
	plugin_lock_exit(&places.lock);
}

void
seat_registered(netid_t id, unsigned function, uint32_t number)
{
	seat_leave(id, function, SEAT_FREE, number != 0 ? number : UINT32_MAX);
}

void
seat_unregistered(netid_t id, unsigned function, bool gone)
{
	seat_leave(id, function, SEAT_FREE, gone ? 0 : UINT32_MAX);
}

void
seat_lose(netid_t id, unsigned function)
{
	seat_leave(id, function, SEAT_LOST, UINT32_MAX);
}
