/* SPDX-License-Identifier: Apache-2.0 */
/* sys/netstack.h: stacks, which instances are; ids are the same. */
#ifndef NETINST_SOLARIS_SYS_NETSTACK_H
#define NETINST_SOLARIS_SYS_NETSTACK_H

#include <sys/types.h>
#include <sys/zone.h>

#include <netinst/neti.h>

/* -1 for an unknown one. */
static inline zoneid_t
netstackid_to_zoneid(netstackid_t id)
{
	return net_getzoneidbynetid(net_getnetidbynetstackid(id));
}

static inline netstackid_t
zoneid_to_netstackid(zoneid_t zone)
{
	return net_getnetstackidbynetid(net_zoneidtonetid(zone));
}

#endif
