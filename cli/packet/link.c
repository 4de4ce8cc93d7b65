/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.c: the headers of a few link layers. Frames come from a file that may
 * hold anything, so nothing is read beyond their end.
 */
#include "packet/link.h"

#include <stdbool.h>

#include "memory.h"

enum { TYPE_INET = 0x0800, TYPE_ARP = 0x0806, TYPE_INET6 = 0x86dd };

/* The types of tags that a frame may carry before its own type. */
static const uint16_t tags[] = {0x8100, 0x88a8, 0x9100};

/* Address families of the systems that write such captures. */
static const struct {
	uint32_t family;
	uint16_t type;
} families[] = {
    {2, TYPE_INET},   /* all */
    {10, TYPE_INET6}, /* Linux */
    {24, TYPE_INET6}, /* NetBSD, OpenBSD */
    {28, TYPE_INET6}, /* FreeBSD */
    {30, TYPE_INET6}, /* macOS */
};

static uint16_t
read_16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool
is_tag(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LENGTH(tags); i++)
		if (tags[i] == type)
			return true;
	return false;
}

/*
 * Passes the tags of VLANs that stand where header ends, when *type says so;
 * behind each is the type of what follows it. False when the frame breaks off.
 */
static bool
skip_tags(const uint8_t *frame, size_t length, size_t *header, uint16_t *type)
{
	while (is_tag(*type)) {
		*header += 4;
		if (length < *header)
			return false;
		*type = read_16(frame + *header - 2);
	}
	return true;
}

/* Families are small numbers: the byte that is not 0 tells the order. */
static uint16_t
null_type(const uint8_t *frame)
{
	uint32_t family = (uint32_t)read_16(frame) << 16 | read_16(frame + 2);

	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	for (size_t i = 0; i < ARRAY_LENGTH(families); i++) {
		if (families[i].family == family)
			return families[i].type;
	}
	return 0;
}

/* By the version in the packet. */
static uint16_t
raw_type(const uint8_t *frame)
{
	return frame[0] >> 4 == 4   ? TYPE_INET
	       : frame[0] >> 4 == 6 ? TYPE_INET6
				    : 0;
}

/* Bytes of a header, and where the type of what follows stands in it. */
static const struct {
	size_t length, type;
} headers[] = {
    [LINK_ETHERNET] = {14, 12},
    [LINK_RAW] = {0, 0},
    [LINK_NULL] = {4, 0},
    [LINK_COOKED] = {16, 14},
    [LINK_COOKED2] = {20, 0},
};

/*
 * Finds the type of what follows the header, and where that begins; false when
 * the frame is too short.
 */
static bool
link_content_type(enum link_type link, const uint8_t *frame, size_t length,
    size_t *header, uint16_t *type)
{
	*header = headers[link].length;
	if (length == 0 || length < *header)
		return false;
	if (link == LINK_RAW)
		*type = raw_type(frame);
	else if (link == LINK_NULL)
		*type = null_type(frame);
	else
		*type = read_16(frame + headers[link].type);
	return skip_tags(frame, length, header, type);
}

/* The packet's length by its own header; 0: all of the bytes. */
static size_t
packet_length(uint16_t type, const uint8_t *packet, size_t length)
{
	if (type == TYPE_INET && length >= 20)
		return read_16(packet + 2);
	if (type == TYPE_INET6 && length >= 40 && read_16(packet + 4) != 0)
		return 40 + (size_t)read_16(packet + 4);
	if (type == TYPE_ARP && length >= 8)
		return 8 + 2 * ((size_t)packet[4] + packet[5]);
	return 0;
}

static unsigned
type_version(uint16_t type)
{
	return type == TYPE_INET ? 4 : type == TYPE_INET6 ? 6 : 0;
}

enum link_content
link_cut(enum link_type type, const uint8_t *frame, size_t length,
    struct link_cut *cut)
{
	uint16_t content;
	size_t own;

	if (!link_content_type(type, frame, length, &cut->header, &content))
		return LINK_MALFORMED;
	if (content != TYPE_INET && content != TYPE_INET6 &&
	    content != TYPE_ARP)
		return LINK_OTHER;
	cut->length = length - cut->header;
	if (cut->length == 0 ||
	    frame[cut->header] >> 4 != type_version(content))
		return LINK_MALFORMED;
	own = packet_length(content, frame + cut->header, cut->length);
	if (own != 0 && own < cut->length)
		cut->length = own;
	return LINK_PACKET;
}
