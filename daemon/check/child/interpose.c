/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpose.c: knows which words of an object the dynamic linker has filled
 * with addresses of functions elsewhere. Relocations name them; the words that
 * are write-protected by now are opened for a moment.
 */
#include "check/child/interpose.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "check/child/replace.h"

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

/* What the dynamic section says. */
struct tables {
	uintptr_t base;
	const ElfW(Rela) * relocations[2];
	size_t counts[2];
	const ElfW(Sym) * symbols;
	const char *strings;
};

/* The dynamic linker leaves these as addresses, or as offsets. */
static uintptr_t
table_address(const struct tables *tables, ElfW(Addr) address)
{
	return address < tables->base ? tables->base + address : address;
}

static void
tables_read(struct tables *tables, const ElfW(Dyn) * entry)
{
	size_t sizes[2] = {0, 0};

	for (; entry->d_tag != DT_NULL; entry++) {
		uintptr_t at = table_address(tables, entry->d_un.d_ptr);

		if (entry->d_tag == DT_SYMTAB)
			tables->symbols = (const void *)at;
		else if (entry->d_tag == DT_STRTAB)
			tables->strings = (const void *)at;
		else if (entry->d_tag == DT_JMPREL)
			tables->relocations[0] = (const void *)at;
		else if (entry->d_tag == DT_RELA)
			tables->relocations[1] = (const void *)at;
		else if (entry->d_tag == DT_PLTRELSZ)
			sizes[0] = entry->d_un.d_val;
		else if (entry->d_tag == DT_RELASZ)
			sizes[1] = entry->d_un.d_val;
	}
	tables->counts[0] = sizes[0] / sizeof(ElfW(Rela));
	tables->counts[1] = sizes[1] / sizeof(ElfW(Rela));
}

static void
tables_change(const struct tables *tables, const ElfW(Rela) * relocation)
{
	const ElfW(Sym) *symbol =
	    &tables->symbols[ELF64_R_SYM(relocation->r_info)];
	interpose_fn function;
	void *word = (void *)(tables->base + relocation->r_offset);

	if (!IS_FUNCTION_WORD(ELF64_R_TYPE(relocation->r_info)) ||
	    symbol->st_shndx != SHN_UNDEF)
		return;
	function = replace_find(tables->strings + symbol->st_name);
	if (function != NULL)
		(void)memcpy(word, &function, sizeof(function));
}

/* The part that is made read-only once it is relocated. */
static void
object_protect(const struct dl_phdr_info *info, int protection)
{
	const ElfW(Phdr) *segment = info->dlpi_phdr;
	uintptr_t start, end;
	int i;

	for (i = 0; i < info->dlpi_phnum; i++, segment++) {
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
object_change(const struct dl_phdr_info *info)
{
	struct tables tables = {.base = info->dlpi_addr};
	size_t i, j;
	int k;

	for (k = 0; k < info->dlpi_phnum; k++)
		if (info->dlpi_phdr[k].p_type == PT_DYNAMIC)
			tables_read(&tables,
			    (const void *)(info->dlpi_addr +
					   info->dlpi_phdr[k].p_vaddr));
	if (tables.symbols == NULL || tables.strings == NULL)
		return;
	object_protect(info, PROT_READ | PROT_WRITE);
	for (i = 0; i < 2; i++)
		for (j = 0; j < tables.counts[i]; j++)
			tables_change(&tables, &tables.relocations[i][j]);
	object_protect(info, PROT_READ);
}

/* A callback of dl_iterate_phdr(). */
static int
object_look(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *directory = arg;
	size_t i, length = strlen(directory);

	(void)size;
	if (strncmp(info->dlpi_name, directory, length) != 0 ||
	    info->dlpi_name[length] != '/')
		return 0;
	for (i = 0; i < known.count; i++)
		if (known.bases[i] == info->dlpi_addr)
			return 0;
	if (known.count < OBJECTS_MAX)
		known.bases[known.count++] = info->dlpi_addr;
	object_change(info);
	return 0;
}

void
interpose_new_objects(const char *directory)
{
	(void)dl_iterate_phdr(object_look, (void *)(uintptr_t)directory);
}
