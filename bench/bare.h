/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bare.h: the least that a framework could do for a callback: two pairs of
 * mutex lock and unlock, a context from malloc, an insertion into a hash table
 * by id, a call through a pointer. One thread.
 */
#ifndef NETINST_BENCH_BARE_H
#define NETINST_BENCH_BARE_H

#include <stddef.h>

#include <netinst/neti.h>

/* Calls create for the ids from 0 on. */
void bare_run(size_t count, void *(*create)(const netid_t));

/*
 * Frees the contexts. The table keeps its buckets, as that of a daemon that
 * runs for long would.
 */
void bare_clear(void);

#endif
