/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checksum.c: the documented questions about checksums, as plugins ask them,
 * on any thread. No hardware fills in checksums here, so none is ever still to
 * be filled in; of those in a packet only that of the IPv4 header is looked
 * at, which IPv6 and ARP do not have. Owns nothing.
 */
#include <string.h>

#include <netinst/plugin.h>

#include "core/hook/grip.h"
#include "core/packet/header.h"

static int
provider_is_partial(const struct grip *grip, mblk_t *packet)
{
	if (grip->provider->netp_ispartialchecksum == NULL)
		return -1;
	return grip->provider->netp_ispartialchecksum(grip->protocol, packet);
}

static int
own_is_partial(const struct grip *grip)
{
	const char *name = protocol_name(grip->protocol);

	return strcmp(name, NHF_INET) == 0 || strcmp(name, NHF_INET6) == 0
		   ? NET_HCK_NONE
		   : -1;
}

NETINST_EXPORT int
net_ispartialchecksum(net_handle_t handle, mblk_t *packet)
{
	struct grip grip;
	int result;

	if (packet == NULL || !grip_take(&grip, handle))
		return -1;
	result = grip.provider != NULL ? provider_is_partial(&grip, packet)
				       : own_is_partial(&grip);
	grip_release(&grip);
	return result;
}

static int
provider_is_valid(const struct grip *grip, mblk_t *packet)
{
	if (grip->provider->netp_isvalidchecksum == NULL)
		return -1;
	return grip->provider->netp_isvalidchecksum(grip->protocol, packet);
}

static int
own_is_valid(const struct grip *grip, const mblk_t *packet)
{
	struct header header;

	if (strcmp(protocol_name(grip->protocol), NHF_INET) != 0)
		return -1;
	header_read(&header, packet);
	return header_is_whole(&header, NHF_INET) &&
	       header_checksum_is_valid(&header);
}

NETINST_EXPORT int
net_isvalidchecksum(net_handle_t handle, mblk_t *packet)
{
	struct grip grip;
	int result;

	if (packet == NULL || !grip_take(&grip, handle))
		return -1;
	result = grip.provider != NULL ? provider_is_valid(&grip, packet)
				       : own_is_valid(&grip, packet);
	grip_release(&grip);
	return result;
}
