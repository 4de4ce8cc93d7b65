/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite.c: owns what is appended to a copy: a table of its segments with one
 * more, and a table of its strings with the new names behind the old ones,
 * which keep their places. The segment more holds both. All else is changed
 * where it is.
 *
 *	| file up to the end of its segments | segments + 1 | strings + names |
 *
 * A copy in memory loses its sections, debugging symbols among them: nobody
 * reads them there, and the copy stays for the daemon's life. One that lies in
 * a directory keeps them for valgrind(1).
 */
#include "plugin/rewrite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "plugin/dynamic.h"

/* ELF32_ST_INFO and ELF64_ST_INFO are the same. */
#define BINDING(info)	    ((info) >> 4)
#define INFO(binding, info) ((unsigned char)((binding) << 4 | ((info)&15)))

/* No address of a shared object is anywhere near. */
#define ADDRESS_MAX (SIZE_MAX / 4)

/* What a copy does without: its name, and where to look for others. */
static const ElfW(Sxword) needless[] = {
    DT_SONAME,
    DT_RPATH,
    DT_RUNPATH,
    DT_AUDIT,
    DT_DEPAUDIT,
};

struct rewrite {
	struct file_copy *copy;
	elf_header_t header; /* as it was: what is changed may overlap it */
	struct dynamic dynamic;
	const struct rewrite_name *names;
	size_t count;
	size_t *offsets; /* of the new names, in the strings */
	size_t offset;	 /* of what is appended, in the file */
	uint64_t address;
	unsigned char *more; /* what is appended */
	size_t segments_size, strings_size;
};

static uint64_t
round_up(uint64_t value, uint64_t to)
{
	return (value + to - 1) / to * to;
}

static elf_segment_t
rewrite_segment(const struct rewrite *rewrite, unsigned i)
{
	return elf_segment(&rewrite->dynamic.elf, &rewrite->header, i);
}

/* Where to append, in the file and in memory; false: there is no such place. */
static bool
rewrite_find_room(struct rewrite *rewrite)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), end = 0, last = 0;
	elf_segment_t segment;

	for (unsigned i = 0; i < rewrite->header.e_phnum; i++) {
		segment = rewrite_segment(rewrite, i);
		if (segment.p_type != PT_LOAD)
			continue;
		/* Each page of memory has one place in the file. */
		if (segment.p_vaddr > ADDRESS_MAX ||
		    segment.p_memsz > ADDRESS_MAX ||
		    segment.p_vaddr / page * page < last)
			return false;
		if (segment.p_offset + segment.p_filesz > end)
			end = segment.p_offset + segment.p_filesz;
		last = round_up(segment.p_vaddr + segment.p_memsz, page);
	}
	if (!rewrite->copy->is_memory)
		end = rewrite->copy->size;
	rewrite->offset = round_up(end, page);
	rewrite->address = last;
	/* PN_XNUM: the number of segments would stand elsewhere. */
	return rewrite->header.e_phnum + 1 < PN_XNUM;
}

/* --- what is appended ----------------------------------------------------- */

static void
rewrite_make_segments(struct rewrite *rewrite)
{
	size_t size = rewrite->segments_size + rewrite->strings_size;
	elf_segment_t segment;
	unsigned i;

	for (i = 0; i < rewrite->header.e_phnum; i++) {
		segment = rewrite_segment(rewrite, i);
		if (segment.p_type == PT_PHDR) {
			segment.p_offset = rewrite->offset;
			segment.p_vaddr = segment.p_paddr = rewrite->address;
			segment.p_filesz = segment.p_memsz =
			    rewrite->segments_size;
		}
		(void)memcpy(rewrite->more + i * sizeof(segment), &segment,
		    sizeof(segment));
	}
	segment = (elf_segment_t){
	    .p_type = PT_LOAD,
	    .p_flags = PF_R,
	    .p_offset = rewrite->offset,
	    .p_vaddr = rewrite->address,
	    .p_paddr = rewrite->address,
	    .p_filesz = size,
	    .p_memsz = size,
	    .p_align = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	(void)memcpy(
	    rewrite->more + i * sizeof(segment), &segment, sizeof(segment));
}

static void
rewrite_make_strings(struct rewrite *rewrite)
{
	unsigned char *strings = rewrite->more + rewrite->segments_size;
	const char *to;

	(void)memcpy(strings, rewrite->copy->bytes + rewrite->dynamic.strings,
	    rewrite->dynamic.strings_size);
	for (size_t i = 0; i < rewrite->count; i++) {
		to = rewrite->names[i].to;
		if (to != NULL)
			(void)memcpy(
			    strings + rewrite->offsets[i], to, strlen(to) + 1);
	}
}

static void
rewrite_make(struct rewrite *rewrite)
{
	rewrite->segments_size =
	    (rewrite->header.e_phnum + 1) * sizeof(elf_segment_t);
	rewrite->strings_size = rewrite->dynamic.strings_size;
	rewrite->offsets =
	    memory_zalloc((rewrite->count + 1) * sizeof(*rewrite->offsets));
	for (size_t i = 0; i < rewrite->count; i++) {
		rewrite->offsets[i] = rewrite->strings_size;
		if (rewrite->names[i].to != NULL)
			rewrite->strings_size +=
			    strlen(rewrite->names[i].to) + 1;
	}
	rewrite->more =
	    memory_zalloc(rewrite->segments_size + rewrite->strings_size);
	rewrite_make_segments(rewrite);
	rewrite_make_strings(rewrite);
}

/* --- what is changed where it is ------------------------------------------ */

/*
 * The new place of the string at an offset, when it is one of the names. Among
 * those that the linker will read: the old ones may have been changed.
 */
static bool
rewrite_look_up(const struct rewrite *rewrite, uint64_t offset, size_t *place)
{
	const char *text;

	if (offset >= rewrite->dynamic.strings_size)
		return false;
	text = (const char *)rewrite->more + rewrite->segments_size + offset;
	if (memchr(text, '\0', rewrite->dynamic.strings_size - offset) == NULL)
		return false;
	for (size_t i = 0; i < rewrite->count; i++) {
		if (strcmp(rewrite->names[i].from, text) != 0)
			continue;
		*place =
		    rewrite->names[i].to != NULL ? rewrite->offsets[i] : offset;
		return true;
	}
	return false;
}

static bool
is_needless(const dynamic_entry_t *entry)
{
	for (size_t i = 0; i < ARRAY_LENGTH(needless); i++)
		if (entry->d_tag == needless[i])
			return true;
	return false;
}

/*
 * Changes the entries and closes up over those that go. What is needed by
 * another name than those that were looked for would be searched for by the
 * dynamic linker.
 */
static int
rewrite_dynamic(
    struct rewrite *rewrite, const char *path, struct refusal *refusal)
{
	struct dynamic *dynamic = &rewrite->dynamic;
	unsigned char *to = rewrite->copy->bytes + dynamic->offset;
	const dynamic_entry_t last = {.d_tag = DT_NULL};
	dynamic_entry_t entry;
	size_t kept = 0, place;

	for (size_t i = 0; i < dynamic->count; i++) {
		entry = dynamic_entry(dynamic, i);
		if (is_needless(&entry))
			continue;
		if (entry.d_tag == DT_STRTAB)
			entry.d_un.d_ptr =
			    rewrite->address + rewrite->segments_size;
		if (entry.d_tag == DT_STRSZ)
			entry.d_un.d_val = rewrite->strings_size;
		if (entry.d_tag == DT_NEEDED) {
			if (!rewrite_look_up(rewrite, entry.d_un.d_val, &place))
				return refusal_set(refusal, -ENOEXEC,
				    "build it again",
				    "%s has tables that overlap", path);
			entry.d_un.d_val = place;
		}
		(void)memcpy(
		    to + kept++ * sizeof(entry), &entry, sizeof(entry));
	}
	for (; kept < dynamic->count; kept++)
		(void)memcpy(to + kept * sizeof(last), &last, sizeof(last));
	return 0;
}

/*
 * The versions of symbols that it needs are listed by library. The dynamic
 * linker asserts that it knows each of these names, so one that is not among
 * what the object is linked with is refused.
 */
static int
rewrite_versions(
    struct rewrite *rewrite, const char *path, struct refusal *refusal)
{
	uint64_t address, left, step = 0;
	ElfW(Verneed) version;
	size_t offset, place;

	if (!dynamic_value(&rewrite->dynamic, DT_VERNEED, &address) ||
	    !dynamic_value(&rewrite->dynamic, DT_VERNEEDNUM, &left))
		return 0;
	for (; left > 0; left--) {
		address += step;
		if (!elf_locate(&rewrite->dynamic.elf, address, sizeof(version),
			&offset))
			break;
		(void)memcpy(
		    &version, rewrite->copy->bytes + offset, sizeof(version));
		if (!rewrite_look_up(rewrite, version.vn_file, &place))
			break;
		version.vn_file = (ElfW(Word))place;
		(void)memcpy(
		    rewrite->copy->bytes + offset, &version, sizeof(version));
		step = version.vn_next;
		if (step == 0)
			return 0;
	}
	if (left == 0)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "link it with every library that it uses",
	    "%s needs versions of symbols of a library that it is not linked "
	    "with",
	    path);
}

/*
 * The dynamic linker keeps one symbol of each such name for the whole process
 * (C++ makes them for the statics of inline functions), so a plugin that is
 * loaded again would find the state of the one before.
 */
static void
rewrite_symbols(struct rewrite *rewrite, const elf_section_t *table)
{
	unsigned char *at = rewrite->copy->bytes + table->sh_offset;
	elf_symbol_t symbol;

	for (size_t i = 0; i < table->sh_size / sizeof(symbol);
	     i++, at += sizeof(symbol)) {
		(void)memcpy(&symbol, at, sizeof(symbol));
		if (BINDING(symbol.st_info) != STB_GNU_UNIQUE)
			continue;
		symbol.st_info = INFO(STB_GLOBAL, symbol.st_info);
		(void)memcpy(at, &symbol, sizeof(symbol));
	}
}

static void
rewrite_sections(struct rewrite *rewrite)
{
	const struct file_copy *copy = rewrite->copy;
	elf_section_t section;

	for (unsigned i = 0; i < rewrite->header.e_shnum; i++) {
		section =
		    elf_section(&rewrite->dynamic.elf, &rewrite->header, i);
		if (section.sh_type == SHT_DYNSYM &&
		    section.sh_offset <= copy->size &&
		    section.sh_size <= copy->size - section.sh_offset)
			rewrite_symbols(rewrite, &section);
	}
}

static void
rewrite_header_of(struct rewrite *rewrite)
{
	elf_header_t header = rewrite->header;

	header.e_phoff = rewrite->offset;
	header.e_phnum++;
	if (rewrite->copy->is_memory) {
		header.e_shoff = 0;
		header.e_shnum = header.e_shstrndx = 0;
	}
	(void)memcpy(rewrite->copy->bytes, &header, sizeof(header));
}

static int
rewrite_all(struct rewrite *rewrite, const char *path, struct refusal *refusal)
{
	int error;

	rewrite_make(rewrite);
	error = rewrite_versions(rewrite, path, refusal);
	if (error != 0)
		return error;
	rewrite_sections(rewrite);
	error = rewrite_dynamic(rewrite, path, refusal);
	if (error != 0)
		return error;
	rewrite_header_of(rewrite);
	return file_seal(rewrite->copy, rewrite->offset, rewrite->more,
	    rewrite->segments_size + rewrite->strings_size, path, refusal);
}

int
rewrite_copy(struct file_copy *copy, const struct rewrite_name *names,
    size_t count, const char *path, struct refusal *refusal)
{
	struct rewrite rewrite = {.copy = copy, .names = names, .count = count};
	struct elf elf = {copy->bytes, copy->size};
	int error;

	error = dynamic_find(&elf, path, &rewrite.dynamic, refusal);
	if (error != 0)
		return error;
	rewrite.header = elf_header(&elf);
	if (!rewrite_find_room(&rewrite))
		return refusal_set(refusal, -ENOEXEC, "build it again",
		    "%s has segments that no linker makes", path);
	error = rewrite_all(&rewrite, path, refusal);
	free(rewrite.offsets);
	free(rewrite.more);
	return error;
}
