/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_elf.c: files that are not quite shared objects get a sentence,
 * never a crash. Bytes are handed over in blocks of exactly their size, so
 * that a sanitizer sees every read beyond the end.
 */
#include "plugin/elf.h"

#include <elf.h>

#include <netinst/plugin.h>

#include "workdir.h"
#include "test.h"

#define PATH "/lib/it.so"

static unsigned char *whole;
static size_t whole_size;
static struct refusal refusal;

static int
read_whole(void **state)
{
	whole = workdir_read_built("plugins/template.so", &whole_size);
	return 0;
}

static int
free_whole(void **state)
{
	free(whole);
	return 0;
}

/* A copy of the first size bytes, for free(). */
static unsigned char *
copy_of(size_t size)
{
	unsigned char *copy = malloc(size > 0 ? size : 1);

	assert_non_null(copy);
	(void)memcpy(copy, whole, size);
	return copy;
}

static int
check(const unsigned char *bytes, size_t size)
{
	struct elf elf = {bytes, size};

	(void)memset(&refusal, 0, sizeof(refusal));
	return elf_check(&elf, PATH, &refusal);
}

static void
assert_sentence(const char *part)
{
	if (strstr(refusal.text, part) == NULL)
		fail_msg("'%s' is not in: %s", part, refusal.text);
	assert_int_equal(strncmp(refusal.text, PATH " ", sizeof(PATH)), 0);
	assert_true(refusal.hint[0] != '\0');
}

static void
a_whole_plugin_passes_and_its_descriptor_is_found(void **state)
{
	struct elf elf = {whole, whole_size};
	net_plugin_t descriptor;
	const void *bytes;
	size_t size = 0;

	assert_int_equal(check(whole, whole_size), 0);
	bytes = elf_find_data(&elf, "nin_plugin", &size);
	assert_non_null(bytes);
	assert_int_equal(size, sizeof(descriptor));
	(void)memcpy(&descriptor, bytes, size);
	assert_true(descriptor.magic == NETINST_PLUGIN_MAGIC);
	assert_int_equal(descriptor.abi_major, NETINST_ABI_MAJOR);
	assert_int_equal(descriptor.size, sizeof(descriptor));
}

static void
what_is_not_defined_is_not_found(void **state)
{
	struct elf elf = {whole, whole_size};
	size_t size;

	assert_null(elf_find_data(&elf, "nin_plug", &size));
	assert_null(elf_find_data(&elf, "nin_plugin2", &size));
	assert_null(elf_find_data(&elf, "net_log", &size));
}

static void
a_plugin_cut_short_anywhere_is_refused(void **state)
{
	unsigned char *copy;
	size_t size;

	for (size = 0; size < whole_size; size++) {
		/* All of the headers, then samples, then all of the end. */
		if (size > 2048 && size + 512 < whole_size)
			size += 37;
		copy = copy_of(size);
		assert_int_equal(check(copy, size), -ENOEXEC);
		free(copy);
		if (size == 0)
			assert_sentence("is empty");
		else if (size < SELFMAG)
			assert_sentence("does not begin like an ELF file");
		else
			assert_sentence("is cut short");
	}
}

/* Sets bytes of the headers and tables to what leads astray. */
static void
spoil(size_t from, size_t to)
{
	static const unsigned char spoilers[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	unsigned char *copy = copy_of(whole_size);
	struct elf elf = {copy, whole_size};
	size_t at, i, size;

	for (at = from; at < to; at++) {
		for (i = 0; i < sizeof(spoilers); i++) {
			copy[at] = spoilers[i];
			if (check(copy, whole_size) == 0)
				(void)elf_find_data(&elf, "nin_plugin", &size);
			else
				assert_sentence(PATH);
		}
		copy[at] = whole[at];
	}
	free(copy);
}

static void
a_plugin_with_spoiled_tables_is_refused_or_read_within_bounds(void **state)
{
	Elf64_Ehdr header;

	(void)memcpy(&header, whole, sizeof(header));
	spoil(0, sizeof(header));
	spoil(header.e_phoff,
	    header.e_phoff + header.e_phnum * header.e_phentsize);
	spoil(header.e_shoff, whole_size);
}

static void
the_wrong_kind_of_file_is_named(void **state)
{
	static const struct {
		size_t at;
		unsigned char value;
		const char *sentence;
	} rows[] = {
	    {0, 'x', "does not begin like an ELF file"},
	    {EI_CLASS, ELFCLASS32, "is a 32-bit object"},
	    {EI_DATA, ELFDATA2MSB, "has the other byte order"},
	    {offsetof(Elf64_Ehdr, e_machine), EM_S390, "is built for s390"},
	    {offsetof(Elf64_Ehdr, e_machine), 250, "for an unknown machine"},
	    {offsetof(Elf64_Ehdr, e_type), ET_EXEC, "is a program"},
	    {offsetof(Elf64_Ehdr, e_type), ET_REL, "is an object file"},
	    {offsetof(Elf64_Ehdr, e_type), ET_CORE, "is a core dump"},
	    {offsetof(Elf64_Ehdr, e_phnum), 0, "nothing in it to link"},
	    {offsetof(Elf64_Ehdr, e_shnum), 0, "no segment or section table"},
	};
	unsigned char *copy;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		copy = copy_of(whole_size);
		copy[rows[i].at] = rows[i].value;
		assert_int_equal(check(copy, whole_size), -ENOEXEC);
		assert_sentence(rows[i].sentence);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_plugin_passes_and_its_descriptor_is_found),
	    cmocka_unit_test(what_is_not_defined_is_not_found),
	    cmocka_unit_test(a_plugin_cut_short_anywhere_is_refused),
	    cmocka_unit_test(
		a_plugin_with_spoiled_tables_is_refused_or_read_within_bounds),
	    cmocka_unit_test(the_wrong_kind_of_file_is_named),
	};

	return cmocka_run_group_tests(tests, read_whole, free_whole);
}
