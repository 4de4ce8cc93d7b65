/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpose.c: owns the list of objects that it has changed. Relocations say
 * which words the dynamic linker has filled with addresses of functions
 * elsewhere; those that are read-only by now become writable for a moment.
 */
#include "check/child/interpose.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define OBJECTS_MAX 64 /* loads in the life of one child */

#if defined(__x86_64__)
#define IS_FUNCTION_WORD(type)                                                 \
	((type) == R_X86_64_JUMP_SLOT || (type) == R_X86_64_GLOB_DAT ||        \
	    (type) == R_X86_64_64)
#elif defined(__aarch64__)
#define IS_FUNCTION_WORD(type)                                                 \
	((type) == R_AARCH64_JUMP_SLOT || (type) == R_AARCH64_GLOB_DAT ||      \
	    (type) == R_AARCH64_ABS64)
#else
#define IS_FUNCTION_WORD(type) ((void)(type), false)
#endif

static struct {
	uintptr_t bases[OBJECTS_MAX];
	size_t count;
} known;

struct search {
	const char *directory;
	const struct interpose_row *const *tables;
};

/* What the dynamic section says. */
struct dynamic {
	uintptr_t base;
	const ElfW(Rela) * relocations[2];
	size_t counts[2];
	const ElfW(Sym) * symbols;
	const char *strings;
};

static void
dynamic_read(struct dynamic *dynamic, const ElfW(Dyn) * entry)
{
	size_t sizes[2] = {0, 0};

	for (; entry->d_tag != DT_NULL; entry++) {
		uintptr_t at = entry->d_un.d_ptr;

		/* The dynamic linker leaves addresses, or offsets. */
		if (at < dynamic->base)
			at += dynamic->base;
		if (entry->d_tag == DT_SYMTAB)
			dynamic->symbols = (const void *)at;
		else if (entry->d_tag == DT_STRTAB)
			dynamic->strings = (const void *)at;
		else if (entry->d_tag == DT_JMPREL)
			dynamic->relocations[0] = (const void *)at;
		else if (entry->d_tag == DT_RELA)
			dynamic->relocations[1] = (const void *)at;
		else if (entry->d_tag == DT_PLTRELSZ)
			sizes[0] = entry->d_un.d_val;
		else if (entry->d_tag == DT_RELASZ)
			sizes[1] = entry->d_un.d_val;
	}
	dynamic->counts[0] = sizes[0] / sizeof(ElfW(Rela));
	dynamic->counts[1] = sizes[1] / sizeof(ElfW(Rela));
}

/* The function for calls of that name, or NULL: it stays as it is. */
static interpose_fn
search_replacement(const struct search *search, const char *name)
{
	const struct interpose_row *const *table, *row;

	for (table = search->tables; *table != NULL; table++)
		for (row = *table; row->name != NULL; row++)
			if (strcmp(row->name, name) == 0)
				return row->function;
	return NULL;
}

static void
word_change(const struct search *search, const struct dynamic *dynamic,
    const ElfW(Rela) * relocation)
{
	const ElfW(Sym) *symbol =
	    &dynamic->symbols[ELF64_R_SYM(relocation->r_info)];
	interpose_fn function;
	void *word = (void *)(dynamic->base + relocation->r_offset);

	if (!IS_FUNCTION_WORD(ELF64_R_TYPE(relocation->r_info)) ||
	    symbol->st_shndx != SHN_UNDEF)
		return;
	function =
	    search_replacement(search, dynamic->strings + symbol->st_name);
	if (function != NULL)
		(void)memcpy(word, &function, sizeof(function));
}

/* The part that is made read-only once it is relocated. */
static void
object_protect(const struct dl_phdr_info *info, int protection)
{
	const ElfW(Phdr) *segment = info->dlpi_phdr;
	uintptr_t start, end;

	for (int i = 0; i < info->dlpi_phnum; i++, segment++) {
		if (segment->p_type != PT_GNU_RELRO)
			continue;
		start = (info->dlpi_addr + segment->p_vaddr) & ~UINT64_C(4095);
		end = (info->dlpi_addr + segment->p_vaddr + segment->p_memsz) &
		      ~UINT64_C(4095);
		if (end > start)
			(void)mprotect((void *)start, end - start, protection);
	}
}

static void
object_change(const struct search *search, const struct dl_phdr_info *info)
{
	struct dynamic dynamic = {.base = info->dlpi_addr};

	for (int k = 0; k < info->dlpi_phnum; k++)
		if (info->dlpi_phdr[k].p_type == PT_DYNAMIC)
			dynamic_read(&dynamic,
			    (const void *)(info->dlpi_addr +
					   info->dlpi_phdr[k].p_vaddr));
	if (dynamic.symbols == NULL || dynamic.strings == NULL)
		return;
	object_protect(info, PROT_READ | PROT_WRITE);
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < dynamic.counts[i]; j++)
			word_change(
			    search, &dynamic, &dynamic.relocations[i][j]);
	object_protect(info, PROT_READ);
}

/* A callback of dl_iterate_phdr(). */
static int
object_look(struct dl_phdr_info *info, size_t size, void *arg)
{
	const struct search *search = arg;
	size_t i, length = strlen(search->directory);

	(void)size;
	if (strncmp(info->dlpi_name, search->directory, length) != 0 ||
	    info->dlpi_name[length] != '/')
		return 0;
	for (i = 0; i < known.count; i++)
		if (known.bases[i] == info->dlpi_addr)
			return 0;
	if (known.count < OBJECTS_MAX)
		known.bases[known.count++] = info->dlpi_addr;
	object_change(search, info);
	return 0;
}

void
interpose_new_objects(
    const char *directory, const struct interpose_row *const *tables)
{
	struct search search = {directory, tables};

	(void)dl_iterate_phdr(object_look, &search);
}
