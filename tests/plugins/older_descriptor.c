/* SPDX-License-Identifier: Apache-2.0 */
/*
 * older_descriptor.c: as if compiled with the headers of ABI 1.1, whose
 * descriptors have no flags yet: it ends before them.
 */
#include <stddef.h>

#include "harmless.h"

NETINST_EXPORT extern const struct older {
	uint64_t magic;
	uint16_t abi_major, abi_minor;
	uint32_t size;
	const char *name, *version, *summary;
} nin_plugin;

const struct older nin_plugin = {
    .magic = NETINST_PLUGIN_MAGIC,
    .abi_major = 1,
    .abi_minor = 1,
    .size = sizeof(struct older),
    .name = "older_descriptor",
    .version = "1.0.0",
    .summary = "of a time without flags",
};
