/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace_api.c: functions of the framework whose results or effects the check
 * wants to see, for the plugin; and the table of all that is replaced.
 */
#include "check/replace.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <netinst/netinst.h>

#include "base/check.h"
#include "check/board.h"
#include "check/kstats.h"
#include "check/stage.h"
#include "check/watch.h"

static const struct interpose_row *const tables[] = {
    replace_memory_rows,
    replace_process_rows,
    replace_api_rows,
};

interpose_fn
replace_find(const char *name)
{
	const struct interpose_row *row;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(tables); i++)
		for (row = tables[i]; row->name != NULL; row++)
			if (strcmp(row->name, name) == 0)
				return row->function;
	return NULL;
}

void
replace_report_refusal(const char *function, const char *why)
{
	struct place place = watch_place();

	if (memory_failure()[0] != '\0')
		return;
	board_reportf(KIND_CALL_REFUSED, &place, function, "%s() %s%s",
	    function, why != NULL ? "was refused; the log says: " : "failed",
	    why != NULL ? why : "");
}

static void
report_error(const char *function, int error)
{
	if (error > 0)
		replace_report_refusal(function, strerrorname_np(error));
}

static int
replaced_notify_register(netid_t id, hook_notify_fn_t function, void *arg)
{
	struct place place = watch_place();
	int error = net_instance_notify_register(id, function, arg);

	if (error == EEXIST)
		board_reportf(KIND_NOTIFY_TWICE, &place, "",
		    "net_instance_notify_register() on instance %d gave EEXIST",
		    (int)id);
	else if (error != ESHUTDOWN)
		report_error("net_instance_notify_register", error);
	return error;
}

static int
replaced_notify_unregister(netid_t id, hook_notify_fn_t function)
{
	struct place place = watch_place();
	int error = net_instance_notify_unregister(id, function);

	if (error != 0)
		board_reportf(KIND_FOREIGN_UNREGISTER, &place,
		    "net_instance_notify_unregister",
		    "net_instance_notify_unregister() on instance %d: nothing "
		    "of that function is registered there",
		    (int)id);
	return error;
}

static int
replaced_instance_unregister(net_instance_t *callbacks)
{
	struct place place = watch_place();
	const char *refusal;
	int error;

	watch_call_begins();
	error = net_instance_unregister(callbacks);
	refusal = watch_call_over();
	if (error == DDI_SUCCESS)
		return error;
	if (callbacks->nin_name != NULL &&
	    !stage_has_registrant(callbacks->nin_name))
		board_reportf(KIND_FOREIGN_UNREGISTER, &place,
		    "net_instance_unregister",
		    "net_instance_unregister() of '%.64s', which this plugin "
		    "has not registered",
		    callbacks->nin_name);
	else
		replace_report_refusal("net_instance_unregister", refusal);
	return error;
}

static int
replaced_protocol_unregister(net_handle_t handle)
{
	struct place place = watch_place();
	int error = net_protocol_unregister(handle);

	if (error != 0)
		board_report(KIND_FOREIGN_UNREGISTER, &place,
		    "net_protocol_unregister",
		    "net_protocol_unregister() of a handle that "
		    "net_protocol_register() did not give this plugin");
	return error;
}

static int
replaced_protocol_release(net_handle_t handle)
{
	int error = net_protocol_release(handle);

	if (error != 0)
		replace_report_refusal("net_protocol_release",
		    "the handle was given back more often than it was got");
	return error;
}

static void
replaced_mutex_enter(kmutex_t *mutex)
{
	watch_call_begins();
	mutex_enter(mutex);
	if (watch_call_over() == NULL)
		watch_count_mutex(1);
	else
		replace_report_refusal("mutex_enter", "it is held already");
}

static int
replaced_mutex_tryenter(kmutex_t *mutex)
{
	int entered = mutex_tryenter(mutex);

	watch_count_mutex(entered != 0);
	return entered;
}

static void
replaced_mutex_exit(kmutex_t *mutex)
{
	watch_call_begins();
	mutex_exit(mutex);
	if (watch_call_over() == NULL)
		watch_count_mutex(-1);
	else
		replace_report_refusal("mutex_exit", "it is not held");
}

static int
replaced_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	int error = pthread_mutex_lock(mutex);

	watch_count_mutex(error == 0);
	return error;
}

static int
replaced_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	int error = pthread_mutex_trylock(mutex);

	watch_count_mutex(error == 0);
	return error;
}

static int
replaced_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	int error = pthread_mutex_unlock(mutex);

	watch_count_mutex(error == 0 ? -1 : 0);
	return error;
}

const struct interpose_row replace_api_rows[] = {
    {"net_kstat_create", (interpose_fn)kstats_create},
    {"net_kstat_delete", (interpose_fn)kstats_delete},
    {"net_instance_unregister", (interpose_fn)replaced_instance_unregister},
    {"net_instance_notify_register", (interpose_fn)replaced_notify_register},
    {"net_instance_notify_unregister",
	(interpose_fn)replaced_notify_unregister},
    {"net_protocol_unregister", (interpose_fn)replaced_protocol_unregister},
    {"net_protocol_release", (interpose_fn)replaced_protocol_release},
    {"mutex_enter", (interpose_fn)replaced_mutex_enter},
    {"mutex_tryenter", (interpose_fn)replaced_mutex_tryenter},
    {"mutex_exit", (interpose_fn)replaced_mutex_exit},
    {"pthread_mutex_lock", (interpose_fn)replaced_pthread_mutex_lock},
    {"pthread_mutex_trylock", (interpose_fn)replaced_pthread_mutex_trylock},
    {"pthread_mutex_unlock", (interpose_fn)replaced_pthread_mutex_unlock},
    {NULL, NULL},
};
