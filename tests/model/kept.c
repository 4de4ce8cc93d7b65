/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c, of the ordering test: owns the two instances. They are in no place
 * (places.h), so nobody ends them, and what their protocols do is not recorded;
 * but registrants come and go there as everywhere, and that is.
 */
#include "kept.h"

#include "actions.h"
#include "base/check.h"
#include "core/object/instance.h"
#include "issue.h"
#include "oracle.h"
#include "protocols.h"
#include "stats.h"

/* Of one thing: else there would seldom be two at it. */
#define REPEATED 4

static struct instance *kept[2];

static struct instance *
kept_create(void)
{
	struct issue issue = {
	    .record = {.what = WHAT_INSTANCE_CREATE, .instance = -1}};
	struct instance_config config = {.source = "model"};
	struct instance *instance = NULL;
	int error;

	issue_begin_pending(&issue, true);
	config.name = issue_instance_name(&issue);
	error = instance_create(&config, &instance, issue_done, issue.pending);
	oracle_expect(error == 0, "G0", "an instance was refused");
	issue.record.instance = instance_id(instance);
	issue_return(&issue, 0);
	issue_end(&issue);
	return instance;
}

static void
kept_destroy(struct instance *instance)
{
	struct issue issue = {.record = {.what = WHAT_INSTANCE_DESTROY,
				  .instance = instance_id(instance)}};

	issue_begin_pending(&issue, true);
	issue_return(
	    &issue, instance_destroy(instance, issue_done, issue.pending));
	issue_end(&issue);
	instance_release(instance);
}

void
kept_open(struct owner *owner)
{
	struct owner *before = owner_enter(owner);
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(kept); i++)
		kept[i] = kept_create();
	stats_open(kept[0], kept[1]);
	owner_leave(before);
}

void
kept_close(void)
{
	size_t i;

	stats_close();
	for (i = 0; i < ARRAY_LENGTH(kept); i++)
		kept_destroy(kept[i]);
}

bool
kept_has(netid_t id)
{
	return id == instance_id(kept[0]) || id == instance_id(kept[1]);
}

void
kept_act(void)
{
	static void (*const acts[])(void) = {stats_change, stats_change,
	    stats_rival, stats_read, stats_write, stats_hold};
	uint64_t random = action_random() % (ARRAY_LENGTH(acts) + 1);
	unsigned i;

	if (random == ARRAY_LENGTH(acts)) {
		protocols_change_again(kept[0]);
		return;
	}
	for (i = 0; i < REPEATED; i++)
		acts[random]();
}
