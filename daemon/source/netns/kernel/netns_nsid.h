/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_nsid.h: the numbers by which the namespace of the request's socket
 * calls others (nsid): they are that one's own, from 0, live as long as the
 * namespace and are free again then. netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_NSID_H
#define NETINST_SOURCE_NETNS_NSID_H

#include "source/netns/kernel/netns_request.h"

/* Of the namespace that fd leads to. -ENOENT: it has none. */
int netns_nsid_get(struct netns_request *request, int fd);
/* Home's number for itself, which it has when somebody gave it one. */
int netns_nsid_of_home(struct netns_request *request);

/*
 * Gives it one: requested, or one that the kernel chooses when requested is -1.
 * -EEXIST: it has one already, or requested is another's. -EPERM.
 */
int netns_nsid_give(struct netns_request *request, int fd, int requested);

/* Whether it leads somewhere; also when that cannot be found out. */
bool netns_nsid_exists(struct netns_request *request, int nsid);

/*
 * The number by which another one, target, calls that of nsid; -ENOENT: by
 * none.
 */
int netns_nsid_in(struct netns_request *request, int nsid, int target);

/*
 * Visits all there are in target, as messages of NETNS_MESSAGE_NSID, with ours
 * (current_nsid) where we have one; -1: all of ours.
 */
int netns_nsid_list(struct netns_request *request, int target,
    netns_request_fn visit, void *arg);

#endif
