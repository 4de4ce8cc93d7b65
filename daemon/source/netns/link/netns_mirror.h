/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mirror.h: what the kernel has in one namespace, links by index and the
 * addresses of each, and what of it is published in the instance's interface
 * model. An event and a dump of all go the same way: each entry says how
 * something is now, and what differs from what is published is published.
 * Events may repeat, and come late; the last one counts.
 *
 * Not published is what exceeds the model's limits, until there is room, and a
 * link whose name another one has at the moment, which happens only between two
 * messages of the kernel. netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_MIRROR_H
#define NETINST_SOURCE_NETNS_MIRROR_H

#include "source/netns/kernel/netns_message.h"

struct netns_mirror;

/* Holds a reference to the instance. */
struct netns_mirror *netns_mirror_create(struct instance *instance);
/* What is published stays there: it goes with the instance. */
void netns_mirror_free(struct netns_mirror *mirror);

/* Takes in a message about a link or an address; others mean nothing. */
void netns_mirror_take(
    struct netns_mirror *mirror, const struct netns_message_view *message);

/*
 * Around a list of all links and addresses: at its end what was not in it is
 * gone, if it was complete.
 */
void netns_mirror_begin(struct netns_mirror *mirror);
void netns_mirror_end(struct netns_mirror *mirror, bool complete);

/* After each batch: publishes what could not be before. */
void netns_mirror_settle(struct netns_mirror *mirror);

/*
 * Whether the instance has not carried out more than so many changes; then it
 * is not to be given more, but a list once it has.
 */
#define NETNS_MIRROR_CHANGES 16384
bool netns_mirror_is_behind(const struct netns_mirror *mirror);

/* How many the kernel has, published or not. */
size_t netns_mirror_links(const struct netns_mirror *mirror);
size_t netns_mirror_addresses(const struct netns_mirror *mirror);

#endif
