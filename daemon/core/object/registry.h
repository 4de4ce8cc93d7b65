/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h: private to core/: the registrants, in registration order. The
 * caller holds the core's lock, except where core_impl.h says otherwise.
 */
#ifndef NETINST_CORE_REGISTRY_H
#define NETINST_CORE_REGISTRY_H

#include "core/object/core_impl.h"

/* Copies callbacks. Returns a reference; any thread, no lock. */
struct registrant *registrant_create(struct owner *owner,
    const net_instance_t *callbacks, hook_notify_fn_t notify,
    const struct pair_driver *driver);

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
