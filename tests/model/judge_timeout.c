/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_timeout.c, of the checker: what is promised of timeouts (G14). That
 * they exclude other callbacks (G1), and that nothing runs of who has left
 * (G4), is judged as of all callbacks.
 */
#include "judge.h"

/* Whoever made it may be called there: his shutdown has not begun. */
static bool
maker_is_up(
    const struct timeout_life *timeout, const struct instance_life *instance)
{
	const struct pair_life *pair;

	if (timeout->registrant == 0)
		return instance->walk_shutdown == 0 &&
		       instance->walk_destroy == 0 && instance->down == 0;
	pair = world_pair(instance, timeout->registrant);
	return pair == NULL || pair->state == LIFE_NONE ||
	       pair->state == LIFE_ACTIVE;
}

static void
timeout_entered(struct checker *checker, const struct record *record,
    const struct timeout_life *timeout)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	(void)expect(checker, timeout->cancelled == 0, G14,
	    "a timeout came after it was cancelled", record,
	    timeout->cancelled);
	(void)expect(checker, timeout->again || timeout->begun == 0, G14,
	    "a timeout came a second time", record, timeout->begun);
	if (instance != NULL)
		(void)expect(checker,
		    maker_is_up(timeout, instance) &&
			(!timeout->lost || timeout->elsewhere),
		    G14,
		    "a timeout came after its maker's shutdown, or failure",
		    record, timeout->called);
}

/* Somebody but the caller may have ended it, or be about to. */
static bool
may_have_ended(const struct world *world, const struct timeout_life *timeout)
{
	const struct instance_life *instance =
	    world_instance(world, timeout->instance);
	const struct registrant_life *registrant =
	    world_registrant(world, timeout->registrant);
	const struct pair_life *pair;

	if (timeout->refused || timeout->lost || timeout->cancelled != 0 ||
	    timeout->cancels > 1 || instance == NULL ||
	    instance->stop_called != 0)
		return true;
	if (timeout->registrant == 0)
		return false;
	pair = world_pair(instance, timeout->registrant);
	return registrant == NULL || registrant->leaving > 0 || pair == NULL ||
	       pair->state != LIFE_ACTIVE || timeout->elsewhere;
}

static void
cancel_returned(struct checker *checker, const struct record *record,
    const struct timeout_life *timeout)
{
	const struct world *world = &checker->world;
	const struct frame_life *inside = world_inside(world, record->thread);
	bool was_called = !timeout->again && timeout->begun != 0;

	if (record->result == 0)
		(void)expect(checker, !was_called, G14,
		    "one that had been called was cancelled", record,
		    timeout->begun);
	if (inside != NULL)
		return;
	(void)expect(checker, timeout->running == 0, G14,
	    "cancelling returned while the timeout ran", record,
	    timeout->begun);
	if (record->result != 0)
		(void)expect(checker,
		    was_called || may_have_ended(world, timeout), G14,
		    "one that was there was not found", record,
		    timeout->called);
}

/* Only where the reasons for it can be known. */
static void
make_returned(struct checker *checker, const struct record *record,
    const struct timeout_life *timeout)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	if (record->result != 0 && timeout->registrant == 0)
		(void)expect(checker,
		    instance == NULL || instance->stop_called != 0, G14,
		    "a timeout was refused without a reason", record,
		    timeout->called);
}

/*
 * G14: a timeout is called as often as was asked for, not after it was
 * cancelled or its maker's shutdown there has begun; who cancels it outside of
 * callbacks finds that it does not run.
 */
void
judge_timeout(struct checker *checker, const struct record *record)
{
	const struct timeout_life *timeout;

	if (record->what < WHAT_TIMEOUT_MAKE)
		return;
	timeout = world_timeout(&checker->world, record->context);
	if (record->what == WHAT_TIMEOUT && record->kind == RECORD_ENTER &&
	    expect(checker,
		timeout != NULL && !timeout->refused &&
		    timeout->instance == record->instance,
		G14, "a timeout that nobody made", record, 0))
		timeout_entered(checker, record, timeout);
	if (record->kind != RECORD_RETURN || timeout == NULL)
		return;
	if (record->what == WHAT_TIMEOUT_CANCEL)
		cancel_returned(checker, record, timeout);
	else
		make_returned(checker, record, timeout);
}
