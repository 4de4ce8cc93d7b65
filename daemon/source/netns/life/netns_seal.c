/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.c: owns what was asked for of one place until that is answered,
 * once, and the view of the place's figures. Whoever takes it off the place is
 * the one that answers. A worker opens the view when the namespace is let go
 * of; the netns thread looks whether it has ended.
 */
#include "source/netns/life/netns_seal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/forked.h"
#include "base/log.h"
#include "base/memory.h"
#include "source/netns/kernel/netns_figures.h"
#include "source/netns/netns_place.h"

/* Between two looks at those that wait. */
#define LOOK_PAUSE NS_PER_MS
/* Looks in one turn of the event loop. */
#define LOOKS_MAX 64

struct netns_seal {
	struct netns_figures figures;
	netns_sealed_fn done;
	void *arg;
};

static _Atomic size_t views;

size_t
netns_seals_views(void)
{
	return atomic_load(&views);
}

/* --- asking and answering ------------------------------------------------- */

bool
netns_place_seal(struct netns_place *place, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_seal *seal, *none = NULL;

	if (place->handle.bytes == 0 || !atomic_load(&place->links_listed) ||
	    atomic_load(&place->missed_links))
		return false;
	seal = memory_zalloc(sizeof(*seal));
	*seal =
	    (struct netns_seal){.figures = *figures, .done = done, .arg = arg};
	if (atomic_compare_exchange_strong(&place->seal, &none, seal))
		return true;
	free(seal);
	return false;
}

bool
netns_seal(struct instance *instance, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_place *place = netns_place_of(instance);

	return place != NULL && netns_place_seal(place, figures, done, arg);
}

static void
seal_answer(struct netns_place *place, bool sealed)
{
	struct netns_seal *seal = atomic_exchange(&place->seal, NULL);
	int view = atomic_exchange(&place->view, -1);

	if (view >= 0) {
		forked_close(view);
		(void)atomic_fetch_sub(&views, 1);
	}
	if (seal != NULL)
		seal->done(seal->arg, sealed);
	free(seal);
}

void
netns_seal_fail(struct netns_place *place)
{
	seal_answer(place, false);
}

/* --- looking -------------------------------------------------------------- */

enum seen {
	SEEN_FINAL, /* it has ended, and nothing more was counted */
	SEEN_ALIVE, /* somebody else has it, or that cannot be told now */
	SEEN_MORE,  /* it is not as the figures say */
	SEEN_NOT    /* what its links count cannot be read */
};

static const char *const reasons[] = {
    [SEEN_ALIVE] = "it has not ended",
    [SEEN_MORE] = "more was counted",
    [SEEN_NOT] = "what its links counted in the end cannot be read",
};

/* A descriptor, or -1. */
static int
seal_mount(struct netns_place *place)
{
	int mount, error;

	if (place->place.ops->enter(&place->place) != 0)
		return -1;
	mount = netns_figures_mount();
	error = netns_enter_home();
	ASSERT(error == 0);
	return mount >= 0 ? mount : -1;
}

void
netns_seal_close(struct netns_place *place)
{
	int mount = atomic_load(&place->seal) != NULL ? seal_mount(place) : -1;
	int view;

	(void)netns_place_set_hold(place, NETNS_HOLD_NONE, 0);
	/* Afterwards, because it waits. */
	view = mount >= 0 ? netns_figures_view(mount) : -1;
	if (view < 0)
		return;
	(void)atomic_fetch_add(&views, 1);
	atomic_store(&place->view, forked_closes(view));
}

static enum seen
seal_look(const struct netns_place *place, const struct netns_seal *seal)
{
	int view = atomic_load(&place->view), fd;
	struct netns_figures now;

	if (view < 0)
		return SEEN_NOT;
	fd = netns_handle_open(&place->handle);
	if (fd >= 0)
		(void)close(fd);
	if (fd != -ESTALE)
		return SEEN_ALIVE;
	if (netns_figures_read(view, &now) != 0)
		return SEEN_NOT;
	return memcmp(&now, &seal->figures, sizeof(now)) == 0 ? SEEN_FINAL
							      : SEEN_MORE;
}

/* last: it is not waited for any more. True: it waits. */
static bool
seal_try(struct netns_place *place, bool last)
{
	const struct netns_seal *seal = atomic_load(&place->seal);
	enum seen seen;

	if (seal == NULL)
		return false;
	seen = seal_look(place, seal);
	if (seen == SEEN_ALIVE && !last)
		return true;
	if (seen != SEEN_FINAL)
		log_debug("netns",
		    "namespace %" PRIu64
		    ": whether its last figures are final is not known: %s",
		    place->identity.id, reasons[seen]);
	seal_answer(place, seen == SEEN_FINAL);
	return false;
}

/* --- those that wait ------------------------------------------------------ */

struct waiting {
	struct netns_place *place; /* a reference */
	int64_t until;		   /* clock_monotonic */
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
	netns_place_drop(waiting->place);
	free(waiting);
}

static void
seals_arm(struct netns_seals *seals)
{
	const struct timeval soon = {.tv_usec = LOOK_PAUSE / 1000};

	if (!TAILQ_EMPTY(&seals->list) &&
	    evtimer_pending(seals->timer, NULL) == 0)
		(void)event_add(seals->timer, &soon);
}

/* Those that were looked at stand behind the others. */
static void
seals_look(evutil_socket_t fd, short what, void *arg)
{
	struct netns_seals *seals = arg;
	struct waiting *last = TAILQ_LAST(&seals->list, waitings), *waiting;
	unsigned looks = 0;
	bool end;

	(void)fd, (void)what;
	do {
		waiting = TAILQ_FIRST(&seals->list);
		end = waiting == last || ++looks == LOOKS_MAX;
		if (seal_try(
			waiting->place, clock_monotonic() >= waiting->until)) {
			TAILQ_REMOVE(&seals->list, waiting, link);
			TAILQ_INSERT_TAIL(&seals->list, waiting, link);
		} else {
			seals_drop(seals, waiting);
		}
	} while (!end);
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
		(void)seal_try(waiting->place, true);
		seals_drop(seals, waiting);
	}
	event_free(seals->timer);
	free(seals);
}

void
netns_seals_watch(struct netns_seals *seals, struct netns_place *place)
{
	struct waiting *waiting;

	if (!seal_try(place, false))
		return;
	waiting = memory_zalloc(sizeof(*waiting));
	netns_place_hold(place);
	*waiting = (struct waiting){
	    .place = place, .until = clock_monotonic() + NETNS_SEAL_WAIT};
	TAILQ_INSERT_TAIL(&seals->list, waiting, link);
	seals_arm(seals);
}

void
netns_seals_fail(
    struct netns_seals *seals, const struct netns_identity *identity)
{
	struct waiting *waiting;

	TAILQ_FOREACH(waiting, &seals->list, link)
	if (netns_is_same(&waiting->place->identity, identity))
		netns_seal_fail(waiting->place);
}
