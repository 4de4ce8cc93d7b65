/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_place.c: owns the places: their descriptors, each under its place's own
 * lock, so that a thread which is just being led in never sees it closed, and
 * the list of places under another. Workers enter, the netns thread says who
 * holds what, the control server looks. A descriptor is closed outside of the
 * locks.
 */
#include "source/netns/netns_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/forked.h"
#include "base/memory.h"
#include "lib/clock.h"

static struct lock places_lock = LOCK_INITIALIZER(LOCK_PLACES);
static struct netns_place *places; /* places_lock */
static _Atomic size_t places_with_descriptor;
static _Atomic size_t seal_views;

const char *
netns_hold_name(enum netns_hold hold)
{
	static const char *const names[] = {
	    [NETNS_HOLD_NONE] = "none",
	    [NETNS_HOLD_NAME] = "name",
	    [NETNS_HOLD_PROCESS] = "process",
	    [NETNS_HOLD_ENDING] = "ending",
	};

	ASSERT((size_t)hold < ARRAY_LENGTH(names));
	return names[hold];
}

static struct netns_place *
netns_place_from(struct place *place)
{
	return CONTAINER_OF(place, struct netns_place, place);
}

/* --- what the core asks --------------------------------------------------- */

/* A descriptor by the weak handle, for as long as the caller needs it. */
static int
netns_place_revive(const struct netns_place *place)
{
	/* It may well live. */
	if (place->handle.bytes == 0)
		return -EACCES;
	return netns_handle_open(&place->handle);
}

static int
netns_place_enter(struct place *at)
{
	struct netns_place *place = netns_place_from(at);
	bool released;
	int error = -ESTALE, fd;

	lock_enter(&place->lock);
	released = place->released;
	fd = place->fd;
	/* Under the lock: the descriptor stays open meanwhile. */
	if (!released && fd >= 0)
		error = netns_enter(fd);
	lock_exit(&place->lock);
	if (released || fd >= 0)
		return error;
	fd = netns_place_revive(place);
	if (fd < 0)
		return fd;
	error = netns_enter(fd);
	(void)close(fd);
	return error;
}

static int
netns_place_open_for_plugin(struct place *at)
{
	struct netns_place *place = netns_place_from(at);
	bool released;

	lock_enter(&place->lock);
	released = place->released;
	lock_exit(&place->lock);
	return released ? -ESTALE : netns_place_open(place);
}

static void
netns_place_release(struct place *at)
{
	netns_place_drop(netns_place_from(at));
}

static const struct place_ops ops = {
    .enter = netns_place_enter,
    .leave = netns_enter_home,
    .open = netns_place_open_for_plugin,
    .release = netns_place_release,
};

static int
netns_place_stay(struct place *at)
{
	(void)at;
	return 0;
}

static int
netns_place_stayed(void)
{
	return 0;
}

/* The main thread never leaves home. */
static int
netns_place_open_home(struct place *at)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)at;
	return fd >= 0 ? fd : -errno;
}

static const struct place_ops ops_of_home = {
    .enter = netns_place_stay,
    .leave = netns_place_stayed,
    .open = netns_place_open_home,
    .release = netns_place_release,
};

/* --- seals: whoever takes one off its place is the one that answers ------- */

size_t
netns_seals_views(void)
{
	return atomic_load(&seal_views);
}

bool
netns_place_seal(struct netns_place *place, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_seal *seal, *none = NULL;

	if (place->handle.bytes == 0 || !atomic_load(&place->links_listed) ||
	    atomic_load(&place->missed_links))
		return false;
	seal = memory_zalloc(sizeof(*seal));
	*seal = (struct netns_seal){
	    .figures = *figures, .view = -1, .done = done, .arg = arg};
	if (atomic_compare_exchange_strong(&place->seal, &none, seal))
		return true;
	free(seal);
	return false;
}

void
netns_seal_view(struct netns_seal *seal, int view)
{
	seal->view = forked_closes(view);
	(void)atomic_fetch_add(&seal_views, 1);
}

void
netns_seal_answer(struct netns_seal *seal, bool sealed)
{
	if (seal->view >= 0) {
		forked_close(seal->view);
		(void)atomic_fetch_sub(&seal_views, 1);
	}
	seal->done(seal->arg, sealed);
	free(seal);
}

void
netns_seal_fail(struct netns_place *place)
{
	struct netns_seal *seal = atomic_exchange(&place->seal, NULL);

	if (seal != NULL)
		netns_seal_answer(seal, false);
}

/* --- life ----------------------------------------------------------------- */

static struct netns_place *
netns_place_new(const struct place_ops *with,
    const struct netns_identity *identity, int nsid, int fd)
{
	struct netns_place *place = memory_zalloc(sizeof(*place));

	place->place.ops = with;
	place->identity = *identity;
	atomic_init(&place->nsid, nsid);
	atomic_init(&place->references, 1);
	lock_init(&place->lock, LOCK_PLACE);
	/* A copy of the process would keep the namespace alive. */
	place->fd = forked_closes(fd);
	place->holder_kind = NETNS_HOLD_NAME;
	place->held_since = clock_monotonic();
	return place;
}

struct netns_place *
netns_place_create(const struct netns_identity *identity,
    const struct netns_handle *handle, int nsid, int fd)
{
	struct netns_place *place = netns_place_new(&ops, identity, nsid, fd);

	if (handle != NULL)
		place->handle = *handle;
	if (fd >= 0)
		(void)atomic_fetch_add(&places_with_descriptor, 1);
	lock_enter(&places_lock);
	place->next = places;
	place->link = &places;
	if (places != NULL)
		places->link = &place->next;
	places = place;
	lock_exit(&places_lock);
	return place;
}

struct netns_place *
netns_place_create_home(void)
{
	return netns_place_new(&ops_of_home, netns_home(), -1, -1);
}

void
netns_place_hold(struct netns_place *place)
{
	(void)atomic_fetch_add(&place->references, 1);
}

void
netns_place_drop(struct netns_place *place)
{
	if (atomic_fetch_sub(&place->references, 1) != 1)
		return;
	(void)netns_place_set_hold(place, NETNS_HOLD_NONE, 0);
	netns_seal_fail(place);
	/* Home is on no list; the links of the others change under the lock. */
	lock_enter(&places_lock);
	if (place->link != NULL)
		*place->link = place->next;
	if (place->next != NULL)
		place->next->link = place->link;
	lock_exit(&places_lock);
	lock_destroy(&place->lock);
	free(place);
}

bool
netns_place_set_hold(
    struct netns_place *place, enum netns_hold hold, pid_t holder)
{
	int fd = -1;

	ASSERT((hold == NETNS_HOLD_PROCESS) == (holder != 0));
	lock_enter(&place->lock);
	place->holder_kind = hold;
	place->holder = holder;
	place->held_since = clock_monotonic();
	if (hold == NETNS_HOLD_NONE) {
		fd = place->fd;
		place->fd = -1;
		place->released = true;
	}
	lock_exit(&place->lock);
	if (fd < 0)
		return false;
	forked_close(fd);
	(void)atomic_fetch_sub(&places_with_descriptor, 1);
	return true;
}

/* --- for those who look --------------------------------------------------- */

struct netns_place *
netns_place_of(const struct instance *instance)
{
	struct place *place = instance_place(instance);

	if (place == NULL || (place->ops != &ops && place->ops != &ops_of_home))
		return NULL;
	return netns_place_from(place);
}

void
netns_place_list_links(struct netns_place *place)
{
	if (place != NULL)
		atomic_store(&place->links_listed, true);
}

void
netns_place_miss_links(struct netns_place *place)
{
	if (place != NULL)
		atomic_store(&place->missed_links, true);
}

int
netns_place_open(struct netns_place *place)
{
	int fd = -1, error = 0;

	if (place->place.ops == &ops_of_home)
		return netns_place_open_home(&place->place);
	lock_enter(&place->lock);
	if (place->fd >= 0) {
		fd = fcntl(place->fd, F_DUPFD_CLOEXEC, 0);
		error = fd < 0 ? -errno : 0;
	}
	lock_exit(&place->lock);
	if (fd >= 0 || error != 0)
		return fd >= 0 ? fd : error;
	return netns_place_revive(place);
}

void
netns_place_look(struct netns_place *place, struct netns_place_view *view)
{
	int64_t now = clock_monotonic();

	lock_enter(&place->lock);
	*view = (struct netns_place_view){
	    .held = place->fd >= 0,
	    .holder_kind = place->holder_kind,
	    .holder = place->holder,
	    .age = now - place->held_since,
	};
	lock_exit(&place->lock);
}

void
netns_pins_visit(netns_pin_visit_fn visit, void *arg)
{
	struct netns_place_view view;
	struct netns_place *place;

	lock_enter(&places_lock);
	for (place = places; place != NULL; place = place->next) {
		netns_place_look(place, &view);
		if (view.held)
			visit(arg, &(struct netns_pin_view){
				       .identity = &place->identity,
				       .nsid = place->nsid,
				       .hold = view.holder_kind,
				       .holder = view.holder,
				       .age = view.age,
				   });
	}
	lock_exit(&places_lock);
}

size_t
netns_pins_count(void)
{
	return atomic_load(&places_with_descriptor);
}
