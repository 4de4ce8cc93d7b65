/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris_minimal.c: the smallest Solaris module there can be: one hook on the
 * packets that come in on the global instance, without a word about plugins.
 */
#include <sys/types.h>
#include <sys/cmn_err.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/hook_event.h>
#include <sys/modctl.h>
#include <sys/neti.h>

static hook_t *minimal_hook;
static net_handle_t minimal_inet;

static struct modlmisc modlmisc = {&mod_miscops, "the smallest module"};

static struct modlinkage modlinkage = {MODREV_1, {&modlmisc, NULL}};

static int
minimal_in(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_event_t *packet = (const hook_pkt_event_t *)data;

	(void)token;
	(void)arg;
	cmn_err(CE_CONT, "!%zu bytes came in on %d\n",
	    msgdsize(*packet->hpe_mp), (int)packet->hpe_ifp);
	return 0;
}

int
_init(void)
{
	int error;

	minimal_inet =
	    net_protocol_lookup(net_zoneidtonetid(GLOBAL_ZONEID), NHF_INET);
	if (minimal_inet == NULL)
		return ENXIO;
	HOOK_INIT(minimal_hook, minimal_in, "minimal_in", NULL);
	error = net_hook_register(minimal_inet, NH_PHYSICAL_IN, minimal_hook);
	if (error == 0)
		error = mod_install(&modlinkage);
	if (error != 0) {
		(void)net_protocol_release(minimal_inet);
		hook_free(minimal_hook);
	}
	return error;
}

int
_fini(void)
{
	int error = mod_remove(&modlinkage);

	if (error != 0)
		return error;
	(void)net_hook_unregister(minimal_inet, NH_PHYSICAL_IN, minimal_hook);
	(void)net_protocol_release(minimal_inet);
	hook_free(minimal_hook);
	return 0;
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}
