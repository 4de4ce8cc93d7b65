/* SPDX-License-Identifier: Apache-2.0 */
/*
 * static.h: looks at a plugin's file without running any of it. Parent, main
 * thread.
 */
#ifndef NETINST_CHECK_STATIC_H
#define NETINST_CHECK_STATIC_H

#include "check/parent/check.h"
#include "check/parent/findings.h"
#include "plugin/refusal.h"

enum static_result {
	STATIC_GO_ON,	  /* it can be loaded, as far as one sees */
	STATIC_STOP,	  /* no daemon would load it; found out why */
	STATIC_CANNOT_RUN /* there is no such file, or the like: the refusal */
};

enum static_result static_check(const struct check_request *request,
    struct findings *findings, struct refusal *refusal);

#endif
