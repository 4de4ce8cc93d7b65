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
#include "source/netns/netns.h"

/* Who else holds the namespace while we do. */
enum netns_hold {
	NETNS_HOLD_NONE,    /* no descriptor is held */
	NETNS_HOLD_NAME,    /* a mounted name */
	NETNS_HOLD_PROCESS, /* a process, which is watched */
	NETNS_HOLD_ENDING   /* nobody: the shutdown callbacks run */
};
/* "none", "name", "process", "ending". */
const char *netns_hold_name(enum netns_hold hold);

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
	struct netns_seal *_Atomic seal; /* what was asked for, or NULL */
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

/*
 * What was asked for of a place: whether the last figures of its namespace are
 * final, which life/netns_seal.h finds out. Any thread.
 */
struct netns_seal {
	struct netns_figures figures;
	int64_t closed; /* clock_monotonic: when we let go; 0: not yet */
	int view;	/* of its figures since then; -1: none */
	netns_sealed_fn done;
	void *arg;
};

/* What netns_seal() asks, of a place. */
bool netns_place_seal(struct netns_place *place,
    const struct netns_figures *figures, netns_sealed_fn done, void *arg);
/* Its figures are read by that view from now on. Steals the descriptor. */
void netns_seal_view(struct netns_seal *seal, int view);
/* Off its place: calls done and frees it. */
void netns_seal_answer(struct netns_seal *seal, bool sealed);
/* What was asked for is not known, unless it is already. */
void netns_seal_fail(struct netns_place *place);
/* How many descriptors those that wait have. */
size_t netns_seals_views(void);

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
