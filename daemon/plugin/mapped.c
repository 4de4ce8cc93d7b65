/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped.c: owns the sorted addresses of what was mapped at one time, and under
 * its lock what was refused: that stays mapped, and would not be new when its
 * plugin is tried again. What other threads map meanwhile, such as a name
 * service for another plugin, is judged alike.
 */
#include "plugin/mapped.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/memory.h"
#include "plugin/object.h"
#include "plugin/trust.h"

struct mapped {
	uintptr_t *addresses;
	size_t count;
};

/* What came along with a plugin and may not; it is looked at again. */
struct refused {
	uintptr_t address;
	char *path; /* of the plugin */
};

static struct {
	struct lock lock;
	struct refused *list;
	size_t count;
} refused = {.lock = LOCK_INITIALIZER(LOCK_PLUGINS)};

struct arrival {
	uintptr_t address;
	char *name;
};

/* What is not among those of before. */
struct news {
	const struct mapped *before;
	const char *path;
	bool (*is_expected)(void *arg, uintptr_t address);
	void *arg;
	struct arrival *list;
	size_t count;
};

static int
mapped_compare(const void *a, const void *b)
{
	uintptr_t left = *(const uintptr_t *)a, right = *(const uintptr_t *)b;

	return (left > right) - (left < right);
}

static void
mapped_add(void *arg, uintptr_t address, const char *name)
{
	struct mapped *mapped = arg;

	(void)name;
	mapped->addresses = memory_resize(
	    mapped->addresses, mapped->count + 1, sizeof(*mapped->addresses));
	mapped->addresses[mapped->count++] = address;
}

struct mapped *
mapped_note(void)
{
	struct mapped *mapped = memory_zalloc(sizeof(*mapped));

	object_visit_mapped(mapped_add, mapped);
	qsort(mapped->addresses, mapped->count, sizeof(*mapped->addresses),
	    mapped_compare);
	return mapped;
}

void
mapped_free(struct mapped *mapped)
{
	free(mapped->addresses);
	free(mapped);
}

static bool
refused_has(uintptr_t address, const char *path)
{
	size_t i = 0;
	bool found;

	lock_enter(&refused.lock);
	while (i < refused.count && (refused.list[i].address != address ||
					strcmp(refused.list[i].path, path)))
		i++;
	found = i < refused.count;
	lock_exit(&refused.lock);
	return found;
}

static void
refused_add(uintptr_t address, const char *path)
{
	if (refused_has(address, path))
		return;
	lock_enter(&refused.lock);
	refused.list = memory_resize(
	    refused.list, refused.count + 1, sizeof(*refused.list));
	refused.list[refused.count++] =
	    (struct refused){address, memory_strdup(path)};
	lock_exit(&refused.lock);
}

static bool
news_is_old(const struct news *news, uintptr_t address)
{
	const struct mapped *before = news->before;

	return bsearch(&address, before->addresses, before->count,
		   sizeof(address), mapped_compare) != NULL &&
	       !refused_has(address, news->path);
}

static void
news_add(void *arg, uintptr_t address, const char *name)
{
	struct news *news = arg;

	if (news_is_old(news, address) || news->is_expected(news->arg, address))
		return;
	news->list =
	    memory_resize(news->list, news->count + 1, sizeof(*news->list));
	news->list[news->count++] =
	    (struct arrival){address, memory_strdup(name)};
}

static int
news_judge(
    const struct arrival *arrival, const char *path, struct refusal *refusal)
{
	int fd = trust_open_file(arrival->name, true, refusal);

	if (fd >= 0) {
		(void)close(fd);
		return 0;
	}
	refused_add(arrival->address, path);
	refusal_prefix(
	    refusal, "%s was mapped along with %s: ", arrival->name, path);
	return fd == -ENOENT ? -EPERM : fd;
}

int
mapped_check(const struct mapped *before,
    bool (*is_expected)(void *arg, uintptr_t address), void *arg,
    const char *path, struct refusal *refusal)
{
	struct news news = {.before = before,
	    .path = path,
	    .is_expected = is_expected,
	    .arg = arg};
	int error = 0;

	/* Judged afterwards: meanwhile the dynamic linker waits. */
	object_visit_mapped(news_add, &news);
	for (size_t i = 0; i < news.count; i++) {
		if (error == 0)
			error = news_judge(&news.list[i], path, refusal);
		free(news.list[i].name);
	}
	free(news.list);
	return error;
}
