/* SPDX-License-Identifier: Apache-2.0 */
/* protocols.c: protocols that sources add and remove. Owns nothing. */
#include "protocols.h"

#include "actions.h"
#include "faces.h"
#include "issue.h"
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
