/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stub_pool.h: a pool (exec/pool.h) without threads: strands that can run wait
 * until the test says which one goes on, and then it runs one job.
 */
#ifndef MODEL_STUB_POOL_H
#define MODEL_STUB_POOL_H

#define STUB_STRANDS 4

struct strand;

/* The strand of that instance, if it can run, or NULL. */
struct strand *stub_pool_strand(int instance);

/* Runs one job of it. */
void stub_pool_run(int instance);

/* Puts the jobs of a strand that is not idle and does not run in one queue. */
void stub_pool_tidy(struct strand *strand);

#endif
