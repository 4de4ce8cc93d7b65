/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changing.h: two versions of one plugin, to put one in the place of the other
 * while it is loaded. Each callback says whose code it is.
 */
#ifndef TESTS_PLUGINS_CHANGING_H
#define TESTS_PLUGINS_CHANGING_H

#include <netinst/netinst.h>

#define CHANGING(number)                                                       \
	NETINST_PLUGIN(.name = "changing", .version = number,                  \
	    .summary = "version " number " of a plugin");                      \
                                                                               \
	void *nin_create(const netid_t id)                                     \
	{                                                                      \
		static char anything;                                          \
                                                                               \
		net_log(NET_LOG_INFO, "instance %d: create of " number, id);   \
		return &anything;                                              \
	}                                                                      \
                                                                               \
	void nin_destroy(const netid_t id, void *context)                      \
	{                                                                      \
		(void)context;                                                 \
		net_log(NET_LOG_INFO, "instance %d: destroy of " number, id);  \
	}

#endif
