/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.h: notification callbacks at three levels, and the hooks that they lead
 * to: what a plugin hangs on an event of a protocol to see its packets or the
 * changes of its interfaces.
 *
 * An instance has protocols (families), a family has events, an event has
 * hooks. At each level a callback can follow what comes and goes. Source
 * document: "IP Instances", the mynewproto() example, and the Packet Filtering
 * Hooks guide around it. Calls act inside callbacks as neti.h says; inside a
 * hook nothing waits: what is not the strand's own is queued.
 */
#ifndef NETINST_HOOK_H
#define NETINST_HOOK_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HOOK_VERSION 1

/* notifications ------------------------------------------------------------ */

typedef enum hook_notify_cmd {
	HN_NONE = 0, /* never sent */
	HN_REGISTER = 1,
	HN_UNREGISTER = 2
} hook_notify_cmd_t;

/*
 * Told that something came (HN_REGISTER) or went (HN_UNREGISTER).
 *
 *   registered with                  name1          name2    name3
 *   net_instance_notify_register()   netid, decimal NULL     family
 *   net_protocol_notify_register()   family         event    event
 *   net_event_notify_register()      family         event    hook
 *
 * arg is what was given when registering. A family is "inet", "inet6", "arp"
 * or a provider's own; it works as it is in net_protocol_lookup(). The strings
 * are borrowed for the call. The return value is ignored. Runs on a worker,
 * never together with another callback of the same instance.
 */
typedef int (*hook_notify_fn_t)(hook_notify_cmd_t command, void *arg,
    const char *name1, const char *name2, const char *name3);

/*
 * Calls fn for each event that the protocol's family has, before it returns,
 * and from then on for each that comes or goes. One registration per protocol
 * and function; it ends as net_instance_notify_register()'s does. 0; EINVAL for
 * a NULL fn, ENXIO for a handle without a family, ESHUTDOWN when the instance
 * or the family is in or past shutdown, EEXIST.
 */
int net_protocol_notify_register(
    net_handle_t handle, hook_notify_fn_t fn, void *arg);

/* HN_UNREGISTER for the events still there. 0; ENXIO; ESRCH for no such fn. */
int net_protocol_notify_unregister(net_handle_t handle, hook_notify_fn_t fn);

/* The same for the hooks of an event; ESRCH also for no such event. */
int net_event_notify_register(
    net_handle_t handle, const char *event, hook_notify_fn_t fn, void *arg);
int net_event_notify_unregister(
    net_handle_t handle, const char *event, hook_notify_fn_t fn);

/* hooks -------------------------------------------------------------------- */

/* Names of the framework's events. */
#define NH_PHYSICAL_IN	"PHYSICAL_IN"
#define NH_PHYSICAL_OUT "PHYSICAL_OUT"
#define NH_FORWARDING	"FORWARDING"
#define NH_LOOPBACK_IN	"LOOPBACK_IN"
#define NH_LOOPBACK_OUT "LOOPBACK_OUT"
#define NH_NIC_EVENTS	"NIC_EVENTS"
#define NH_OBSERVE	"OBSERVING"

typedef struct hook_event_int *hook_event_token_t;
typedef struct hook_int *hook_token_t;
typedef struct hook_family_int hook_family_int_t;
typedef uintptr_t hook_data_t; /* a hook_pkt_event_t * or the like */

/*
 * 0 goes on to the next hook; anything else ends the walk and is what
 * hook_run() returns: for a packet event, that the packet is the hook's.
 * Runs on whatever thread the provider uses, also several at a time.
 */
typedef int (*hook_func_t)(
    hook_event_token_t token, hook_data_t data, void *arg);

typedef enum hook_hint {
	HH_NONE = 0,
	HH_FIRST, /* before all others */
	HH_LAST,
	HH_BEFORE, /* before the hook that h_hintvalue names */
	HH_AFTER
} hook_hint_t;

typedef struct hook {
	int h_version; /* HOOK_VERSION */
	hook_func_t h_func;
	const char *h_name; /* unique on its event; copied */
	uint_t h_flags;
	hook_hint_t h_hint;
	uintptr_t h_hintvalue; /* const char *, a hook's name; copied */
	void *h_arg;	       /* the third argument of h_func */
} hook_t;

/* Zeroed, h_version set; free with hook_free(). */
hook_t *hook_alloc(const int version);
/* Frees the structure only. Takes NULL. */
void hook_free(hook_t *hook);

#define HOOK_INIT(x, fn, r, a)                                                 \
	do {                                                                   \
		(x) = hook_alloc(HOOK_VERSION);                                \
		(x)->h_func = (fn);                                            \
		(x)->h_name = (r);                                             \
		(x)->h_flags = 0;                                              \
		(x)->h_hint = HH_NONE;                                         \
		(x)->h_hintvalue = 0;                                          \
		(x)->h_arg = (a);                                              \
	} while (0)

/*
 * Adds a hook to an event. Copies what hook points to. The hooks of an event
 * run in the order in which they came, as far as their hints leave that open;
 * the order is made anew whenever one comes or goes.
 *
 * 0; EINVAL: no h_func, h_name or h_hintvalue, a version or hint that does not
 * exist, a hint to itself; ENXIO: the handle has no family, or the family no
 * such event; ESHUTDOWN: in or past shutdown; EEXIST: the name is taken on that
 * event; ESRCH: the hint names a hook that is not there; EBUSY: the hint
 * contradicts those of others (a second FIRST, a circle).
 */
int net_hook_register(net_handle_t handle, const char *event, hook_t *hook);

/*
 * Takes away the hook of that h_name. Called from outside a hook it returns
 * when no call of h_func is under way or will come, also when the hook had gone
 * before with its event; inside a hook, or ks_update, it does not wait for
 * calls of other threads, and its own makes no more. 0; ENXIO: no family, event
 * or hook of that name. Works until the instance's last destroy callback
 * returned.
 */
int net_hook_unregister(net_handle_t handle, const char *event, hook_t *hook);

/* for those who provide a protocol ----------------------------------------- */

typedef struct hook_family {
	int hf_version;
	const char *hf_name; /* copied */
} hook_family_t;

#define HOOK_RDONLY 0x1 /* he_flags: hooks should not change the data */

/* Kept by pointer until net_event_unregister(), queued or not, was done. */
typedef struct hook_event {
	int he_version;
	const char *he_name;
	int he_flags;
	boolean_t he_interested; /* there are hooks; the framework sets it */
} hook_event_t;

#define HOOK_FAMILY_INIT(x, y)                                                 \
	((x)->hf_version = HOOK_VERSION, (x)->hf_name = (y))
#define HOOK_EVENT_INIT(x, y)                                                  \
	((x)->he_version = HOOK_VERSION, (x)->he_name = (y),                   \
	    (x)->he_flags = 0, (x)->he_interested = B_FALSE)

/*
 * Gives a protocol its family and announces it to instance-level callbacks.
 * 0; EINVAL; ENXIO: not a handle of net_protocol_register(); ESHUTDOWN; EEXIST:
 * the handle has one, or the instance one of that name.
 */
int net_family_register(net_handle_t handle, hook_family_t *family);
/* Announces it gone, once. 0; ENXIO: none; EINVAL: another name. */
int net_family_shutdown(net_handle_t handle, hook_family_t *family);
/* The same, and takes it away; events and hooks left in it go with it. */
int net_family_unregister(net_handle_t handle, hook_family_t *family);

/* A token for hook_run(), or NULL: no family, in shutdown, or a taken name. */
hook_event_token_t net_event_register(net_handle_t handle, hook_event_t *event);
/* By name. 0; ENXIO: no family; ESRCH: no such event. */
int net_event_shutdown(net_handle_t handle, hook_event_t *event);
/* Returns when no hook runs for its token; to hook_run() that is void then. */
int net_event_unregister(net_handle_t handle, hook_event_t *event);

/*
 * Calls the hooks of an event in their order until one returns non-zero;
 * returns that value, else 0. family is not looked at. Any thread, no lock.
 */
int hook_run(
    hook_family_int_t *family, hook_event_token_t token, hook_data_t data);

#ifdef __cplusplus
}
#endif

#endif
