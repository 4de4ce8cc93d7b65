/* SPDX-License-Identifier: Apache-2.0 */
/* sys/hook_event.h: what hooks get to see. */
#ifndef NETINST_SOLARIS_SYS_HOOK_EVENT_H
#define NETINST_SOLARIS_SYS_HOOK_EVENT_H

#include <sys/hook.h>
#include <sys/neti.h>

#include <netinst/packet.h>

#endif
