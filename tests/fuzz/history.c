/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.c: a target for libFuzzer: a database of records whose bytes were
 * changed as a torn or hostile disk would, and a log beside it, is opened,
 * read, written and closed. The input says what is changed: pieces of five
 * bytes and more, the file, where, how many bytes, and these; so that it stays
 * small and most of the database is good. All in a directory of the process's
 * own.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "history/history_living.h"
#include "history/history_store.h"

#define RECORDS	 8
#define FILE_MAX (1 << 20)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[64];
static const struct history_limits limits = {.keep = 1000};

/* The database and its log, as they were; as they are changed. */
static struct image {
	const char *name;
	size_t size;
	unsigned char *bytes; /* FILE_MAX, for good */
} images[] = {{.name = HISTORY_FILE}, {.name = HISTORY_FILE "-wal"}};

static const char *
path_of(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/state/%s", directory, name);
	return path;
}

/* Says in the database that there are so many more records. */
static bool
insert(struct history_store *store, int64_t first, unsigned count)
{
	struct history_record *records[RECORDS];
	bool done;

	for (unsigned i = 0; i < count; i++) {
		records[i] = history_record_create(
		    first + i, "name", "{\"id\":1}", strlen("{\"id\":1}"));
		records[i]->number = first + i;
	}
	done = history_store_insert(store, records, count, NULL, &limits);
	for (unsigned i = 0; i < count; i++)
		history_record_free(records[i]);
	return done;
}

static void
read_all(struct history_store *store)
{
	struct history_query query = {
	    .before = HISTORY_FIRST, .limit = 1000000};
	int64_t before;

	do {
		before = query.before;
		query.looked_at = 0;
		history_store_read(store, &query);
		query.before = query.reached;
		buffer_free(&query.out);
	} while (query.end == HISTORY_GO_ON && query.before < before);
	ASSERT(query.end != HISTORY_GO_ON);
}

/* What is asked of a store only when it can be written. */
static void
use(struct history_store *store)
{
	struct living_list living = STAILQ_HEAD_INITIALIZER(living);

	if (history_store_read_living(store, &living))
		living_list_free(&living);
	(void)insert(store, 100, 2);
	(void)history_store_insert(store, NULL, 0, NULL, &limits);
}

static void
read_image(struct image *image)
{
	int fd = open(path_of(image->name), O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (image->bytes == NULL)
		image->bytes = memory_zalloc(FILE_MAX);
	got = fd >= 0 ? read(fd, image->bytes, FILE_MAX) : 0;
	image->size = got > 0 ? (size_t)got : 0;
	if (fd >= 0)
		(void)close(fd);
}

static void
write_image(const struct image *image, const unsigned char *bytes)
{
	int fd;

	if (image->size == 0)
		return;
	fd = open(path_of(image->name),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ASSERT(
	    fd >= 0 && write(fd, bytes, image->size) == (ssize_t)image->size);
	(void)close(fd);
}

/* An nftw() function. */
static int
remove_one(
    const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)remove(path);
	return 0;
}

static void
remove_all(void)
{
	(void)nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct history_store *store;
	bool fresh;

	log_set_level(LOG_ERROR);
	(void)strcpy(directory, "/run/netinst-fuzz.XXXXXX");
	ASSERT(mkdtemp(directory) != NULL);
	(void)atexit(remove_all);
	store = history_store_create(path_of(""));
	ASSERT(history_store_open(store, &fresh));
	ASSERT(insert(store, 1, RECORDS));
	/* While it is open there is a log. */
	for (size_t i = 0; i < ARRAY_LENGTH(images); i++)
		read_image(&images[i]);
	history_store_free(store);
	read_image(&images[0]);
	return 0;
}

/* Makes the changes of one file; nothing is longer than it was. */
static void
change(unsigned char *bytes, size_t length, const uint8_t *data, size_t size,
    uint8_t which)
{
	size_t at, count;

	while (size >= 5) {
		at = (size_t)data[1] << 8 | data[2];
		at = (at << 4 | data[3] >> 4) % length;
		count = data[3] % 16 + 1;
		count = count < size - 4 ? count : size - 4;
		count = count < length - at ? count : length - at;
		if (data[0] % 4 == which)
			memcpy(bytes + at, data + 4, count);
		data += 4 + count;
		size -= 4 + count;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct history_store *store;
	bool fresh;

	remove_all();
	(void)mkdir(directory, 0700);
	(void)mkdir(path_of(""), 0700);
	for (size_t i = 0; i < ARRAY_LENGTH(images); i++) {
		struct image image = images[i];

		if (image.size == 0)
			continue;
		/* Some are cut short, and some have no log. */
		if (size > 0 && data[0] % 8 == i)
			image.size = image.size * data[0] / 256;
		image.bytes = memory_alloc(images[i].size);
		memcpy(image.bytes, images[i].bytes, images[i].size);
		change(image.bytes, images[i].size, data, size, (uint8_t)i);
		if (i == 0 || size == 0 || data[0] % 2 == 0)
			write_image(&image, image.bytes);
		free(image.bytes);
	}
	store = history_store_create(path_of(""));
	if (history_store_open(store, &fresh))
		use(store);
	read_all(store);
	history_store_free(store);
	return 0;
}
