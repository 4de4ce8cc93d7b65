/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h: private to core/: the registrants, in registration order.
 */
#ifndef NETINST_CORE_REGISTRY_H
#define NETINST_CORE_REGISTRY_H

#include "core/object/core_impl.h"

void registry_init(void);
void registry_destroy(void);

/* Any thread; these take the core's lock. */

/* The first registrant above sequence, with a reference; NULL at the end. */
struct registrant *registry_after(uint64_t sequence);
/* One that is listed, with a reference, or NULL. */
struct registrant *registry_find(uint64_t sequence);
uint64_t registry_count(void);

/* Copies callbacks. Returns a reference; any thread, no lock. */
struct registrant *registrant_create(struct owner *owner,
    const net_instance_t *callbacks, hook_notify_fn_t notify,
    const struct pair_driver *driver);

/* The caller holds the core's lock. */

/* Lists it as the newest; takes a reference of its own. */
void registry_append(struct registrant *registrant);

/* Takes it off the list; that reference is the caller's now. */
void registry_remove(struct registrant *registrant);

/* None of the owner's gets a pair any more. */
void registry_leave(const struct owner *owner);

/* Both borrowed, or NULL. */
struct registrant *registry_find_by_name(const char *name);
struct registrant *registry_newest_of(const struct owner *owner);

#endif
