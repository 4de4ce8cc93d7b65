/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.c: asks for all links of a namespace and reads the answer, message by
 * message, attribute by attribute. Lengths are checked against what there is
 * before anything is read; values are copied out, as nothing says that they are
 * aligned. Statistics may be shorter or longer than those known here.
 */
#include "message.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define MESSAGE_NAME(symbol, name, member) [MESSAGE_##symbol] = (name),
const char *const message_counter_names[MESSAGE_COUNTED] = {
    MESSAGE_COUNTERS(MESSAGE_NAME)};
#undef MESSAGE_NAME

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr attribute;
	uint32_t mask;
};

size_t
message_request(void *buffer, size_t size, uint32_t sequence)
{
	struct request request = {
	    .header.nlmsg_len = sizeof(request),
	    .header.nlmsg_type = RTM_GETLINK,
	    .header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	    .header.nlmsg_seq = sequence,
	    .link.ifi_family = AF_UNSPEC,
	    .attribute.rta_len = RTA_LENGTH(sizeof(uint32_t)),
	    .attribute.rta_type = IFLA_EXT_MASK,
	    /* Leaves out the statistics of each link's IPv6. */
	    .mask = RTEXT_FILTER_SKIP_STATS,
	};

	if (size < sizeof(request))
		return 0;
	memcpy(buffer, &request, sizeof(request));
	return sizeof(request);
}

static void
read_counters(struct message_link *link, const void *bytes, size_t length)
{
	struct rtnl_link_stats64 stats = {0};

	memcpy(&stats, bytes, length < sizeof(stats) ? length : sizeof(stats));
#define MESSAGE_COPY(symbol, name, member)                                     \
	link->counters[MESSAGE_##symbol] = stats.member;
	MESSAGE_COUNTERS(MESSAGE_COPY)
#undef MESSAGE_COPY
}

static void
read_attribute(
    struct message_link *link, unsigned type, const void *bytes, size_t length)
{
	if (type == IFLA_IFNAME)
		memcpy(link->name, bytes,
		    length < IFNAMSIZ ? length : IFNAMSIZ - 1);
	else if (type == IFLA_ADDRESS)
		memcpy(link->address, bytes,
		    length < MESSAGE_ADDRESS ? length : MESSAGE_ADDRESS);
	else if (type == IFLA_STATS64)
		read_counters(link, bytes, length);
	else if (type == IFLA_LINKINFO)
		link->hardware = false;
}

/* False: an attribute that says it is longer than what there is. */
static bool
read_link(struct message_link *link, const unsigned char *bytes, size_t length)
{
	struct ifinfomsg info;
	struct rtattr attribute;
	size_t at = NLMSG_ALIGN(sizeof(info));

	if (length < sizeof(info))
		return false;
	memset(link, 0, sizeof(*link));
	memcpy(&info, bytes, sizeof(info));
	link->index = info.ifi_index;
	link->loopback = (info.ifi_flags & IFF_LOOPBACK) != 0;
	link->hardware = !link->loopback;
	link->up = (info.ifi_flags & IFF_UP) != 0;
	while (at + sizeof(attribute) <= length) {
		memcpy(&attribute, bytes + at, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) ||
		    attribute.rta_len > length - at)
			return false;
		read_attribute(link, attribute.rta_type & NLA_TYPE_MASK,
		    bytes + at + RTA_LENGTH(0),
		    attribute.rta_len - RTA_LENGTH(0));
		at += RTA_ALIGN(attribute.rta_len);
	}
	return link->index > 0 && link->name[0] != '\0';
}

static int
read_error(const unsigned char *bytes, size_t length)
{
	struct nlmsgerr error;

	if (length < sizeof(error))
		return -EPROTO;
	memcpy(&error, bytes, sizeof(error));
	return error.error < 0 ? error.error : -EPROTO;
}

/* One message, without its header. */
static int
read_one(const struct nlmsghdr *header, const unsigned char *bytes,
    size_t length, message_link_fn fn, void *arg)
{
	struct message_link link;
	int32_t error = 0;

	if (header->nlmsg_type == NLMSG_ERROR)
		return read_error(bytes, length);
	if (header->nlmsg_type == NLMSG_DONE) {
		if (length >= sizeof(error))
			memcpy(&error, bytes, sizeof(error));
		return error < 0 ? error : MESSAGE_DONE;
	}
	if (header->nlmsg_type != RTM_NEWLINK)
		return MESSAGE_MORE;
	if (!read_link(&link, bytes, length))
		return -EPROTO;
	fn(arg, &link);
	return MESSAGE_MORE;
}

int
message_read(const void *bytes, size_t length, uint32_t sequence, bool *changed,
    message_link_fn fn, void *arg)
{
	const unsigned char *from = bytes;
	struct nlmsghdr header;
	int end = MESSAGE_MORE;

	while (length >= sizeof(header) && end == MESSAGE_MORE) {
		memcpy(&header, from, sizeof(header));
		if (header.nlmsg_len < sizeof(header) ||
		    header.nlmsg_len > length)
			return -EPROTO;
		if (header.nlmsg_flags & NLM_F_DUMP_INTR)
			*changed = true;
		if (header.nlmsg_seq == sequence)
			end = read_one(&header, from + NLMSG_HDRLEN,
			    header.nlmsg_len - NLMSG_HDRLEN, fn, arg);
		if (NLMSG_ALIGN(header.nlmsg_len) >= length)
			break;
		from += NLMSG_ALIGN(header.nlmsg_len);
		length -= NLMSG_ALIGN(header.nlmsg_len);
	}
	return end == MESSAGE_DONE && *changed ? MESSAGE_CHANGED : end;
}
