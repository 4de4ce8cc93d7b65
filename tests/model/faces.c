/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faces.c, of the ordering test: owns the faces, under a lock of its own; what
 * a face is registered as stays the same while its callbacks can run, so they
 * read it without.
 */
#include "faces.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "base/plugin_lock.h"
#include "oracle.h"
#include "protocols.h"
#include "provide.h"
#include "recorder.h"

#define NAMES	       8
#define FACES_OF_NAME  3
#define FACES	       (NAMES * FACES_OF_NAME)
#define FAILURES_IN    12 /* one create of so many returns NULL */
#define NO_SHUTDOWN_IN 4  /* one face of so many has no shutdown callback */

enum face_state {
	FACE_FREE,
	FACE_MOVING, /* being registered */
	FACE_THERE,
	FACE_PENDING /* unregistered, perhaps not to the end */
};

struct face {
	enum face_state state;
	unsigned users; /* unregistrations under way */
	uint32_t registrant;
	uint16_t index;
};

static struct {
	struct plugin_lock lock;
	struct face list[FACES];
	_Atomic uint32_t registrants;
	_Atomic uint64_t called;
} faces;

static _Thread_local struct face *current;

void
faces_reset(void)
{
	uint16_t i;

	plugin_lock_init(&faces.lock);
	for (i = 0; i < FACES; i++)
		faces.list[i] = (struct face){.index = i};
	atomic_store(&faces.registrants, 0);
}

void
faces_clear(void)
{
	plugin_lock_destroy(&faces.lock);
}

/* callbacks -------------------------------------------------------------- */

static struct record
callback_begin(enum record_what what, const struct face *face, netid_t id,
    const void *context)
{
	struct record record = {
	    .kind = RECORD_ENTER,
	    .what = (uint8_t)what,
	    .number = recorder_number(),
	    .registrant = face != NULL ? face->registrant : REGISTRANT_NOBODY,
	    .instance = id,
	    .context = (uintptr_t)context,
	};

	oracle_in_callback();
	(void)atomic_fetch_add(&faces.called, 1);
	recorder_write(&record);
	return record;
}

static void
callback_end(struct record *record, struct face *outer)
{
	current = outer;
	record->kind = RECORD_LEAVE;
	recorder_write(record);
}

static void *
call_create(struct face *face, netid_t id)
{
	struct record record = callback_begin(WHAT_CREATE, face, id, NULL);
	struct face *outer = current;

	uint32_t provided;

	current = face;
	provided = action_wants_to_provide()
		       ? provide_begin(id, record.registrant)
		       : 0;
	action_inside(id);
	if (action_random() % FAILURES_IN != 0)
		record.context = record.number | (uint64_t)provided << 32;
	else
		provide_end(provided, id);
	callback_end(&record, outer);
	return (void *)(uintptr_t)record.context;
}

/* What a create callback has provided is half of the context. */
static uint32_t
provided_of(const void *context)
{
	return (uint32_t)((uintptr_t)context >> 32);
}

static void
call_end_of_life(
    enum record_what what, struct face *face, netid_t id, void *context)
{
	struct record record = callback_begin(what, face, id, context);
	struct face *outer = current;

	current = face;
	if (recorder_has_room())
		protocol_look_up(id);
	if (what == WHAT_SHUTDOWN)
		provide_shut_down(provided_of(context), id);
	action_inside(id);
	if (what == WHAT_DESTROY)
		provide_end(provided_of(context), id);
	callback_end(&record, outer);
}

static uint32_t
protocol_number(const char *text)
{
	char known[PROTOCOL_TEXT];
	uint32_t i;

	for (i = 1; i <= PROTOCOLS_SHARED; i++)
		if (strcmp(text, protocol_text(i, known)) == 0)
			return i;
	return text[0] == 'p' ? (uint32_t)strtoul(text + 1, NULL, 10) : 0;
}

static int
call_notify(unsigned function, hook_notify_cmd_t command, void *arg,
    const char *netid, const char *none, const char *protocol)
{
	struct record record = {
	    .kind = RECORD_ENTER,
	    .what = WHAT_NOTIFY,
	    .number = recorder_number(),
	    .instance = (int32_t)strtol(netid, NULL, 10),
	    .notifier = (uint32_t)(uintptr_t)arg,
	    .context = (uintptr_t)arg,
	    .name = (uint16_t)function,
	    .protocol = protocol_number(protocol),
	    .extra = (uint8_t)command,
	    .no_text = none == NULL,
	};
	struct face *outer = current;

	(void)atomic_fetch_add(&faces.called, 1);
	(void)snprintf(record.text, sizeof(record.text), "%.11s", netid);
	recorder_write(&record);
	current = NULL;
	action_inside(record.instance);
	callback_end(&record, outer);
	return 0;
}

/* The functions of all the faces, and those of nobody. */
#define FACE_LIST(X)                                                           \
	X(0)                                                                   \
	X(1)                                                                   \
	X(2)                                                                   \
	X(3)                                                                   \
	X(4)                                                                   \
	X(5)                                                                   \
	X(6)                                                                   \
	X(7)                                                                   \
	X(8)                                                                   \
	X(9)                                                                   \
	X(10)                                                                  \
	X(11)                                                                  \
	X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23)

#define FACE_FUNCTIONS(n)                                                      \
	static void *create_##n(const netid_t id)                              \
	{                                                                      \
		return call_create(&faces.list[n], id);                        \
	}                                                                      \
	static void shutdown_##n(const netid_t id, void *context)              \
	{                                                                      \
		call_end_of_life(WHAT_SHUTDOWN, &faces.list[n], id, context);  \
	}                                                                      \
	static void destroy_##n(const netid_t id, void *context)               \
	{                                                                      \
		call_end_of_life(WHAT_DESTROY, &faces.list[n], id, context);   \
	}
FACE_LIST(FACE_FUNCTIONS)

#define FACE_ROW(n) {create_##n, shutdown_##n, destroy_##n},
static const struct {
	void *(*create)(const netid_t);
	void (*shutdown)(const netid_t, void *);
	void (*destroy)(const netid_t, void *);
} functions[FACES] = {FACE_LIST(FACE_ROW)};

static void *
create_nobody(const netid_t id)
{
	return call_create(NULL, id);
}

static void
shutdown_nobody(const netid_t id, void *context)
{
	call_end_of_life(WHAT_SHUTDOWN, NULL, id, context);
}

static void
destroy_nobody(const netid_t id, void *context)
{
	call_end_of_life(WHAT_DESTROY, NULL, id, context);
}

#define NOTIFY_LIST(X) X(0) X(1) X(2) X(3) X(4) X(5)
#define NOTIFY_FUNCTION(n)                                                     \
	static int notify_##n(hook_notify_cmd_t command, void *arg,            \
	    const char *netid, const char *none, const char *protocol)         \
	{                                                                      \
		return call_notify(n, command, arg, netid, none, protocol);    \
	}
NOTIFY_LIST(NOTIFY_FUNCTION)

#define NOTIFY_ROW(n) notify_##n,
static const hook_notify_fn_t notify_functions[NOTIFY_FUNCTIONS] = {
    NOTIFY_LIST(NOTIFY_ROW)};

hook_notify_fn_t
face_notify(unsigned function)
{
	return notify_functions[function];
}

const char *
protocol_text(uint32_t protocol, char text[static PROTOCOL_TEXT])
{
	static const char *const shared[PROTOCOLS_SHARED + 1] = {
	    "", NHF_INET, NHF_INET6, NHF_ARP, "four"};

	if (protocol <= PROTOCOLS_SHARED)
		return shared[protocol];
	(void)snprintf(text, PROTOCOL_TEXT, "p%u", protocol);
	return text;
}

void
face_count_call(void)
{
	(void)atomic_fetch_add(&faces.called, 1);
}

uint64_t
faces_called(void)
{
	return atomic_load(&faces.called);
}

/* what they are registered as -------------------------------------------- */

uint32_t
face_number_for_nobody(void)
{
	return atomic_fetch_add(&faces.registrants, 1) + 1;
}

/* The first of that state from a random place on. */
static struct face *
face_find(uint64_t random, enum face_state state)
{
	struct face *face;
	unsigned i;

	for (i = 0; i < FACES; i++) {
		face = &faces.list[(random + i) % FACES];
		if (face->state == state &&
		    (state == FACE_THERE || face->users == 0))
			return face;
	}
	return NULL;
}

struct face *
face_take(uint64_t random)
{
	struct face *face;

	plugin_lock_enter(&faces.lock);
	face = face_find(random, FACE_FREE);
	if (face != NULL) {
		face->state = FACE_MOVING;
		face->registrant = face_number_for_nobody();
	}
	plugin_lock_exit(&faces.lock);
	return face;
}

/* Whoever gets a name knows that its last owner has left. */
void
face_registered(struct face *face, bool accepted)
{
	unsigned i;

	plugin_lock_enter(&faces.lock);
	face->state = accepted ? FACE_THERE : FACE_FREE;
	for (i = 0; i < FACES && accepted; i++)
		if (faces.list[i].state == FACE_PENDING &&
		    face_name(&faces.list[i]) == face_name(face))
			faces.list[i].state = FACE_FREE;
	plugin_lock_exit(&faces.lock);
}

struct face *
face_borrow(uint64_t random)
{
	struct face *face;

	plugin_lock_enter(&faces.lock);
	face = face_find(random, FACE_THERE);
	if (face != NULL)
		face->users++;
	plugin_lock_exit(&faces.lock);
	return face;
}

void
face_unregistered(struct face *face, bool accepted, bool pending)
{
	plugin_lock_enter(&faces.lock);
	face->users--;
	if (accepted)
		face->state = pending ? FACE_PENDING : FACE_FREE;
	plugin_lock_exit(&faces.lock);
}

uint32_t
face_registrant(const struct face *face)
{
	return face->registrant;
}

uint16_t
face_name(const struct face *face)
{
	return face->index % NAMES;
}

bool
face_has_shutdown(const struct face *face)
{
	return face->index % NO_SHUTDOWN_IN != 0;
}

struct net_instance *
face_instance(const struct face *face)
{
	static const char *const names[NAMES] = {"alpha", "beta", "gamma",
	    "delta", "epsilon", "zeta", "eta", "theta"};
	net_instance_t *instance = net_instance_alloc(NETINFO_VERSION);

	if (face == NULL) {
		instance->nin_name = strdup("nobody");
		instance->nin_create = create_nobody;
		instance->nin_shutdown = shutdown_nobody;
		instance->nin_destroy = destroy_nobody;
		return instance;
	}
	instance->nin_name = strdup(names[face_name(face)]);
	instance->nin_create = functions[face->index].create;
	if (face_has_shutdown(face))
		instance->nin_shutdown = functions[face->index].shutdown;
	instance->nin_destroy = functions[face->index].destroy;
	return instance;
}

void
face_instance_free(struct net_instance *instance)
{
	char *name = (char *)(uintptr_t)instance->nin_name;

	if (name != NULL)
		memset(name, '?', strlen(name));
	free(name);
	instance->nin_create = create_nobody;
	instance->nin_shutdown = shutdown_nobody;
	instance->nin_destroy = destroy_nobody;
	net_instance_free(instance);
}
