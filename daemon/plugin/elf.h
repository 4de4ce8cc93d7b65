/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf.h: reading a shared object without running any of it. The dynamic linker
 * trusts what it maps, so a file that is cut short or made for another machine
 * has to be found out before it gets there. Never reads beyond size bytes,
 * whatever they hold. Any thread.
 */
#ifndef NETINST_PLUGIN_ELF_H
#define NETINST_PLUGIN_ELF_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/refusal.h"

/* Those of the daemon's own word size; others are refused. */
typedef ElfW(Ehdr) elf_header_t;
typedef ElfW(Phdr) elf_segment_t;
typedef ElfW(Shdr) elf_section_t;
typedef ElfW(Sym) elf_symbol_t;

/* A file's bytes; borrowed. */
struct elf {
	const unsigned char *bytes;
	size_t size;
};

/*
 * Whether the bytes are a whole shared object for the machine this daemon was
 * built for. Returns 0, or -ENOEXEC with the refusal set. path: for the text.
 */
int elf_check(const struct elf *elf, const char *path, struct refusal *refusal);

/*
 * Copies of the file's header, and of the segment and the section of that
 * number: nothing promises that they are aligned. elf_check() has passed.
 */
elf_header_t elf_header(const struct elf *elf);
elf_segment_t elf_segment(
    const struct elf *elf, const elf_header_t *header, unsigned i);
elf_section_t elf_section(
    const struct elf *elf, const elf_header_t *header, unsigned i);

/*
 * Finds the initial value of a data object that the file exports; elf_check()
 * has passed. Returns it and its size, within the bytes and not aligned; NULL
 * when there is none.
 */
const void *elf_find_data(
    const struct elf *elf, const char *name, size_t *size);

/* How many mappings it will have at most; elf_check() has passed. */
unsigned elf_count_mappings(const struct elf *elf);

/*
 * Where in the file the memory at an address is loaded from: false when not all
 * of size bytes are, or when they are of the headers: what is found by them may
 * be changed without changing them. elf_check() has passed.
 */
bool elf_locate(
    const struct elf *elf, uint64_t address, uint64_t size, size_t *offset);

#endif
