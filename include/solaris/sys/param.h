/* SPDX-License-Identifier: Apache-2.0 */
/* sys/param.h: the C library's, and the limits that Solaris has besides. */
#ifndef NETINST_SOLARIS_SYS_PARAM_H
#define NETINST_SOLARIS_SYS_PARAM_H

#include_next <sys/param.h>

#ifndef MAXNAMELEN
#define MAXNAMELEN 256 /* bytes of a name, with its NUL */
#endif

#endif
