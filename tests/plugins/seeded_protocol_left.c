/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_protocol_left.c: gives each instance a protocol and leaves it there.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_protocol_left", .version = "1.0.0",
    .summary = "leaves a protocol");

void *
nin_create(const netid_t id)
{
	static const net_protocol_t video = {
	    .netp_version = NETINFO_VERSION, .netp_name = "video"};

	(void)net_protocol_register(id, &video);
	return &anything;
}
