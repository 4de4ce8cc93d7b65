/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h: what the other end of a connection may do. Loop thread. */
#ifndef NETINST_CTL_PEER_H
#define NETINST_CTL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* No admin group. */
#define PEER_NO_GROUP ((gid_t)-1)

struct peer {
	uid_t uid;
	bool is_owner; /* root's, or the daemon's own user's */
	/* ... or in the admin group, be it by its supplementary groups. */
	bool may_write;
};

/*
 * Asks the kernel who connected, with the groups it had then; nobody when the
 * kernel cannot tell.
 */
void peer_read(int fd, gid_t admin_group, struct peer *peer);

/* Looks a group up; false when there is none of that name. */
bool peer_find_group(const char *name, gid_t *group);

#endif
