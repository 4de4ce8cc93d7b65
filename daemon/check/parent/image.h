/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.h: what a shared object says of itself, read from its bytes, which
 * plugin/elf.h has checked; never reads beyond them. Any thread.
 */
#ifndef NETINST_CHECK_IMAGE_H
#define NETINST_CHECK_IMAGE_H

#include <stdbool.h>

#include "plugin/elf.h"

struct image_facts {
	bool executable_stack;
	bool text_relocations;
	bool complete; /* has() has all libraries that it is linked with */
};
void image_read_facts(const struct elf *elf, bool (*has)(const char *library),
    struct image_facts *facts);

struct image_symbol {
	const char *name;
	bool defined; /* else it is wanted from elsewhere */
	bool weak;
};
typedef void (*image_symbol_fn)(void *arg, const struct image_symbol *symbol);

/* Visits the dynamic symbols that other objects see, or provide. */
void image_visit_symbols(
    const struct elf *elf, image_symbol_fn visit, void *arg);

/* Whether it is linked with the library of that file name. */
bool image_needs(const struct elf *elf, const char *library);

#endif
