/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mountinfo.c: see netns_mountinfo.h. A line is
 *
 *   36 35 98:0 /root /where rw,noatime shared:1 master:2 - ext3 /dev/root rw
 *
 * with any number of words between the options and the hyphen. Bytes that
 * would tear the line are written in it as \ooo.
 */
#include "source/netns/kernel/netns_mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"

/* Cuts the next word off, or NULL. */
static char *
mountinfo_word(char **rest)
{
	char *word = *rest, *end;

	if (word == NULL || *word == '\0')
		return NULL;
	end = strchr(word, ' ');
	*rest = end != NULL ? end + 1 : NULL;
	if (end != NULL)
		*end = '\0';
	return *word != '\0' ? word : NULL;
}

static bool
mountinfo_number(const char *word, uint64_t *number)
{
	char *end;

	if (word == NULL || *word < '0' || *word > '9')
		return false;
	errno = 0;
	*number = strtoull(word, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
mountinfo_device(const char *word, dev_t *device)
{
	unsigned major, minor;
	int length = 0;

	if (word == NULL ||
	    sscanf(word, "%u:%u%n", &major, &minor, &length) != 2 ||
	    word[length] != '\0')
		return false;
	*device = makedev(major, minor);
	return true;
}

static bool
mountinfo_is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' &&
	       digits[1] <= '7' && digits[2] >= '0' && digits[2] <= '7';
}

/* Puts the bytes for \ooo; what is none of that stays. */
static char *
mountinfo_decode(char *word)
{
	char *from = word, *to = word;

	while (word != NULL && *from != '\0') {
		int byte = 0;

		if (from[0] == '\\' && mountinfo_is_octal(from + 1))
			byte = (from[1] - '0') << 6 | (from[2] - '0') << 3 |
			       (from[3] - '0');
		if (byte != 0) {
			*to++ = (char)byte;
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	if (word != NULL)
		*to = '\0';
	return word;
}

/* Reads the words up to the hyphen. */
static bool
mountinfo_read_groups(char **rest, struct netns_mount *mount)
{
	const char *word;

	while ((word = mountinfo_word(rest)) != NULL) {
		if (strcmp(word, "-") == 0)
			return true;
		if (strncmp(word, "shared:", 7) == 0 &&
		    !mountinfo_number(word + 7, &mount->shared))
			return false;
		if (strncmp(word, "master:", 7) == 0 &&
		    !mountinfo_number(word + 7, &mount->master))
			return false;
	}
	return false;
}

bool
netns_mountinfo_parse(char *line, struct netns_mount *mount)
{
	char *rest = line;

	*mount = (struct netns_mount){.id = 0};
	if (!mountinfo_number(mountinfo_word(&rest), &mount->id) ||
	    !mountinfo_number(mountinfo_word(&rest), &mount->parent) ||
	    !mountinfo_device(mountinfo_word(&rest), &mount->device))
		return false;
	mount->root = mountinfo_decode(mountinfo_word(&rest));
	mount->point = mountinfo_decode(mountinfo_word(&rest));
	if (mount->root == NULL || mount->point == NULL ||
	    mountinfo_word(&rest) == NULL ||
	    !mountinfo_read_groups(&rest, mount))
		return false;
	mount->type = mountinfo_word(&rest);
	return mount->type != NULL;
}

bool
netns_mountinfo_is_namespace(const struct netns_mount *mount, ino_t *inode)
{
	uint64_t number;
	int length = 0;

	if (strcmp(mount->type, "nsfs") != 0 ||
	    sscanf(mount->root, "net:[%" SCNu64 "]%n", &number, &length) != 1 ||
	    length == 0 || mount->root[length] != '\0' || number == 0)
		return false;
	*inode = number;
	return true;
}

bool
netns_mountinfo_is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	if (strcmp(directory, "/") == 0)
		return path[0] == '/';
	return strncmp(path, directory, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/* What of a file is in memory. */
struct mountinfo_reader {
	int fd;
	char *buffer;	   /* NETNS_MOUNTINFO_LINE_MAX */
	size_t begin, end; /* what is not used yet */
	bool skipping;	   /* inside a line that is too long */
};

/* Gets more; false: nothing came. 0, or a negative errno in *error. */
static bool
mountinfo_fill(struct mountinfo_reader *reader, int *error)
{
	ssize_t count;

	(void)memmove(reader->buffer, reader->buffer + reader->begin,
	    reader->end - reader->begin);
	reader->end -= reader->begin;
	reader->begin = 0;
	if (reader->end == NETNS_MOUNTINFO_LINE_MAX) {
		reader->skipping = true;
		reader->end = 0;
	}
	do {
		count = read(reader->fd, reader->buffer + reader->end,
		    NETNS_MOUNTINFO_LINE_MAX - reader->end);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		*error = -errno;
	if (count <= 0)
		return false;
	reader->end += (size_t)count;
	return true;
}

/* The next line without its end, or NULL. One without an end is torn off. */
static char *
mountinfo_line(struct mountinfo_reader *reader, int *error)
{
	for (;;) {
		char *line = reader->buffer + reader->begin;
		char *end = memchr(line, '\n', reader->end - reader->begin);
		bool skipped = reader->skipping;

		if (end == NULL) {
			if (!mountinfo_fill(reader, error))
				return NULL;
			continue;
		}
		*end = '\0';
		reader->begin = (size_t)(end - reader->buffer) + 1;
		reader->skipping = false;
		if (!skipped)
			return line;
	}
}

int
netns_mountinfo_visit(const char *file, const char *having,
    netns_mountinfo_visit_fn visit, void *arg)
{
	struct mountinfo_reader reader = {
	    .fd = open(file, O_RDONLY | O_CLOEXEC)};
	struct netns_mount mount;
	int error = 0;
	char *line;

	if (reader.fd < 0)
		return -errno;
	reader.buffer = memory_alloc(NETNS_MOUNTINFO_LINE_MAX);
	while ((line = mountinfo_line(&reader, &error)) != NULL) {
		if (having != NULL && strstr(line, having) == NULL)
			continue;
		if (netns_mountinfo_parse(line, &mount) && !visit(arg, &mount))
			break;
	}
	free(reader.buffer);
	(void)close(reader.fd);
	return error;
}
