/* SPDX-License-Identifier: Apache-2.0 */
/* plugin_reply.h: plugins as they are shown to clients. Loop thread. */
#ifndef NETINST_CTL_PLUGIN_REPLY_H
#define NETINST_CTL_PLUGIN_REPLY_H

#include "ctl/serve/rpc.h"

/* Answers with the plugin of that name, or that there is none. */
const struct rpc_answered *plugin_reply(
    struct rpc_call *call, const char *name);

#endif
