/* SPDX-License-Identifier: Apache-2.0 */
/* sys/hook.h: hooks, and the notification callbacks around them. */
#ifndef NETINST_SOLARIS_SYS_HOOK_H
#define NETINST_SOLARIS_SYS_HOOK_H

#include <sys/queue.h>
#include <sys/types.h>

#include <netinst/hook.h>

#endif
