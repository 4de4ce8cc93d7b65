/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family.h: private to core/: what hangs below a protocol: its family, the
 * family's events, their hooks. All of it belongs to the instance's strand.
 *
 * A protocol of the framework has its family from the beginning: it is
 * announced with the protocol, and its events stand in a table (event.c); what
 * is kept of it is made when it is first asked for. A protocol that a plugin
 * provides gets its family by net_family_register().
 */
#ifndef NETINST_CORE_FAMILY_H
#define NETINST_CORE_FAMILY_H

#include <netinst/hook.h>

#include "core/hook/notify.h"

struct hook_family_int {
	struct hook_family_int *next;	 /* in order of arrival */
	struct net_data *protocol;	 /* pinned */
	struct notify_sublevel sublevel; /* its entries: the events */
	bool over; /* goes away when everybody has heard of it */
	char name[];
};

/*
 * The family of a protocol, by a plugin's handle; NULL when that is none of
 * this instance's or has no family. Finds it until the instance ends, also
 * when the protocol is not listed any more.
 */
struct hook_family_int *family_find(
    struct instance *instance, const struct net_data *handle);

/* The one after family, or the first (NULL); NULL at the end. */
struct hook_family_int *family_next(
    const struct instance *instance, const struct hook_family_int *family);

/* Whether it and its instance are not in or past shutdown. */
bool family_is_open(
    const struct instance *instance, const struct hook_family_int *family);

/*
 * Gives a provider's protocol its family and announces that. 0, EEXIST,
 * ESHUTDOWN.
 */
int family_register(
    struct instance *instance, struct net_data *protocol, const char *name);

/* Announces its events gone, and it. */
void family_shut(struct instance *instance, struct hook_family_int *family);

/*
 * The same, and takes away its hooks and events; it goes away itself when that
 * has been delivered. epoch: as for hook_remove().
 */
void family_end(
    struct instance *instance, struct hook_family_int *family, uint64_t epoch);

/*
 * For the end of a delivery: frees what went, now that everyone has heard of
 * it. What goes with its protocol may leave hooks to be withdrawn first.
 */
void family_clear_up(struct instance *instance);

/* The instance ends: frees them all. Nothing of anybody is left in them. */
void family_free_all(struct instance *instance);

#endif
