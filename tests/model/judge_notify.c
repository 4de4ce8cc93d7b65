/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_notify.c, of the checker: what is promised of notification callbacks
 * (G8), and that they can still be taken away in destroy (G9).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "judge.h"

#define COMES 1 /* the commands of a notification */
#define GOES  2

/* The notifier's registrant, if it has one, is there and stays. */
static bool
is_at_home(const struct world *world, const struct notifier_life *notifier)
{
	const struct registrant_life *registrant =
	    world_registrant(world, notifier->registrant);
	const struct instance_life *instance =
	    world_instance(world, notifier->instance);
	const struct pair_life *pair;

	if (registrant == NULL)
		return notifier->registrant == 0;
	pair = world_pair(instance, notifier->registrant);
	return registrant->leaving == 0 && pair != NULL &&
	       (pair->state == LIFE_CREATING || pair->state == LIFE_ACTIVE);
}

bool
notifier_must_know(const struct world *world,
    const struct notifier_life *notifier, const struct protocol_life *protocol)
{
	const struct instance_life *instance =
	    world_instance(world, notifier->instance);

	return protocol->added != 0 && protocol->removing == 0 &&
	       instance->stop_called == 0 && notifier->leaving == 0 &&
	       notifier->left == 0 && !notifier->refused &&
	       !notifier->elsewhere && is_at_home(world, notifier);
}

void
expect_told(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier, enum guarantee guarantee)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, notifier->instance);
	const struct told *told;
	uint32_t i;

	for (i = 0; i < instance->protocol_count; i++) {
		if (!notifier_must_know(
			world, notifier, &instance->protocols[i]))
			continue;
		told = world_told(notifier, instance->protocols[i].number);
		(void)expect(checker, told != NULL && told->here, guarantee,
		    "a notifier was not told of a protocol that is there",
		    record, notifier->called);
	}
}

void
expect_farewell(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier, enum guarantee guarantee,
    const char *sentence)
{
	uint32_t i;

	for (i = 0; i < notifier->told_count; i++)
		(void)expect(checker, !notifier->told[i].here, guarantee,
		    sentence, record, notifier->told[i].since);
}

/* The five arguments are the documented ones. */
static void
notify_arguments(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier)
{
	char decimal[sizeof(record->text)];

	(void)snprintf(decimal, sizeof(decimal), "%d", (int)notifier->instance);
	(void)expect(checker, strcmp(decimal, record->text) == 0, G8,
	    "the notification names another instance", record,
	    notifier->called);
	(void)expect(checker, record->no_text, G8,
	    "the fourth argument is not NULL", record, notifier->called);
	(void)expect(checker,
	    record->context == notifier->argument &&
		record->name == notifier->function,
	    G8, "the notification has not the argument that was registered",
	    record, notifier->called);
	(void)expect(checker, record->extra == COMES || record->extra == GOES,
	    G8, "a notification that is neither coming nor going", record,
	    notifier->called);
}

/* Somebody brings the protocol to this instance. */
static bool
is_brought(const struct world *world, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct creation_life *bringer =
	    world_bringer(world, record->protocol);

	if (bringer != NULL)
		return bringer->instance == record->instance ||
		       (bringer->instance < 0 && !bringer->over);
	return instance != NULL &&
	       world_protocol(instance, record->protocol) != NULL;
}

static void
notify_comes(struct checker *checker, const struct record *record,
    const struct told *told)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	const struct protocol_life *protocol =
	    instance != NULL ? world_protocol(instance, record->protocol)
			     : NULL;
	bool returns =
	    protocol != NULL && protocol->adds + protocol->adding > 1;

	(void)expect(checker, told == NULL || (!told->here && returns), G8,
	    "told twice that a protocol is there", record,
	    told != NULL ? told->since : 0);
	(void)expect(checker,
	    protocol == NULL || protocol->removed == 0 || returns, G8,
	    "told of a protocol that was removed", record,
	    protocol != NULL ? protocol->removed : 0);
}

static void
notify_goes(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier, const struct told *told)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	const struct protocol_life *protocol =
	    instance != NULL ? world_protocol(instance, record->protocol)
			     : NULL;

	(void)expect(checker, told != NULL && told->here, G8,
	    "told that a protocol is gone that it did not know", record,
	    told != NULL ? told->since : notifier->called);
	(void)expect(checker,
	    notifier->leaving > 0 ||
		(instance != NULL && instance->stop_called != 0) ||
		(protocol != NULL && protocol->removing != 0),
	    G8, "told that a protocol is gone which nobody removed", record,
	    notifier->called);
}

/* Comings and goings in the same order for all. */
static void
notify_order(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	uint32_t event, i;

	if (instance == NULL || notifier->leaving > 0)
		return;
	event = world_event(instance, record->protocol, record->extra == COMES);
	for (i = 0; i < notifier->told_count; i++)
		(void)expect(checker,
		    !world_was_before(instance, event,
			world_event(instance, notifier->told[i].protocol,
			    notifier->told[i].here ||
				notifier->told[i].withdrawn)),
		    G8, "two notifiers heard events in different order", record,
		    notifier->told[i].since);
}

static void
notify_entered(struct checker *checker, const struct record *record)
{
	const struct notifier_life *notifier =
	    world_notifier(&checker->world, record->notifier);
	const struct told *told;

	if (!expect(checker, notifier != NULL && !notifier->refused, G8,
		"a notifier that nobody registered was called", record, 0))
		return;
	notify_arguments(checker, record, notifier);
	(void)expect(checker, is_brought(&checker->world, record), G8,
	    "told of a protocol that nobody brought", record, notifier->called);
	(void)expect(checker, notifier->left == 0, G8,
	    "a notifier was called after it had left", record, notifier->left);
	told = world_told(notifier, record->protocol);
	if (record->extra == COMES)
		notify_comes(checker, record, told);
	else
		notify_goes(checker, record, notifier, told);
	notify_order(checker, record, notifier);
}

/* Another notifier with that function is surely registered there. */
static const struct notifier_life *
rival(const struct world *world, const struct notifier_life *notifier)
{
	const struct instance_life *instance =
	    world_instance(world, notifier->instance);
	const struct notifier_life *other;
	uint32_t i;

	for (i = 0; instance != NULL && i < instance->notifier_count; i++) {
		other = &world->notifiers[instance->notifiers[i]];
		if (other != notifier &&
		    other->function == notifier->function && other->over != 0 &&
		    other->leaving == 0 && other->left == 0 &&
		    instance->stop_called == 0 && is_at_home(world, other))
			return other;
	}
	return NULL;
}

static void
notify_registered(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct notifier_life *other,
	    *notifier = world_notifier(world, record->notifier);
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct frame_life *call = world_frame(world, record->thread);

	if (record->result == 0) {
		other = rival(world, notifier);
		(void)expect(checker, other == NULL || notifier->elsewhere, G8,
		    "a function was registered twice on one instance", record,
		    other != NULL ? other->called : 0);
		(void)expect(checker,
		    call == NULL || !call->was_down || notifier->elsewhere, G8,
		    "a notifier was registered after shutdown", record,
		    instance->down);
		if (world_inside(world, record->thread) == NULL)
			expect_told(checker, record, notifier, G8);
		return;
	}
	(void)expect(checker,
	    (record->result == -EEXIST && notifier->reason) ||
		(record->result == -ESHUTDOWN &&
		    (instance->stop_called != 0 ||
			world_may_have_left(world, notifier))) ||
		(record->result == -ESRCH && instance->destroy_called != 0),
	    G8, "a notifier was refused without a reason", record,
	    notifier->called);
}

static void
notify_unregistered(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct notifier_life *notifier =
	    world_notifier(world, record->notifier);
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct frame_life *inside = world_inside(world, record->thread);
	bool own = inside != NULL && inside->instance == record->instance;
	bool known = notifier->over != 0 && notifier->left == 0 &&
		     notifier->leaving == 1 && !notifier->elsewhere;

	if (record->result == 0) {
		if (inside == NULL)
			expect_farewell(checker, record, notifier, G8,
			    "unregister left something untold");
		return;
	}
	/* Inside destroy the instance has been asked away, but is there. */
	(void)expect(checker, !known || (instance->destroy_called != 0 && !own),
	    G9, "a notifier that is registered could not be removed", record,
	    notifier->called);
}

static void
protocol_announced(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct notifier_life *notifier;
	struct protocol_life protocol =
	    *world_protocol(instance, record->protocol);
	const struct told *told;
	uint32_t i;
	bool comes = record->what == WHAT_PROTOCOL_ADD;

	if (protocol.adds + protocol.adding > 1)
		return;
	protocol.added = record->sequence;
	for (i = 0; i < instance->notifier_count; i++) {
		notifier = &world->notifiers[instance->notifiers[i]];
		told = world_told(notifier, record->protocol);
		if (!comes)
			(void)expect(checker,
			    told == NULL || !told->here ||
				world_may_have_left(world, notifier),
			    G8, "a removal was not announced", record,
			    notifier->called);
		else if (notifier->over != 0 &&
			 notifier_must_know(world, notifier, &protocol))
			(void)expect(checker, told != NULL && told->here, G8,
			    "an addition was not announced", record,
			    notifier->called);
	}
}

static void
all_told(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	uint32_t i;

	for (i = 1; i < world->notifier_count; i++)
		if (world->notifiers[i].over != 0)
			expect_told(checker, record, &world->notifiers[i], G8);
}

/*
 * G8: a notifier is told of every protocol present before registering returns,
 * of each that comes and goes, once and in order, and of all that are still
 * there when it leaves; with the documented arguments.
 */
void
judge_notify(struct checker *checker, const struct record *record)
{
	bool returned = record->kind == RECORD_RETURN;

	if (record->kind == RECORD_QUIET) {
		all_told(checker, record);
	} else if (record->what == WHAT_NOTIFY) {
		if (record->kind == RECORD_ENTER)
			notify_entered(checker, record);
	} else if (record->what == WHAT_NOTIFY_REGISTER) {
		if (returned)
			notify_registered(checker, record);
	} else if (record->what == WHAT_NOTIFY_UNREGISTER) {
		if (returned)
			notify_unregistered(checker, record);
	} else if (record->what == WHAT_PROTOCOL_ADD ||
		   record->what == WHAT_PROTOCOL_REMOVE) {
		if (record->kind == RECORD_DONE)
			protocol_announced(checker, record);
	}
}
