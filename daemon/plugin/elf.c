/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf.c: tells a whole shared object from everything else. Owns nothing. Every
 * offset and count in the file is checked against its size before it is
 * followed, and headers are copied out because they may not be aligned.
 */
#include "plugin/elf.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

/* The linker puts this in front of the program: our own ELF header. */
extern const elf_header_t __ehdr_start __attribute__((visibility("hidden")));

/* What to do about all files for another kind of machine. */
#define WRONG_MACHINE "build it for the machine netinstd runs on"

static const struct {
	unsigned machine;
	const char *name;
} machines[] = {
    {EM_X86_64, "x86-64"},
    {EM_AARCH64, "arm64"},
    {EM_386, "i386"},
    {EM_ARM, "arm"},
    {EM_RISCV, "risc-v"},
    {EM_PPC64, "ppc64"},
    {EM_S390, "s390"},
};

static const char *
elf_machine_name(unsigned machine)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return "an unknown machine";
}

static const char *
elf_type_name(unsigned type)
{
	switch (type) {
	case ET_REL:
		return "an object file (.o)";
	case ET_EXEC:
		return "a program";
	case ET_CORE:
		return "a core dump";
	}
	return "an ELF file of unknown type";
}

/* Whether length bytes at offset are within the file. */
static bool
elf_holds(const struct elf *elf, uint64_t offset, uint64_t length)
{
	return offset <= elf->size && length <= elf->size - offset;
}

elf_header_t
elf_header(const struct elf *elf)
{
	elf_header_t header;

	(void)memcpy(&header, elf->bytes, sizeof(header));
	return header;
}

elf_segment_t
elf_segment(const struct elf *elf, const elf_header_t *header, unsigned i)
{
	elf_segment_t segment;

	(void)memcpy(&segment,
	    elf->bytes + header->e_phoff + i * sizeof(segment),
	    sizeof(segment));
	return segment;
}

elf_section_t
elf_section(const struct elf *elf, const elf_header_t *header, unsigned i)
{
	elf_section_t section;

	(void)memcpy(&section,
	    elf->bytes + header->e_shoff + i * sizeof(section),
	    sizeof(section));
	return section;
}

static int
elf_refuse_short(const struct elf *elf, const char *path, const char *what,
    struct refusal *refusal)
{
	return refusal_set(refusal, -ENOEXEC, "build or copy it again",
	    "%s is cut short: its %s does not fit in its %zu bytes", path, what,
	    elf->size);
}

/* The first bytes: is it ELF, and of our kind? */
static int
elf_check_identity(
    const struct elf *elf, const char *path, struct refusal *refusal)
{
	if (elf->size == 0)
		return refusal_set(refusal, -ENOEXEC, "build or copy it again",
		    "%s is empty", path);
	if (elf->size < SELFMAG || memcmp(elf->bytes, ELFMAG, SELFMAG) != 0)
		return refusal_set(refusal, -ENOEXEC,
		    "give the plugin's .so file",
		    "%s is not a shared object: it does not begin like an ELF "
		    "file",
		    path);
	if (elf->size < sizeof(elf_header_t))
		return elf_refuse_short(elf, path, "ELF header", refusal);

	if (elf->bytes[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS])
		return refusal_set(refusal, -ENOEXEC, WRONG_MACHINE,
		    "%s is a %s-bit object, netinstd is a %d-bit program", path,
		    elf->bytes[EI_CLASS] == ELFCLASS32 ? "32" : "64",
		    __ELF_NATIVE_CLASS);
	if (elf->bytes[EI_DATA] != __ehdr_start.e_ident[EI_DATA])
		return refusal_set(refusal, -ENOEXEC, WRONG_MACHINE,
		    "%s has the other byte order than netinstd", path);
	return 0;
}

static int
elf_check_header(const struct elf *elf, const elf_header_t *header,
    const char *path, struct refusal *refusal)
{
	if (header->e_machine != __ehdr_start.e_machine)
		return refusal_set(refusal, -ENOEXEC, WRONG_MACHINE,
		    "%s is built for %s, netinstd for %s", path,
		    elf_machine_name(header->e_machine),
		    elf_machine_name(__ehdr_start.e_machine));

	if (header->e_type != ET_DYN)
		return refusal_set(refusal, -ENOEXEC, "link it with -shared",
		    "%s is %s, not a shared object", path,
		    elf_type_name(header->e_type));
	if (header->e_phentsize != sizeof(elf_segment_t) ||
	    header->e_shentsize != sizeof(elf_section_t) ||
	    header->e_shnum == 0)
		return refusal_set(refusal, -ENOEXEC,
		    "build it again; strip(1) keeps what is needed",
		    "%s has no segment or section table that could be read",
		    path);
	if (!elf_holds(elf, header->e_phoff,
		(uint64_t)header->e_phnum * sizeof(elf_segment_t)))
		return elf_refuse_short(elf, path, "segment table", refusal);
	if (!elf_holds(elf, header->e_shoff,
		(uint64_t)header->e_shnum * sizeof(elf_section_t)))
		return elf_refuse_short(elf, path, "section table", refusal);
	return 0;
}

static int
elf_check_segments(const struct elf *elf, const elf_header_t *header,
    const char *path, struct refusal *refusal)
{
	bool dynamic = false, loaded = false;
	elf_segment_t segment;

	for (unsigned i = 0; i < header->e_phnum; i++) {
		segment = elf_segment(elf, header, i);
		if (!elf_holds(elf, segment.p_offset, segment.p_filesz))
			return elf_refuse_short(elf, path, "content", refusal);
		dynamic = dynamic || segment.p_type == PT_DYNAMIC;
		loaded = loaded || segment.p_type == PT_LOAD;
	}
	if (dynamic && loaded)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "give the plugin itself, not a file of its debugging symbols",
	    "%s is not a shared object: there is nothing in it to link", path);
}

int
elf_check(const struct elf *elf, const char *path, struct refusal *refusal)
{
	elf_header_t header;
	int error;

	error = elf_check_identity(elf, path, refusal);
	if (error != 0)
		return error;
	header = elf_header(elf);
	error = elf_check_header(elf, &header, path, refusal);
	if (error != 0)
		return error;
	return elf_check_segments(elf, &header, path, refusal);
}

unsigned
elf_count_mappings(const struct elf *elf)
{
	const elf_header_t header = elf_header(elf);
	elf_segment_t segment;
	unsigned count = 0;

	for (unsigned i = 0; i < header.e_phnum; i++) {
		segment = elf_segment(elf, &header, i);
		/* One more where zeroes follow, or a part gets read-only. */
		if (segment.p_type == PT_LOAD)
			count += 1 + (segment.p_memsz > segment.p_filesz);
		if (segment.p_type == PT_GNU_RELRO)
			count++;
	}
	return count;
}

/* Whether any of size bytes at offset are of the ELF header or its segments'.
 */
static bool
elf_is_head(const elf_header_t *header, uint64_t offset, uint64_t size)
{
	uint64_t from = header->e_phoff,
		 to = from + header->e_phnum * sizeof(elf_segment_t);

	return size > 0 && (offset < sizeof(*header) ||
			       (offset < to && offset + size > from));
}

bool
elf_locate(
    const struct elf *elf, uint64_t address, uint64_t size, size_t *offset)
{
	const elf_header_t header = elf_header(elf);
	elf_segment_t segment;
	uint64_t within;

	for (unsigned i = 0; i < header.e_phnum; i++) {
		segment = elf_segment(elf, &header, i);
		if (segment.p_type != PT_LOAD || address < segment.p_vaddr)
			continue;
		within = address - segment.p_vaddr;
		if (within > segment.p_filesz ||
		    size > segment.p_filesz - within)
			continue;
		*offset = segment.p_offset + within;
		return !elf_is_head(&header, *offset, size);
	}
	return false;
}

/* Whether the string at offset of a string table is name. */
static bool
elf_is_named(const struct elf *elf, const elf_section_t *strings,
    uint64_t offset, const char *name)
{
	size_t size = strlen(name) + 1;

	return offset <= strings->sh_size &&
	       size <= strings->sh_size - offset &&
	       memcmp(elf->bytes + strings->sh_offset + offset, name, size) ==
		   0;
}

/* Looks through one table of dynamic symbols. */
static const void *
elf_search(const struct elf *elf, const elf_header_t *header,
    const elf_section_t *table, const char *name, size_t *size)
{
	elf_section_t strings;
	elf_symbol_t symbol;
	size_t offset;
	uint64_t at;

	if (table->sh_link >= header->e_shnum ||
	    !elf_holds(elf, table->sh_offset, table->sh_size))
		return NULL;
	strings = elf_section(elf, header, table->sh_link);
	if (!elf_holds(elf, strings.sh_offset, strings.sh_size))
		return NULL;
	for (at = 0; table->sh_size - at >= sizeof(symbol);
	     at += sizeof(symbol)) {
		(void)memcpy(&symbol, elf->bytes + table->sh_offset + at,
		    sizeof(symbol));
		if (symbol.st_shndx == SHN_UNDEF ||
		    !elf_is_named(elf, &strings, symbol.st_name, name))
			continue;
		*size = symbol.st_size;
		return elf_locate(elf, symbol.st_value, symbol.st_size, &offset)
			   ? elf->bytes + offset
			   : NULL;
	}
	return NULL;
}

const void *
elf_find_data(const struct elf *elf, const char *name, size_t *size)
{
	const elf_header_t header = elf_header(elf);
	const void *found = NULL;
	elf_section_t section;

	for (unsigned i = 0; i < header.e_shnum && found == NULL; i++) {
		section = elf_section(elf, &header, i);
		if (section.sh_type == SHT_DYNSYM)
			found = elf_search(elf, &header, &section, name, size);
	}
	return found;
}
