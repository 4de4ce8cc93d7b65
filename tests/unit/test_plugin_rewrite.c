/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_rewrite.c: what becomes of a copy before it is mapped, and that
 * no file, whatever stands in its tables, makes the loader read or write beyond
 * it: a sanitizer or the edge of a mapping would tell.
 */
#include "plugin/rewrite.h"

#include <elf.h>
#include <sys/mman.h>

#include "plugin/dynamic.h"
#include "workdir.h"
#include "test.h"

#define NAMES_MAX 16

static struct refusal refusal;

/* The fixture's plugin, copied. */
static void
make_copy(struct file_copy *copy)
{
	size_t size;
	void *bytes = workdir_read_built("plugins/trace.so", &size);
	const char *path = workdir_write("it.so", bytes, size);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	free(bytes);
	assert_true(fd >= 0);
	assert_int_equal(file_copy(fd, path, NULL, copy, &refusal), 0);
	(void)close(fd);
}

/* The names of the libraries it needs; borrowed from the copy. */
static size_t
names_of(const struct dynamic *dynamic, struct rewrite_name names[NAMES_MAX])
{
	dynamic_entry_t entry;
	size_t i, count = 0;

	for (i = 0; i < dynamic->count && count < NAMES_MAX; i++) {
		entry = dynamic_entry(dynamic, i);
		if (entry.d_tag != DT_NEEDED)
			continue;
		names[count].to = NULL;
		names[count].from = dynamic_string(dynamic, entry.d_un.d_val);
		if (names[count].from != NULL)
			count++;
	}
	return count;
}

static int
rewrite(struct file_copy *copy)
{
	struct elf elf = {copy->bytes, copy->size};
	struct rewrite_name names[NAMES_MAX];
	struct dynamic dynamic;
	size_t count;
	int error;

	error = elf_check(&elf, "/it.so", &refusal);
	if (error == 0)
		error = dynamic_find(&elf, "/it.so", &dynamic, &refusal);
	if (error != 0)
		return error;
	count = names_of(&dynamic, names);
	if (count > 0)
		names[0].to = "/a/name/that/is/longer/than/the/old/one.so";
	return rewrite_copy(copy, names, count, "/it.so", &refusal);
}

static void
a_copy_needs_its_libraries_by_their_new_names_only(void **state)
{
	struct rewrite_name names[NAMES_MAX];
	struct file_copy copy;
	struct dynamic dynamic;
	struct elf elf;
	uint64_t value;

	make_copy(&copy);
	assert_int_equal(rewrite(&copy), 0);
	elf.size = copy.size;
	elf.bytes = mmap(NULL, copy.size, PROT_READ, MAP_PRIVATE, copy.fd, 0);
	assert_ptr_not_equal(elf.bytes, MAP_FAILED);
	assert_int_equal(dynamic_find(&elf, "/it.so", &dynamic, &refusal), 0);
	assert_true(names_of(&dynamic, names) > 0);
	assert_string_equal(
	    names[0].from, "/a/name/that/is/longer/than/the/old/one.so");
	assert_false(dynamic_value(&dynamic, DT_SONAME, &value));
	assert_false(dynamic_value(&dynamic, DT_RPATH, &value));
	assert_false(dynamic_value(&dynamic, DT_RUNPATH, &value));
	(void)munmap((void *)(uintptr_t)elf.bytes, copy.size);
	file_discard(&copy);
}

/* Sets one byte after the other to what leads astray. */
static void
spoil(size_t from, size_t to)
{
	static const unsigned char spoilers[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	struct file_copy copy;
	size_t at, i;

	for (at = from; at < to; at++) {
		for (i = 0; i < sizeof(spoilers); i++) {
			make_copy(&copy);
			copy.bytes[at] = spoilers[i];
			if (rewrite(&copy) != 0)
				assert_true(refusal.text[0] == '/');
			file_discard(&copy);
		}
	}
}

static void
a_file_with_spoiled_tables_is_refused_or_changed_within_bounds(void **state)
{
	struct file_copy copy;
	struct dynamic dynamic;
	struct elf elf;
	Elf64_Ehdr header;
	uint64_t versions;
	size_t offset = 0;

	make_copy(&copy);
	elf = (struct elf){copy.bytes, copy.size};
	(void)memcpy(&header, copy.bytes, sizeof(header));
	assert_int_equal(dynamic_find(&elf, "/it.so", &dynamic, &refusal), 0);
	/* Built with a sanitizer it needs no versions. */
	if (dynamic_value(&dynamic, DT_VERNEED, &versions))
		assert_true(elf_locate(&elf, versions, 16, &offset));
	file_discard(&copy);
	spoil(header.e_phoff,
	    header.e_phoff + header.e_phnum * header.e_phentsize);
	spoil(dynamic.offset,
	    dynamic.offset + dynamic.count * sizeof(dynamic_entry_t));
	if (offset != 0)
		spoil(offset, offset + sizeof(ElfW(Verneed)));
}

/* Without one of that tag, which sanitizers have no use for, of the other. */
static void
set_entry(struct file_copy *copy, const struct dynamic *dynamic,
    ElfW(Sxword) tag, ElfW(Sxword) other, uint64_t value)
{
	dynamic_entry_t entry;
	uint64_t before;
	size_t i = 0;

	if (dynamic_value(dynamic, tag, &before))
		other = tag;
	while ((entry = dynamic_entry(dynamic, i)).d_tag != other)
		assert_true(++i < dynamic->count);
	entry.d_tag = tag;
	entry.d_un.d_val = value;
	(void)memcpy(copy->bytes + dynamic->offset + i * sizeof(entry), &entry,
	    sizeof(entry));
}

/* The name of the library would go where the header says what sections are. */
static void
a_table_that_lies_in_the_header_is_refused(void **state)
{
	const size_t sections = offsetof(ElfW(Ehdr), e_shoff);
	struct file_copy copy;
	struct dynamic dynamic;
	struct elf elf;

	make_copy(&copy);
	elf = (struct elf){copy.bytes, copy.size};
	assert_int_equal(dynamic_find(&elf, "/it.so", &dynamic, &refusal), 0);
	set_entry(&copy, &dynamic, DT_NEEDED, DT_NEEDED, 0);
	set_entry(&copy, &dynamic, DT_VERNEEDNUM, DT_INIT, 1);
	set_entry(&copy, &dynamic, DT_VERNEED, DT_FINI, sections);
	assert_int_equal(rewrite(&copy), -ENOEXEC);
	file_discard(&copy);
}

/* Turns the first segment of one type into one of another. */
static void
set_type(struct file_copy *copy, ElfW(Word) from, ElfW(Word) to)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;
	unsigned char *at;
	unsigned i = 0;

	(void)memcpy(&header, copy->bytes, sizeof(header));
	do {
		assert_true(i < header.e_phnum);
		at = copy->bytes + header.e_phoff + i++ * sizeof(segment);
		(void)memcpy(&segment, at, sizeof(segment));
	} while (segment.p_type != from);
	segment.p_type = to;
	(void)memcpy(at, &segment, sizeof(segment));
}

/* The dynamic linker would go by the last, the loader by the first. */
static void
a_file_that_says_twice_what_it_needs_is_refused(void **state)
{
	struct file_copy copy;

	make_copy(&copy);
	set_type(&copy, PT_GNU_STACK, PT_DYNAMIC);
	assert_int_equal(rewrite(&copy), -ENOEXEC);
	file_discard(&copy);
}

/* What is mapped last would count, here what is found first. */
static void
segments_that_overlap_are_refused(void **state)
{
	struct file_copy copy;

	make_copy(&copy);
	set_type(&copy, PT_GNU_EH_FRAME, PT_LOAD);
	assert_int_equal(rewrite(&copy), -ENOEXEC);
	file_discard(&copy);
}

#define HERE(test)                                                             \
	cmocka_unit_test_setup_teardown(test, workdir_setup, workdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HERE(a_copy_needs_its_libraries_by_their_new_names_only),
	    HERE(
		a_file_with_spoiled_tables_is_refused_or_changed_within_bounds),
	    HERE(a_table_that_lies_in_the_header_is_refused),
	    HERE(a_file_that_says_twice_what_it_needs_is_refused),
	    HERE(segments_that_overlap_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
