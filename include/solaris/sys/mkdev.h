/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/mkdev.h: the parts of a device number, as the C library has them.
 */
#ifndef NETINST_SOLARIS_SYS_MKDEV_H
#define NETINST_SOLARIS_SYS_MKDEV_H

#include <sys/sysmacros.h>

#endif
