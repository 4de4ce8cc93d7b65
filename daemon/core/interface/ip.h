/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip.h: addresses and prefixes of both versions of IP, as values. Any thread.
 */
#ifndef NETINST_CORE_IP_H
#define NETINST_CORE_IP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define IP_BITS_MAX 128

/* One address; family AF_UNSPEC is none, and what {0} makes. */
struct ip_address {
	sa_family_t family; /* AF_INET, AF_INET6 */
	uint8_t bytes[16];  /* network order; AF_INET has the first 4 */
};

/* length bits of the address count, from the left. */
struct ip_prefix {
	struct ip_address address;
	uint8_t length;
};

/* Bits of an address of that family: 32 or 128. */
unsigned ip_bits(sa_family_t family);

static inline bool
ip_is_given(const struct ip_address *address)
{
	return address->family != AF_UNSPEC;
}

bool ip_equal(const struct ip_address *a, const struct ip_address *b);
bool ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b);

/* Whether the address lies in the prefix. */
bool ip_prefix_covers(
    const struct ip_prefix *prefix, const struct ip_address *address);

/* A mask with length bits set. */
struct ip_address ip_mask(sa_family_t family, unsigned length);

/* The first and the last address of a prefix. */
struct ip_address ip_first(const struct ip_prefix *prefix);
struct ip_address ip_last(const struct ip_prefix *prefix);

/*
 * Fills the address of a sockaddr_in or sockaddr_in6, and nothing else in it.
 * Returns the size of that structure.
 */
size_t ip_put(const struct ip_address *address, void *socket_address);

/* Reads one, of the family that it says it has; false: of neither. */
bool ip_get(struct ip_address *address, const struct sockaddr *socket_address);

#endif
