/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_own.h: a network namespace of netinstd's own, only for its sockets.
 * What number (nsid) a namespace has depends on the namespace of the socket
 * that asks. Numbers cannot be taken back, and those of home belong to the
 * administrator. So netinstd gives its numbers there. It has no name and no
 * process, and goes with the last socket.
 */
#ifndef NETINST_SOURCE_NETNS_OWN_H
#define NETINST_SOURCE_NETNS_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "source/netns/kernel/netns_kernel.h"

/*
 * Runs fill on a thread that is in a new namespace, and waits for it: sockets
 * that fill opens stay there. What fill returned, or a negative errno: there is
 * no such namespace (-EPERM: without CAP_SYS_ADMIN). netns thread.
 */
int netns_own_make(int (*fill)(void *arg), void *arg);

/*
 * Only makes one, for a moment: a descriptor of it, the caller's, or a negative
 * errno. Any thread.
 */
int netns_own_try(void);

/* The one that was made last: nobody's instance. netns thread. */
bool netns_own_is(const struct netns_identity *identity);
bool netns_own_is_id(uint64_t id);
/* Its inode; 0: there is none. Any thread. */
uint64_t netns_own_inode(void);

#endif
