/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_read.h: reading the statistics of an instance, its own and those that
 * visit it (kstat_zone_add()). Any thread.
 */
#ifndef NETINST_CORE_KSTAT_READ_H
#define NETINST_CORE_KSTAT_READ_H

#include <stdbool.h>
#include <stddef.h>

#include <netinst/kstat.h>

#include "core/core.h"
#include "core/object/instance.h"

/* One kstat as it was at one moment; owned by its batch. */
struct kstat_snapshot {
	char module[KSTAT_STRLEN], name[KSTAT_STRLEN], class[KSTAT_STRLEN];
	uchar_t type; /* KSTAT_TYPE_RAW, ... */
	int instance;
	kid_t kid;
	int error; /* of ks_update, an errno; then there is no data */
	hrtime_t crtime, snaptime;
	uint_t count; /* of what data has: for raw, bytes */
	union {
		void *data; /* one piece of memory, or NULL */
		uchar_t *raw;
		kstat_named_t *named; /* STRING values point into the memory */
		kstat_intr_t *intr;
		kstat_io_t *io;
		kstat_timer_t *timers;
	};
};

struct kstat_batch {
	struct kstat_snapshot *list;
	size_t count;
	bool more; /* the limit was reached: go on after the last kid */
};

/* Which kstats to read. Any thread, under the instance's lock; no calls back.
 */
typedef bool (*kstat_match_fn)(void *arg, const kstat_t *kstat);

/*
 * Reads up to limit of an instance's installed kstats whose kid is above
 * after, in the order of their making. Returns 0 when batch is filled (done is
 * not called), or -EINPROGRESS: plugin code has to run for it, so it is read
 * on the instance's strand and done is called then; a hung callback there
 * delays it. match and batch stay until then. kstat_batch_free() in any case.
 */
int kstat_read(struct instance *instance, kid_t after, size_t limit,
    kstat_match_fn match, void *match_arg, struct kstat_batch *batch,
    core_done_fn done, void *arg);
void kstat_batch_free(struct kstat_batch *batch);

void kstat_snapshot_free(struct kstat_snapshot *snapshot);

#endif
