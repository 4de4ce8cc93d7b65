/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip.c: addresses are compared and cut byte by byte. Nothing is held here; any
 * thread.
 */
#include "core/interface/ip.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "base/check.h"

unsigned
ip_bits(sa_family_t family)
{
	ASSERT(family == AF_INET || family == AF_INET6);
	return family == AF_INET ? 32 : IP_BITS_MAX;
}

static size_t
ip_size(sa_family_t family)
{
	return ip_bits(family) / 8;
}

bool
ip_equal(const struct ip_address *a, const struct ip_address *b)
{
	if (a->family != b->family)
		return false;
	return !ip_is_given(a) ||
	       memcmp(a->bytes, b->bytes, ip_size(a->family)) == 0;
}

bool
ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->length == b->length && ip_equal(&a->address, &b->address);
}

/* The bits of byte number index that a prefix of that length has. */
static uint8_t
mask_byte(unsigned length, size_t index)
{
	unsigned before = (unsigned)index * 8;

	if (length >= before + 8)
		return 0xff;
	return length <= before ? 0
				: (uint8_t)(0xff << (8 - (length - before)));
}

bool
ip_prefix_covers(
    const struct ip_prefix *prefix, const struct ip_address *address)
{
	const uint8_t *a = prefix->address.bytes, *b = address->bytes;
	size_t whole = prefix->length / 8;

	if (prefix->address.family != address->family)
		return false;
	if (memcmp(a, b, whole) != 0)
		return false;
	return prefix->length % 8 == 0 ||
	       ((a[whole] ^ b[whole]) & mask_byte(prefix->length, whole)) == 0;
}

struct ip_address
ip_mask(sa_family_t family, unsigned length)
{
	struct ip_address mask = {.family = family};
	size_t i;

	for (i = 0; i < ip_size(family); i++)
		mask.bytes[i] = mask_byte(length, i);
	return mask;
}

struct ip_address
ip_first(const struct ip_prefix *prefix)
{
	struct ip_address first = prefix->address;
	size_t i;

	for (i = 0; i < ip_size(first.family); i++)
		first.bytes[i] &= mask_byte(prefix->length, i);
	return first;
}

struct ip_address
ip_last(const struct ip_prefix *prefix)
{
	struct ip_address last = prefix->address;
	size_t i;

	for (i = 0; i < ip_size(last.family); i++)
		last.bytes[i] |= (uint8_t)~mask_byte(prefix->length, i);
	return last;
}

/* Where the address is in a socket address of that family. */
static size_t
ip_offset(sa_family_t family)
{
	return family == AF_INET ? offsetof(struct sockaddr_in, sin_addr)
				 : offsetof(struct sockaddr_in6, sin6_addr);
}

size_t
ip_put(const struct ip_address *address, void *socket_address)
{
	memcpy((char *)socket_address + ip_offset(address->family),
	    address->bytes, ip_size(address->family));
	return address->family == AF_INET ? sizeof(struct sockaddr_in)
					  : sizeof(struct sockaddr_in6);
}

bool
ip_get(struct ip_address *address, const struct sockaddr *socket_address)
{
	sa_family_t family = socket_address->sa_family;

	if (family != AF_INET && family != AF_INET6)
		return false;
	*address = (struct ip_address){.family = family};
	memcpy(address->bytes, (const char *)socket_address + ip_offset(family),
	    ip_size(family));
	return true;
}
