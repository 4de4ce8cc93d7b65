/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_inherited.c: closes what netinstd was started with: a namespace, or a
 * socket in one, that was open without close-on-exec would stay alive with the
 * daemon. Owns nothing; the main thread, before there is another.
 */
#include "source/netns/netns.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "base/log.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/kernel/netns_proc.h"

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

/* A netns_proc_number_fn. */
static bool
inherited_look_at(void *arg, int list, int fd)
{
	struct netns_identity identity;

	(void)arg;
	if (fd == list || !inherited_is_elsewhere(fd, &identity))
		return true;
	if (netns_is_standard(fd)) {
		log_warning("netns",
		    "descriptor %d, inherited from whoever started netinstd, "
		    "keeps network namespace net:[%ju] alive",
		    fd, (uintmax_t)identity.inode);
		return true;
	}
	log_info("netns",
	    "descriptor %d, inherited from whoever started netinstd, led to "
	    "network namespace net:[%ju]; it is closed",
	    fd, (uintmax_t)identity.inode);
	(void)close(fd);
	return true;
}

void
netns_drop_inherited(void)
{
	(void)netns_proc_numbers(
	    AT_FDCWD, "/proc/self/fd", inherited_look_at, NULL);
}
