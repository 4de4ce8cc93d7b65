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
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#define LINKS "class/net"
/* Of a number and its newline. */
#define NUMBER_SIZE 24

enum counter { RX_PACKETS, RX_BYTES, TX_PACKETS, TX_BYTES, COUNTERS };
static const char *const counters[COUNTERS] = {
    [RX_PACKETS] = "rx_packets",
    [RX_BYTES] = "rx_bytes",
    [TX_PACKETS] = "tx_packets",
    [TX_BYTES] = "tx_bytes",
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
	uint64_t numbers[COUNTERS];
	int error = 0;

	for (size_t i = 0; i < COUNTERS && error == 0; i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/statistics/%s", link, counters[i]);
		error = figures_read_number(links, path, &numbers[i]);
	}
	if (error != 0)
		return error;
	figures->links++;
	figures->rx_packets += numbers[RX_PACKETS];
	figures->rx_bytes += numbers[RX_BYTES];
	figures->tx_packets += numbers[TX_PACKETS];
	figures->tx_bytes += numbers[TX_BYTES];
	return 0;
}

/* 0; 1: there is no further one; or a negative errno. */
static int
figures_add_next(DIR *links, struct netns_figures *figures)
{
	const struct dirent *entry;

	errno = 0;
	entry = readdir(links);
	if (entry == NULL)
		return errno != 0 ? -errno : 1;
	return entry->d_type == DT_LNK
		   ? figures_add_link(dirfd(links), entry->d_name, figures)
		   : 0;
}

int
netns_figures_read(int view, struct netns_figures *figures)
{
	int fd = openat(view, LINKS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *links = fd >= 0 ? fdopendir(fd) : NULL;
	int error = links != NULL ? 0 : -errno;

	*figures = (struct netns_figures){0};
	if (links == NULL && fd >= 0)
		(void)close(fd);
	if (links == NULL)
		return error;
	while (error == 0)
		error = figures_add_next(links, figures);
	(void)closedir(links);
	return error < 0 ? error : 0;
}
