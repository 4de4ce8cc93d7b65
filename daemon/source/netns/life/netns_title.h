/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_title.h: what an instance is called after the name of a file. Any
 * thread.
 */
#ifndef NETINST_SOURCE_NETNS_TITLE_H
#define NETINST_SOURCE_NETNS_TITLE_H

#include "core/core.h"
#include "source/netns/kernel/netns_kernel.h"

/* Bytes, with the NUL. */
#define NETNS_TITLE_SIZE (INSTANCE_NAME_MAX + 1)

/*
 * The name, with what is a control character or no UTF-8 written as \xNN, and
 * cut where it would become longer than INSTANCE_NAME_MAX.
 */
void netns_title(const char *name, char title[static NETNS_TITLE_SIZE]);

/* "ns-4112": of one without a name. */
void netns_title_nameless(
    const struct netns_identity *identity, char title[static NETNS_TITLE_SIZE]);

#endif
