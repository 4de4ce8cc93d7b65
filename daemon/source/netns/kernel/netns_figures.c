/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_figures.c: mounts a sysfs that nobody else sees, and reads the counters
 * of the links in it. Owns nothing but what it opens, and closes that.
 */
#include "source/netns/kernel/netns_figures.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/check.h"

#define LINKS "class/net"
/* Of a number and its newline. */
#define NUMBER_SIZE 24

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
    {"rx_packets", offsetof(struct netns_figures, rx_packets)},
    {"rx_bytes", offsetof(struct netns_figures, rx_bytes)},
    {"tx_packets", offsetof(struct netns_figures, tx_packets)},
    {"tx_bytes", offsetof(struct netns_figures, tx_bytes)},
};

int
netns_figures_open(void)
{
	int sysfs = fsopen("sysfs", FSOPEN_CLOEXEC), view = -1, error = 0;

	if (sysfs < 0)
		return -errno;
	if (fsconfig(sysfs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		view = fsmount(sysfs, FSMOUNT_CLOEXEC,
		    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			MOUNT_ATTR_NOEXEC);
	if (view < 0)
		error = -errno;
	(void)close(sysfs);
	return view >= 0 ? view : error;
}

static int
figures_read_number(int links, const char *path, uint64_t *number)
{
	int fd = openat(links, path, O_RDONLY | O_CLOEXEC), error = 0;
	char text[NUMBER_SIZE];
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, text, sizeof(text) - 1);
	if (length < 0)
		error = -errno;
	(void)close(fd);
	if (error != 0)
		return error;
	text[length] = '\0';
	return sscanf(text, "%" SCNu64, number) == 1 ? 0 : -EIO;
}

static int
figures_add_link(int links, const char *link, struct netns_figures *figures)
{
	char path[NAME_MAX + sizeof("/statistics/rx_packets")];
	uint64_t number;
	size_t i;
	int error;

	for (i = 0; i < ARRAY_LENGTH(counters); i++) {
		(void)snprintf(path, sizeof(path), "%s/statistics/%s", link,
		    counters[i].name);
		error = figures_read_number(links, path, &number);
		if (error != 0)
			return error;
		*(uint64_t *)((char *)figures + counters[i].offset) += number;
	}
	figures->links++;
	return 0;
}

int
netns_figures_read(int view, struct netns_figures *figures)
{
	int fd = openat(view, LINKS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *links = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int error = links != NULL ? 0 : -errno;

	*figures = (struct netns_figures){0};
	if (links == NULL && fd >= 0)
		(void)close(fd);
	if (links == NULL)
		return error;
	errno = 0;
	while (error == 0 && (entry = readdir(links)) != NULL)
		if (entry->d_type == DT_LNK)
			error = figures_add_link(
			    dirfd(links), entry->d_name, figures);
	if (error == 0)
		error = -errno;
	(void)closedir(links);
	return error;
}
