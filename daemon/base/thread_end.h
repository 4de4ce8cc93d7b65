/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_end.h: something to do when a thread ends, any thread: for what is
 * kept of each thread, and is wanted back.
 */
#ifndef NETINST_BASE_THREAD_END_H
#define NETINST_BASE_THREAD_END_H

#include <pthread.h>
#include <stdbool.h>

struct thread_end {
	pthread_key_t key;
	bool made;
};

/*
 * ends: called on each thread, as its last, that has called thread_end_set().
 * It stays for the life of the process; called again, this does nothing. One
 * thread at a time.
 */
void thread_end_init(struct thread_end *end, void (*ends)(void *arg));

/* For the calling thread, once; arg is not NULL. */
void thread_end_set(const struct thread_end *end, void *arg);

#endif
