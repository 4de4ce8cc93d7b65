/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.c, of the ordering test: owns the kstats, one for each name, under a
 * lock of its own. Whoever makes, shows or deletes one takes it for that;
 * readers, writers and holders find it as clients do, and know nothing of what
 * its owner does.
 *
 * One that is persistent goes to sleep when it is deleted, and wakes for its
 * next creator, while it can be read and written all the time.
 */
#include "stats.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netinst/kstat.h>

#include "actions.h"
#include "base/perturb.h"
#include "base/plugin_lock.h"
#include "core/kstat/kstat_read.h"
#include "core/kstat/kstat_write.h"
#include "faces.h"
#include "oracle.h"

#define MODULE	     "model"
#define STATISTIC    "value"
#define READ_AT_MOST 10
#define LINGERS_IN   2 /* one use of so many takes its time */
#define SHOWN_IN     8 /* one change of so many is of where it is seen */

enum stat_state { STAT_FREE, STAT_MOVING, STAT_THERE };

struct named {
	const char *name;
	uchar_t flags;
	int (*update)(kstat_t *kstat, int rw);
	enum stat_state state;
	kstat_t *kstat;
	_Atomic kid_t kid; /* the last one that it had */
	/* From before it is installed until after it was deleted. */
	_Atomic bool open;
};

static int stat_update(kstat_t *kstat, int rw);

#define KEPT (KSTAT_FLAG_PERSISTENT | KSTAT_FLAG_WRITABLE)

static struct {
	struct plugin_lock lock;
	struct instance *home, *guest;
	kstat_t *taken; /* has the name that others ask for */
	struct named list[];
} stats = {
    .list = {{.name = "s0", .flags = KEPT, .update = stat_update},
	{.name = "s1", .flags = KEPT, .update = stat_update},
	{.name = "s2", .flags = KEPT},
	{.name = "s3", .flags = KSTAT_FLAG_WRITABLE, .update = stat_update},
	{.name = "s4", .flags = KSTAT_FLAG_WRITABLE}},
};
#define STATS 5

static void
linger(void)
{
	const struct timespec moment = {.tv_nsec = 10000};

	perturb();
	if (action_random() % LINGERS_IN == 0)
		(void)nanosleep(&moment, NULL);
}

/* owner ------------------------------------------------------------------ */

/* Not before it was installed, nor after it was deleted. */
static int
stat_update(kstat_t *kstat, int rw)
{
	struct named *stat = &stats.list[kstat->ks_name[1] - '0'];

	face_count_call();
	oracle_in_callback();
	oracle_expect(atomic_load(&stat->open), "G10",
	    "ks_update before kstat_install, or after the kstat was deleted");
	oracle_expect(
	    kstat->ks_private == stat, "G10", "ks_update has no ks_private");
	linger();
	return 0;
}

static kstat_t *
stat_create(const char *name, uchar_t flags)
{
	return net_kstat_create(instance_id(stats.home), MODULE, 0, name,
	    "misc", KSTAT_TYPE_NAMED, 1, flags);
}

static void
stat_make(struct named *stat)
{
	kstat_t *kstat = stat_create(stat->name, stat->flags);

	oracle_expect(kstat != NULL, "G10", "a kstat was refused");
	kstat->ks_update = stat->update;
	kstat->ks_private = NULL;
	linger();
	kstat_named_init(kstat->ks_data, STATISTIC, KSTAT_DATA_UINT64);
	kstat->ks_private = stat;
	stat->kstat = kstat;
	atomic_store(&stat->kid, kstat->ks_kid);
	atomic_store(&stat->open, true);
	kstat_install(kstat);
}

static void
stat_delete(struct named *stat)
{
	net_kstat_delete(instance_id(stats.home), stat->kstat);
	atomic_store(&stat->open, false);
}

/* Elsewhere, or there no more. */
static void
stat_show(struct named *stat)
{
	netid_t guest = instance_id(stats.guest);

	if (kstat_zone_find(stat->kstat, guest))
		kstat_zone_remove(stat->kstat, guest);
	else
		kstat_zone_add(stat->kstat, guest);
}

static enum stat_state
stat_take(struct named *stat)
{
	enum stat_state state;

	plugin_lock_enter(&stats.lock);
	state = stat->state;
	stat->state = STAT_MOVING;
	plugin_lock_exit(&stats.lock);
	return state;
}

static void
stat_leave(struct named *stat, enum stat_state state)
{
	plugin_lock_enter(&stats.lock);
	stat->state = state;
	plugin_lock_exit(&stats.lock);
}

void
stats_change(void)
{
	struct named *stat = &stats.list[action_random() % STATS];
	enum stat_state state = stat_take(stat);

	if (state == STAT_MOVING)
		return;
	if (state == STAT_FREE) {
		stat_make(stat);
		stat_leave(stat, STAT_THERE);
	} else if (action_random() % SHOWN_IN == 0) {
		stat_show(stat);
		stat_leave(stat, STAT_THERE);
	} else {
		stat_delete(stat);
		stat_leave(stat, STAT_FREE);
	}
}

void
stats_open(struct instance *home, struct instance *guest)
{
	unsigned i;

	plugin_lock_init(&stats.lock);
	stats.home = home;
	stats.guest = guest;
	for (i = 0; i < STATS; i++) {
		stats.list[i].state = STAT_FREE;
		stats.list[i].open = false;
		stats.list[i].kid = 0;
	}
	stats.taken = stat_create("taken", 0);
	kstat_install(stats.taken);
}

void
stats_close(void)
{
	unsigned i;

	for (i = 0; i < STATS; i++)
		if (stats.list[i].state == STAT_THERE)
			stat_delete(&stats.list[i]);
	net_kstat_delete(instance_id(stats.home), stats.taken);
	plugin_lock_destroy(&stats.lock);
}

/* others ----------------------------------------------------------------- */

void
stats_rival(void)
{
	oracle_expect(
	    stat_create("taken", 0) == NULL, "G10", "two kstats of one name");
}

static bool
is_any(void *arg, const kstat_t *kstat)
{
	return strcmp(kstat->ks_module, MODULE) == 0;
}

static void
is_done(void *arg, int error)
{
	completion_finish(arg, error);
}

void
stats_read(void)
{
	struct instance *instance =
	    action_random() % 2 == 0 ? stats.home : stats.guest;
	struct completion over;
	struct kstat_batch batch;
	int error;

	completion_init(&over);
	error = kstat_read(
	    instance, 0, READ_AT_MOST, is_any, NULL, &batch, is_done, &over);
	if (error != -EINPROGRESS)
		completion_finish(&over, error);
	(void)completion_wait(&over);
	kstat_batch_free(&batch);
}

void
stats_write(void)
{
	const struct kstat_value value = {
	    .statistic = STATISTIC,
	    .kind = KSTAT_VALUE_INTEGER,
	    .integer = 7,
	};
	struct kstat_order order = {
	    .module = MODULE,
	    .name = stats.list[action_random() % STATS].name,
	    .values = &value,
	    .count = 1,
	};
	struct completion over;

	completion_init(&over);
	kstat_write(stats.home, &order, is_done, &over);
	(void)completion_wait(&over);
	if (order.outcome == KSTAT_WRITTEN)
		kstat_snapshot_free(&order.written);
}

/* What is held stays, whatever becomes of it. */
static void
expect_kept(const kstat_t *held)
{
	oracle_expect(strcmp(held->ks_module, MODULE) == 0, "G10",
	    "a kstat that is held is gone");
}

void
stats_hold(void)
{
	const struct named *stat = &stats.list[action_random() % STATS];
	kid_t kid = action_random() % 2 == 0 ? 0 : atomic_load(&stat->kid);
	kstat_t *held = kstat_hold_bykid(kid, instance_id(stats.home));

	if (held == NULL)
		return;
	expect_kept(held);
	linger();
	expect_kept(held);
	kstat_rele(held);
}
