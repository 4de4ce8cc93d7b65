/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.c: takes search paths apart, and reads ld.so.cache in the format of
 * the GNU C library 2.32 and later. Owns the mapping of that during a search.
 * Without a cache that can be read and trusted, the directories have to do.
 */
#include "plugin/search.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/object.h"
#include "plugin/trust.h"

#define ORIGIN	     "$ORIGIN"
#define ORIGIN_BRACE "${ORIGIN}"
#define CACHE_FILE   "/etc/ld.so.cache"
#define CACHE_MAGIC  "glibc-ld.so.cache1.1"

/* How long the token is that text begins with; 0: it is none. */
static size_t
search_origin(const char *text)
{
	size_t length = sizeof(ORIGIN) - 1;

	if (strncmp(text, ORIGIN_BRACE, sizeof(ORIGIN_BRACE) - 1) == 0)
		return sizeof(ORIGIN_BRACE) - 1;
	if (strncmp(text, ORIGIN, length) != 0)
		return 0;
	/* It is not the beginning of a longer word. */
	return text[length] == '\0' || text[length] == '/' ||
		       text[length] == ':'
		   ? length
		   : 0;
}

/* Visits what directory/name means, when that is an absolute path. */
static bool
search_place(const char *object, const char *directory, size_t length,
    const char *name, search_place_fn visit, void *arg)
{
	size_t origin = search_origin(directory);
	int base = origin > 0 ? (int)(strrchr(object, '/') - object) : 0;
	char path[PLUGIN_PATH_MAX + 1];
	int used;

	if (origin == 0 && directory[0] != '/')
		return true;
	if (origin > length ||
	    memchr(directory + origin, '$', length - origin) != NULL)
		return true;
	used = snprintf(path, sizeof(path), "%.*s%.*s%s%s", base, object,
	    (int)(length - origin), directory + origin,
	    name[0] != '\0' ? "/" : "", name);
	return used < 0 || (size_t)used >= sizeof(path) || visit(arg, path);
}

void
search_visit(const char *object, const char *directories, const char *name,
    search_place_fn visit, void *arg)
{
	size_t length;
	bool more = true;

	while (more && *directories != '\0') {
		length = strcspn(directories, ":");
		more =
		    search_place(object, directories, length, name, visit, arg);
		directories += length + (directories[length] == ':');
	}
}

void
search_path(
    const char *object, const char *name, search_place_fn visit, void *arg)
{
	(void)search_place(object, name, strlen(name), "", visit, arg);
}

/* --- the system ----------------------------------------------------------- */

struct cache_head {
	char magic[sizeof(CACHE_MAGIC) - 1];
	uint32_t count;
	uint32_t rest[6];
};

struct cache_entry {
	int32_t flags;
	uint32_t name, path; /* offsets of strings, from the beginning */
	uint32_t system;
	uint64_t capabilities; /* 0: any processor will do */
};

/* The words of a file in this machine's order; the linker wants no other. */
struct cache {
	const char *bytes;
	size_t size;
	uint32_t count;
};

static bool
cache_open(struct cache *cache)
{
	struct refusal refusal;
	struct stat status;
	int fd = trust_open_file(CACHE_FILE, true, &refusal);
	void *bytes = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &status) == 0 && status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ,
		    MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (bytes == MAP_FAILED)
		return false;
	*cache = (struct cache){bytes, (size_t)status.st_size, 0};
	return true;
}

/* How many entries there are; none when it is of another format. */
static void
cache_count(struct cache *cache)
{
	struct cache_head head;
	size_t most;

	if (cache->size < sizeof(head))
		return;
	(void)memcpy(&head, cache->bytes, sizeof(head));
	most = (cache->size - sizeof(head)) / sizeof(struct cache_entry);
	if (memcmp(head.magic, CACHE_MAGIC, sizeof(head.magic)) == 0 &&
	    head.count <= most)
		cache->count = head.count;
}

static const char *
cache_string(const struct cache *cache, uint32_t offset)
{
	if (offset >= cache->size ||
	    memchr(cache->bytes + offset, '\0', cache->size - offset) == NULL)
		return "";
	return cache->bytes + offset;
}

/* False when the visitor has had enough. */
static bool
cache_visit(const struct cache *cache, const char *name, search_place_fn visit,
    void *arg)
{
	struct cache_entry entry;
	const char *path;

	for (uint32_t i = 0; i < cache->count; i++) {
		(void)memcpy(&entry,
		    cache->bytes + sizeof(struct cache_head) +
			i * sizeof(entry),
		    sizeof(entry));
		if (entry.capabilities != 0 ||
		    strcmp(cache_string(cache, entry.name), name) != 0)
			continue;
		path = cache_string(cache, entry.path);
		if (path[0] == '/' && !visit(arg, path))
			return false;
	}
	return true;
}

struct look {
	const char *name;
	search_place_fn visit;
	void *arg;
};

static bool
look_in_directory(void *arg, const char *directory)
{
	const struct look *look = arg;
	char path[PLUGIN_PATH_MAX + 1];
	int length;

	length = snprintf(path, sizeof(path), "%s/%s", directory, look->name);
	return length < 0 || (size_t)length >= sizeof(path) ||
	       look->visit(look->arg, path);
}

void
search_system(const char *name, search_place_fn visit, void *arg)
{
	struct look look = {name, visit, arg};
	struct cache cache;
	bool more = true;

	if (cache_open(&cache)) {
		cache_count(&cache);
		more = cache_visit(&cache, name, visit, arg);
		(void)munmap((void *)(uintptr_t)cache.bytes, cache.size);
	}
	if (more)
		object_visit_directories(look_in_directory, &look);
}
