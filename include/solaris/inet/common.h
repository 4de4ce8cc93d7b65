/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inet/common.h: scalar types for code of the IP stack; see sys/types.h.
 */
#ifndef NETINST_SOLARIS_INET_COMMON_H
#define NETINST_SOLARIS_INET_COMMON_H

#include <sys/types.h>

#endif
