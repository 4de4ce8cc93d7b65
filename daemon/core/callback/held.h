/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h: private to core/: what the calling thread holds while it is in plugin
 * code that may not come back to it: that ends the thread, or jumps out. As
 * little as a few stores.
 */
#ifndef NETINST_CORE_HELD_H
#define NETINST_CORE_HELD_H

/* Of each thread; what is held further in is lost with what jumps out of it. */
#define HELD_MAX 16

typedef void (*held_fn)(void *first, void *second);

void held_init(void);

/* Until held_remove(), which belongs to the newest, give_back is owed. */
void held_add(held_fn give_back, void *first, void *second);
void held_remove(void);

/* How many there are. */
extern _Thread_local unsigned held_depth;
/*
 * Gives back those that are more, newest first. What a thread holds at its end
 * is given back, too.
 */
void held_give_back(unsigned depth);

#endif
