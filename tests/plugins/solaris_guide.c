/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris_guide.c: a Solaris module in the shape that the guide to packet
 * filtering hooks teaches, all three levels of it: told of an instance, it asks
 * for its protocols; told of inet, for its events; told of PHYSICAL_IN, it
 * hangs a hook there and asks to be told of the hooks beside it. What is
 * announced gone is let go of the other way round.
 */
#include <sys/types.h>
#include <sys/cmn_err.h>
#include <sys/debug.h>
#include <sys/hook.h>
#include <sys/hook_event.h>
#include <sys/kmem.h>
#include <sys/modctl.h>
#include <sys/mutex.h>
#include <sys/neti.h>
#include <sys/sdt.h>
#include <sys/sunddi.h>

typedef struct guide {
	netid_t g_id;
	net_handle_t g_inet;
	hook_t *g_hook;
	kmutex_t g_lock;
	uint64_t g_packets;
} guide_t;

static net_instance_t *guide_instance;

static struct modldrv modldrv = {
    &mod_driverops, "the example of the guide", NULL};

static struct modlinkage modlinkage = {MODREV_1, {(void *)&modldrv, NULL}};

static int
guide_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *packet = (hook_pkt_event_t *)data;
	guide_t *guide = arg;

	ASSERT(guide->g_inet == packet->hpe_protocol);
	DTRACE_PROBE2(guide__packet, hook_event_token_t, token,
	    hook_pkt_event_t *, packet);
	mutex_enter(&guide->g_lock);
	guide->g_packets++;
	mutex_exit(&guide->g_lock);
	return 0;
}

static int
mynewhook(hook_notify_cmd_t command, void *arg, const char *protocol,
    const char *event, const char *hook)
{
	guide_t *guide = arg;

	cmn_err(CE_CONT, "%d: hook %s/%s/%s %s\n", guide->g_id, protocol, event,
	    hook, command == HN_REGISTER ? "is here" : "is gone");
	return 0;
}

static void
guide_event_here(guide_t *guide, const char *event)
{
	int error;

	HOOK_INIT(guide->g_hook, guide_packet, "guide_packet", guide);
	error = net_hook_register(guide->g_inet, event, guide->g_hook);
	if (error != 0)
		cmn_err(
		    CE_WARN, "%d: net_hook_register: %d", guide->g_id, error);
	error =
	    net_event_notify_register(guide->g_inet, event, mynewhook, guide);
	if (error != 0)
		cmn_err(CE_WARN, "%d: net_event_notify_register: %d",
		    guide->g_id, error);
}

static void
guide_event_gone(guide_t *guide, const char *event)
{
	(void)net_event_notify_unregister(guide->g_inet, event, mynewhook);
	(void)net_hook_unregister(guide->g_inet, event, guide->g_hook);
	hook_free(guide->g_hook);
	guide->g_hook = NULL;
}

static int
mynewevent(hook_notify_cmd_t command, void *arg, const char *protocol,
    const char *event, const char *name)
{
	guide_t *guide = arg;

	(void)protocol;
	cmn_err(CE_CONT, "%d: event %s %s\n", guide->g_id, name,
	    command == HN_REGISTER ? "is here" : "is gone");
	if (strcmp(event, NH_PHYSICAL_IN) != 0)
		return 0;
	if (command == HN_REGISTER)
		guide_event_here(guide, event);
	else if (guide->g_hook != NULL)
		guide_event_gone(guide, event);
	return 0;
}

static void
guide_inet_gone(guide_t *guide)
{
	(void)net_protocol_notify_unregister(guide->g_inet, mynewevent);
	(void)net_protocol_release(guide->g_inet);
	guide->g_inet = NULL;
}

static int
mynewproto(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	guide_t *guide = arg;

	(void)none;
	cmn_err(CE_CONT, "%s: protocol %s %s\n", netid, protocol,
	    command == HN_REGISTER ? "is here" : "is gone");
	if (strcmp(protocol, NHF_INET) != 0)
		return 0;
	if (command == HN_UNREGISTER && guide->g_inet != NULL) {
		guide_inet_gone(guide);
	} else if (command == HN_REGISTER) {
		guide->g_inet = net_protocol_lookup(guide->g_id, protocol);
		if (guide->g_inet != NULL)
			(void)net_protocol_notify_register(
			    guide->g_inet, mynewevent, guide);
	}
	return 0;
}

static void *
guide_create(const netid_t id)
{
	guide_t *guide = kmem_zalloc(sizeof(*guide), KM_SLEEP);

	guide->g_id = id;
	mutex_init(&guide->g_lock, "guide", MUTEX_DRIVER, NULL);
	if (net_instance_notify_register(id, mynewproto, guide) != 0)
		cmn_err(CE_NOTE, "!%d: no protocols will be seen", id);
	return guide;
}

static void
guide_shutdown(const netid_t id, void *arg)
{
	guide_t *guide = arg;

	(void)net_instance_notify_unregister(id, mynewproto);
	cmn_err(
	    CE_CONT, "%d: %llu packets\n", id, (u_longlong_t)guide->g_packets);
}

static void
guide_destroy(const netid_t id, void *arg)
{
	guide_t *guide = arg;

	VERIFY3S(guide->g_id, ==, id);
	VERIFY3P(guide->g_inet, ==, NULL);
	mutex_destroy(&guide->g_lock);
	kmem_free(guide, sizeof(*guide));
}

int
_init(void)
{
	int error;

	guide_instance = net_instance_alloc(NETINFO_VERSION);
	guide_instance->nin_name = "guide";
	guide_instance->nin_create = guide_create;
	guide_instance->nin_shutdown = guide_shutdown;
	guide_instance->nin_destroy = guide_destroy;
	error = net_instance_register(guide_instance);
	if (error == DDI_SUCCESS) {
		error = mod_install(&modlinkage);
		if (error != 0)
			(void)net_instance_unregister(guide_instance);
	}
	if (error != 0)
		net_instance_free(guide_instance);
	return error;
}

int
_fini(void)
{
	int error = mod_remove(&modlinkage);

	if (error == 0) {
		(void)net_instance_unregister(guide_instance);
		net_instance_free(guide_instance);
	}
	return error;
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}
