/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_escape_name.h: what an instance is called after the name of a file. Any
 * thread.
 */
#ifndef NETINST_SOURCE_NETNS_ESCAPE_NAME_H
#define NETINST_SOURCE_NETNS_ESCAPE_NAME_H

#include "core/core.h"
#include "source/netns/kernel/netns_kernel.h"

/* Bytes, with the NUL. */
#define NETNS_NAME_SIZE (INSTANCE_NAME_MAX + 1)

/*
 * The name, with what is a control character or no UTF-8 written as \xNN, and
 * cut where it would become longer than INSTANCE_NAME_MAX.
 */
void netns_escape_name(const char *name, char escaped[static NETNS_NAME_SIZE]);

/* "ns-4112": of one without a name. */
void netns_make_name(
    const struct netns_identity *identity, char name[static NETNS_NAME_SIZE]);

#endif
