/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_reply.h: interfaces and routes as they are shown to clients. Loop
 * thread; may be called under an instance's lock.
 */
#ifndef NETINST_CTL_NIC_REPLY_H
#define NETINST_CTL_NIC_REPLY_H

#include "core/interface/interface.h"
#include "lib/emit.h"

/* Write an object, as an element of an array or as a whole result. */
void nic_reply_write(struct buffer *out, const struct interface_view *view);
void nic_reply_route(struct buffer *out, const struct interface_route *route);

#endif
