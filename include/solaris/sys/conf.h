/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/conf.h: tables of drivers, without devices; see sys/devops.h.
 */
#ifndef NETINST_SOLARIS_SYS_CONF_H
#define NETINST_SOLARIS_SYS_CONF_H

#include <sys/devops.h>
#include <sys/systm.h>

#endif
