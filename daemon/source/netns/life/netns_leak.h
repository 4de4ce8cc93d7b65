/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_leak.h: private to the netns thread: whether something of this
 * process stays in a namespace that was let go of. Nothing of the daemon does:
 * plugins whose callbacks run inside may leave threads and sockets there, which
 * keep the namespace alive.
 */
#ifndef NETINST_SOURCE_NETNS_LEAK_H
#define NETINST_SOURCE_NETNS_LEAK_H

#include "core/object/instance.h"
#include "source/netns/kernel/netns_kernel.h"

struct event_base;
struct netns_leaks;

struct netns_leaks *netns_leaks_create(struct event_base *base);
void netns_leaks_free(struct netns_leaks *leaks);

/* It was let go of: is looked at a little later, together with others. */
void netns_leaks_note(struct netns_leaks *leaks,
    const struct netns_identity *identity, struct instance *instance);

/* It has a new life: what is there may be there. */
void netns_leaks_forget(
    struct netns_leaks *leaks, const struct netns_identity *identity);

#endif
