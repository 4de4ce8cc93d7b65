/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dynamic.h: what a shared object tells the dynamic linker, read where that
 * reads it: through the segments. elf_check() has passed; nothing beyond the
 * bytes is read, whatever they hold. Any thread.
 */
#ifndef NETINST_PLUGIN_DYNAMIC_H
#define NETINST_PLUGIN_DYNAMIC_H

#include <stdbool.h>
#include <stddef.h>

#include "plugin/elf.h"

/* The same types for every word size. */
typedef ElfW(Dyn) dynamic_entry_t;

struct dynamic {
	struct elf elf;
	size_t offset, count; /* of the entries before DT_NULL, in the file */
	size_t strings, strings_size;
};

/* Finds it. Returns 0, or -ENOEXEC with the refusal set. */
int dynamic_find(const struct elf *elf, const char *path,
    struct dynamic *dynamic, struct refusal *refusal);

/* Entry i of count. */
dynamic_entry_t dynamic_entry(const struct dynamic *dynamic, size_t i);

/* The value of the first entry of a kind; false: there is none. */
bool dynamic_value(
    const struct dynamic *dynamic, ElfW(Sxword) tag, uint64_t *value);

/* A string of its table; NULL when it is not one. */
const char *dynamic_string(const struct dynamic *dynamic, uint64_t offset);

/* The string that the first entry of a kind means, or NULL. */
const char *dynamic_text(const struct dynamic *dynamic, ElfW(Sxword) tag);

#endif
