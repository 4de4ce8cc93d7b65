/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dynamic.c: finds the dynamic section of a shared object by its segment, and
 * its strings by the address they will have. Owns nothing. Entries are copied
 * out, because they may not be aligned.
 */
#include "plugin/dynamic.h"

#include <errno.h>
#include <string.h>

/* What to do about files that are not what a linker writes. */
#define HINT_BUILD "build it again"

/* Counts the entries before DT_NULL; false when there is no DT_NULL. */
static bool
dynamic_count(struct dynamic *dynamic, size_t size)
{
	for (dynamic->count = 0;
	     dynamic->count < size / sizeof(dynamic_entry_t); dynamic->count++)
		if (dynamic_entry(dynamic, dynamic->count).d_tag == DT_NULL)
			return true;
	return false;
}

/* False when there is no such segment, or more than one to choose from. */
static bool
dynamic_find_segment(const struct elf *elf, elf_segment_t *found)
{
	const elf_header_t header = elf_header(elf);
	elf_segment_t segment;
	unsigned count = 0;

	for (unsigned i = 0; i < header.e_phnum; i++) {
		segment = elf_segment(elf, &header, i);
		if (segment.p_type != PT_DYNAMIC)
			continue;
		*found = segment;
		count++;
	}
	return count == 1;
}

static bool
dynamic_find_entries(struct dynamic *dynamic)
{
	const struct elf *elf = &dynamic->elf;
	elf_segment_t segment;

	/* Its p_offset is a hint; the linker goes by the address. */
	return dynamic_find_segment(elf, &segment) &&
	       elf_locate(
		   elf, segment.p_vaddr, segment.p_filesz, &dynamic->offset) &&
	       dynamic_count(dynamic, segment.p_filesz);
}

int
dynamic_find(const struct elf *elf, const char *path, struct dynamic *dynamic,
    struct refusal *refusal)
{
	uint64_t strings, size;

	*dynamic = (struct dynamic){.elf = *elf};
	if (!dynamic_find_entries(dynamic))
		return refusal_set(refusal, -ENOEXEC, HINT_BUILD,
		    "%s has no dynamic section that could be read", path);
	if (!dynamic_value(dynamic, DT_STRTAB, &strings) ||
	    !dynamic_value(dynamic, DT_STRSZ, &size) ||
	    !elf_locate(elf, strings, size, &dynamic->strings))
		return refusal_set(refusal, -ENOEXEC, HINT_BUILD,
		    "%s has no dynamic strings that could be read", path);
	dynamic->strings_size = size;
	return 0;
}

dynamic_entry_t
dynamic_entry(const struct dynamic *dynamic, size_t i)
{
	dynamic_entry_t entry;

	(void)memcpy(&entry,
	    dynamic->elf.bytes + dynamic->offset + i * sizeof(entry),
	    sizeof(entry));
	return entry;
}

bool
dynamic_value(const struct dynamic *dynamic, ElfW(Sxword) tag, uint64_t *value)
{
	dynamic_entry_t entry;

	for (size_t i = 0; i < dynamic->count; i++) {
		entry = dynamic_entry(dynamic, i);
		if (entry.d_tag == tag) {
			*value = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

const char *
dynamic_string(const struct dynamic *dynamic, uint64_t offset)
{
	const char *text;

	if (offset >= dynamic->strings_size)
		return NULL;
	text = (const char *)dynamic->elf.bytes + dynamic->strings + offset;
	return memchr(text, '\0', dynamic->strings_size - offset) != NULL
		   ? text
		   : NULL;
}

const char *
dynamic_text(const struct dynamic *dynamic, ElfW(Sxword) tag)
{
	uint64_t offset;

	return dynamic_value(dynamic, tag, &offset)
		   ? dynamic_string(dynamic, offset)
		   : NULL;
}
