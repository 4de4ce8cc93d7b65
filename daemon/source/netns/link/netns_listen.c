/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_listen.c: owns the socket that hears of all namespaces with an nsid
 * here. The kernel does not say again that it loses events while those before
 * are not all read; so what was lost is looked for only once the socket is
 * empty. netns thread.
 */
#include "source/netns/link/netns_link_impl.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/check.h"
#include "base/log.h"
#include "source/netns/netns_ref.h"

/* Datagrams that are read in one turn of the event loop. */
#define READS_MAX 256

/* events ------------------------------------------------------------------ */

/*
 * What an event says of IPv6 may be of the past, and not every change has an
 * event: an address of IPv6 comes and goes with it while the loopback interface
 * is up, else nothing says it.
 */
static bool
is_about_ipv6(const struct attachment *attachment,
    const struct netns_message_view *message)
{
	if (!attachment->loopback_up)
		return true;
	if (message->kind == NETNS_MESSAGE_ADDRESS ||
	    message->kind == NETNS_MESSAGE_ADDRESS_GONE)
		return message->address.own.address.family == AF_INET6;
	return message->index == NETNS_LOOPBACK_INDEX;
}

static void
miss_links(const struct attachment *attachment)
{
	netns_ref_miss_links(netns_ref_of(attachment->instance));
}

static void
take_event(
    struct netns_link *link, int nsid, const struct netns_message_view *message)
{
	struct attachment *attachment = netns_link_attachment(link, nsid);

	if (attachment == NULL)
		return;
	/* A list will say the rest, but not what comes and goes before it. */
	if (attachment->list_due &&
	    netns_mirror_is_behind(attachment->mirror)) {
		miss_links(attachment);
		return;
	}
	netns_mirror_take(attachment->mirror, message);
	netns_mirror_settle(attachment->mirror);
	if (netns_mirror_is_behind(attachment->mirror))
		netns_dump_later(link, attachment, true);
	else if (is_about_ipv6(attachment, message))
		netns_dump_later(link, attachment, false);
}

static void
say_malformed(struct netns_link *link)
{
	if (!link->malformed)
		log_warning("netns",
		    "the kernel sent a message that cannot be understood; it "
		    "and others like it are passed over");
	link->malformed = true;
}

/* Whose a message is that comes from where the sockets are, if not home. */
#define FROM_OWN (-2)

/* nsid: whose it is, -1: home. */
static void
take(
    struct netns_link *link, int nsid, const struct netns_message_view *message)
{
	const int here = link->own ? FROM_OWN : -1;

	switch (message->kind) {
	case NETNS_MESSAGE_LINK:
	case NETNS_MESSAGE_LINK_GONE:
	case NETNS_MESSAGE_ADDRESS:
	case NETNS_MESSAGE_ADDRESS_GONE:
		if (nsid != FROM_OWN)
			take_event(link, nsid, message);
		break;
	case NETNS_MESSAGE_NSID_GONE:
		/* Others have nsids of their own. */
		if (nsid == here)
			netns_link_report_gone(link, message->nsid);
		break;
	case NETNS_MESSAGE_NSID:
		if (nsid == here &&
		    netns_link_known(link, message->nsid) == NULL)
			netns_link_rescan_home(link);
		if (nsid == -1)
			netns_link_rescan_numbers(link);
		break;
	case NETNS_MESSAGE_MALFORMED:
		say_malformed(link);
		break;
	case NETNS_MESSAGE_OTHER:
	case NETNS_MESSAGE_END:
		break;
	}
}

/* Whose a datagram is. */
static int
nsid_of(const struct netns_link *link, struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	int nsid = link->own ? FROM_OWN : -1;

	for (; control != NULL; control = CMSG_NXTHDR(header, control))
		if (control->cmsg_level == SOL_NETLINK &&
		    control->cmsg_type == NETLINK_LISTEN_ALL_NSID &&
		    control->cmsg_len >= CMSG_LEN(sizeof(nsid)))
			memcpy(&nsid, CMSG_DATA(control), sizeof(nsid));
	return nsid >= 0 && nsid == link->home_nsid ? -1 : nsid;
}

static void
take_datagram(struct netns_link *link, struct msghdr *header, size_t bytes)
{
	int nsid = nsid_of(link, header);
	const char *at = link->datagram;
	struct netns_message_view message;
	size_t size;

	while (
	    bytes > 0 && (size = netns_message_read(at, bytes, &message)) > 0) {
		at += size;
		bytes -= size;
		take(link, nsid, &message);
	}
	if (bytes == 0)
		return;
	/* Longer than there is room for: it costs what it is about. */
	say_malformed(link);
	if (nsid != FROM_OWN && netns_link_attachment(link, nsid) != NULL)
		miss_links(netns_link_attachment(link, nsid));
}

/* Everything has to be looked at again. */
static void
lose_events(struct netns_link *link)
{
	struct attachment *attachment, *next;

	HASH_ITER (by_instance, link->attachments, attachment, next) {
		miss_links(attachment);
	}
	link->lost = true;
	link->resyncs = true;
	netns_dump_all_later(link);
}

/* Reads a datagram; false: there is none. */
static bool
read_one(struct netns_link *link)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct sockaddr_nl from = {.nl_pid = 1};
	struct iovec part = {link->datagram, NETNS_REPLY_MAX};
	struct msghdr header = {
	    .msg_name = &from,
	    .msg_namelen = sizeof(from),
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t bytes = recvmsg(link->fd, &header, 0);

	if (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (bytes < 0 && errno == EINTR)
		return true;
	if (bytes < 0 || (header.msg_flags & MSG_CTRUNC) != 0)
		lose_events(link);
	else if (from.nl_pid == 0)
		take_datagram(link, &header, (size_t)bytes);
	return true;
}

bool
netns_listen_read(struct netns_link *link)
{
	unsigned i = 0;

	while (i < READS_MAX && read_one(link))
		i++;
	if (i == READS_MAX)
		return false;
	if (link->lost) {
		link->lost = false;
		netns_link_find_ends(link);
	}
	return true;
}

/* start ------------------------------------------------------------------- */

static bool
set_option(int fd, int option, int value)
{
	return setsockopt(fd, SOL_NETLINK, option, &value, sizeof(value)) == 0;
}

void
netns_link_set_buffer(struct netns_link *link, unsigned bytes)
{
	const int size = (int)bytes;

	if (setsockopt(
		link->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(
		    link->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int
netns_listen_open(struct netns_link *link, bool all)
{
	static const int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
	    RTNLGRP_IPV6_IFADDR, RTNLGRP_NSID};
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK};

	link->fd = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (link->fd < 0)
		return -errno;
	netns_link_set_buffer(link, NETNS_LINK_BUFFER);
	link->listens = all && set_option(link->fd, NETLINK_LISTEN_ALL_NSID, 1);
	if (bind(link->fd, (const struct sockaddr *)&any, sizeof(any)) != 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_LENGTH(groups); i++)
		if (!set_option(link->fd, NETLINK_ADD_MEMBERSHIP, groups[i]))
			return -errno;
	return 0;
}
