/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrivals.c: the hook. It runs on the instance's strand, right where the link
 * comes or goes, so it needs no lock and reads nothing itself.
 */
#include "arrivals.h"

#include <string.h>

#include <netinst/interface.h>
#include <netinst/neti.h>

static int
hear(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_nic_event_t *event = (const hook_nic_event_t *)data;
	struct arrivals *arrivals = arg;
	int index = (int)event->hne_nic;

	(void)token;
	if (event->hne_event == NE_PLUMB)
		account_came(arrivals->account, index);
	if ((event->hne_event == NE_PLUMB &&
		!account_knows(arrivals->account, index, event->hne_data)) ||
	    (event->hne_event == NE_UNPLUMB &&
		account_left(arrivals->account, index)))
		arrivals->ask(arrivals->arg);
	return 0;
}

void
arrivals_follow(
    struct arrivals *arrivals, hook_notify_cmd_t command, const char *protocol)
{
	hook_t hook = {
	    .h_version = HOOK_VERSION,
	    .h_func = hear,
	    .h_name = "ipstat",
	    .h_arg = arrivals,
	};
	net_handle_t inet;

	if (strcmp(protocol, NHF_INET) != 0)
		return;
	inet = net_protocol_lookup(arrivals->account->id, protocol);
	if (inet == NULL)
		return;
	if (command == HN_REGISTER)
		(void)net_hook_register(inet, NH_NIC_EVENTS, &hook);
	else
		(void)net_hook_unregister(inet, NH_NIC_EVENTS, &hook);
	(void)net_protocol_release(inet);
}
