/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actions.c, of the ordering test: the random actions. Owns the numbers of
 * notifiers and protocols.
 *
 * Outside of callbacks an action waits for its end, as a plugin's thread would,
 * except that sources do not always: some of theirs are left to end by
 * themselves. Inside, nothing waits.
 */
#include "actions.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/object/instance.h"
#include "faces.h"
#include "issue.h"
#include "kept.h"
#include "later.h"
#include "places.h"
#include "protocols.h"
#include "provide.h"
#include "recorder.h"

#define NESTED_IN    8 /* one callback of so many acts */
#define NESTED_DEPTH 3 /* callbacks inside callbacks that still act */
#define UNWAITED_IN  4 /* one action of a source of so many is left */
#define PROVIDED_IN  6 /* one create of so many provides a protocol */
#define OWN_IN	     2 /* one nested action of so many is on one's own */

static struct {
	_Atomic uint64_t seed;
	_Atomic uint32_t notifiers, protocols;
	_Atomic uint64_t nested;
	_Atomic bool quiet;
	struct owner *owner;
} actions;

static _Thread_local uint64_t state;
static _Thread_local unsigned depth;	  /* callbacks that act */
static _Thread_local netid_t inside = -1; /* the innermost one's instance */

void
actions_seed(uint64_t seed)
{
	atomic_store(&actions.seed, seed * 0x9e3779b97f4a7c15ULL);
}

void
actions_open(struct owner *owner)
{
	atomic_store(&actions.notifiers, 0);
	atomic_store(&actions.protocols, PROTOCOLS_SHARED);
	atomic_store(&actions.quiet, false);
	actions.owner = owner;
	faces_reset();
	later_reset();
	provide_reset();
	places_reset();
	kept_open(owner);
}

void
actions_quieten(void)
{
	atomic_store(&actions.quiet, true);
}

void
actions_close(void)
{
	faces_clear();
	places_clear();
}

uint64_t
actions_nested(void)
{
	return atomic_load(&actions.nested);
}

uint64_t
action_random(void)
{
	uint64_t mixed;

	if (state == 0)
		state =
		    atomic_fetch_add(&actions.seed, 0x9e3779b97f4a7c15ULL) | 1;
	state += 0x9e3779b97f4a7c15ULL;
	mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9ULL;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
	return mixed ^ (mixed >> 31);
}

bool
action_wants_to_wait(void)
{
	return inside < 0 && (atomic_load(&actions.quiet) ||
				 action_random() % UNWAITED_IN != 0);
}

struct instance *
action_instance(void)
{
	if (inside >= 0 && !kept_has(inside) && action_random() % OWN_IN == 0)
		return instance_find(inside);
	return place_find(action_random());
}

/* instances -------------------------------------------------------------- */

static void
stop_instance(struct instance *instance, enum record_what what, bool waited)
{
	struct issue issue = {.record = {.what = (uint8_t)what,
				  .instance = instance_id(instance)}};
	int error;

	issue_begin_pending(&issue, waited);
	error = what == WHAT_INSTANCE_DESTROY
		    ? instance_destroy(instance, issue_done, issue.pending)
		    : instance_shutdown(instance, issue_done, issue.pending);
	issue_return(&issue, error);
	/* Somebody else's may have come before it was in its place. */
	if (what == WHAT_INSTANCE_DESTROY)
		place_empty(instance);
	issue_end(&issue);
}

#define PROTOCOLS_BROUGHT 3

static void
settle_instance(struct issue *issue, struct instance *instance)
{
	uint32_t i;

	if (place_fill(instance)) {
		for (i = 0; i < issue->record.extra; i++)
			place_add_protocol(
			    issue->record.instance, issue->record.protocol + i);
		issue_end(issue);
		return;
	}
	/* Others were quicker. */
	issue_end(issue);
	stop_instance(instance, WHAT_INSTANCE_DESTROY, false);
	instance_release(instance);
}

static void
create_instance(void)
{
	char texts[PROTOCOLS_BROUGHT][PROTOCOL_TEXT];
	const char *names[PROTOCOLS_BROUGHT];
	uint32_t count = (uint32_t)(action_random() % (PROTOCOLS_BROUGHT + 1));
	uint32_t first = atomic_fetch_add(&actions.protocols, count) + 1, i;
	struct issue issue = {.record = {.what = WHAT_INSTANCE_CREATE,
				  .instance = -1,
				  .protocol = first,
				  .extra = (uint8_t)count}};
	struct instance_config config = {
	    .source = "model", .protocols = names, .protocol_count = count};
	struct instance *instance = NULL;
	int error;

	for (i = 0; i < count; i++)
		names[i] = protocol_text(first + i, texts[i]);
	issue_begin_pending(&issue, action_wants_to_wait());
	config.name = issue_instance_name(&issue);
	error = instance_create(&config, &instance, issue_done, issue.pending);
	if (error == 0)
		issue.record.instance = instance_id(instance);
	issue_return(&issue, error);
	if (error == 0)
		settle_instance(&issue, instance);
	else
		issue_end(&issue);
}

/*
 * One that ends while its timeouts come and are cancelled, by others, too. Made
 * here, because few of those that there are end.
 */
static void
act_instance_brief(void)
{
	struct instance *instance;

	if (!places_have_room() || atomic_load(&actions.quiet))
		return;
	create_instance();
	instance = place_find(action_random());
	if (instance == NULL)
		return;
	later_make(instance_id(instance), action_random());
	stop_instance(instance, WHAT_INSTANCE_DESTROY, false);
	/* Nothing but what is under way there keeps it any more. */
	instance_release(instance);
	later_cancel_newest();
}

/* When there are too many, one goes instead. */
static void
act_instance_create(void)
{
	struct instance *instance;

	if (places_have_room()) {
		create_instance();
		return;
	}
	instance = place_find(action_random());
	if (instance == NULL)
		return;
	stop_instance(instance, WHAT_INSTANCE_DESTROY, action_wants_to_wait());
	instance_release(instance);
}

static void
act_instance_stop(enum record_what what)
{
	struct instance *instance = action_instance();

	if (instance == NULL)
		return;
	stop_instance(instance, what, action_wants_to_wait());
	instance_release(instance);
}

static void
act_instance_shutdown(void)
{
	act_instance_stop(WHAT_INSTANCE_SHUTDOWN);
}

static void
act_instance_destroy(void)
{
	act_instance_stop(WHAT_INSTANCE_DESTROY);
}

static void
act_instance_find(void)
{
	struct instance *found, *instance = action_instance();
	struct issue issue = {.record = {.what = WHAT_INSTANCE_FIND}};

	if (instance == NULL)
		return;
	issue.record.instance = instance_id(instance);
	issue_begin(&issue);
	found = instance_find(issue.record.instance);
	issue_return(&issue, found != NULL);
	if (found != NULL)
		instance_release(found);
	instance_release(instance);
}

/* registrants ------------------------------------------------------------ */

static void
act_register(void)
{
	struct face *face = face_take(action_random());
	struct issue issue = {.record = {.what = WHAT_REGISTER}};
	net_instance_t *instance;
	int error;

	if (face == NULL)
		return;
	issue.record.registrant = face_registrant(face);
	issue.record.name = face_name(face);
	issue.record.extra = face_has_shutdown(face) ? 0 : REGISTER_NO_SHUTDOWN;
	instance = face_instance(face);
	issue_begin(&issue);
	error = net_instance_register(instance);
	issue_return(&issue, error);
	face_registered(face, error == DDI_SUCCESS);
	face_instance_free(instance);
}

static void
spoil(net_instance_t *instance)
{
	switch (action_random() % 5) {
	case 0:
		instance->nin_create = NULL;
		break;
	case 1:
		instance->nin_destroy = NULL;
		break;
	case 2:
		instance->nin_version++;
		break;
	case 3:
		free((void *)(uintptr_t)instance->nin_name);
		instance->nin_name = NULL;
		break;
	default:
		*(char *)(uintptr_t)instance->nin_name = '\0';
		break;
	}
}

static void
act_register_faulty(void)
{
	net_instance_t *instance = face_instance(NULL);
	struct issue issue = {.record = {.what = WHAT_REGISTER,
				  .registrant = face_number_for_nobody(),
				  .name = UINT16_MAX,
				  .extra = REGISTER_FAULTY}};

	spoil(instance);
	issue_begin(&issue);
	issue_return(&issue, net_instance_register(instance));
	face_instance_free(instance);
}

static void
act_unregister(void)
{
	struct face *face = face_borrow(action_random());
	struct issue issue = {.record = {.what = WHAT_UNREGISTER}};
	net_instance_t *instance;
	int error;

	if (face == NULL)
		return;
	issue.record.registrant = face_registrant(face);
	issue.record.name = face_name(face);
	instance = face_instance(face);
	issue_begin(&issue);
	error = net_instance_unregister(instance);
	issue_return(&issue, error);
	if (error == DDI_SUCCESS && inside < 0)
		provide_left(issue.record.registrant);
	face_unregistered(face, error == DDI_SUCCESS, inside >= 0);
	face_instance_free(instance);
}

/* Not one of the documented functions, so never from inside a callback. */
static void
act_retry(void)
{
	struct issue issue = {.record = {.what = WHAT_RETRY}};

	if (inside >= 0)
		return;
	issue_begin_pending(&issue, action_wants_to_wait());
	owner_retry(actions.owner, issue_done, issue.pending);
	issue_return(&issue, 0);
	issue_end(&issue);
}

/* notifiers -------------------------------------------------------------- */

static void
act_notify_register(void)
{
	struct instance *instance = action_instance();
	unsigned function = (unsigned)(action_random() % NOTIFY_FUNCTIONS);
	struct issue issue = {.record = {.what = WHAT_NOTIFY_REGISTER}};
	int error;
	netid_t id;

	if (instance == NULL)
		return;
	id = issue.record.instance = instance_id(instance);
	instance_release(instance);
	if (!seat_take_to_register(id, function))
		return;
	issue.record.notifier = atomic_fetch_add(&actions.notifiers, 1) + 1;
	issue.record.context = issue.record.notifier;
	issue.record.name = (uint16_t)function;
	issue_begin(&issue);
	error = net_instance_notify_register(id, face_notify(function),
	    (void *)(uintptr_t)issue.record.notifier);
	issue_return(&issue, -error);
	if (inside >= 0 && inside != id)
		seat_lose(id, function);
	else
		seat_registered(
		    id, function, error == 0 ? issue.record.notifier : 0);
}

static void
act_notify_unregister(void)
{
	struct instance *instance = action_instance();
	unsigned function = (unsigned)(action_random() % NOTIFY_FUNCTIONS);
	struct issue issue = {.record = {.what = WHAT_NOTIFY_UNREGISTER}};
	int error;
	netid_t id;

	if (instance == NULL)
		return;
	id = issue.record.instance = instance_id(instance);
	instance_release(instance);
	issue.record.notifier = seat_take_to_unregister(id, function);
	if (issue.record.notifier == 0)
		return;
	issue.record.name = (uint16_t)function;
	issue_begin(&issue);
	error = net_instance_notify_unregister(id, face_notify(function));
	issue_return(&issue, -error);
	if (inside >= 0 && inside != id)
		seat_lose(id, function);
	else
		seat_unregistered(id, function, error == 0);
}

/* timeouts --------------------------------------------------------------- */

/* They come when they want, so not where one thing is done at a time. */
static void
act_timeout_make(void)
{
	struct instance *instance = action_instance();

	if (instance == NULL)
		return;
	if (!atomic_load(&actions.quiet))
		later_make(instance_id(instance), action_random());
	instance_release(instance);
}

static void
act_ask_provider(void)
{
	provide_ask(action_random());
}

static void
act_timeout_cancel(void)
{
	later_cancel(action_random());
}

static void
act_on_kept(void)
{
	if (inside < 0)
		kept_act();
}

/* what callbacks ask ----------------------------------------------------- */

bool
action_wants_to_provide(void)
{
	return !atomic_load(&actions.quiet) && recorder_has_room() &&
	       action_random() % PROVIDED_IN == 0;
}

uint32_t
action_new_protocol(void)
{
	return atomic_fetch_add(&actions.protocols, 1) + 1;
}

bool
action_is_nested(void)
{
	return inside >= 0;
}

/* which ------------------------------------------------------------------ */

static const struct {
	void (*act)(void);
	unsigned weight;
} table[] = {
    {act_instance_create, 10},
    {act_instance_brief, 4},
    {act_instance_shutdown, 2},
    {act_instance_destroy, 3},
    {act_instance_find, 2},
    {protocols_change, 22},
    {protocols_look_up, 6},
    {act_register, 14},
    {act_register_faulty, 1},
    {act_unregister, 6},
    {act_retry, 2},
    {act_notify_register, 17},
    {act_notify_unregister, 15},
    {act_timeout_make, 14},
    {act_timeout_cancel, 6},
    {act_ask_provider, 8},
    {act_on_kept, 24},
};
#define WEIGHTS 156

static void
act(void)
{
	uint64_t random = action_random() % WEIGHTS;
	unsigned i = 0;

	for (; random >= table[i].weight; i++)
		random -= table[i].weight;
	table[i].act();
}

void
action_outside(void)
{
	act();
}

void
action_inside(netid_t id)
{
	netid_t outer = inside;

	if (atomic_load_explicit(&actions.quiet, memory_order_relaxed) ||
	    !recorder_has_room() || depth == NESTED_DEPTH ||
	    action_random() % NESTED_IN != 0)
		return;
	inside = id;
	depth++;
	(void)atomic_fetch_add(&actions.nested, 1);
	act();
	depth--;
	inside = outer;
}

void
action_end_timeouts(void)
{
	later_end();
}

void
action_clear_all(void)
{
	struct instance *instance;
	struct face *face;

	while ((face = face_borrow(0)) != NULL) {
		face_unregistered(face, false, false);
		act_unregister();
	}
	while ((instance = place_find(action_random())) != NULL) {
		stop_instance(instance, WHAT_INSTANCE_DESTROY, true);
		instance_release(instance);
	}
	kept_close();
}
