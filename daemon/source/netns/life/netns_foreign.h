/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_foreign.h: private to the netns thread: whether something of this
 * process stays in a namespace that was let go of. Nothing of the daemon does:
 * plugins whose callbacks run inside may leave threads and sockets there, which
 * keep the namespace alive.
 */
#ifndef NETINST_SOURCE_NETNS_FOREIGN_H
#define NETINST_SOURCE_NETNS_FOREIGN_H

#include "core/object/instance.h"
#include "source/netns/kernel/netns_kernel.h"

struct event_base;
struct netns_foreign;

struct netns_foreign *netns_foreign_create(struct event_base *base);
void netns_foreign_free(struct netns_foreign *foreign);

/* It was let go of: is looked at a little later, together with others. */
void netns_foreign_note(struct netns_foreign *foreign,
    const struct netns_identity *identity, struct instance *instance);

/* It has a new life: what is there may be there. */
void netns_foreign_forget(
    struct netns_foreign *foreign, const struct netns_identity *identity);

#endif
