/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/ctype.h: classes of characters, as the C library has them.
 */
#ifndef NETINST_SOLARIS_SYS_CTYPE_H
#define NETINST_SOLARIS_SYS_CTYPE_H

#include <ctype.h>

#endif
