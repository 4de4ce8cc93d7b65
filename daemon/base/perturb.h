/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perturb.h: builds with NETINST_PERTURB ask here, wherever threads meet,
 * whether the calling one is to be delayed: before each lock is entered and
 * after it is left, around conditions and completions, before each job of a
 * strand, after each atomic operation and each allocation. Nearly always it is
 * not. So schedules come about that a machine shows once in a million runs, or
 * never.
 *
 * A delay is a yield, some spinning, a sleep of at most 200 us, or, for one
 * thread at a time, a hold of milliseconds. Each thread delays at a few places
 * only, which change now and then, as does its pace: so some threads run far
 * ahead of others (the idea of PCT: random priorities with points where they
 * change).
 *
 * All of it is decided by the seed: NETINST_SEED, which tests/run prints, or
 * one that is chosen, and then printed at the start. What a thread decides is a
 * function of that, of its place in the tree of threads, and of what it did
 * before. The kernel's own choices are not repeated.
 *
 * Such a build includes this file before everything else (-include), so that
 * it finds every atomic operation and every new thread by itself. gcc only.
 * In all other builds nothing is left of this.
 */
#ifndef NETINST_BASE_PERTURB_H
#define NETINST_BASE_PERTURB_H

#include <stdint.h>

#ifdef NETINST_PERTURB
#include <pthread.h>
#include <stdatomic.h>

/* Perhaps delays the caller; keeps errno. */
void perturb(void);
/* The same, as if it were asked at that address. */
void perturb_at(const void *site);

uint64_t perturb_seed(void);

/* A digest of all that the calling thread has decided so far. */
uint64_t perturb_decided(void);

int perturb_create_thread(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*body)(void *), void *arg);
#define pthread_create(thread, attributes, body, arg)                          \
	perturb_create_thread(thread, attributes, body, arg)

#undef atomic_load_explicit
#define atomic_load_explicit(object, order)                                    \
	__extension__({                                                        \
		__auto_type perturbed_object = (object);                       \
		__typeof__((void)0, *perturbed_object) perturbed_value;        \
		__atomic_load(perturbed_object, &perturbed_value, (order));    \
		perturb();                                                     \
		perturbed_value;                                               \
	})
#undef atomic_store_explicit
#define atomic_store_explicit(object, value, order)                            \
	__extension__({                                                        \
		__auto_type perturbed_object = (object);                       \
		__typeof__((void)0, *perturbed_object) perturbed_value =       \
		    (value);                                                   \
		__atomic_store(perturbed_object, &perturbed_value, (order));   \
		perturb();                                                     \
	})
#undef atomic_exchange_explicit
#define atomic_exchange_explicit(object, value, order)                         \
	__extension__({                                                        \
		__auto_type perturbed_object = (object);                       \
		__typeof__((void)0, *perturbed_object) perturbed_value =       \
		    (value);                                                   \
		__typeof__((void)0, *perturbed_object) perturbed_before;       \
		__atomic_exchange(perturbed_object, &perturbed_value,          \
		    &perturbed_before, (order));                               \
		perturb();                                                     \
		perturbed_before;                                              \
	})

#define PERTURB_EXCHANGE(object, expected, value, weak, good, bad)             \
	__extension__({                                                        \
		__auto_type perturbed_object = (object);                       \
		__typeof__((void)0, *perturbed_object) perturbed_value =       \
		    (value);                                                   \
		_Bool perturbed_done =                                         \
		    __atomic_compare_exchange(perturbed_object, (expected),    \
			&perturbed_value, (weak), (good), (bad));              \
		perturb();                                                     \
		perturbed_done;                                                \
	})
#undef atomic_compare_exchange_strong_explicit
#define atomic_compare_exchange_strong_explicit(                               \
    object, expected, value, good, bad)                                        \
	PERTURB_EXCHANGE(object, expected, value, 0, good, bad)
#undef atomic_compare_exchange_weak_explicit
#define atomic_compare_exchange_weak_explicit(                                 \
    object, expected, value, good, bad)                                        \
	PERTURB_EXCHANGE(object, expected, value, 1, good, bad)

#define PERTURB_FETCH(operation, object, value, order)                         \
	__extension__({                                                        \
		__auto_type perturbed_before =                                 \
		    operation((object), (value), (order));                     \
		perturb();                                                     \
		perturbed_before;                                              \
	})
#undef atomic_fetch_add_explicit
#define atomic_fetch_add_explicit(object, value, order)                        \
	PERTURB_FETCH(__atomic_fetch_add, object, value, order)
#undef atomic_fetch_sub_explicit
#define atomic_fetch_sub_explicit(object, value, order)                        \
	PERTURB_FETCH(__atomic_fetch_sub, object, value, order)
#undef atomic_fetch_and_explicit
#define atomic_fetch_and_explicit(object, value, order)                        \
	PERTURB_FETCH(__atomic_fetch_and, object, value, order)
#undef atomic_fetch_or_explicit
#define atomic_fetch_or_explicit(object, value, order)                         \
	PERTURB_FETCH(__atomic_fetch_or, object, value, order)

#undef atomic_fetch_add
#define atomic_fetch_add(object, value)                                        \
	atomic_fetch_add_explicit(object, value, memory_order_seq_cst)
#undef atomic_fetch_sub
#define atomic_fetch_sub(object, value)                                        \
	atomic_fetch_sub_explicit(object, value, memory_order_seq_cst)
#undef atomic_fetch_and
#define atomic_fetch_and(object, value)                                        \
	atomic_fetch_and_explicit(object, value, memory_order_seq_cst)
#undef atomic_fetch_or
#define atomic_fetch_or(object, value)                                         \
	atomic_fetch_or_explicit(object, value, memory_order_seq_cst)

#else
static inline void
perturb(void)
{
}

static inline void
perturb_at(const void *site)
{
	(void)site;
}

/* 1: the seed of whoever has none. */
static inline uint64_t
perturb_seed(void)
{
	return 1;
}

static inline uint64_t
perturb_decided(void)
{
	return 0;
}
#endif

#endif
