/* SPDX-License-Identifier: Apache-2.0 */
/* sys/cred.h: credentials, which nobody here has: names only. */
#ifndef NETINST_SOLARIS_SYS_CRED_H
#define NETINST_SOLARIS_SYS_CRED_H

#include <sys/types.h>

typedef struct cred cred_t;

#endif
