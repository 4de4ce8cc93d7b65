/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris_half_way.c: a Solaris module whose _init has registered callbacks, a
 * kstat, a hook and a timeout, and is installed, when it finds that it cannot
 * go on. It leaves everything as it is.
 */
#include <sys/types.h>
#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/modctl.h>
#include <sys/neti.h>
#include <sys/sunddi.h>

static struct modlmisc modlmisc = {&mod_miscops, "gives up half way"};

static struct modlinkage modlinkage = {MODREV_1, {&modlmisc, NULL}};

static char half_way_context;

static void *
half_way_create(const netid_t id)
{
	cmn_err(CE_CONT, "%d: create\n", id);
	return &half_way_context;
}

static void
half_way_destroy(const netid_t id, void *arg)
{
	(void)arg;
	cmn_err(CE_CONT, "%d: destroy\n", id);
}

static int
half_way_hook(hook_event_token_t token, hook_data_t data, void *arg)
{
	(void)token;
	(void)data;
	(void)arg;
	return 0;
}

static void
half_way_timeout(void *arg)
{
	(void)arg;
	cmn_err(CE_WARN, "a timeout of a module that is not there");
}

static int
half_way_leave_things(void)
{
	net_handle_t inet = net_protocol_lookup(GLOBAL_NETSTACKID, NHF_INET);
	hook_t hook = {.h_version = HOOK_VERSION,
	    .h_func = half_way_hook,
	    .h_name = "half_way"};
	kstat_t *kstat = net_kstat_create(GLOBAL_NETSTACKID, "solaris_half_way",
	    0, "left", "misc", KSTAT_TYPE_NAMED, 1, 0);

	if (inet == NULL || kstat == NULL)
		return ENOMEM;
	kstat_install(kstat);
	if (net_hook_register(inet, NH_PHYSICAL_IN, &hook) != 0)
		return ENXIO;
	(void)net_protocol_release(inet);
	if (timeout(half_way_timeout, NULL, drv_usectohz(50000)) == NULL)
		return EAGAIN;
	return 0;
}

int
_init(void)
{
	net_instance_t callbacks = {.nin_version = NETINFO_VERSION,
	    .nin_name = "half way",
	    .nin_create = half_way_create,
	    .nin_destroy = half_way_destroy};
	int error;

	if (net_instance_register(&callbacks) != DDI_SUCCESS)
		return ENOSPC;
	error = half_way_leave_things();
	if (error == 0)
		error = mod_install(&modlinkage);
	if (error == 0)
		error = EEXIST;
	return error;
}

int
_fini(void)
{
	cmn_err(CE_WARN, "_fini after an _init that failed");
	return mod_remove(&modlinkage);
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}
