/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/strsun.h: the size of message blocks; see sys/stream.h.
 */
#ifndef NETINST_SOLARIS_SYS_STRSUN_H
#define NETINST_SOLARIS_SYS_STRSUN_H

#include <sys/stream.h>

#endif
