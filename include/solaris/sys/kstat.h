/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/kstat.h: statistics, as the framework has them.
 */
#ifndef NETINST_SOLARIS_SYS_KSTAT_H
#define NETINST_SOLARIS_SYS_KSTAT_H

#include <sys/types.h>

#include <netinst/kstat.h>

#endif
