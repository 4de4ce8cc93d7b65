/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti.h: IP instances and their protocols, as a plugin sees them.
 *
 * The "IP Instances" of Solaris. Names, signatures and values are the
 * documented ones. Every function may be called from any thread
 * unless it says otherwise. Called from inside a callback, a function acts at
 * once when it names the callback's own instance; on other instances its work
 * is queued and the call does not wait. From any other thread it waits until
 * the work is done.
 */
#ifndef NETINST_NETI_H
#define NETINST_NETI_H

#include <netinst/interface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NETINFO_VERSION 1
#define NETI_VERSION	NETINFO_VERSION /* the man pages' spelling */

#define NHF_INET  "inet"
#define NHF_INET6 "inet6"
#define NHF_ARP	  "arp"

/* The names that notifications and kstats carry: the same. */
#define Hn_IPV4 NHF_INET
#define Hn_IPV6 NHF_INET6
#define Hn_ARP	NHF_ARP

/*
 * The callbacks of one registrant. Per instance they come in this order, each
 * at most once: create, shutdown, destroy. Only one callback of any plugin
 * runs for a given instance at a time; different instances run in parallel.
 */
typedef struct net_instance {
	int nin_version;
	const char *nin_name; /* unique among registrants; copied */
	/*
	 * A new instance, or one that was there when registering. Returns the
	 * context the other callbacks get; NULL means "failed here": this
	 * instance gets no further callback.
	 */
	void *(*nin_create)(const netid_t);
	/* The instance is gone for good, or the registrant leaves. */
	void (*nin_destroy)(const netid_t, void *);
	/* The instance goes down; delete kstats here. May be NULL. */
	void (*nin_shutdown)(const netid_t, void *);
} net_instance_t;

/*
 * Returns a zeroed structure for the caller to fill and to free with
 * net_instance_free(), or NULL when version is not NETINFO_VERSION.
 */
net_instance_t *net_instance_alloc(const int version);

/* Frees the structure only, never what nin_name points to. Takes NULL. */
void net_instance_free(net_instance_t *instance);

/*
 * Registers callbacks and runs create for every live instance, ascending by
 * id, before it returns. Copies the structure: it may be freed or used again
 * at once. Instances in or past shutdown are left out for good.
 *
 * Returns DDI_SUCCESS, or DDI_FAILURE for a NULL create, destroy or name, a
 * name that is taken (also by one still unregistering), an unknown version, or
 * when the plugin is being unloaded or the daemon stops.
 */
int net_instance_register(net_instance_t *instance);

/*
 * Runs shutdown on every live instance, then destroy on every one; when it
 * returns, none of the registrant's code runs or will run. The registrant is
 * found by name and must have the same callbacks.
 *
 * Returns DDI_SUCCESS, or DDI_FAILURE when there is none such, when it is
 * already leaving, or when called from inside one of its own callbacks (which
 * would wait for itself).
 */
int net_instance_unregister(net_instance_t *instance);

/*
 * Calls fn for every protocol present, before it returns, and from then on
 * for each that comes or goes. One registration per instance and function.
 * Made inside a callback it belongs to that registrant, and ends at the latest
 * with the registrant's destroy on that instance or its unregistration.
 *
 * Returns 0; EINVAL for a NULL fn, ESRCH for an unknown instance, ESHUTDOWN
 * when it is in or past shutdown, EEXIST when fn is registered there.
 */
int net_instance_notify_register(netid_t id, hook_notify_fn_t fn, void *arg);

/*
 * Calls fn with HN_UNREGISTER for every protocol still there, before it
 * returns; afterwards fn is not called any more. Returns 0, or ESRCH for an
 * unknown instance or function.
 */
int net_instance_notify_unregister(netid_t id, hook_notify_fn_t fn);

/*
 * Adds a protocol to an instance: from now on it can be looked up. It is
 * announced to notification callbacks when its family is registered (hook.h).
 * Copies the structure. Returns a handle that lives until
 * net_protocol_unregister(), at the latest until the registrant's destroy
 * there, or the instance's end; NULL for an unknown instance, one in or past
 * shutdown, a bad version or name, or a name that is taken there.
 */
net_handle_t net_protocol_register(netid_t id, const net_protocol_t *protocol);

/*
 * Announces the protocol gone, unless its family was unregistered, and takes it
 * off its instance; steals the reference that registering gave. When it
 * returns, no thread is inside one of the protocol's functions any more, unless
 * this is called inside one, or in a hook or ks_update, where nothing waits.
 * Returns 0; -1 for a handle that is not registered by a plugin.
 */
int net_protocol_unregister(net_handle_t handle);

/*
 * Finds a protocol by name: "inet", "inet6", "arp" (also spelled "NHF_INET",
 * ...), or a provider's own. Returns a reference for net_protocol_release(),
 * or NULL. Finds protocols until they are unregistered, so still in shutdown
 * callbacks.
 */
net_handle_t net_protocol_lookup(netid_t id, const char *name);

/*
 * Gives back a reference of net_protocol_lookup() or net_protocol_walk().
 * Returns 0, -1 for a handle that is not known, 1 when the caller gives back
 * more than was handed out.
 */
int net_protocol_release(net_handle_t handle);

/*
 * Steps through an instance's protocols: NULL starts, the handle of the last
 * call (stolen) goes on. Returns a reference, or NULL at the end or for an
 * unknown instance.
 */
net_handle_t net_protocol_walk(netid_t id, net_handle_t previous);

/* The handle's instance; -1 once the protocol was unregistered. */
netid_t net_getnetid(net_handle_t handle);

/*
 * The next two are not documented elsewhere: where instances are network
 * namespaces, their inside can be reached.
 *
 * A descriptor of the instance's namespace, to be given to setns(), an ioctl or
 * another call. It is borrowed: the framework closes it when the callback in
 * which it was asked for returns (for a hook that a plugin runs by hook_run():
 * the callback around it), so neither close nor keep it. Close-on-exec.
 *
 * Returns it, or -1 and errno: EPERM outside all callbacks, ENOENT for an
 * unknown instance, ENOTSUP for one that has no namespace (as simulated ones),
 * ESTALE when the namespace is gone, EACCES when nothing holds it for netinstd
 * and it may not be opened, EMFILE when there are too many.
 */
int net_instance_open(netid_t id);

/*
 * 1 when the calling callback runs inside the namespace of its instance, as
 * those of a plugin with NETINST_PLUGIN_INSIDE do; else 0: the instance has no
 * namespace, it is gone already, or it cannot be entered.
 */
int net_instance_inside(void);

/* Instances, zones and stacks map one to one; -1 for an unknown one. */
zoneid_t net_getzoneidbynetid(netid_t id);
zoneid_t net_netidtozonid(netid_t id); /* the man pages' spelling */
netid_t net_zoneidtonetid(zoneid_t zone);
netstackid_t net_getnetstackidbynetid(netid_t id);
netid_t net_getnetidbynetstackid(netstackid_t id);

#ifdef __cplusplus
}
#endif

#endif
