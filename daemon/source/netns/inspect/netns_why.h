/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_why.h: why an instance's namespace is still alive. The answer comes
 * from the jobs' thread; concurrent queries about one instance are coalesced
 * until the walk for them begins.
 */
#ifndef NETINST_SOURCE_NETNS_WHY_H
#define NETINST_SOURCE_NETNS_WHY_H

#include "core/object/instance.h"
#include "source/netns/inspect/netns_job.h"
#include "source/netns/inspect/netns_holders.h"

/* Gets a reference. Jobs' thread, once for each question. */
typedef void (*netns_why_fn)(void *arg, struct netns_holders *holders);

/*
 * -ENOTSUP: the instance is no namespace. Another negative errno: as of
 * netns_job_post(). Loop thread.
 */
int netns_why_ask(struct instance *instance, const struct netns_asker *by,
    netns_why_fn answer, void *arg);

#endif
