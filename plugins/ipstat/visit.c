/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visit.c: one socket for one dump, and files read in one piece. Nothing here
 * waits: the kernel makes each part of a dump while the part before is taken.
 */
#include "visit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

/* As long as the kernel makes parts of a dump, unless one link alone is more.
 */
#define VISIT_PART_MAX 32768
/* Dumps of a table that changes all the time end somewhere. */
#define VISIT_DUMPS	  4
#define VISIT_REQUEST_MAX 128

/* A part of that length. */
static int
read_part(int socket, unsigned char *part, size_t length, uint32_t sequence,
    bool *changed, struct links *links)
{
	ssize_t got = recv(socket, part, length, MSG_DONTWAIT);

	if (got < 0)
		return -errno;
	return message_read(
	    part, (size_t)got, sequence, changed, links_see, links);
}

static int
read_large_part(int socket, size_t length, uint32_t sequence, bool *changed,
    struct links *links)
{
	unsigned char *part = malloc(length);
	int end;

	if (part == NULL)
		return -ENOMEM;
	end = read_part(socket, part, length, sequence, changed, links);
	free(part);
	return end;
}

/* One part of the dump: a message_end, or a negative errno. */
static int
take_part(int socket, uint32_t sequence, bool *changed, struct links *links)
{
	_Alignas(8) unsigned char part[VISIT_PART_MAX];
	ssize_t length =
	    recv(socket, NULL, 0, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC);

	if (length < 0)
		return -errno;
	if (length == 0)
		return -EPROTO;
	if ((size_t)length > sizeof(part))
		return read_large_part(
		    socket, (size_t)length, sequence, changed, links);
	return read_part(socket, part, sizeof(part), sequence, changed, links);
}

static int
dump(int socket, uint32_t sequence, struct links *links)
{
	_Alignas(8) unsigned char request[VISIT_REQUEST_MAX];
	size_t length = message_request(request, sizeof(request), sequence);
	bool changed = false;
	int end;

	links_begin(links);
	if (send(socket, request, length, 0) < 0)
		return -errno;
	do {
		end = take_part(socket, sequence, &changed, links);
	} while (end == MESSAGE_MORE);
	return end;
}

int
visit_links(struct links *links)
{
	int socket_fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int end = MESSAGE_CHANGED;
	uint32_t sequence;

	if (socket_fd < 0)
		return -errno;
	for (sequence = 1; end == MESSAGE_CHANGED && sequence <= VISIT_DUMPS;
	     sequence++)
		end = dump(socket_fd, sequence, links);
	(void)close(socket_fd);
	if (end == MESSAGE_CHANGED)
		return -EAGAIN;
	return end < 0 ? end : (int)links_end(links);
}

int
visit_begin(void)
{
	/* Not /proc/net, which shows the main thread's namespace. */
	int directory =
	    open("/proc/thread-self/net", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return directory < 0 ? -errno : directory;
}

void
visit_end(int directory)
{
	if (directory >= 0)
		(void)close(directory);
}

static ssize_t
read_all(int file, char *buffer)
{
	size_t length = 0;
	ssize_t count;

	do {
		count = read(file, buffer + length, VISIT_TEXT_MAX - length);
		if (count < 0)
			return -errno;
		length += (size_t)count;
		if (length == VISIT_TEXT_MAX)
			return -EFBIG;
	} while (count > 0);
	return (ssize_t)length;
}

ssize_t
visit_text(int directory, const char *name, char *buffer)
{
	int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (file < 0)
		return -errno;
	length = read_all(file, buffer);
	(void)close(file);
	return length;
}
