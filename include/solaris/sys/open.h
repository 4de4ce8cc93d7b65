/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/open.h: how a device is opened; there are none, so this is never seen.
 */
#ifndef NETINST_SOLARIS_SYS_OPEN_H
#define NETINST_SOLARIS_SYS_OPEN_H

#define OTYP_BLK 0
#define OTYP_CHR 2
#define OTYP_LYR 4

#endif
