/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/ethernet.h: the header of Ethernet packets, as the C library has it.
 */
#ifndef NETINST_SOLARIS_SYS_ETHERNET_H
#define NETINST_SOLARIS_SYS_ETHERNET_H

#include <net/ethernet.h>

#endif
