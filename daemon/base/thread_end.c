/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_end.c: a key of the thread library, used for nothing but its
 * destructor.
 */
#include "base/thread_end.h"

#include "base/check.h"

void
thread_end_init(struct thread_end *end, void (*ends)(void *arg))
{
	if (end->made)
		return;
	ASSERT(pthread_key_create(&end->key, ends) == 0);
	end->made = true;
}

void
thread_end_set(const struct thread_end *end, void *arg)
{
	ASSERT(end->made);
	ASSERT(pthread_setspecific(end->key, arg) == 0);
}
