/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callbacks.c: what the module does: it registers, and says what it hears of
 * instances.
 */
#include "many.h"

#include <sys/cmn_err.h>
#include <sys/kmem.h>
#include <sys/neti.h>
#include <sys/netstack.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>

static net_instance_t *many_instance;

static void *
many_create(const netid_t id)
{
	netid_t *context = kmem_alloc(sizeof(*context), KM_SLEEP);

	*context = id;
	zcmn_err(net_getzoneidbynetid(id), CE_NOTE, "create at %d Hz", hz);
	return context;
}

static void
many_destroy(const netid_t id, void *context)
{
	cmn_err(CE_WARN, "%d: destroy, at the end of the stack of zone %d", id,
	    net_getzoneidbynetid(id));
	kmem_free(context, sizeof(netid_t));
}

int
many_start(void)
{
	many_instance = net_instance_alloc(NETINFO_VERSION);
	if (many_instance == NULL)
		return ENOMEM;
	many_instance->nin_name = "many";
	many_instance->nin_create = many_create;
	many_instance->nin_destroy = many_destroy;
	if (net_instance_register(many_instance) == DDI_SUCCESS)
		return 0;
	net_instance_free(many_instance);
	return EEXIST;
}

void
many_stop(void)
{
	(void)net_instance_unregister(many_instance);
	net_instance_free(many_instance);
}
