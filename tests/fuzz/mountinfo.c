/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mountinfo.c: a target for libFuzzer: any bytes at all are read as the table
 * of mounts of a process, line by line, each put where not one byte more can be
 * read unseen; and as a whole, as a file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "source/netns/kernel/netns_mountinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct netns_mount *mount)
{
	ino_t inode = 0;
	size_t length =
	    strlen(mount->root) + strlen(mount->point) + strlen(mount->type);

	ASSERT(length <= NETNS_MOUNTINFO_LINE_MAX);
	if (netns_mountinfo_is_namespace(mount, &inode))
		ASSERT(inode != 0);
	(void)netns_mountinfo_is_below(mount->point, "/run/netns");
}

/* A netns_mountinfo_visit_fn. */
static bool
visit(void *arg, const struct netns_mount *mount)
{
	(*(size_t *)arg)++;
	check(mount);
	return true;
}

static void
read_line(const uint8_t *from, size_t length)
{
	struct netns_mount mount;
	char *line = memory_alloc(length + 1);

	memcpy(line, from, length);
	line[length] = '\0';
	if (netns_mountinfo_parse(line, &mount))
		check(&mount);
	free(line);
}

static void
read_file(const uint8_t *data, size_t size)
{
	size_t count = 0;
	char path[64];
	int fd = memfd_create("mountinfo", MFD_CLOEXEC);

	ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)netns_mountinfo_visit(path, NULL, visit, &count);
	(void)netns_mountinfo_visit(path, "nsfs", visit, &count);
	(void)close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end, *at = data, *last = data + size;

	while (at < last) {
		end = memchr(at, '\n', (size_t)(last - at));
		end = end != NULL ? end : last;
		read_line(at, (size_t)(end - at));
		at = end + 1;
	}
	read_file(data, size);
	return 0;
}
