/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/inttypes.h: integers of given widths, as the C library has them.
 */
#ifndef NETINST_SOLARIS_SYS_INTTYPES_H
#define NETINST_SOLARIS_SYS_INTTYPES_H

#include <inttypes.h>

#endif
