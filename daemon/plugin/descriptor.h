/* SPDX-License-Identifier: Apache-2.0 */
/*
 * descriptor.h: whether a plugin's nin_plugin is one that this daemon can work
 * with. Any thread.
 */
#ifndef NETINST_PLUGIN_DESCRIPTOR_H
#define NETINST_PLUGIN_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include <netinst/plugin.h>

#include "plugin/refusal.h"

/* What a descriptor of ABI 1.0 has to have; later members are optional. */
#define DESCRIPTOR_SIZE_MIN                                                    \
	(offsetof(net_plugin_t, summary) + sizeof(const char *))

/* Limits of what a descriptor says. */
#define DESCRIPTOR_VERSION_MAX 64  /* bytes */
#define DESCRIPTOR_SUMMARY_MAX 256 /* bytes */

/* Whether text is [a-z0-9][a-z0-9_-]* of at most PLUGIN_NAME_MAX bytes. */
bool descriptor_is_name(const char *text);

/*
 * Checks the part without pointers as it stands in the file: magic, ABI, size
 * and flags. bytes: size bytes, not aligned. Returns 0 or -ENOEXEC.
 */
int descriptor_check_head(
    const void *bytes, size_t size, const char *path, struct refusal *refusal);

/* The flags of a descriptor whose head was checked; 0 when it is too old. */
uint32_t descriptor_flags(const net_plugin_t *descriptor);

/*
 * Bytes that can be read at an address, from the object the descriptor is in;
 * 0 when the address is not in it.
 */
typedef size_t (*descriptor_readable_fn)(void *arg, const void *address);

/*
 * Checks the texts of a descriptor in memory whose head was checked. file_name:
 * what stands for a name that is empty; NULL: none may be. Returns 0 or
 * -ENOEXEC.
 */
int descriptor_check_texts(const net_plugin_t *descriptor,
    descriptor_readable_fn readable, void *arg, const char *file_name,
    const char *path, struct refusal *refusal);

#endif
