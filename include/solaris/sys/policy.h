/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/policy.h: what credentials allow. There are none, so they allow nothing.
 */
#ifndef NETINST_SOLARIS_SYS_POLICY_H
#define NETINST_SOLARIS_SYS_POLICY_H

#include <errno.h>
#include <sys/cred.h>

static inline int
secpolicy_net_config(const cred_t *credentials, boolean_t check_only)
{
	(void)credentials;
	(void)check_only;
	return EPERM;
}

static inline int
secpolicy_ip_config(const cred_t *credentials, boolean_t check_only)
{
	return secpolicy_net_config(credentials, check_only);
}

#endif
