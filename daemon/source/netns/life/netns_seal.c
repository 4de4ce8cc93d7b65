/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.c: finds out what is asked of a reference (netns_ref.h), and owns
 * the list of those that wait for it. Whoever takes a seal off its reference is
 * the one that answers. Looks at a namespace from inside; what is opened there
 * is closed again at once. A worker looks first, then the netns thread.
 */
#include "source/netns/life/netns_seal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_figures.h"
#include "source/netns/netns_ref.h"
#include "source/netns/netns_timer.h"

/* Between two looks at one that waits: at first, for so long, and then. */
#define LOOK_FIRST  NS_PER_MS
#define LOOKS_CLOSE (100 * NS_PER_MS)
#define LOOK_MOST   (32 * NS_PER_MS)
/* For so long it is looked for after it was let go of. */
#define FOLLOWED_MOST (200 * NS_PER_MS)
/* Looks in one turn of the event loop. */
#define LOOKS_MAX 64

bool
netns_seal(struct instance *instance, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_ref *ref = netns_ref_of(instance);

	return ref != NULL && netns_ref_seal(ref, figures, done, arg);
}

/* --- looking -------------------------------------------------------------- */

enum seen {
	SEEN_FINAL,  /* it has ended, and nothing more was counted */
	SEEN_SOCKET, /* somebody has a socket there, or had one just now */
	SEEN_ALIVE,  /* somebody else has it, or that cannot be told now */
	SEEN_MORE,   /* it is not as the figures say */
	SEEN_NOT     /* what its links count cannot be read */
};

static const char *const reasons[] = {
    [SEEN_SOCKET] = "a socket is in it",
    [SEEN_ALIVE] = "it has not ended",
    [SEEN_MORE] = "more was counted",
    [SEEN_NOT] = "what its links counted in the end cannot be read",
};

/* Of the namespace that the thread is in. Unknown is none. */
static bool
seal_has_sockets(void)
{
	FILE *file = fopen("/proc/thread-self/net/sockstat", "re");
	int count;

	if (file == NULL)
		return false;
	if (fscanf(file, "sockets: used %d", &count) != 1)
		count = 0;
	(void)fclose(file);
	return count > 0;
}

/* last: sockets are not waited for. */
static enum seen
seal_open_view(struct netns_ref *ref, struct netns_seal *seal, bool last)
{
	int view = -1, error;
	bool sockets;

	if (ref->context.ops->enter(&ref->context) != 0)
		return SEEN_NOT;
	sockets = seal_has_sockets();
	if (!sockets || last)
		view = netns_figures_open();
	error = netns_enter_home();
	ASSERT(error == 0);
	if (sockets && !last)
		return SEEN_SOCKET;
	if (view < 0)
		return SEEN_NOT;
	netns_seal_view(seal, view);
	return SEEN_ALIVE;
}

static enum seen
seal_look_after(const struct netns_ref *ref, const struct netns_seal *seal)
{
	int fd = netns_handle_open(&ref->handle);
	struct netns_figures now;

	if (fd >= 0)
		(void)close(fd);
	if (fd != -ESTALE)
		return SEEN_ALIVE;
	/* When one of its links is gone, the others will be. */
	if (netns_figures_read(seal->view, &now) != 0 ||
	    now.links < seal->figures.links)
		return SEEN_NOT;
	return memcmp(&now, &seal->figures, sizeof(now)) == 0 ? SEEN_FINAL
							      : SEEN_MORE;
}

static enum seen
seal_look(struct netns_ref *ref, struct netns_seal *seal, bool last)
{
	enum seen seen;

	if (seal->closed != 0)
		return seal_look_after(ref, seal);
	seen = seal_open_view(ref, seal, last);
	if (seen == SEEN_SOCKET)
		return seen;
	seal->closed = clock_monotonic();
	(void)netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0);
	/* At once: who was the last has ended it. */
	return seen == SEEN_NOT ? seen : seal_look_after(ref, seal);
}

static bool
seal_waits(const struct netns_seal *seal, enum seen seen)
{
	return seen == SEEN_SOCKET ||
	       (seen == SEEN_ALIVE &&
		   clock_monotonic() - seal->closed < FOLLOWED_MOST);
}

/* last: no socket is waited for any more. True: it waits. */
static bool
seal_try(struct netns_ref *ref, bool last)
{
	struct netns_seal *seal = atomic_exchange(&ref->seal, NULL);
	enum seen seen;

	if (seal == NULL) {
		(void)netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0);
		return false;
	}
	seen = seal_look(ref, seal, last);
	if (seal_waits(seal, seen)) {
		atomic_store(&ref->seal, seal);
		return true;
	}
	if (seen != SEEN_FINAL)
		log_debug("netns",
		    "namespace %" PRIu64
		    ": whether its last figures are final is not known: %s",
		    ref->identity.id, reasons[seen]);
	netns_seal_answer(seal, seen == SEEN_FINAL);
	return false;
}

bool
netns_seal_close(struct netns_ref *ref)
{
	return seal_try(ref, false);
}

/* --- those that wait ------------------------------------------------------ */

struct waiting {
	struct netns_ref *ref;	   /* a reference */
	int64_t since, until, due; /* clock_monotonic */
	TAILQ_ENTRY(waiting) link;
};
TAILQ_HEAD(waitings, waiting);

struct netns_seals {
	struct waitings list;
	struct event *timer;
};

static void
seals_drop(struct netns_seals *seals, struct waiting *waiting)
{
	TAILQ_REMOVE(&seals->list, waiting, link);
	netns_ref_drop(waiting->ref);
	free(waiting);
}

static void
seals_arm(struct netns_seals *seals)
{
	if (!TAILQ_EMPTY(&seals->list))
		netns_timer_need(seals->timer, LOOK_FIRST);
}

/*
 * One that was let go of ends in a moment, and so do most sockets that were
 * closed; others may stay.
 */
static int64_t
seals_pause(const struct waiting *waiting, int64_t now)
{
	const struct netns_seal *seal = atomic_load(&waiting->ref->seal);

	return (seal != NULL && seal->closed != 0) ||
		       now - waiting->since < LOOKS_CLOSE
		   ? LOOK_FIRST
		   : LOOK_MOST;
}

/* Those that were looked at stand behind the others. */
static void
seals_look(evutil_socket_t fd, short what, void *arg)
{
	struct netns_seals *seals = arg;
	struct waiting *waiting, *next, *last;
	unsigned looks = 0;
	int64_t now;

	(void)fd, (void)what;
	last = TAILQ_LAST(&seals->list, waitings);
	for (waiting = TAILQ_FIRST(&seals->list);
	     waiting != NULL && looks < LOOKS_MAX; waiting = next) {
		next = waiting != last ? TAILQ_NEXT(waiting, link) : NULL;
		now = clock_monotonic();
		if (now < waiting->due && now < waiting->until)
			continue;
		looks++;
		if (!seal_try(waiting->ref, now >= waiting->until)) {
			seals_drop(seals, waiting);
			continue;
		}
		waiting->due = now + seals_pause(waiting, now);
		TAILQ_REMOVE(&seals->list, waiting, link);
		TAILQ_INSERT_TAIL(&seals->list, waiting, link);
	}
	seals_arm(seals);
}

struct netns_seals *
netns_seals_create(struct event_base *base)
{
	struct netns_seals *seals = memory_zalloc(sizeof(*seals));

	TAILQ_INIT(&seals->list);
	seals->timer = evtimer_new(base, seals_look, seals);
	ASSERT(seals->timer != NULL);
	return seals;
}

void
netns_seals_free(struct netns_seals *seals)
{
	struct waiting *waiting;

	while ((waiting = TAILQ_FIRST(&seals->list)) != NULL) {
		(void)seal_try(waiting->ref, true);
		netns_seal_fail(waiting->ref);
		seals_drop(seals, waiting);
	}
	event_free(seals->timer);
	free(seals);
}

void
netns_seals_watch(
    struct netns_seals *seals, struct netns_ref *ref, int64_t until)
{
	struct waiting *waiting;

	if (atomic_load(&ref->seal) == NULL)
		return;
	waiting = memory_zalloc(sizeof(*waiting));
	netns_ref_hold(ref);
	*waiting = (struct waiting){
	    .ref = ref, .since = clock_monotonic(), .until = until};
	TAILQ_INSERT_TAIL(&seals->list, waiting, link);
	seals_arm(seals);
}

void
netns_seals_fail(
    struct netns_seals *seals, const struct netns_identity *identity)
{
	struct waiting *waiting;

	TAILQ_FOREACH (waiting, &seals->list, link)
		if (netns_is_same(&waiting->ref->identity, identity))
			netns_seal_fail(waiting->ref);
}
