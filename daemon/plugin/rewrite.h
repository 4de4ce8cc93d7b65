/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite.h: changes a private copy of a shared object so that the dynamic
 * linker searches nothing and shares nothing for it. The loader's threads.
 */
#ifndef NETINST_PLUGIN_REWRITE_H
#define NETINST_PLUGIN_REWRITE_H

#include "plugin/file.h"
#include "plugin/refusal.h"

/* A library it needs. */
struct rewrite_name {
	const char *from; /* as it says */
	const char *to;	  /* what it is to say; NULL: the same */
};

/*
 * Lets the copy need its libraries by their new names, wherever it says the old
 * ones; takes from it its own name and its search paths, and from its symbols
 * that they are one in the whole process (STB_GNU_UNIQUE): another copy of it
 * has its own. The copy is sealed then. path: of the original, on which
 * elf_check() and dynamic_find() have passed. Returns 0, or an error with the
 * refusal set.
 */
int rewrite_copy(struct file_copy *copy, const struct rewrite_name *names,
    size_t count, const char *path, struct refusal *refusal);

#endif
