/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.c: walks segments, sections, the dynamic section and the dynamic
 * symbols. A string without an end within its table counts as empty. Owns
 * nothing.
 */
#include "check/parent/image.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

typedef ElfW(Ehdr) image_header_t;
typedef ElfW(Phdr) image_segment_t;
typedef ElfW(Shdr) image_section_t;
typedef ElfW(Dyn) image_dynamic_t;
typedef ElfW(Sym) image_entry_t;

/* ELF32_ST_BIND and ELF64_ST_BIND are the same. */
#define BINDING(info)	  ((info) >> 4)
#define TYPE(info)	  ((info)&15)
#define VISIBILITY(other) ((other)&3)

/* Copies size bytes at an offset; false when they are not all there. */
static bool
image_copy(const struct elf *elf, uint64_t offset, void *to, size_t size)
{
	if (offset > elf->size || size > elf->size - offset)
		return false;
	memcpy(to, elf->bytes + offset, size);
	return true;
}

static bool
image_section(const struct elf *elf, const image_header_t *header, unsigned i,
    image_section_t *section)
{
	return i < header->e_shnum &&
	       image_copy(elf, header->e_shoff + i * sizeof(*section), section,
		   sizeof(*section)) &&
	       section->sh_offset <= elf->size &&
	       section->sh_size <= elf->size - section->sh_offset;
}

/* A string of a table; "" when it is not one. */
static const char *
image_string(
    const struct elf *elf, const image_section_t *table, uint64_t offset)
{
	const char *text;

	if (table->sh_type != SHT_STRTAB || offset >= table->sh_size)
		return "";
	text = (const char *)elf->bytes + table->sh_offset + offset;
	return memchr(text, '\0', table->sh_size - offset) != NULL ? text : "";
}

/* The first section of a type and the strings that it links to. */
static bool
image_find_section(const struct elf *elf, unsigned type,
    image_section_t *section, image_section_t *strings)
{
	image_header_t header;

	if (!image_copy(elf, 0, &header, sizeof(header)))
		return false;
	for (unsigned i = 0; i < header.e_shnum; i++)
		if (image_section(elf, &header, i, section) &&
		    section->sh_type == type &&
		    image_section(elf, &header, section->sh_link, strings))
			return true;
	return false;
}

/* Calls visit for each entry of the dynamic section. */
static void
image_visit_dynamic(const struct elf *elf,
    void (*visit)(void *arg, const image_dynamic_t *entry, const char *text),
    void *arg)
{
	image_section_t section, strings;
	image_dynamic_t entry;

	if (!image_find_section(elf, SHT_DYNAMIC, &section, &strings))
		return;
	for (uint64_t at = 0; at + sizeof(entry) <= section.sh_size;
	     at += sizeof(entry)) {
		(void)image_copy(
		    elf, section.sh_offset + at, &entry, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			return;
		visit(
		    arg, &entry, image_string(elf, &strings, entry.d_un.d_val));
	}
}

struct facts_visit {
	struct image_facts *facts;
	bool (*has)(const char *library);
};

static void
facts_visit(void *arg, const image_dynamic_t *entry, const char *text)
{
	const struct facts_visit *visit = arg;

	if (entry->d_tag == DT_TEXTREL ||
	    (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
		visit->facts->text_relocations = true;
	if (entry->d_tag == DT_NEEDED && !visit->has(text))
		visit->facts->complete = false;
}

void
image_read_facts(const struct elf *elf, bool (*has)(const char *library),
    struct image_facts *facts)
{
	struct facts_visit visit = {facts, has};
	image_header_t header;
	image_segment_t segment;

	/* Without such a header, the linker makes the stack executable. */
	*facts =
	    (struct image_facts){.executable_stack = true, .complete = true};
	if (!image_copy(elf, 0, &header, sizeof(header)))
		return;
	for (unsigned i = 0; i < header.e_phnum; i++)
		if (image_copy(elf, header.e_phoff + i * sizeof(segment),
			&segment, sizeof(segment)) &&
		    segment.p_type == PT_GNU_STACK)
			facts->executable_stack = (segment.p_flags & PF_X) != 0;
	image_visit_dynamic(elf, facts_visit, &visit);
}

void
image_visit_symbols(const struct elf *elf, image_symbol_fn visit, void *arg)
{
	image_section_t section, strings;
	struct image_symbol symbol;
	image_entry_t entry;

	if (!image_find_section(elf, SHT_DYNSYM, &section, &strings))
		return;
	for (uint64_t at = sizeof(entry); at + sizeof(entry) <= section.sh_size;
	     at += sizeof(entry)) {
		(void)image_copy(
		    elf, section.sh_offset + at, &entry, sizeof(entry));
		symbol.name = image_string(elf, &strings, entry.st_name);
		symbol.defined = entry.st_shndx != SHN_UNDEF;
		symbol.weak = BINDING(entry.st_info) == STB_WEAK;
		if (symbol.name[0] != '\0' &&
		    (symbol.weak || BINDING(entry.st_info) == STB_GLOBAL) &&
		    TYPE(entry.st_info) != STT_SECTION &&
		    VISIBILITY(entry.st_other) != STV_HIDDEN)
			visit(arg, &symbol);
	}
}

struct need {
	const char *library;
	bool found;
};

static void
need_visit(void *arg, const image_dynamic_t *entry, const char *text)
{
	struct need *need = arg;

	if (entry->d_tag == DT_NEEDED && strcmp(text, need->library) == 0)
		need->found = true;
}

bool
image_needs(const struct elf *elf, const char *library)
{
	struct need need = {.library = library};

	image_visit_dynamic(elf, need_visit, &need);
	return need.found;
}
