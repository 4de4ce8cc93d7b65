/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.c: the examples of Solaris' document on "IP Instances" as a
 * plugin. What stands between the markers is the document's, to the letter and
 * in its own layout; all else is the declarations that it leaves to the reader.
 */
#include <stdlib.h>

#include <netinst/netinst.h>

#define KM_SLEEP 0

NETINST_PLUGIN(.name = "document", .version = "1.0.0",
    .summary = "the examples of the source document");

typedef struct mytype {
	netid_t instance_id;
} mytype_t;

static void mydestroy(const netid_t id, void *context);
static int mynewproto(hook_notify_cmd_t command, void *context,
    const char *netid, const char *none, const char *protocol);

static void *
kmem_alloc(size_t size, int flag)
{
	(void)flag;
	return malloc(size);
}

/* clang-format off */
/* --- from the document --- */
extern void *mycreate(const netid_t);

net_instance_t *n;
/* --- */

int
nin_load(const net_config_t *config)
{
	(void)config;
/* --- from the document --- */
n = net_instance_alloc(NETINFO_VERSION);
if (n != NULL) {
    n->nin_create = mycreate;
    n->nin_destroy = mydestroy;
    n->nin_name = "my module";
    if (net_instance_register(n) != 0)
        net_instance_free(n);
}
/* --- */
	return 0;
}

/* --- from the document --- */
void *
mycreate(const netid_t id)
{
    mytype_t *ctx;

    ctx = kmem_alloc(sizeof(*ctx), KM_SLEEP);
    ctx->instance_id = id;
    net_instance_notify_register(id, mynewproto, ctx);
    return (ctx);
}
/* --- */
/* clang-format on */

static int
mynewproto(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	const mytype_t *ctx = context;

	(void)none;
	net_log(NET_LOG_INFO, "mynewproto: %s %s on %s, context of %d",
	    command == HN_REGISTER ? "added" : "removed", protocol, netid,
	    ctx->instance_id);
	return 0;
}

static void
mydestroy(const netid_t id, void *context)
{
	const mytype_t *ctx = context;

	net_log(
	    NET_LOG_INFO, "mydestroy: %d, context of %d", id, ctx->instance_id);
	free(context);
}
