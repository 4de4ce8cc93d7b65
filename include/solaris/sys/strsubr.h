/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/strsubr.h: message blocks; see sys/stream.h.
 */
#ifndef NETINST_SOLARIS_SYS_STRSUBR_H
#define NETINST_SOLARIS_SYS_STRSUBR_H

#include <sys/stream.h>

#endif
