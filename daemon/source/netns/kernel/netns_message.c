/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_message.c: every attribute is looked at by libmnl within the bytes of
 * its message, and its size is checked before its value is used. libmnl's own
 * walk over messages is not used: it takes a length above 2 GiB for a small
 * one, and rounds a message's end up to bytes that may not be there. Any
 * thread.
 */
#include "source/netns/kernel/netns_message.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "base/check.h"

/* attributes -------------------------------------------------------------- */

/* The highest number of those that are looked for inside others. */
#define NESTED_MAX AF_INET6
_Static_assert(IFLA_INET6_CONF <= NESTED_MAX, "the table is too short");

/* The last attribute of each number up to limit. */
struct table {
	const struct nlattr **attributes;
	unsigned limit;
};

static int
table_put(const struct nlattr *attribute, void *arg)
{
	const struct table *table = arg;
	unsigned type = mnl_attr_get_type(attribute);

	if (type <= table->limit)
		table->attributes[type] = attribute;
	return MNL_CB_OK;
}

/* What follows a header of that size in the message; false: not even that. */
static bool
read_attributes(const struct nlmsghdr *header, size_t fixed,
    const struct nlattr **attributes, unsigned limit)
{
	struct table table = {attributes, limit};
	size_t size = mnl_nlmsg_get_payload_len(header);

	if (size < fixed)
		return false;
	/* The header may be followed by padding that a short one lacks. */
	fixed = MNL_ALIGN(fixed);
	if (size > fixed)
		(void)mnl_attr_parse_payload(
		    (const char *)mnl_nlmsg_get_payload(header) + fixed,
		    size - fixed, table_put, &table);
	return true;
}

static bool
has_size(const struct nlattr *attribute, size_t size)
{
	return attribute != NULL && mnl_attr_get_payload_len(attribute) == size;
}

/* The last attribute of that number inside another one, or NULL. */
static const struct nlattr *
nested(const struct nlattr *outer, unsigned type)
{
	const struct nlattr *attributes[NESTED_MAX + 1] = {NULL};
	struct table table = {attributes, NESTED_MAX};

	(void)mnl_attr_parse_nested(outer, table_put, &table);
	return attributes[type];
}

/* links ------------------------------------------------------------------- */

static bool
read_name(char name[static NIC_NAME_MAX + 1], const struct nlattr *attribute)
{
	size_t length;

	if (attribute == NULL ||
	    mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
		return false;
	length = strnlen(
	    mnl_attr_get_str(attribute), mnl_attr_get_payload_len(attribute));
	if (length == 0 || length > NIC_NAME_MAX)
		return false;
	memcpy(name, mnl_attr_get_payload(attribute), length);
	name[length] = '\0';
	return true;
}

/* Some links have none, others more than a packet of IP can fill. */
static unsigned
read_mtu(const struct nlattr *attribute)
{
	uint32_t mtu =
	    has_size(attribute, sizeof(mtu)) ? mnl_attr_get_u32(attribute) : 0;

	if (mtu < NIC_MTU_MIN)
		return NIC_MTU_MIN;
	return mtu < NIC_MTU_MAX ? mtu : NIC_MTU_MAX;
}

/* Without IPv6 in the kernel, or on that link, there is no such part. */
static bool
read_ipv6(const struct nlattr *families)
{
	const size_t offset = DEVCONF_DISABLE_IPV6 * sizeof(int32_t);
	const struct nlattr *settings;
	int32_t disabled;

	if (families == NULL)
		return false;
	settings = nested(families, AF_INET6);
	if (settings != NULL)
		settings = nested(settings, IFLA_INET6_CONF);
	if (settings == NULL ||
	    mnl_attr_get_payload_len(settings) < offset + sizeof(disabled))
		return false;
	memcpy(&disabled, (const char *)mnl_attr_get_payload(settings) + offset,
	    sizeof(disabled));
	return disabled == 0;
}

static enum netns_message_kind
read_link(const struct nlmsghdr *header, struct netns_message_view *message)
{
	const struct nlattr *attributes[IFLA_AF_SPEC + 1] = {NULL};
	const struct ifinfomsg *fixed = mnl_nlmsg_get_payload(header);
	struct netns_message_link *link = &message->link;

	if (!read_attributes(header, sizeof(*fixed), attributes, IFLA_AF_SPEC))
		return NETNS_MESSAGE_MALFORMED;
	/* The others tell of ports of bridges, which are links without them. */
	if (fixed->ifi_family != AF_UNSPEC)
		return NETNS_MESSAGE_OTHER;
	if (fixed->ifi_index <= 0)
		return NETNS_MESSAGE_MALFORMED;
	message->index = (phy_if_t)fixed->ifi_index;
	if (header->nlmsg_type == RTM_DELLINK)
		return NETNS_MESSAGE_LINK_GONE;
	if (!read_name(link->name, attributes[IFLA_IFNAME]))
		return NETNS_MESSAGE_MALFORMED;
	link->mtu = read_mtu(attributes[IFLA_MTU]);
	link->flags = fixed->ifi_flags & NETNS_LINK_FLAGS;
	link->ipv6 = read_ipv6(attributes[IFLA_AF_SPEC]);
	return NETNS_MESSAGE_LINK;
}

/* addresses --------------------------------------------------------------- */

/* AF_UNSPEC when it is not given, or has another size. */
static struct ip_address
read_ip(sa_family_t family, const struct nlattr *attribute)
{
	struct ip_address address = {.family = AF_UNSPEC};
	size_t size = ip_bits(family) / 8;

	if (!has_size(attribute, size))
		return address;
	address.family = family;
	memcpy(address.bytes, mnl_attr_get_payload(attribute), size);
	return address;
}

/* Not before it is known that nobody else on the link has it. */
static bool
is_usable(uint32_t flags)
{
	if ((flags & IFA_F_DADFAILED) != 0)
		return false;
	return (flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) !=
	       IFA_F_TENTATIVE;
}

static enum netns_message_kind
read_address(const struct nlmsghdr *header, struct netns_message_view *message)
{
	const struct nlattr *attributes[IFA_FLAGS + 1] = {NULL};
	const struct ifaddrmsg *fixed = mnl_nlmsg_get_payload(header);
	struct interface_address *address = &message->address;
	struct ip_address own, other;
	sa_family_t family;

	if (!read_attributes(header, sizeof(*fixed), attributes, IFA_FLAGS))
		return NETNS_MESSAGE_MALFORMED;
	family = fixed->ifa_family;
	if (family != AF_INET && family != AF_INET6)
		return NETNS_MESSAGE_OTHER;
	other = read_ip(family, attributes[IFA_ADDRESS]);
	own = read_ip(family, attributes[IFA_LOCAL]);
	if (!ip_is_given(&own))
		own = other;
	if (!ip_is_given(&own) || fixed->ifa_prefixlen > ip_bits(family) ||
	    fixed->ifa_index == 0 || fixed->ifa_index > NIC_INDEX_MAX)
		return NETNS_MESSAGE_MALFORMED;
	message->index = fixed->ifa_index;
	*address = (struct interface_address){
	    .own = {own, fixed->ifa_prefixlen},
	    .broadcast = read_ip(family, attributes[IFA_BROADCAST]),
	    .up = is_usable(has_size(attributes[IFA_FLAGS], 4)
				? mnl_attr_get_u32(attributes[IFA_FLAGS])
				: fixed->ifa_flags),
	};
	if (!ip_equal(&own, &other))
		address->peer = other;
	return header->nlmsg_type == RTM_DELADDR ? NETNS_MESSAGE_ADDRESS_GONE
						 : NETNS_MESSAGE_ADDRESS;
}

/* the rest ---------------------------------------------------------------- */

static enum netns_message_kind
read_nsid(const struct nlmsghdr *header, struct netns_message_view *message)
{
	const struct nlattr *attributes[NETNSA_CURRENT_NSID + 1] = {NULL};

	if (!read_attributes(header, sizeof(struct rtgenmsg), attributes,
		NETNSA_CURRENT_NSID) ||
	    !has_size(attributes[NETNSA_NSID], sizeof(int32_t)))
		return NETNS_MESSAGE_MALFORMED;
	message->nsid = (int32_t)mnl_attr_get_u32(attributes[NETNSA_NSID]);
	message->current_nsid = -1;
	if (has_size(attributes[NETNSA_CURRENT_NSID], sizeof(int32_t)))
		message->current_nsid =
		    (int32_t)mnl_attr_get_u32(attributes[NETNSA_CURRENT_NSID]);
	if (message->nsid < -1 || message->current_nsid < -1)
		return NETNS_MESSAGE_MALFORMED;
	return header->nlmsg_type == RTM_DELNSID ? NETNS_MESSAGE_NSID_GONE
						 : NETNS_MESSAGE_NSID;
}

/* Of a list, and of anything else: both begin with the error. */
static enum netns_message_kind
read_end(const struct nlmsghdr *header, struct netns_message_view *message)
{
	int32_t error = 0;

	if (mnl_nlmsg_get_payload_len(header) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(header), sizeof(error));
	else if (header->nlmsg_type == NLMSG_ERROR)
		return NETNS_MESSAGE_MALFORMED;
	message->error = error < 0 ? error : 0;
	return NETNS_MESSAGE_END;
}

static const struct {
	uint16_t type;
	enum netns_message_kind (*read)(
	    const struct nlmsghdr *header, struct netns_message_view *message);
} readers[] = {
    {RTM_NEWLINK, read_link},
    {RTM_DELLINK, read_link},
    {RTM_NEWADDR, read_address},
    {RTM_DELADDR, read_address},
    {RTM_NEWNSID, read_nsid},
    {RTM_DELNSID, read_nsid},
    {NLMSG_DONE, read_end},
    {NLMSG_ERROR, read_end},
};

size_t
netns_message_read(
    const void *data, size_t bytes, struct netns_message_view *message)
{
	const struct nlmsghdr *header = data;
	size_t size;

	*message = (struct netns_message_view){.kind = NETNS_MESSAGE_OTHER};
	if (bytes < sizeof(*header) || header->nlmsg_len < sizeof(*header) ||
	    header->nlmsg_len > bytes)
		return 0;
	message->sequence = header->nlmsg_seq;
	message->interrupted = (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	for (size_t i = 0; i < ARRAY_LENGTH(readers); i++)
		if (readers[i].type == header->nlmsg_type)
			message->kind = readers[i].read(header, message);
	size = MNL_ALIGN(header->nlmsg_len);
	return size < bytes ? size : bytes;
}
