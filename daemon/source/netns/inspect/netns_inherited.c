/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_inherited.c: what netinstd was started with. Whoever starts a daemon
 * may have a namespace open, or a socket in one, without close-on-exec, and
 * then the daemon would keep that namespace alive. Owns nothing; the main
 * thread, before there is another.
 */
#include "source/netns/netns.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "base/log.h"
#include "source/netns/kernel/netns_kernel.h"

/* Whether fd keeps a network namespace that is not the daemon's own. */
static bool
inherited_is_elsewhere(int fd, struct netns_identity *identity)
{
	/* Of a socket or a tun device; anything else does not know this. */
	int space = ioctl(fd, SIOCGSKNS);
	int error = netns_identify(space >= 0 ? space : fd, identity);

	if (space >= 0)
		(void)close(space);
	return error == 0 && !netns_is_same(identity, netns_home());
}

static void
inherited_look_at(int fd)
{
	struct netns_identity identity;

	if (!inherited_is_elsewhere(fd, &identity))
		return;
	if (netns_is_standard(fd)) {
		log_warning("netns",
		    "descriptor %d, inherited from whoever started netinstd, "
		    "keeps network namespace net:[%ju] alive",
		    fd, (uintmax_t)identity.inode);
		return;
	}
	log_info("netns",
	    "descriptor %d, inherited from whoever started netinstd, led to "
	    "network namespace net:[%ju]; it is closed",
	    fd, (uintmax_t)identity.inode);
	(void)close(fd);
}

void
netns_drop_inherited(void)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (list == NULL)
		return;
	while ((entry = readdir(list)) != NULL) {
		char *end;
		long fd = strtol(entry->d_name, &end, 10);

		if (end != entry->d_name && *end == '\0' && fd != dirfd(list))
			inherited_look_at((int)fd);
	}
	(void)closedir(list);
}
