/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h: the kstats of the ordering test: they are made, filled, installed,
 * shown elsewhere and deleted, while others read, write and hold them. They
 * belong to an instance that is there as long as the epoch. Any thread, outside
 * of callbacks; each function does one random thing.
 */
#ifndef MODEL_STATS_H
#define MODEL_STATS_H

#include "core/object/instance.h"

/* home: where they are; guest: where they are also shown. Borrowed. */
void stats_open(struct instance *home, struct instance *guest);
/* Deletes them all; nothing else is under way. */
void stats_close(void);

/* Makes one, or shows it elsewhere, or deletes it. */
void stats_change(void);
/* Asks for one whose name is taken. */
void stats_rival(void);
/* Reads all that can be seen in one of the two. */
void stats_read(void);
void stats_write(void);
/* Holds one for a moment, found by its kid. */
void stats_hold(void);

#endif
