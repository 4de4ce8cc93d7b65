/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.c: asks the kernel who connected (SO_PEERCRED, SO_PEERGROUPS), and no
 * user database, which could block.
 */
#include "ctl/serve/peer.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

/* The kernel does not tell who it is. */
#define PEER_NOBODY ((uid_t)-1)

/* Groups of one process that need no second call. */
#define PEER_GROUPS_USUAL 64

static bool
peer_has_group(const gid_t *groups, socklen_t size, gid_t group)
{
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static bool
peer_is_member(int fd, gid_t group)
{
	gid_t usual[PEER_GROUPS_USUAL], *groups;
	socklen_t size = sizeof(usual);
	bool is_member;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, usual, &size) == 0)
		return peer_has_group(usual, size, group);
	if (errno != ERANGE)
		return false;
	/* The kernel has told the size. */
	groups = memory_alloc(size);
	is_member =
	    getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0 &&
	    peer_has_group(groups, size, group);
	free(groups);
	return is_member;
}

void
peer_read(int fd, gid_t admin_group, struct peer *peer)
{
	struct ucred process;
	socklen_t size = sizeof(process);

	*peer = (struct peer){.uid = PEER_NOBODY};
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &process, &size) != 0)
		return;
	peer->uid = process.uid;
	peer->is_owner = process.uid == 0 || process.uid == geteuid();
	peer->may_write =
	    peer->is_owner || (admin_group != PEER_NO_GROUP &&
				  (process.gid == admin_group ||
				      peer_is_member(fd, admin_group)));
}

bool
peer_find_group(const char *name, gid_t *group)
{
	const struct group *entry = getgrnam(name);

	if (entry == NULL)
		return false;
	*group = entry->gr_gid;
	return true;
}
