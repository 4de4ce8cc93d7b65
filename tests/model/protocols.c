/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocols.c, of the ordering test: protocols that sources add and remove.
 * Owns nothing.
 */
#include "protocols.h"

#include "actions.h"
#include "base/lock.h"
#include "faces.h"
#include "issue.h"
#include "oracle.h"
#include "places.h"

static void
add_protocol(struct instance *instance)
{
	char text[PROTOCOL_TEXT];
	struct issue issue = {.record = {.what = WHAT_PROTOCOL_ADD,
				  .instance = instance_id(instance)}};

	issue.record.protocol =
	    action_random() % 3 == 0
		? (uint32_t)(action_random() % PROTOCOLS_SHARED) + 1
		: action_new_protocol();
	issue_begin_pending(&issue, action_wants_to_wait());
	issue_return(&issue, instance_add_protocol(instance,
				 protocol_text(issue.record.protocol, text),
				 issue_done, issue.pending));
	if (issue.record.result == 0)
		place_add_protocol(
		    issue.record.instance, issue.record.protocol);
	issue_end(&issue);
}

static void
remove_protocol(struct instance *instance, uint32_t protocol)
{
	char text[PROTOCOL_TEXT];
	struct issue issue = {.record = {.what = WHAT_PROTOCOL_REMOVE,
				  .instance = instance_id(instance),
				  .protocol = protocol}};

	issue_begin_pending(&issue, action_wants_to_wait());
	issue_return(&issue,
	    instance_remove_protocol(instance, protocol_text(protocol, text),
		issue_done, issue.pending));
	place_forget_protocol(issue.record.instance, protocol);
	issue_end(&issue);
}

void
protocols_change(void)
{
	struct instance *instance = action_instance();
	uint32_t protocol;

	if (instance == NULL)
		return;
	protocol = place_protocol(instance_id(instance), action_random());
	if (protocol == 0)
		add_protocol(instance);
	else
		remove_protocol(instance, protocol);
	instance_release(instance);
}

void
protocol_look_up(netid_t id)
{
	char text[PROTOCOL_TEXT];
	struct issue issue = {
	    .record = {.what = WHAT_PROTOCOL_LOOKUP, .instance = id}};
	net_handle_t handle;

	issue.record.protocol = place_protocol(id, action_random());
	if (issue.record.protocol == 0)
		return;
	issue_begin(&issue);
	handle =
	    net_protocol_lookup(id, protocol_text(issue.record.protocol, text));
	issue_return(&issue, handle != NULL);
	if (handle != NULL)
		(void)net_protocol_release(handle);
}

void
protocols_look_up(void)
{
	struct instance *instance = action_instance();

	if (instance == NULL)
		return;
	protocol_look_up(instance_id(instance));
	instance_release(instance);
}

static void
change_done(void *arg, int error)
{
	completion_finish(arg, error);
}

/* Begins it; 0 or why not. over is finished in any case. */
static int
change_begin(
    int (*change)(struct instance *, const char *, core_done_fn, void *),
    struct instance *instance, const char *name, struct completion *over)
{
	int error;

	completion_init(over);
	error = change(instance, name, change_done, over);
	if (error != 0)
		completion_finish(over, error);
	return error;
}

/* The last thing that was asked for is what becomes of it. */
void
protocols_change_again(struct instance *instance)
{
	char text[PROTOCOL_TEXT];
	const char *name = protocol_text(action_new_protocol(), text);
	struct completion first, removed, added;
	net_handle_t handle;
	int error;

	(void)change_begin(instance_add_protocol, instance, name, &first);
	error = completion_wait(&first);
	oracle_expect(error == 0, "G8", "a protocol could not be added");
	error =
	    change_begin(instance_remove_protocol, instance, name, &removed);
	oracle_expect(error == 0, "G8", "a protocol could not be removed");
	error = change_begin(instance_add_protocol, instance, name, &added);
	oracle_expect(
	    error == 0, "G8", "a protocol was refused for one that is to go");
	(void)completion_wait(&removed);
	(void)completion_wait(&added);
	handle = net_protocol_lookup(instance_id(instance), name);
	oracle_expect(handle != NULL, "G8",
	    "a protocol that was removed and added again is not there");
	(void)net_protocol_release(handle);
	(void)change_begin(instance_remove_protocol, instance, name, &removed);
	(void)completion_wait(&removed);
}
