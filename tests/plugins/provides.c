/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provides.c: what only plugins can give an instance: a protocol of their own,
 * "video", and a kstat, "gated", that is up to date only after plugin code has
 * run for it. On the instance of gate.h that code does not come back, the first
 * time it is called.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "gate.h"

NETINST_PLUGIN(.name = "provides", .version = "1.0.0",
    .summary = "a protocol, and a kstat that needs the plugin's help");

struct context {
	netid_t id;
	net_handle_t protocol;
	kstat_t *kstat;
};

static atomic_flag hung = ATOMIC_FLAG_INIT;

static int
update(kstat_t *kstat, int rw)
{
	const struct context *context = kstat->ks_private;

	if (context->id == gate_instance && !atomic_flag_test_and_set(&hung))
		gate_wait();
	kstat_named_add_u64(KSTAT_NAMED_PTR(kstat), 1);
	return 0;
}

int
nin_load(const net_config_t *config)
{
	gate_configure(config);
	return 0;
}

void *
nin_create(const netid_t id)
{
	static const net_protocol_t video = {
	    .netp_version = NETINFO_VERSION, .netp_name = "video"};
	static char module[] = "provides", name[] = "gated", class[] = "test";
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->id = id;
	context->protocol = net_protocol_register(id, &video);
	context->kstat = net_kstat_create(
	    id, module, 0, name, class, KSTAT_TYPE_NAMED, 1, 0);
	if (context->kstat == NULL)
		return context;
	kstat_named_init(
	    KSTAT_NAMED_PTR(context->kstat), "updates", KSTAT_DATA_UINT64);
	context->kstat->ks_private = context;
	context->kstat->ks_update = update;
	kstat_install(context->kstat);
	return context;
}

void
nin_shutdown(const netid_t id, void *pointer)
{
	struct context *context = pointer;

	net_kstat_delete(id, context->kstat);
	if (context->protocol != NULL)
		(void)net_protocol_unregister(context->protocol);
}

void
nin_destroy(const netid_t id, void *pointer)
{
	free(pointer);
}
