/* SPDX-License-Identifier: Apache-2.0 */
/* sys/zone.h: zones, which instances are; ids are the same. */
#ifndef NETINST_SOLARIS_SYS_ZONE_H
#define NETINST_SOLARIS_SYS_ZONE_H

#include <sys/types.h>

/* The zone that the daemon itself is in. */
static inline zoneid_t
getzoneid(void)
{
	return GLOBAL_ZONEID;
}

#endif
