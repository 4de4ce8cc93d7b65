/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.c: owns what was asked for of one place until that is answered,
 * once. Whoever takes it off the place is the one that answers. Looks at a
 * namespace from inside; what is opened there is closed again at once.
 */
#include "source/netns_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "source/netns_place.h"

/* Between two looks at one that waits: at first, for so long, and then. */
#define LOOK_FIRST  NS_PER_MS
#define LOOKS_CLOSE (100 * NS_PER_MS)
#define LOOK_MOST   (32 * NS_PER_MS)
/* Looks in one turn of the event loop. */
#define LOOKS_MAX 64
/*
 * Whoever unmounts a name has it a little longer than the name is there, and
 * for so long after we let go it is looked whether that is so. One that is gone
 * when it is looked for was looked at so short before that nobody can have made
 * a socket, used it, and got rid of it: that takes the kernel longer.
 */
#define HELD_MOST (50 * NS_PER_MS)
#define GAP_MOST  (8 * NS_PER_MS)
/* A line of /proc/net/dev is shorter. */
#define LINE_MAX_SIZE 512

struct netns_seal {
	struct netns_figures figures;
	int64_t closed; /* clock_monotonic: when we let go; 0: not yet */
	int64_t looked; /* and when it was last seen to be final then */
	netns_sealed_fn done;
	void *arg;
};

/* --- asking and answering ------------------------------------------------- */

bool
netns_seal(struct instance *instance, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_place *place = netns_place_of(instance);
	struct netns_seal *seal, *none = NULL;

	if (place == NULL || place->handle.bytes == 0 ||
	    !atomic_load(&place->links_listed) ||
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

static void
seal_answer(struct netns_seal *seal, bool sealed)
{
	seal->done(seal->arg, sealed);
	free(seal);
}

void
netns_seal_fail(struct netns_place *place)
{
	struct netns_seal *seal = atomic_exchange(&place->seal, NULL);

	if (seal != NULL)
		seal_answer(seal, false);
}

/* --- looking -------------------------------------------------------------- */

/* A file of the namespace that the thread is in; NULL: it cannot be read. */
static FILE *
seal_open(const char *path)
{
	return fopen(path, "re");
}

/* How many sockets are in the namespace, -1: that cannot be known. */
static int
seal_count_sockets(void)
{
	FILE *file = seal_open("/proc/thread-self/net/sockstat");
	int count = -1;

	if (file == NULL)
		return -1;
	if (fscanf(file, "sockets: used %d", &count) != 1)
		count = -1;
	(void)fclose(file);
	return count;
}

/* Adds what one line says; false: it is of no link. */
static bool
seal_add_line(const char *line, struct netns_figures *sum)
{
	struct netns_figures one;
	const char *colon = strrchr(line, ':');

	if (colon == NULL ||
	    sscanf(colon + 1,
		"%" SCNu64 " %" SCNu64 " %*u %*u %*u %*u %*u %*u %" SCNu64
		" %" SCNu64,
		&one.rx_bytes, &one.rx_packets, &one.tx_bytes,
		&one.tx_packets) != 4)
		return false;
	sum->links++;
	sum->rx_bytes += one.rx_bytes;
	sum->rx_packets += one.rx_packets;
	sum->tx_bytes += one.tx_bytes;
	sum->tx_packets += one.tx_packets;
	return true;
}

/* What all its links count; false: that cannot be read. */
static bool
seal_read(struct netns_figures *sum)
{
	FILE *file = seal_open("/proc/thread-self/net/dev");
	char line[LINE_MAX_SIZE];
	bool whole;

	*sum = (struct netns_figures){0};
	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL)
		(void)seal_add_line(line, sum);
	whole = !ferror(file);
	(void)fclose(file);
	return whole;
}

enum seen {
	SEEN_FINAL,  /* nobody is there, and nothing more was counted */
	SEEN_SOCKET, /* somebody has a socket there, or had one just now */
	SEEN_HELD,   /* somebody else has it */
	SEEN_MORE,   /* it is not as the figures say */
	SEEN_NOT     /* it cannot be looked at */
};

static const char *const reasons[] = {
    [SEEN_SOCKET] = "a socket is in it",
    [SEEN_HELD] = "somebody else has it",
    [SEEN_MORE] = "more was counted",
    [SEEN_NOT] = "it cannot be entered",
};

static enum seen
seal_look_inside(const struct netns_figures *figures)
{
	struct netns_figures now;
	int sockets = seal_count_sockets();

	if (sockets != 0)
		return sockets > 0 ? SEEN_SOCKET : SEEN_NOT;
	if (!seal_read(&now))
		return SEEN_NOT;
	return memcmp(&now, figures, sizeof(now)) == 0 ? SEEN_FINAL : SEEN_MORE;
}

static enum seen
seal_look_from_home(const struct netns_figures *figures)
{
	enum seen seen = seal_look_inside(figures);
	int error = netns_enter_home();

	ASSERT(error == 0);
	return seen;
}

/* With what is held of it; which is then let go of, unless it has to wait. */
static enum seen
seal_look_held(struct netns_place *place, struct netns_seal *seal, bool last)
{
	enum seen seen = SEEN_NOT;
	int error = place->place.ops->enter(&place->place);

	if (error == 0)
		seen = seal_look_from_home(&seal->figures);
	if (seen == SEEN_SOCKET && !last)
		return SEEN_SOCKET;
	seal->closed = seal->looked = clock_monotonic();
	(void)netns_place_set_hold(place, NETNS_HOLD_NONE, 0);
	return seen;
}

/* By the weak handle, for as long as it takes. */
static enum seen
seal_look_again(const struct netns_place *place, struct netns_seal *seal)
{
	enum seen seen = SEEN_NOT;
	int fd = netns_handle_open(&place->handle);

	if (fd == -ESTALE && clock_monotonic() - seal->looked <= GAP_MOST)
		return SEEN_FINAL;
	if (fd < 0)
		return SEEN_NOT;
	if (netns_enter(fd) == 0)
		seen = seal_look_from_home(&seal->figures);
	(void)close(fd);
	seal->looked = clock_monotonic();
	return seen;
}

/* Whether the namespace is gone, now that nothing of it is held. */
static bool
seal_is_gone(const struct netns_place *place)
{
	int fd = netns_handle_open(&place->handle);

	if (fd >= 0)
		(void)close(fd);
	return fd == -ESTALE;
}

static enum seen
seal_look(struct netns_place *place, struct netns_seal *seal, bool last)
{
	enum seen seen;

	if (seal->closed != 0)
		seen = seal_look_again(place, seal);
	else
		seen = seal_look_held(place, seal, last);
	return seen == SEEN_FINAL && !seal_is_gone(place) ? SEEN_HELD : seen;
}

static bool
seal_waits(const struct netns_seal *seal, enum seen seen)
{
	if (seal->closed == 0)
		return seen == SEEN_SOCKET;
	return seen == SEEN_HELD &&
	       clock_monotonic() - seal->closed < HELD_MOST;
}

/* last: it is not waited for any more. True: it waits. */
static bool
seal_try(struct netns_place *place, bool last)
{
	struct netns_seal *seal = atomic_exchange(&place->seal, NULL);
	enum seen seen;

	if (seal == NULL) {
		(void)netns_place_set_hold(place, NETNS_HOLD_NONE, 0);
		return false;
	}
	seen = seal_look(place, seal, last);
	if (!last && seal_waits(seal, seen)) {
		atomic_store(&place->seal, seal);
		return true;
	}
	if (seen != SEEN_FINAL)
		log_debug("netns",
		    "namespace %" PRIu64
		    ": whether its last figures are final is not known: %s",
		    place->identity.id, reasons[seen]);
	seal_answer(seal, seen == SEEN_FINAL);
	return false;
}

bool
netns_seal_close(struct netns_place *place)
{
	return seal_try(place, false);
}

/* --- those that wait ------------------------------------------------------ */

struct waiting {
	struct netns_place *place; /* a reference */
	int64_t since, until, due;
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
	const struct timeval soon = {.tv_usec = LOOK_FIRST / 1000};

	if (!TAILQ_EMPTY(&seals->list) &&
	    evtimer_pending(seals->timer, NULL) == 0)
		(void)event_add(seals->timer, &soon);
}

/*
 * The namespace stays for us only as long as its sockets do that were closed,
 * so these are followed closely; others may stay.
 */
static int64_t
seals_pause(const struct waiting *waiting, int64_t now)
{
	const struct netns_seal *seal = atomic_load(&waiting->place->seal);

	return seal->closed != 0 || now - waiting->since < LOOKS_CLOSE
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
		if (!seal_try(waiting->place, now >= waiting->until)) {
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
		(void)seal_try(waiting->place, true);
		seals_drop(seals, waiting);
	}
	event_free(seals->timer);
	free(seals);
}

void
netns_seals_watch(
    struct netns_seals *seals, struct netns_place *place, int64_t until)
{
	struct waiting *waiting;

	if (atomic_load(&place->seal) == NULL)
		return;
	waiting = memory_zalloc(sizeof(*waiting));
	netns_place_hold(place);
	*waiting = (struct waiting){
	    .place = place, .since = clock_monotonic(), .until = until};
	TAILQ_INSERT_TAIL(&seals->list, waiting, link);
	seals_arm(seals);
}
