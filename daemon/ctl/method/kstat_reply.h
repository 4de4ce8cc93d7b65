/* SPDX-License-Identifier: Apache-2.0 */
/* kstat_reply.h: kstats as they are shown to clients. Loop thread. */
#ifndef NETINST_CTL_KSTAT_REPLY_H
#define NETINST_CTL_KSTAT_REPLY_H

#include "core/kstat/kstat_item.h"
#include "core/kstat/kstat_read.h"
#include "core/object/instance.h"
#include "lib/buffer.h"

/* Opens a kstat of an instance, up to the array of its statistics. */
void kstat_reply_begin(struct buffer *out, const struct instance *instance,
    const struct kstat_snapshot *snapshot);
void kstat_reply_statistic(struct buffer *out, const struct kstat_item *item);
void kstat_reply_end(struct buffer *out);

/* The kstats of an instance could not be read in time. */
void kstat_reply_unavailable(
    struct buffer *out, const struct instance *instance);

#endif
