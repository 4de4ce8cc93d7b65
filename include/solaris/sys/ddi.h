/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/ddi.h: ticks, naps and timeouts; see sys/systm.h.
 */
#ifndef NETINST_SOLARIS_SYS_DDI_H
#define NETINST_SOLARIS_SYS_DDI_H

#include <sys/systm.h>

#endif
