/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/cred.h: credentials, which nobody here has: no entry point that gets some
 * is ever called.
 */
#ifndef NETINST_SOLARIS_SYS_CRED_H
#define NETINST_SOLARIS_SYS_CRED_H

#include <sys/types.h>

typedef struct cred cred_t;

static inline zoneid_t
crgetzoneid(const cred_t *credentials)
{
	(void)credentials;
	return GLOBAL_ZONEID;
}

#endif
