/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_request.c: a request and its answer, on a socket of its own, so that no
 * event comes in between. The socket does not block: the kernel has put the
 * answer there before sending returns, and each further part of a list while
 * the one before it is read. netns thread.
 */
#include "source/netns/kernel/netns_request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/memory.h"

/* No request of ours is longer. */
#define REQUEST_MAX 128 /* bytes */

int
netns_request_open(struct netns_request *request)
{
	const int on = 1;
	int error;

	request->fd = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (request->fd < 0)
		return -errno;
	/* The kernel reads which namespace is meant in strict messages only. */
	if (setsockopt(request->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		sizeof(on)) != 0) {
		error = -errno;
		(void)close(request->fd);
		return error;
	}
	request->sequence = 0;
	request->reply = memory_alloc(NETNS_REPLY_MAX);
	return 0;
}

void
netns_request_close(struct netns_request *request)
{
	(void)close(request->fd);
	free(request->reply);
}

/* What is known of an answer so far. */
struct answer {
	bool over, interrupted;
	int error;
};

/* The messages of one datagram. */
static void
read_reply(struct netns_request *request, size_t bytes, struct answer *answer,
    netns_request_fn visit, void *arg)
{
	const char *at = request->reply;
	struct netns_message_view said;
	size_t size;

	while (!answer->over && bytes > 0 &&
	       (size = netns_message_read(at, bytes, &said)) > 0) {
		at += size;
		bytes -= size;
		if (said.sequence != request->sequence)
			continue; /* the rest of an answer that was given up */
		answer->interrupted = answer->interrupted || said.interrupted;
		answer->over = said.kind == NETNS_MESSAGE_END;
		if (answer->over)
			answer->error = said.error;
		else if (visit != NULL)
			visit(arg, &said);
	}
}

static int
receive(struct netns_request *request, netns_request_fn visit, void *arg)
{
	struct answer answer = {.over = false};
	ssize_t bytes;

	while (!answer.over) {
		/* Of one that is too long, what is whole is read. */
		bytes = recv(request->fd, request->reply, NETNS_REPLY_MAX, 0);
		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0)
			return errno == EAGAIN ? -EIO : -errno;
		read_reply(request, (size_t)bytes, &answer, visit, arg);
	}
	if (answer.error != 0)
		return answer.error;
	return answer.interrupted ? -EAGAIN : 0;
}

int
netns_request_ask(struct netns_request *request, struct nlmsghdr *message,
    netns_request_fn visit, void *arg)
{
	message->nlmsg_seq = ++request->sequence;
	message->nlmsg_flags |= NLM_F_REQUEST;
	if ((message->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		message->nlmsg_flags |= NLM_F_ACK;
	if (send(request->fd, message, message->nlmsg_len, 0) < 0)
		return -errno;
	return receive(request, visit, arg);
}

/* --- room ----------------------------------------------------------------- */

/* The kernel reserves 132 bytes for each name, and takes no more than these. */
#define ROOM_NAMES     496
#define ROOM_NAME_SIZE 16
/* Of the request, with 20 bytes for each name. */
#define ROOM_MAX (128 + ROOM_NAMES * 20)

int
netns_request_make_room(struct netns_request *request)
{
	struct nlmsghdr *message = memory_zalloc(ROOM_MAX);
	struct ifinfomsg *fixed;
	struct nlattr *names;
	char name[ROOM_NAME_SIZE];
	int error;

	(void)mnl_nlmsg_put_header(message);
	fixed = mnl_nlmsg_put_extra_header(message, sizeof(*fixed));
	message->nlmsg_type = RTM_NEWLINKPROP;
	message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
	fixed->ifi_index = 1; /* loopback, everywhere */
	names = mnl_attr_nest_start(message, IFLA_PROP_LIST);
	for (unsigned i = 0; i < ROOM_NAMES; i++) {
		(void)snprintf(name, sizeof(name), "room%u", i);
		mnl_attr_put_strz(message, IFLA_ALT_IFNAME, name);
	}
	mnl_attr_nest_end(message, names);
	error = netns_request_ask(request, message, NULL, NULL);
	free(message);
	return error;
}

/* --- links and addresses -------------------------------------------------- */

/* Without the counters, which would make up most of an answer. */
int
netns_request_links(struct netns_request *request, int nsid, phy_if_t index,
    netns_request_fn visit, void *arg)
{
	char space[REQUEST_MAX] __attribute__((aligned(NLMSG_ALIGNTO))) = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(space);
	struct ifinfomsg *fixed =
	    mnl_nlmsg_put_extra_header(message, sizeof(*fixed));

	message->nlmsg_type = RTM_GETLINK;
	if (index == 0)
		message->nlmsg_flags = NLM_F_DUMP;
	fixed->ifi_index = (int)index;
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (nsid >= 0)
		mnl_attr_put_u32(message, IFLA_TARGET_NETNSID, (uint32_t)nsid);
	return netns_request_ask(request, message, visit, arg);
}

static int
ask_addresses(struct netns_request *request, int nsid, sa_family_t family,
    netns_request_fn visit, void *arg)
{
	char space[REQUEST_MAX] __attribute__((aligned(NLMSG_ALIGNTO))) = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(space);
	struct ifaddrmsg *fixed =
	    mnl_nlmsg_put_extra_header(message, sizeof(*fixed));

	message->nlmsg_type = RTM_GETADDR;
	message->nlmsg_flags = NLM_F_DUMP;
	fixed->ifa_family = (unsigned char)family;
	if (nsid >= 0)
		mnl_attr_put_u32(message, IFA_TARGET_NETNSID, (uint32_t)nsid);
	return netns_request_ask(request, message, visit, arg);
}

/*
 * One family after the other: asked for all of them, the kernel asks others,
 * too, and those that do not know the attribute answer for home.
 */
int
netns_request_addresses(
    struct netns_request *request, int nsid, netns_request_fn visit, void *arg)
{
	int error = ask_addresses(request, nsid, AF_INET, visit, arg);

	if (error != 0)
		return error;
	error = ask_addresses(request, nsid, AF_INET6, visit, arg);
	/* A kernel without IPv6. */
	return error == -EOPNOTSUPP ? 0 : error;
}
