/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.h: private to core/: the protocols of an instance and the handles
 * on them. Changes run on the instance's strand.
 */
#ifndef NETINST_CORE_PROTOCOL_H
#define NETINST_CORE_PROTOCOL_H

#include "core/core_impl.h"

#define PROTOCOL_MAGIC 0x70726f74U

/* What is kept of a protocol that a plugin provides. */
struct provider {
	net_protocol_t definition;     /* netp_name is the protocol's name */
	struct owner *owner;	       /* a reference */
	struct registrant *registrant; /* its pair here, or NULL; borrowed */
	netid_t home;		       /* the instance, for ever */
	bool holding;		       /* strand: not unregistered yet */
};

/*
 * A protocol; kept in a slab, so that the magic number of a handle given back
 * too often can still be read. It is freed when nobody refers to it.
 */
struct net_data {
	unsigned magic;
	_Atomic netid_t netid;	   /* -1 once off the instance */
	struct net_data *next;	   /* on the instance's list */
	_Atomic unsigned handles;  /* see protocol.c */
	bool going;		   /* instance lock: its removal is queued */
	const char *name;	   /* static, or its own */
	struct provider *provider; /* NULL: the framework's own */
	uint64_t added, removed;   /* event numbers; 0: not yet */
};

void protocol_init(void);
void protocol_destroy(void);

/*
 * Takes a name on the instance; a job of its strand then adds it. 0, -EEXIST,
 * -EBUSY (in or past shutdown) or -ENOSPC. The instance's lock is held.
 */
int protocol_reserve(
    struct instance *instance, const char *name, struct net_data **reserved);

/* Frees one that was only reserved; takes the instance's lock. */
void protocol_abandon(struct instance *instance, struct net_data *protocol);

/* Strand: it comes; notify_deliver() tells. */
void protocol_add(struct instance *instance, struct net_data *protocol);

/* Strand: it is going; notify_deliver() tells. */
void protocol_announce_gone(
    struct instance *instance, struct net_data *protocol);

/* Strand: all of them go, the newest first. */
void protocol_announce_all_gone(struct instance *instance);

/*
 * Strand: takes those that are announced gone off the instance; everyone has
 * been told of it.
 */
void protocol_unlist_gone(struct instance *instance);

/* The protocol of that name that is there and not going; the lock is held. */
struct net_data *protocol_find(
    const struct instance *instance, const char *name);

/* Strand: the provider lets go: it is going, if it is not gone already. */
void protocol_withdraw(struct instance *instance, struct net_data *protocol);

/* Whether that is, or was, a handle. */
bool protocol_is_known(const struct net_data *protocol);

/* Gives back a handle of a lookup; as net_protocol_release(). */
int protocol_give_back(struct net_data *protocol);

/* For a delivery that may outlast the protocol. */
void protocol_hold(struct net_data *protocol);
void protocol_drop(struct net_data *protocol);

/* The names "NHF_INET", ... as they are spelled here. */
const char *protocol_canonical_name(const char *name);

/* As notify_free_left(). */
unsigned protocol_free_left(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* The owner of one that is left, borrowed; NULL when none is. */
struct owner *protocol_left_owner(const struct instance *instance);

#endif
