/* SPDX-License-Identifier: Apache-2.0 */
/* netinst.h: everything a plugin needs, in one include. */
#ifndef NETINST_NETINST_H
#define NETINST_NETINST_H

#include <netinst/hook.h>
#include <netinst/interface.h>
#include <netinst/kstat.h>
#include <netinst/neti.h>
#include <netinst/packet.h>
#include <netinst/plugin.h>
#include <netinst/sync.h>
#include <netinst/timeout.h>
#include <netinst/types.h>
#include <netinst/version.h>

#endif
