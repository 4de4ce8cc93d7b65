/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_alias.h: private to the netns thread: the names mounted on a namespace,
 * and which of them its instance has. The oldest is the primary one, by which
 * the instance begins; the others are aliases of it.
 */
#ifndef NETINST_SOURCE_NETNS_ALIAS_H
#define NETINST_SOURCE_NETNS_ALIAS_H

#include "core/core.h"
#include "source/netns/life/netns_life.h"

/* Bytes, with the NUL. */
#define NETNS_NAME_SIZE (INSTANCE_NAME_MAX + 1)

/*
 * The name of a file with what is a control character or no UTF-8 written as
 * \xNN, cut where it would become longer than INSTANCE_NAME_MAX. Any thread.
 */
void netns_escape_name(const char *name, char escaped[static NETNS_NAME_SIZE]);

/* "ns-4112": what one without a name is called. Any thread. */
void netns_make_name(
    const struct netns_identity *identity, char name[static NETNS_NAME_SIZE]);

/* Adds a name that its instance does not have yet; NULL: it is there. */
struct life_name *netns_alias_add(
    struct life *life, const char *directory, const char *name);
/* The instance, which is there, gets it instead of one that was made up. */
void netns_alias_publish(struct life *life, struct life_name *name);

/* Whether there was such a name; its instance loses it, too. */
bool netns_alias_remove(
    struct life *life, const char *directory, const char *name);

/*
 * What an instance that begins now is created with; undone if it was not; then
 * the other names.
 */
void netns_alias_publish_primary(
    struct life *life, char alias[static NETNS_NAME_SIZE]);
void netns_alias_unpublish_primary(struct life *life);
void netns_alias_publish_others(struct life *life);

void netns_alias_free_all(struct life *life);

#endif
