/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_place.h: the namespace of one instance: its identity, and the one
 * descriptor that is held of it exactly while somebody else holds it too. All
 * places that may hold one are on one list, for `netinstctl pins`; any thread.
 */
#ifndef NETINST_SOURCE_NETNS_PLACE_H
#define NETINST_SOURCE_NETNS_PLACE_H

#include "base/lock.h"
#include "core/callback/place.h"
#include "source/netns/kernel/netns_kernel.h"

/* Who else holds the namespace while we do. */
enum netns_hold {
	NETNS_HOLD_NONE,    /* no descriptor is held */
	NETNS_HOLD_NAME,    /* a mounted name */
	NETNS_HOLD_PROCESS, /* a process, which is watched */
	NETNS_HOLD_ENDING   /* nobody: the shutdown callbacks run */
};
/* "none", "name", "process", "ending". */
const char *netns_hold_name(enum netns_hold hold);

struct netns_seal;

struct netns_place {
	struct place place; /* first */
	/* Constant: */
	struct netns_identity identity;
	struct netns_handle handle;
	/* Of which each may change at any time: */
	_Atomic int nsid; /* by which home knows it; -1: none */
	/* See netns_place_miss_links(). */
	_Atomic bool missed_links;
	_Atomic bool links_listed; /* its links were, since it is mirrored */
	struct netns_seal *_Atomic seal; /* netns_seal.c's */
	bool early; /* see netns.h; set before it is found */
	/* The rest is netns_place.c's. */
	_Atomic unsigned references;
	struct lock lock; /* guards: */
	int fd;		  /* -1: none is held */
	enum netns_hold holder_kind;
	pid_t holder;	    /* of NETNS_HOLD_PROCESS */
	int64_t held_since; /* clock_monotonic */
	bool released;	    /* nobody may be led in any more */
	/* The list's lock: */
	struct netns_place *next, **link;
};

/*
 * Returns a reference. handle: NULL: there is none. Steals fd; -1: nothing is
 * ever held (hold = never), and who enters is led in by the handle.
 */
struct netns_place *netns_place_create(const struct netns_identity *identity,
    const struct netns_handle *handle, int nsid, int fd);
/* The daemon's own namespace, where every thread is at home. */
struct netns_place *netns_place_create_home(void);
void netns_place_hold(struct netns_place *place);
void netns_place_drop(struct netns_place *place);

/*
 * Says who else holds it. With NETNS_HOLD_NONE the descriptor is closed and
 * nobody is led in any more; returns whether one was open then. That there is
 * another holder is the caller's to know: a hold that is said to have none, and
 * is not ending, is a bug.
 */
bool netns_place_set_hold(
    struct netns_place *place, enum netns_hold hold, pid_t holder);

/* The place of an instance of this source, or NULL. */
struct netns_place *netns_place_of(const struct instance *instance);

/* A descriptor of it: of what is held, or by the weak handle; or -errno. */
int netns_place_open(struct netns_place *place);

/*
 * A link may have come and gone in it without a word to the instance, for good.
 * NULL: nothing is done.
 */
void netns_place_miss_links(struct netns_place *place);

/* All its links are known to the instance from now on. NULL: likewise. */
void netns_place_list_links(struct netns_place *place);

/* Who is known to hold it, also when no descriptor is held (hold = never). */
struct netns_place_view {
	bool held; /* a descriptor is */
	enum netns_hold holder_kind;
	pid_t holder;
	int64_t age; /* ns since that is so */
};
void netns_place_look(struct netns_place *place, struct netns_place_view *view);

struct netns_pin_view {
	const struct netns_identity *identity;
	int nsid;
	enum netns_hold hold;
	pid_t holder;
	int64_t age; /* ns since it is held for that reason */
};
typedef void (*netns_pin_visit_fn)(void *arg, const struct netns_pin_view *pin);
/* Those that hold a descriptor now. visit must not call back. */
void netns_pins_visit(netns_pin_visit_fn visit, void *arg);
size_t netns_pins_count(void);

#endif
