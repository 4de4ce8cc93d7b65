/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core_impl.h: private to core/: who owns what, and which lock guards it.
 *
 *   core ─┬─ registry   the registrants, in registration order
 *         └─ table ───► instance ─┬─ strand     the jobs that change it
 *                                 ├─ pairs      (instance x registrant)
 *                                 ├─ protocols ─── families, events, hooks
 *                                 ├─ notifiers, at each of these levels
 *                                 └─ kstats
 *
 * The registry and the table are under the core's lock. What hangs from an
 * instance is changed only by jobs of its strand; what others may read of it
 * is changed under the instance's lock as well, so that a reader needs nothing
 * but that lock. Lock order: core, instance, pool. No lock is held while
 * plugin code runs.
 *
 * The rule that makes replay and live delivery one thing: registrants and
 * instances are both listed under the core's lock, and a strand brings its
 * instance up to date with the registry ("catches up", pair.c) rather than
 * hearing of single registrations. Whoever comes second sees the first.
 */
#ifndef NETINST_CORE_CORE_IMPL_H
#define NETINST_CORE_CORE_IMPL_H

#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/memory.h"
#include "core/core.h"
#include "core/object/instance.h"
#include "core/object/owner.h"
#include "exec/pool.h"
#include "exec/strand.h"

/* There is a table of kstats for each instance: start it small. */
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define HASH_INITIAL_NUM_BUCKETS      4U
#define HASH_INITIAL_NUM_BUCKETS_LOG2 2U

#define INSTANCE_MAGIC	 0x1257a9ceU
#define REGISTRANT_MAGIC 0x2e615742U

struct step;
struct pair_driver;
struct net_data;
struct kstat_entry;
struct instance_ext;

/* Something that comes and goes at a level; embedded in it. */
struct notify_entry {
	struct notify_entry *next; /* in order of arrival */
	const char *name;	   /* borrowed from what it is embedded in */
	uint64_t added, removed;   /* numbers of its news; 0: not yet */
};

/* A level at which things come and go: hook/notify.h. */
struct notify_level {
	struct notify_entry *entries;
	struct notifier *notifiers;
	uint64_t news; /* comings and goings so far */
};

/* A name that an instance has, or had: names.c. */
struct label {
	UT_hash_handle by_name; /* core's lock; its table is NULL: had */
	struct instance *instance;
	bool is_last; /* it had it last, and has no other now */
	char text[];
};

/* Waits for the end of an unregistration that somebody else began. */
struct registrant_waiter {
	struct registrant_waiter *next;
	core_done_fn done;
	void *arg;
};

struct registrant {
	unsigned magic;
	_Atomic unsigned references;
	uint64_t sequence; /* registration order, never used again */
	uint64_t previous; /* sequence of the one registered just before */
	const struct pair_driver *driver;
	char *name;
	net_instance_t callbacks; /* nin_name is name */
	hook_notify_fn_t notify;  /* NULL: none */
	struct owner *owner;	  /* a reference */
	_Atomic bool leaving;	  /* no pair comes; core's lock to set */
	bool unregistered;	  /* core's lock: that has begun */
	struct registrant_waiter *waiters; /* core's lock */
	_Atomic uint64_t active, failed;   /* pairs */
	UT_hash_handle by_name;		   /* core's lock */
	_Atomic uint32_t usual_index;	   /* where its pair stood last */
};

/*
 * Who made a kstat, a hook, a notifier or a protocol, and leaves it behind when
 * gone; embedded in it. The owner is a reference. The registrant is one in a
 * hook and in a call, else borrowed: what is counted with its pair goes first.
 * As a question, NULL stands for anybody.
 */
struct claim {
	struct registrant *registrant; /* in whose callback; NULL: in none */
	struct owner *owner;
};

static inline bool
claim_is_of(const struct claim *claim, const struct claim *of)
{
	return (of->registrant == NULL ||
		   claim->registrant == of->registrant) &&
	       (of->owner == NULL || claim->owner == of->owner);
}

/* One registrant on one instance; registrant NULL once it is gone. */
struct pair {
	struct registrant *registrant; /* a reference */
	uint64_t sequence;	       /* the registrant's, also when gone */
	void *context;
	_Atomic uint8_t state; /* enum pair_state */
	uint32_t belongings; /* kstats, notifiers, ... made in its callbacks */
};

/* Where the strand has got to; the state shown may be ahead of it. */
enum stage {
	STAGE_CREATING,
	STAGE_ACTIVE,
	STAGE_ANNOUNCING, /* protocols are announced gone */
	STAGE_SHUTTING,	  /* shutdown callbacks run */
	STAGE_DOWN,
	STAGE_DESTROYING,
	STAGE_GONE
};

struct instance {
	unsigned magic;
	_Atomic unsigned references;
	netid_t id;
	uint8_t state; /* instance lock: enum instance_state, as shown */
	bool doomed;   /* instance lock: destroy was asked for */
	bool closed;   /* instance lock: nothing can be added any more */
	/* Only the strand: */
	uint8_t stage;
	bool gaps;	     /* among the pairs */
	bool undelivered;    /* notifiers may have something to hear */
	uint16_t delivering; /* walks of the notifiers, nested ones too */
	uint32_t cursor;     /* pairs not yet walked in this phase */
	uint64_t considered; /* registrants up to this sequence were seen */
	struct strand strand;
	struct lock lock;
	/* Changed by the strand under the lock: */
	struct pair *pairs;	     /* in registration order */
	_Atomic uint32_t pair_count; /* see pair_append() */
	uint32_t pair_room;
	struct notify_level
	    level; /* its protocols; notifiers: only the strand */
	struct notify_entry
	    *reserved; /* protocols: names only; any thread, the lock */
	struct kstat_entry *kstats; /* hash by name; any thread, the lock */
	struct kstat_entry *kstat_read_last; /* the lock; NULL when it went */
	/* Only the strand: */
	struct step *awaiting; /* a step that completes later */
	/* Any thread: */
	_Atomic(struct instance_ext *) ext; /* instance_ext.h; NULL: none */
	/* Constant: */
	int64_t created;
	const char *source;
	struct label label; /* its first name; more are in ext */
};

struct core {
	struct lock lock;
	struct pool *pool;
	struct strand_class strands;
	bool stopping; /* lock */
	_Atomic uint64_t callbacks_overdue;
	_Atomic int64_t state_counts[INSTANCE_STATES];
};

extern struct core core;

void registrant_hold(struct registrant *registrant);
void registrant_release(struct registrant *registrant);

/*
 * Takes the registrant of these callbacks away. -ENOENT: none such; -EALREADY:
 * it is leaving; -EDEADLK: the calling thread is inside one of its callbacks.
 */
int registrant_unregister(
    const net_instance_t *callbacks, core_done_fn done, void *arg);

struct instance *instance_of(struct strand *strand);

#endif
