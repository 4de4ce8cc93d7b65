/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_ref.c: owns the references: their descriptors, each under its own lock,
 * so that a thread which is just being led in never sees it closed, the list of
 * references under another, and what was asked about the end of each, without a
 * lock. Workers enter, the netns thread says who holds what, the control server
 * reads. A descriptor is closed outside of the locks.
 */
#include "source/netns/netns_ref.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/forked.h"
#include "base/memory.h"
#include "lib/clock.h"

static struct lock refs_lock = LOCK_INITIALIZER(LOCK_REFS);
static struct netns_ref *refs; /* refs_lock */
static _Atomic size_t refs_with_descriptor;
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

static struct netns_ref *
netns_ref_from(struct exec_context *context)
{
	return CONTAINER_OF(context, struct netns_ref, context);
}

/* --- what the core asks --------------------------------------------------- */

/* A descriptor by the weak handle, for as long as the caller needs it. */
static int
netns_ref_revive(const struct netns_ref *ref)
{
	/* It may well live. */
	if (ref->handle.bytes == 0)
		return -EACCES;
	return netns_handle_open(&ref->handle);
}

static int
netns_ref_enter(struct exec_context *context)
{
	struct netns_ref *ref = netns_ref_from(context);
	bool released;
	int error = -ESTALE, fd;

	lock_enter(&ref->lock);
	released = ref->released;
	fd = ref->fd;
	/* Under the lock: the descriptor stays open meanwhile. */
	if (!released && fd >= 0)
		error = netns_enter(fd);
	lock_exit(&ref->lock);
	if (released || fd >= 0)
		return error;
	fd = netns_ref_revive(ref);
	if (fd < 0)
		return fd;
	error = netns_enter(fd);
	(void)close(fd);
	return error;
}

static int
netns_ref_open_for_plugin(struct exec_context *context)
{
	struct netns_ref *ref = netns_ref_from(context);
	bool released;

	lock_enter(&ref->lock);
	released = ref->released;
	lock_exit(&ref->lock);
	return released ? -ESTALE : netns_ref_open(ref);
}

static void
netns_ref_release(struct exec_context *context)
{
	netns_ref_drop(netns_ref_from(context));
}

static const struct exec_context_ops ops = {
    .enter = netns_ref_enter,
    .leave = netns_enter_home,
    .open = netns_ref_open_for_plugin,
    .release = netns_ref_release,
};

static int
netns_ref_stay(struct exec_context *context)
{
	(void)context;
	return 0;
}

static int
netns_ref_stayed(void)
{
	return 0;
}

/* The main thread never leaves home. */
static int
netns_ref_open_home(struct exec_context *context)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)context;
	return fd >= 0 ? fd : -errno;
}

static const struct exec_context_ops ops_of_home = {
    .enter = netns_ref_stay,
    .leave = netns_ref_stayed,
    .open = netns_ref_open_home,
    .release = netns_ref_release,
};

/* --- seals: whoever takes one off its reference answers it ---------------- */

size_t
netns_seals_views(void)
{
	return atomic_load(&seal_views);
}

bool
netns_ref_seal(struct netns_ref *ref, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_seal *seal, *none = NULL;

	if (ref->handle.bytes == 0 || !atomic_load(&ref->links_listed) ||
	    atomic_load(&ref->missed_links))
		return false;
	seal = memory_zalloc(sizeof(*seal));
	*seal = (struct netns_seal){
	    .figures = *figures, .view = -1, .done = done, .arg = arg};
	if (atomic_compare_exchange_strong(&ref->seal, &none, seal))
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
netns_seal_fail(struct netns_ref *ref)
{
	struct netns_seal *seal = atomic_exchange(&ref->seal, NULL);

	if (seal != NULL)
		netns_seal_answer(seal, false);
}

/* --- life ----------------------------------------------------------------- */

static struct netns_ref *
netns_ref_new(const struct exec_context_ops *with,
    const struct netns_identity *identity, int nsid, int fd)
{
	struct netns_ref *ref = memory_zalloc(sizeof(*ref));

	ref->context.ops = with;
	ref->identity = *identity;
	atomic_init(&ref->nsid, nsid);
	atomic_init(&ref->references, 1);
	lock_init(&ref->lock, LOCK_REF);
	/* A copy of the process would keep the namespace alive. */
	ref->fd = forked_closes(fd);
	ref->holder_kind = NETNS_HOLD_NAME;
	ref->held_since = clock_monotonic();
	return ref;
}

struct netns_ref *
netns_ref_create(const struct netns_identity *identity,
    const struct netns_handle *handle, int nsid, int fd)
{
	struct netns_ref *ref = netns_ref_new(&ops, identity, nsid, fd);

	if (handle != NULL)
		ref->handle = *handle;
	if (fd >= 0)
		(void)atomic_fetch_add(&refs_with_descriptor, 1);
	lock_enter(&refs_lock);
	ref->next = refs;
	ref->link = &refs;
	if (refs != NULL)
		refs->link = &ref->next;
	refs = ref;
	lock_exit(&refs_lock);
	return ref;
}

struct netns_ref *
netns_ref_create_home(void)
{
	return netns_ref_new(&ops_of_home, netns_home(), -1, -1);
}

void
netns_ref_hold(struct netns_ref *ref)
{
	(void)atomic_fetch_add(&ref->references, 1);
}

void
netns_ref_drop(struct netns_ref *ref)
{
	if (atomic_fetch_sub(&ref->references, 1) != 1)
		return;
	(void)netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0);
	netns_seal_fail(ref);
	/* Home is on no list; the links of the others change under the lock. */
	lock_enter(&refs_lock);
	if (ref->link != NULL)
		*ref->link = ref->next;
	if (ref->next != NULL)
		ref->next->link = ref->link;
	lock_exit(&refs_lock);
	lock_destroy(&ref->lock);
	free(ref);
}

bool
netns_ref_set_hold(struct netns_ref *ref, enum netns_hold hold, pid_t holder)
{
	int fd = -1;

	ASSERT((hold == NETNS_HOLD_PROCESS) == (holder != 0));
	lock_enter(&ref->lock);
	ref->holder_kind = hold;
	ref->holder = holder;
	ref->held_since = clock_monotonic();
	if (hold == NETNS_HOLD_NONE) {
		fd = ref->fd;
		ref->fd = -1;
		ref->released = true;
	}
	lock_exit(&ref->lock);
	if (fd < 0)
		return false;
	forked_close(fd);
	(void)atomic_fetch_sub(&refs_with_descriptor, 1);
	return true;
}

/* --- for those who look --------------------------------------------------- */

struct netns_ref *
netns_ref_of(const struct instance *instance)
{
	struct exec_context *context = instance_exec_context(instance);

	if (context == NULL ||
	    (context->ops != &ops && context->ops != &ops_of_home))
		return NULL;
	return netns_ref_from(context);
}

void
netns_ref_list_links(struct netns_ref *ref)
{
	if (ref != NULL)
		atomic_store(&ref->links_listed, true);
}

void
netns_ref_miss_links(struct netns_ref *ref)
{
	if (ref != NULL)
		atomic_store(&ref->missed_links, true);
}

int
netns_ref_open(struct netns_ref *ref)
{
	int fd = -1, error = 0;

	if (ref->context.ops == &ops_of_home)
		return netns_ref_open_home(&ref->context);
	lock_enter(&ref->lock);
	if (ref->fd >= 0) {
		fd = fcntl(ref->fd, F_DUPFD_CLOEXEC, 0);
		error = fd < 0 ? -errno : 0;
	}
	lock_exit(&ref->lock);
	if (fd >= 0 || error != 0)
		return fd >= 0 ? fd : error;
	return netns_ref_revive(ref);
}

void
netns_ref_read(struct netns_ref *ref, struct netns_ref_view *view)
{
	int64_t now = clock_monotonic();

	lock_enter(&ref->lock);
	*view = (struct netns_ref_view){
	    .held = ref->fd >= 0,
	    .holder_kind = ref->holder_kind,
	    .holder = ref->holder,
	    .age = now - ref->held_since,
	};
	lock_exit(&ref->lock);
}

void
netns_pins_visit(netns_pin_visit_fn visit, void *arg)
{
	struct netns_ref_view view;

	lock_enter(&refs_lock);
	for (struct netns_ref *ref = refs; ref != NULL; ref = ref->next) {
		netns_ref_read(ref, &view);
		if (view.held)
			visit(arg, &(struct netns_pin_view){
				       .identity = &ref->identity,
				       .nsid = ref->nsid,
				       .hold = view.holder_kind,
				       .holder = view.holder,
				       .age = view.age,
				   });
	}
	lock_exit(&refs_lock);
}

size_t
netns_pins_count(void)
{
	return atomic_load(&refs_with_descriptor);
}
