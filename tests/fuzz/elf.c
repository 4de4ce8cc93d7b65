/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf.c: a target for libFuzzer: any bytes at all are read as a shared object
 * before it is mapped, in a block that ends where they do. One that passes has
 * only data within those bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/check.h"
#include "base/memory.h"
#include "plugin/descriptor.h"
#include "plugin/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_for(const struct elf *elf, const char *name)
{
	size_t length = 0;
	const unsigned char *found = elf_find_data(elf, name, &length);

	if (found == NULL)
		return;
	ASSERT(found >= elf->bytes && length <= elf->size &&
	       found + length <= elf->bytes + elf->size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = memory_alloc(size > 0 ? size : 1);
	struct elf elf = {copy, size};
	struct refusal refusal = {0};

	if (size > 0)
		memcpy(copy, data, size);
	if (elf_check(&elf, "/lib/it.so", &refusal) == 0) {
		look_for(&elf, "nin_plugin");
		look_for(&elf, "");
	} else {
		ASSERT(refusal.text[0] != '\0' && refusal.hint[0] != '\0');
	}
	free(copy);
	return 0;
}
