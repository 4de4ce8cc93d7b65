/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provide.c, of the ordering test: owns the protocols that registrants have
 * provided in this epoch. Each is used by the callbacks of one pair only, which
 * never run together; its functions are called by anybody, and nobody is in
 * them any more when its registrant has left.
 *
 * One that is left behind is recorded as if its removal had been asked for:
 * from then on the framework may take it away.
 */
#include "provide.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <netinst/hook.h>
#include <netinst/neti.h>

#include "actions.h"
#include "faces.h"
#include "oracle.h"
#include "recorder.h"

#define PROVIDED_MAX 4000
#define LINGERS_IN   4 /* one call of so many takes its time */
#define RECENT	     16

struct provided {
	net_handle_t handle; /* NULL: taken back, or left */
	_Atomic uint32_t protocol;
	_Atomic uint32_t registrant;
	_Atomic netid_t instance;
	_Atomic unsigned inside; /* calls of its functions under way */
	_Atomic bool left;	 /* its registrant */
};

static struct {
	struct provided list[PROVIDED_MAX + 1]; /* from 1 */
	_Atomic uint32_t used;
} provide;

void
provide_reset(void)
{
	/* Registrants and protocols are counted from 1 again. */
	memset(provide.list, 0, sizeof(provide.list));
	atomic_store(&provide.used, 0);
}

static struct record
change_begin(enum record_what what, netid_t id, const struct provided *provided)
{
	struct record record = {
	    .kind = RECORD_CALL,
	    .what = (uint8_t)what,
	    .number = recorder_number(),
	    .instance = id,
	    .protocol = provided->protocol,
	    .extra = PROTOCOL_PROVIDED,
	};

	recorder_write(&record);
	return record;
}

/*
 * Inside a notification its own notifier is told afterwards, so only what is
 * in no other action is known to be over.
 */
static void
change_end(struct record *record, int result)
{
	record->kind = RECORD_RETURN;
	record->result = result;
	recorder_write(record);
	record->kind = RECORD_DONE;
	if (result == 0 && !action_is_nested())
		recorder_write(record);
}

/* Whoever asks says which it is: that is all it can tell it by. */
static int
provided_getifname(net_handle_t handle, phy_if_t nic, char *buf, size_t size)
{
	const struct timespec moment = {.tv_nsec = 20000};
	struct provided *provided = &provide.list[nic];

	(void)atomic_fetch_add(&provided->inside, 1);
	oracle_in_callback();
	if (action_random() % LINGERS_IN == 0)
		(void)nanosleep(&moment, NULL);
	oracle_expect(!atomic_load(&provided->left), "G4",
	    "a provider's function runs when its registrant has left");
	(void)atomic_fetch_sub(&provided->inside, 1);
	return 0;
}

/* The protocol and its family, or neither. */
static net_handle_t
provide_make(netid_t id, const char *name)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION,
	    .netp_name = name,
	    .netp_getifname = provided_getifname,
	};
	hook_family_t family;
	net_handle_t handle = net_protocol_register(id, &definition);

	HOOK_FAMILY_INIT(&family, name);
	if (handle == NULL || net_family_register(handle, &family) == 0)
		return handle;
	(void)net_protocol_unregister(handle);
	return NULL;
}

uint32_t
provide_begin(netid_t id, uint32_t registrant)
{
	uint32_t number = atomic_fetch_add(&provide.used, 1) + 1;
	char text[PROTOCOL_TEXT];
	struct provided *provided = &provide.list[number];
	struct record record;

	if (number > PROVIDED_MAX)
		return 0;
	provided->protocol = action_new_protocol();
	atomic_store(&provided->left, false);
	atomic_store(&provided->instance, id);
	/* Last: from here on it is found. */
	atomic_store(&provided->registrant, registrant);
	record = change_begin(WHAT_PROTOCOL_ADD, id, provided);
	provided->handle =
	    provide_make(id, protocol_text(provided->protocol, text));
	change_end(&record, provided->handle != NULL ? 0 : -EBUSY);
	return provided->handle != NULL ? number : 0;
}

static void
provide_look_up(const struct provided *provided, netid_t id)
{
	char text[PROTOCOL_TEXT];
	struct record record = change_begin(WHAT_PROTOCOL_LOOKUP, id, provided);
	net_handle_t handle =
	    net_protocol_lookup(id, protocol_text(provided->protocol, text));

	record.kind = RECORD_RETURN;
	record.result = handle != NULL;
	recorder_write(&record);
	if (handle != NULL)
		(void)net_protocol_release(handle);
}

static void
provide_take_back(struct provided *provided, netid_t id)
{
	char text[PROTOCOL_TEXT];
	hook_family_t family;
	struct record record = change_begin(WHAT_PROTOCOL_REMOVE, id, provided);

	HOOK_FAMILY_INIT(&family, protocol_text(provided->protocol, text));
	if (action_random() % 2 == 0)
		(void)net_family_unregister(provided->handle, &family);
	change_end(&record, net_protocol_unregister(provided->handle));
	provided->handle = NULL;
}

static void
provide_leave_behind(struct provided *provided, netid_t id)
{
	struct record record = change_begin(WHAT_PROTOCOL_REMOVE, id, provided);

	record.kind = RECORD_RETURN;
	recorder_write(&record);
	provided->handle = NULL;
}

void
provide_shut_down(uint32_t number, netid_t id)
{
	struct provided *provided = &provide.list[number];

	if (number == 0)
		return;
	provide_look_up(provided, id);
	if (action_random() % 2 == 0)
		provide_take_back(provided, id);
}

void
provide_end(uint32_t number, netid_t id)
{
	struct provided *provided = &provide.list[number];

	if (number == 0 || provided->handle == NULL)
		return;
	provide_look_up(provided, id);
	if (action_random() % 2 == 0)
		provide_take_back(provided, id);
	else
		provide_leave_behind(provided, id);
}

/* New ones are the likelier to be there. */
void
provide_ask(uint64_t random)
{
	uint32_t used = atomic_load(&provide.used), number;
	char text[PROTOCOL_TEXT];
	net_handle_t handle;

	if (used > PROVIDED_MAX)
		used = PROVIDED_MAX;
	number =
	    used > random % RECENT ? used - (uint32_t)(random % RECENT) : used;
	if (number == 0)
		return;
	handle = net_protocol_lookup(
	    atomic_load(&provide.list[number].instance),
	    protocol_text(atomic_load(&provide.list[number].protocol), text));
	if (handle == NULL)
		return;
	(void)net_getifname(handle, number, text, sizeof(text));
	(void)net_protocol_release(handle);
}

void
provide_left(uint32_t registrant)
{
	uint32_t number;

	for (number = 1;
	     number <= atomic_load(&provide.used) && number <= PROVIDED_MAX;
	     number++) {
		if (provide.list[number].registrant != registrant)
			continue;
		atomic_store(&provide.list[number].left, true);
		oracle_expect(atomic_load(&provide.list[number].inside) == 0,
		    "G4",
		    "unregister returned while a provider's function ran");
	}
}
