/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_request.h: asking rtnetlink, from home, about any namespace that has an
 * nsid here, without entering it and so without keeping it alive. The kernel
 * answers in the call itself; nothing is waited for but its own locks. netns
 * thread.
 */
#ifndef NETINST_SOURCE_NETNS_REQUEST_H
#define NETINST_SOURCE_NETNS_REQUEST_H

#include "source/netns_message.h"

#define NETNS_REPLY_MAX 65536 /* bytes that are read at a time */

struct netns_request {
	int fd;
	uint32_t sequence; /* of the last request */
	void *reply;	   /* NETNS_REPLY_MAX bytes */
};

/* 0 or a negative errno. */
int netns_request_open(struct netns_request *request);
void netns_request_close(struct netns_request *request);

/*
 * Called with each message of an answer but its end. May not ask in turn.
 */
typedef void (*netns_request_fn)(
    void *arg, const struct netns_message_view *said);

/*
 * Sends a message that has everything but its sequence, and visits the answer.
 * 0; -EAGAIN: what was listed became different meanwhile, so that something may
 * be missing; or another negative errno.
 */
struct nlmsghdr;
int netns_request_ask(struct netns_request *request, struct nlmsghdr *message,
    netns_request_fn visit, void *arg);

/*
 * All links, the link of an index, all addresses of IP; nsid -1: of home. As
 * netns_request_ask(); -EINVAL: the nsid leads nowhere.
 */
int netns_request_links(
    struct netns_request *request, int nsid, netns_request_fn visit, void *arg);
int netns_request_link(struct netns_request *request, int nsid, phy_if_t index,
    netns_request_fn visit, void *arg);
int netns_request_addresses(
    struct netns_request *request, int nsid, netns_request_fn visit, void *arg);

#endif
