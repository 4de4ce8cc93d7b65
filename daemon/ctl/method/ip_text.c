/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip_text.c: see ip_text.h; inet_pton(3) decides what an address is. Holds
 * nothing; any thread.
 */
#include "ctl/method/ip_text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

const char *
ip_text_read(const char *text, struct ip_address *address)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};

	for (size_t i = 0; i < 2; i++) {
		*address = (struct ip_address){.family = families[i]};
		if (inet_pton(families[i], text, address->bytes) == 1)
			return NULL;
	}
	return "is not an address of IPv4 or IPv6";
}

/* The length behind the slash; false: it is not a number, or too large. */
static bool
read_length(const char *text, sa_family_t family, uint8_t *length)
{
	unsigned value = 0;

	if (*text == '\0' || strlen(text) > 3 ||
	    (text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (unsigned)(*text - '0');
	if (*text != '\0' || value > ip_bits(family))
		return false;
	*length = (uint8_t)value;
	return true;
}

const char *
ip_text_read_prefix(const char *text, struct ip_prefix *prefix)
{
	size_t length = strcspn(text, "/");
	char address[INET6_ADDRSTRLEN];
	const char *fault;

	if (length >= sizeof(address))
		return "is not an address of IPv4 or IPv6";
	memcpy(address, text, length);
	address[length] = '\0';
	fault = ip_text_read(address, &prefix->address);
	if (fault != NULL)
		return fault;
	prefix->length = (uint8_t)ip_bits(prefix->address.family);
	if (text[length] == '/' && !read_length(text + length + 1,
				       prefix->address.family, &prefix->length))
		return prefix->address.family == AF_INET
			   ? "has no prefix length from 0 to 32"
			   : "has no prefix length from 0 to 128";
	return NULL;
}

const char *
ip_text_check_own(const struct ip_prefix *own)
{
	const uint8_t *bytes = own->address.bytes;
	bool is_v4 = own->address.family == AF_INET;
	const struct ip_address none = {.family = own->address.family};

	if (ip_equal(&own->address, &none))
		return "is the address of nobody";
	if (is_v4 ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == 0xff)
		return "is a multicast address";
	if (is_v4 && bytes[0] == 0xff && bytes[1] == 0xff && bytes[2] == 0xff &&
	    bytes[3] == 0xff)
		return "is the broadcast address";
	if (own->length == 0)
		return "has a prefix without a bit";
	return NULL;
}

const char *
ip_text_check_network(const struct ip_prefix *network)
{
	const struct ip_address first = ip_first(network);

	return ip_equal(&first, &network->address)
		   ? NULL
		   : "has bits behind its prefix";
}

const char *
ip_text_put(char text[static IP_TEXT_SIZE], const struct ip_address *address)
{
	return inet_ntop(address->family, address->bytes, text, IP_TEXT_SIZE);
}

const char *
ip_text_put_prefix(
    char text[static IP_TEXT_SIZE], const struct ip_prefix *prefix)
{
	size_t length;

	(void)ip_text_put(text, &prefix->address);
	length = strlen(text);
	(void)snprintf(text + length, IP_TEXT_SIZE - length, "/%u",
	    (unsigned)prefix->length);
	return text;
}

void
ip_text_emit(
    struct buffer *out, const char *key, const struct ip_address *address)
{
	char text[IP_TEXT_SIZE];

	if (ip_is_given(address))
		emit_text(out, key, ip_text_put(text, address));
}

void
ip_text_emit_prefix(
    struct buffer *out, const char *key, const struct ip_prefix *prefix)
{
	char text[IP_TEXT_SIZE];

	emit_text(out, key, ip_text_put_prefix(text, prefix));
}
