/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c: owns the sums. They count what is about to be mapped, so that a load
 * is refused with the true reason before the kernel's limit stops anything
 * else.
 */
#include "plugin/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/lock.h"

#define MAPPINGS_FILE "/proc/sys/vm/max_map_count"
/* The kernel's default, for when that cannot be read. */
#define MAPPINGS_DEFAULT 65530

static struct {
	struct lock lock;
	struct plugins_kept now;
} kept = {.lock = LOCK_INITIALIZER(LOCK_PLUGINS)};

/* Half of what the kernel gives a process. */
static uint64_t
kept_mappings_max(void)
{
	uint64_t all = MAPPINGS_DEFAULT;
	FILE *file = fopen(MAPPINGS_FILE, "re");

	if (file != NULL && fscanf(file, "%" SCNu64, &all) != 1)
		all = MAPPINGS_DEFAULT;
	if (file != NULL)
		(void)fclose(file);
	return all / 2;
}

static int
kept_refuse(const struct plugins_kept *now, const char *path, bool mappings,
    struct refusal *refusal)
{
	(void)refusal_set(refusal, -ENOSPC,
	    mappings ? "restart netinstd, for code of plugins stays mapped, or "
		       "raise vm.max_map_count (sysctl)"
		     : "restart netinstd, for code of plugins stays in memory",
	    "%s cannot be mapped: the %" PRIu64 " loads since the start keep "
	    "%" PRIu64 " of at most %" PRIu64 " %s",
	    path, now->loads, mappings ? now->mappings : now->bytes,
	    mappings ? now->mappings_max : now->bytes_max,
	    mappings ? "mappings" : "bytes");
	return refusal_limit(
	    refusal, mappings ? now->mappings_max : now->bytes_max);
}

int
kept_add(uint64_t mappings, uint64_t bytes, const char *path,
    struct refusal *refusal)
{
	struct plugins_kept *now = &kept.now;
	uint64_t most = kept_mappings_max();
	int error = 0;

	lock_enter(&kept.lock);
	now->mappings_max = most;
	now->bytes_max = PLUGIN_KEPT_BYTES_MAX;
	if (mappings > most || now->mappings > most - mappings) {
		error = kept_refuse(now, path, true, refusal);
	} else if (bytes > now->bytes_max ||
		   now->bytes > now->bytes_max - bytes) {
		error = kept_refuse(now, path, false, refusal);
	} else {
		now->loads++;
		now->mappings += mappings;
		now->bytes += bytes;
	}
	lock_exit(&kept.lock);
	return error;
}

void
kept_remove(uint64_t mappings, uint64_t bytes)
{
	lock_enter(&kept.lock);
	kept.now.loads--;
	kept.now.mappings -= mappings;
	kept.now.bytes -= bytes;
	lock_exit(&kept.lock);
}

void
plugins_read_kept(struct plugins_kept *now)
{
	uint64_t most = kept_mappings_max();

	lock_enter(&kept.lock);
	*now = kept.now;
	lock_exit(&kept.lock);
	now->mappings_max = most;
	now->bytes_max = PLUGIN_KEPT_BYTES_MAX;
}
