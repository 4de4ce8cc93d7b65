/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checksum.c: the documented questions about checksums, as plugins ask them,
 * on any thread. No hardware fills in checksums here, so none is ever still to
 * be filled in; of those in a packet only that of the IPv4 header is looked
 * at, which IPv6 and ARP do not have. Owns nothing.
 */
#include <string.h>

#include <netinst/plugin.h>

#include "core/hook/protocol_ref.h"
#include "core/packet/header.h"

static int
own_is_partial(const struct protocol_ref *ref)
{
	const char *name = protocol_name(ref->protocol);

	return strcmp(name, NHF_INET) == 0 || strcmp(name, NHF_INET6) == 0
		   ? NET_HCK_NONE
		   : -1;
}

NETINST_EXPORT int
net_ispartialchecksum(net_handle_t handle, mblk_t *packet)
{
	struct protocol_ref ref;
	int result = -1;

	if (packet == NULL || !protocol_ref_take(&ref, handle))
		return -1;
	if (ref.provider == NULL)
		result = own_is_partial(&ref);
	else if (ref.provider->netp_ispartialchecksum != NULL)
		result = ref.provider->netp_ispartialchecksum(handle, packet);
	protocol_ref_release(&ref);
	return result;
}

static int
own_is_valid(const struct protocol_ref *ref, const mblk_t *packet)
{
	struct header header;

	if (strcmp(protocol_name(ref->protocol), NHF_INET) != 0)
		return -1;
	header_read(&header, packet);
	return header_is_whole(&header, NHF_INET) &&
	       header_checksum_is_valid(&header);
}

NETINST_EXPORT int
net_isvalidchecksum(net_handle_t handle, mblk_t *packet)
{
	struct protocol_ref ref;
	int result = -1;

	if (packet == NULL || !protocol_ref_take(&ref, handle))
		return -1;
	if (ref.provider == NULL)
		result = own_is_valid(&ref, packet);
	else if (ref.provider->netp_isvalidchecksum != NULL)
		result = ref.provider->netp_isvalidchecksum(handle, packet);
	protocol_ref_release(&ref);
	return result;
}
