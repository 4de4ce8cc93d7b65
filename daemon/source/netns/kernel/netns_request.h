/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_request.h: asking rtnetlink about any namespace that has an nsid in the
 * one that the socket is in, without entering it and so without keeping it
 * alive. The kernel answers in the call itself; nothing is waited for but its
 * own locks. netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_REQUEST_H
#define NETINST_SOURCE_NETNS_REQUEST_H

#include "source/netns/kernel/netns_message.h"

/*
 * Bytes that are read at a time: above what the kernel makes, whose messages of
 * links are the longest, with 64 KiB of alternative names.
 */
#define NETNS_REPLY_MAX (256 * 1024)

struct netns_request {
	int fd;
	uint32_t sequence; /* of the last request */
	void *reply;	   /* NETNS_REPLY_MAX bytes */
};

/* In the namespace of the calling thread. 0 or a negative errno. */
int netns_request_open(struct netns_request *request);
void netns_request_close(struct netns_request *request);

/* Called with each message of an answer but its end. May not ask in turn. */
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
 * The kernel makes room in a list for the largest link of the namespace that
 * asks, and ends it, without a word, before a larger one. So that of the socket
 * gets one that none is larger than. 0 or a negative errno.
 */
int netns_request_make_room(struct netns_request *request);

/*
 * The link of an index, 0: all links; all addresses of IP; nsid -1: of where
 * the socket is. As netns_request_ask(); -EINVAL: the nsid leads nowhere.
 */
int netns_request_links(struct netns_request *request, int nsid, phy_if_t index,
    netns_request_fn visit, void *arg);
int netns_request_addresses(
    struct netns_request *request, int nsid, netns_request_fn visit, void *arg);

#endif
