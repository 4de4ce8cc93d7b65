/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.h: the notification callback that instance-level registrations use.
 * Source document: "IP Instances", the mynewproto() example.
 */
#ifndef NETINST_HOOK_H
#define NETINST_HOOK_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hook_notify_cmd {
	HN_NONE = 0, /* never sent */
	HN_REGISTER = 1,
	HN_UNREGISTER = 2
} hook_notify_cmd_t;

/*
 * Told that a protocol came (HN_REGISTER) or went (HN_UNREGISTER).
 *
 *   arg       what was given when registering
 *   netid     the instance's id as a decimal string
 *   none      NULL at this level
 *   protocol  "inet", "inet6", "arp" or a provider's own name; works as it is
 *             in net_protocol_lookup()
 *
 * The strings are borrowed for the call. The return value is ignored. Runs on
 * a worker, never together with another callback of the same instance.
 */
typedef int (*hook_notify_fn_t)(hook_notify_cmd_t cmd, void *arg,
    const char *netid, const char *none, const char *protocol);

#ifdef __cplusplus
}
#endif

#endif
