/* SPDX-License-Identifier: Apache-2.0 */
/* sys/byteorder.h: htons() and its like. */
#ifndef NETINST_SOLARIS_SYS_BYTEORDER_H
#define NETINST_SOLARIS_SYS_BYTEORDER_H

#include <arpa/inet.h>

#endif
