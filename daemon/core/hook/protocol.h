/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.h: private to core/: the protocols of an instance and the handles
 * on them. Changes run on the instance's strand.
 */
#ifndef NETINST_CORE_PROTOCOL_H
#define NETINST_CORE_PROTOCOL_H

#include "core/hook/notify.h"

#define PROTOCOL_MAGIC 0x70726f74U

/* What is kept of a protocol that a plugin provides. */
struct provider {
	net_protocol_t definition; /* netp_name is the protocol's name */
	struct claim claim;	   /* owner: a reference */
	struct net_data *protocol; /* that it provides */
	/* protocol_ref.c: */
	_Atomic unsigned users; /* rises under the lock, while not gone */
	_Atomic bool draining;
	uint64_t epoch;
	struct provider *next_draining;
	/* Only the strand: */
	bool counted; /* among its pair's belongings */
	bool holding; /* not unregistered yet */
	bool refused; /* never came, but the plugin has the handle */
	struct hook_family_int *family; /* NULL: none */
};

/*
 * A protocol; kept in a slab, so that a handle which a plugin gives back too
 * often, or keeps too long, can still be looked at. It is freed when nobody
 * refers to it.
 */
struct net_data {
	_Atomic unsigned magic;
	_Atomic netid_t home;	   /* the instance, for ever */
	struct notify_entry entry; /* its family, on the instance's level */
	_Atomic unsigned handles;  /* see protocol.c */
	_Atomic bool listed;	   /* it can be looked up */
	bool going;		   /* instance lock: its removal is queued */
	bool gone;		   /* likewise: it is announced gone */
	bool provided;		   /* by a plugin */
	uint64_t arrived; /* when it came, among the news of the level; or 0 */
	union {
		struct provider *provider;
		struct hook_family_int *family; /* made on first use */
	} of;
};

static inline struct net_data *
protocol_of_entry(struct notify_entry *entry)
{
	return entry != NULL ? CONTAINER_OF(entry, struct net_data, entry)
			     : NULL;
}

/* In order of arrival; NULL at the end. Strand, or under the lock. */
static inline struct net_data *
protocol_first(const struct instance *instance)
{
	return protocol_of_entry(instance->level.entries);
}

static inline struct net_data *
protocol_next(const struct net_data *protocol)
{
	return protocol_of_entry(protocol->entry.next);
}

/* NULL: it is the framework's own. */
static inline struct provider *
protocol_provider(const struct net_data *protocol)
{
	return protocol->provided ? protocol->of.provider : NULL;
}

/* Where its family hangs. */
static inline struct hook_family_int **
protocol_family(struct net_data *protocol)
{
	return protocol->provided ? &protocol->of.provider->family
				  : &protocol->of.family;
}

/* Its own name; that of its family, if that differs, is the entry's. */
static inline const char *
protocol_name(const struct net_data *protocol)
{
	return protocol->provided ? protocol->of.provider->definition.netp_name
				  : protocol->entry.name;
}

/* On the instance, not only waiting for its provider to let go. */
static inline bool
protocol_is_listed(const struct net_data *protocol)
{
	return atomic_load_explicit(&protocol->listed, memory_order_relaxed);
}

void protocol_init(void);
void protocol_destroy(void);

/*
 * Takes a name on the instance; a job of its strand then adds it. queued: one
 * that is posted before the lock is left, so that it comes after the removal of
 * one of that name which is queued already. 0, -EEXIST, -EBUSY (in or past
 * shutdown) or -ENOSPC. The instance's lock is held.
 */
int protocol_reserve(struct instance *instance, const char *name, bool queued,
    struct net_data **reserved);

/* Strand: the provider's protocol behind a handle here, or NULL. */
struct net_data *protocol_of_handle(
    struct instance *instance, const struct net_data *handle);

/*
 * Strand: what was reserved cannot come, but its provider has the handle: it
 * stays until that is given up.
 */
void protocol_refuse(struct instance *instance, struct net_data *protocol);

/* Frees one that was only reserved; takes the instance's lock. */
void protocol_abandon(struct instance *instance, struct net_data *protocol);

/*
 * Strand: it comes. One of the framework is announced with that;
 * notify_deliver() tells.
 */
void protocol_add(struct instance *instance, struct net_data *protocol);

/* Strand: takes it off the instance; it waits for its provider to let go. */
void protocol_unlist(struct instance *instance, struct net_data *protocol);

/*
 * Strand: takes those that are announced gone off the instance; everyone has
 * heard of it.
 */
void protocol_unlist_gone(struct instance *instance);

/* Gives one that a plugin provides; its name is copied. Before it is seen. */
void protocol_provide(struct net_data *protocol,
    const net_protocol_t *definition, struct owner *owner);

/* Whether it, or its family, has that name. */
bool protocol_is_named(const struct net_data *protocol, const char *name);

/* The protocol of that name that is there and not going; the lock is held. */
struct net_data *protocol_find(
    const struct instance *instance, const char *name);

/* Whether that is, or was, a handle. */
bool protocol_is_known(const struct net_data *protocol);

/* Gives back a handle of a lookup; as net_protocol_release(). */
int protocol_give_back(struct net_data *protocol);

/* Pins it: for a delivery, or a job, that may outlast it. */
void protocol_hold(struct net_data *protocol);
void protocol_drop(struct net_data *protocol);

/* Counts a handle that a lookup gives out; false when there are too many. */
bool protocol_hand_out(struct net_data *protocol);

/* Letters, digits, '_' and '-': they appear in commands and on screens. */
bool protocol_name_is_valid(const char *name);

/* The names "NHF_INET", ... as they are spelled here. */
const char *protocol_canonical_name(const char *name);

/* --- protocol_life.c; strand ---------------------------------------------- */

/* It goes, with what its family has; notify_deliver() tells. */
void protocol_announce_gone(
    struct instance *instance, struct net_data *protocol);

/* The same of the newest that is there; false when there is none. */
bool protocol_announce_next_gone(struct instance *instance);

/*
 * The provider lets go: its family ends, and it goes, if it is not gone
 * already. epoch: as for hook_remove().
 */
void protocol_withdraw(
    struct instance *instance, struct net_data *protocol, uint64_t epoch);

/* As notify_first_left() and notify_reclaim(): as if unregistered. */
struct claim *protocol_first_left(
    struct instance *instance, const struct claim *of);
unsigned protocol_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of);

#endif
