/* SPDX-License-Identifier: Apache-2.0 */
/*
 * surface.c: every type that plugins and the daemon both lay out, also those
 * that no function mentions because they travel behind a void pointer or a
 * number. tests/lint/abi records how they look. Compiled, never run.
 */
#include <netinst/netinst.h>
#include <netinst/solaris.h>

#define SURFACE(type)                                                          \
	NETINST_EXPORT extern const type *surface_##type;                      \
	const type *surface_##type

SURFACE(net_plugin_t);
SURFACE(net_instance_t);
SURFACE(net_protocol_t);
SURFACE(net_inject_t);
SURFACE(inject_t);
SURFACE(net_ifaddr_t);
SURFACE(hook_t);
SURFACE(hook_family_t);
SURFACE(hook_event_t);
SURFACE(hook_pkt_event_t);
SURFACE(hook_nic_event_t);
SURFACE(hook_pkt_observe_t);
SURFACE(ipobs_hook_type_t);
SURFACE(mblk_t);
SURFACE(dblk_t);
SURFACE(kmutex_t);
SURFACE(kstat_t);
SURFACE(kstat_named_t);
SURFACE(kstat_intr_t);
SURFACE(kstat_io_t);
SURFACE(kstat_timer_t);
SURFACE(kcondvar_t);
SURFACE(krwlock_t);
SURFACE(nic_event_t);
SURFACE(hook_notify_cmd_t);
SURFACE(net_log_level_t);

/* The linkage of Solaris modules. */
typedef struct modlinkage modlinkage_t;
SURFACE(modlinkage_t);
typedef struct modinfo modinfo_t;
SURFACE(modinfo_t);
