/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.c: the first bytes of IPv4 (RFC 791), IPv6 (RFC 8200) and ARP (RFC
 * 826). They come from strangers, so every field is looked at only after what
 * says that it is there. Owns nothing.
 */
#include "core/packet/header.h"

#include <string.h>

#include <netinst/neti.h>

enum {
	INET_LENGTH = 20,
	INET_DESTINATION = 16,
	INET6_LENGTH = 40,
	INET6_DESTINATION = 24,
	ARP_LENGTH = 8, /* before the addresses */
	ARP_HARDWARE_LENGTH = 4,
	ARP_PROTOCOL_LENGTH = 5
};

void
header_of_bytes(struct header *header, const uint8_t *bytes, size_t length)
{
	header->length = length < HEADER_MAX ? length : HEADER_MAX;
	if (header->length > 0)
		(void)memcpy(header->bytes, bytes, header->length);
}

void
header_read(struct header *header, const mblk_t *packet)
{
	size_t room, part;

	header->length = 0;
	for (; packet != NULL; packet = packet->b_cont) {
		room = HEADER_MAX - header->length;
		part = MBLKL(packet) < room ? MBLKL(packet) : room;
		(void)memcpy(
		    header->bytes + header->length, packet->b_rptr, part);
		header->length += part;
	}
}

static unsigned
header_version(const struct header *header)
{
	return header->length > 0 ? header->bytes[0] >> 4 : 0;
}

/* ARP begins with the kind of hardware, all of which are below 0x1000. */
const char *
header_protocol(const struct header *header)
{
	if (header->length == 0)
		return NULL;
	switch (header_version(header)) {
	case 0:
		return NHF_ARP;
	case 4:
		return NHF_INET;
	case 6:
		return NHF_INET6;
	default:
		return NULL;
	}
}

static size_t
inet_header_length(const struct header *header)
{
	return (size_t)(header->bytes[0] & 0x0f) * 4;
}

static bool
inet_is_whole(const struct header *header)
{
	return header->length >= INET_LENGTH &&
	       inet_header_length(header) >= INET_LENGTH &&
	       header->length >= inet_header_length(header);
}

/* Two pairs of addresses, which for any known hardware fit in HEADER_MAX. */
static bool
arp_is_whole(const struct header *header)
{
	size_t pair;

	if (header->length < ARP_LENGTH)
		return false;
	pair = (size_t)header->bytes[ARP_HARDWARE_LENGTH] +
	       header->bytes[ARP_PROTOCOL_LENGTH];
	return header->length >= ARP_LENGTH + 2 * pair;
}

bool
header_is_whole(const struct header *header, const char *protocol)
{
	const char *own = header_protocol(header);

	if (own == NULL || strcmp(own, protocol) != 0)
		return false;
	switch (header_version(header)) {
	case 4:
		return inet_is_whole(header);
	case 6:
		return header->length >= INET6_LENGTH;
	default:
		return arp_is_whole(header);
	}
}

struct ip_address
header_destination(const struct header *header)
{
	struct ip_address address = {.family = AF_UNSPEC};

	if (header_version(header) == 4) {
		address.family = AF_INET;
		(void)memcpy(
		    address.bytes, header->bytes + INET_DESTINATION, 4);
	} else if (header_version(header) == 6) {
		address.family = AF_INET6;
		(void)memcpy(
		    address.bytes, header->bytes + INET6_DESTINATION, 16);
	}
	return address;
}

int
header_flags(const struct header *header)
{
	static const uint8_t everybody[] = {0xff, 0xff, 0xff, 0xff};
	struct ip_address to = header_destination(header);

	if (to.family == AF_INET6)
		return to.bytes[0] == 0xff ? HPE_MULTICAST : 0;
	if (to.family != AF_INET)
		return 0;
	if (memcmp(to.bytes, everybody, sizeof(everybody)) == 0)
		return HPE_BROADCAST;
	return to.bytes[0] >> 4 == 0xe ? HPE_MULTICAST : 0;
}

/* The sum of a header with its checksum in it is all ones (RFC 1071). */
bool
header_checksum_is_valid(const struct header *header)
{
	size_t i, length = inet_header_length(header);
	uint32_t sum = 0;

	for (i = 0; i < length; i += 2)
		sum += (uint32_t)header->bytes[i] << 8 | header->bytes[i + 1];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}
