/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace_api.c: functions of the framework whose results or effects the check
 * looks at. Owns the names of registrants.
 */
#include "check/child/replace.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <netinst/netinst.h>

#include "check/board.h"
#include "check/child/call.h"
#include "check/child/kstats.h"
#include "check/child/where.h"

/* After a notify function was registered. id: NOWHERE: of no matter. */
static int
report_notify(const char *function, netid_t id, int error)
{
	char on[32] = "";

	if (id != NOWHERE)
		(void)snprintf(on, sizeof(on), " on instance %d", (int)id);
	if (error == EEXIST)
		where_report(
		    KIND_NOTIFY_TWICE, "", "%s()%s gave EEXIST", function, on);
	else if (error != ESHUTDOWN)
		call_report_error(function, error);
	return error;
}

static int
replaced_net_instance_notify_register(
    netid_t id, hook_notify_fn_t function, void *arg)
{
	return report_notify("net_instance_notify_register", id,
	    net_instance_notify_register(id, function, arg));
}

static int
replaced_net_protocol_notify_register(
    net_handle_t handle, hook_notify_fn_t function, void *arg)
{
	return report_notify("net_protocol_notify_register", NOWHERE,
	    net_protocol_notify_register(handle, function, arg));
}

static int
replaced_net_event_notify_register(net_handle_t handle, const char *event,
    hook_notify_fn_t function, void *arg)
{
	return report_notify("net_event_notify_register", NOWHERE,
	    net_event_notify_register(handle, event, function, arg));
}

static int
replaced_net_instance_notify_unregister(netid_t id, hook_notify_fn_t function)
{
	int error = net_instance_notify_unregister(id, function);

	if (error != 0)
		where_report(KIND_FOREIGN_UNREGISTER,
		    "net_instance_notify_unregister",
		    "net_instance_notify_unregister() on instance %d: nothing "
		    "of that function is registered there",
		    (int)id);
	return error;
}

/* Names of registrants that the plugin has, or once had. */
#define REGISTERED_MAX 256

static struct {
	_Atomic unsigned count;
	char names[REGISTERED_MAX][BOARD_NAME];
} registered;

static int
replaced_net_instance_register(net_instance_t *callbacks)
{
	const char *name = callbacks != NULL ? callbacks->nin_name : NULL;
	const char *refusal;
	unsigned number;
	int error;

	/* Before the call: its create callbacks may unregister it. */
	number = name != NULL ? atomic_fetch_add(&registered.count, 1)
			      : REGISTERED_MAX;
	if (number < REGISTERED_MAX)
		(void)snprintf(
		    registered.names[number], BOARD_NAME, "%s", name);
	call_begin();
	error = net_instance_register(callbacks);
	refusal = call_end();
	if (error != DDI_SUCCESS)
		call_report("net_instance_register", refusal);
	return error;
}

static bool
was_registered(const char *name)
{
	unsigned i, count = atomic_load(&registered.count);

	if (strcmp(name, board->name) == 0 || count > REGISTERED_MAX)
		return true;
	for (i = 0; i < count; i++)
		if (strncmp(registered.names[i], name, BOARD_NAME - 1) == 0)
			return true;
	return false;
}

/* In nin_unload the framework has unregistered it already: no harm. */
static int
replaced_net_instance_unregister(net_instance_t *callbacks)
{
	const char *refusal;
	int error;

	call_begin();
	error = net_instance_unregister(callbacks);
	refusal = call_end();
	if (error == DDI_SUCCESS)
		return error;
	if (callbacks->nin_name != NULL && !was_registered(callbacks->nin_name))
		where_report(KIND_FOREIGN_UNREGISTER, "net_instance_unregister",
		    "net_instance_unregister() of '%.64s', which this plugin "
		    "has not registered",
		    callbacks->nin_name);
	else if (strcmp(where_now().callback, "nin_unload") != 0)
		call_report("net_instance_unregister", refusal);
	return error;
}

static int
replaced_net_protocol_unregister(net_handle_t handle)
{
	int error = net_protocol_unregister(handle);

	if (error != 0)
		where_report(KIND_FOREIGN_UNREGISTER, "net_protocol_unregister",
		    "net_protocol_unregister() of a handle that "
		    "net_protocol_register() did not give this plugin");
	return error;
}

static int
replaced_net_hook_register(net_handle_t handle, const char *event, hook_t *hook)
{
	int error = net_hook_register(handle, event, hook);

	if (error != ESHUTDOWN)
		call_report_error("net_hook_register", error);
	return error;
}

static int
replaced_net_hook_unregister(
    net_handle_t handle, const char *event, hook_t *hook)
{
	int error = net_hook_unregister(handle, event, hook);

	if (error != 0)
		where_report(KIND_FOREIGN_UNREGISTER, "net_hook_unregister",
		    "net_hook_unregister() of '%.64s' gave %s",
		    hook != NULL && hook->h_name != NULL ? hook->h_name : "",
		    strerrorname_np(error));
	return error;
}

static int
replaced_net_protocol_release(net_handle_t handle)
{
	int error = net_protocol_release(handle);

	if (error != 0)
		call_report("net_protocol_release",
		    "the handle was given back more often than it was got");
	return error;
}

/* A zone, a stack and an instance have the same number. */
static kstat_t *
replaced_kstat_create_zone(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags, zoneid_t zone)
{
	return kstats_create(zone == ALL_ZONES ? GLOBAL_ZONEID : zone, module,
	    instance, name, class, type, ndata, flags);
}

static kstat_t *
replaced_kstat_create(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags)
{
	return kstats_create(
	    GLOBAL_ZONEID, module, instance, name, class, type, ndata, flags);
}

static void
replaced_kstat_delete(kstat_t *kstat)
{
	kstats_delete(kstats_home(kstat), kstat);
}

static void
replaced_kstat_delete_netstack(kstat_t *kstat, netstackid_t id)
{
	kstats_delete(id, kstat);
}

static void
replaced_mutex_enter(kmutex_t *mutex)
{
	call_begin();
	mutex_enter(mutex);
	if (call_end() == NULL)
		(void)call_count_locks(1);
	else
		call_report("mutex_enter", "it is held already");
}

static void
replaced_mutex_exit(kmutex_t *mutex)
{
	call_begin();
	mutex_exit(mutex);
	if (call_end() == NULL)
		(void)call_count_locks(-1);
	else
		call_report("mutex_exit", "it is not held");
}

static void
replaced_rw_enter(krwlock_t *lock, krw_t how)
{
	rw_enter(lock, how);
	(void)call_count_locks(1);
}

static int
replaced_rw_tryenter(krwlock_t *lock, krw_t how)
{
	int entered = rw_tryenter(lock, how);

	(void)call_count_locks(entered != 0);
	return entered;
}

static void
replaced_rw_exit(krwlock_t *lock)
{
	rw_exit(lock);
	(void)call_count_locks(-1);
}

/* taken: how many locks the thread holds more than before, by the result. */
#define REPLACED_LOCK(function, type, taken)                                   \
	static int replaced_##function(type *lock)                             \
	{                                                                      \
		int result = function(lock);                                   \
                                                                               \
		(void)call_count_locks(taken);                                 \
		return result;                                                 \
	}
REPLACED_LOCK(mutex_tryenter, kmutex_t, result != 0)
REPLACED_LOCK(pthread_mutex_lock, pthread_mutex_t, result == 0)
REPLACED_LOCK(pthread_mutex_trylock, pthread_mutex_t, result == 0)
REPLACED_LOCK(pthread_mutex_unlock, pthread_mutex_t, -(result == 0))

const struct interpose_row replace_api_rows[] = {
    {"net_kstat_create", (interpose_fn)kstats_create},
    {"net_kstat_delete", (interpose_fn)kstats_delete},
    INTERPOSE_ROW(kstat_create),
    INTERPOSE_ROW(kstat_create_zone),
    {"kstat_create_netstack", (interpose_fn)replaced_kstat_create_zone},
    INTERPOSE_ROW(kstat_delete),
    INTERPOSE_ROW(kstat_delete_netstack),
    INTERPOSE_ROW(net_instance_register),
    INTERPOSE_ROW(net_instance_unregister),
    INTERPOSE_ROW(net_instance_notify_register),
    INTERPOSE_ROW(net_instance_notify_unregister),
    INTERPOSE_ROW(net_hook_register),
    INTERPOSE_ROW(net_hook_unregister),
    INTERPOSE_ROW(net_protocol_notify_register),
    INTERPOSE_ROW(net_event_notify_register),
    INTERPOSE_ROW(net_protocol_unregister),
    INTERPOSE_ROW(net_protocol_release),
    INTERPOSE_ROW(mutex_enter),
    INTERPOSE_ROW(mutex_tryenter),
    INTERPOSE_ROW(mutex_exit),
    INTERPOSE_ROW(rw_enter),
    INTERPOSE_ROW(rw_tryenter),
    INTERPOSE_ROW(rw_exit),
    INTERPOSE_ROW(pthread_mutex_lock),
    INTERPOSE_ROW(pthread_mutex_trylock),
    INTERPOSE_ROW(pthread_mutex_unlock),
    {NULL, NULL},
};
