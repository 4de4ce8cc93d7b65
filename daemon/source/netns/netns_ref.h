/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_ref.h: a reference to the namespace of one instance: its identity, and
 * the one descriptor that is held of it exactly while somebody else holds it
 * too. All that may hold one are on one list, for `netinstctl pins`; any
 * thread.
 */
#ifndef NETINST_SOURCE_NETNS_REF_H
#define NETINST_SOURCE_NETNS_REF_H

#include "base/lock.h"
#include "core/object/exec_context.h"
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

struct netns_ref {
	struct exec_context context; /* first */
	/* Constant: */
	struct netns_identity identity;
	struct netns_handle handle;
	/* Of which each may change at any time: */
	_Atomic int nsid; /* by which home knows it; -1: none */
	/* See netns_ref_miss_links(). */
	_Atomic bool missed_links;
	_Atomic bool links_listed; /* its links were, since it is mirrored */
	struct netns_seal *_Atomic seal; /* what was asked for, or NULL */
	bool early; /* see netns.h; set before it is found */
	/* The rest is netns_ref.c's. */
	_Atomic unsigned references;
	struct lock lock; /* guards: */
	int fd;		  /* -1: none is held */
	enum netns_hold holder_kind;
	pid_t holder;	    /* of NETNS_HOLD_PROCESS */
	int64_t held_since; /* clock_monotonic */
	bool released;	    /* nobody may be led in any more */
	/* The list's lock: */
	struct netns_ref *next, **link;
};

/*
 * Returns a reference. handle: NULL: there is none. Steals fd; -1: nothing is
 * ever held (hold = never), and who enters is led in by the handle.
 */
struct netns_ref *netns_ref_create(const struct netns_identity *identity,
    const struct netns_handle *handle, int nsid, int fd);
/* The daemon's own namespace, where every thread is at home. */
struct netns_ref *netns_ref_create_home(void);
void netns_ref_hold(struct netns_ref *ref);
void netns_ref_drop(struct netns_ref *ref);

/*
 * Says who else holds it. With NETNS_HOLD_NONE the descriptor is closed and
 * nobody is led in any more; returns whether one was open then. That there is
 * another holder is the caller's to know: a hold that is said to have none, and
 * is not ending, is a bug.
 */
bool netns_ref_set_hold(
    struct netns_ref *ref, enum netns_hold hold, pid_t holder);

/* That of an instance of this source, or NULL. */
struct netns_ref *netns_ref_of(const struct instance *instance);

/* A descriptor of it: of what is held, or by the weak handle; or -errno. */
int netns_ref_open(struct netns_ref *ref);

/*
 * A link may have come and gone in it without a word to the instance, for good.
 * NULL: nothing is done.
 */
void netns_ref_miss_links(struct netns_ref *ref);

/* All its links are known to the instance from now on. NULL: likewise. */
void netns_ref_list_links(struct netns_ref *ref);

/*
 * Whether the last figures of the namespace are final was asked;
 * life/netns_seal.h finds out. Any thread.
 */
struct netns_seal {
	struct netns_figures figures;
	int64_t closed; /* clock_monotonic: when we let go; 0: not yet */
	int view;	/* of its figures since then; -1: none */
	netns_sealed_fn done;
	void *arg;
};

/* As netns_seal(). */
bool netns_ref_seal(struct netns_ref *ref, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg);
/* Its figures are read by that view from now on. Steals the descriptor. */
void netns_seal_view(struct netns_seal *seal, int view);
/* Off its reference: calls done and frees it. */
void netns_seal_answer(struct netns_seal *seal, bool sealed);
/* What was asked for is not known, unless it is already. */
void netns_seal_fail(struct netns_ref *ref);
/* How many descriptors those that wait have. */
size_t netns_seals_views(void);

/* Who is known to hold it, also when no descriptor is held (hold = never). */
struct netns_ref_view {
	bool held; /* a descriptor is */
	enum netns_hold holder_kind;
	pid_t holder;
	int64_t age; /* ns since that is so */
};
void netns_ref_read(struct netns_ref *ref, struct netns_ref_view *view);

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
