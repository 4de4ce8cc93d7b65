/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/atomic.h: the atomic operations of libc and the kernel, all sequentially
 * consistent, on the compiler's built-in ones.
 */
#ifndef NETINST_SOLARIS_SYS_ATOMIC_H
#define NETINST_SOLARIS_SYS_ATOMIC_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For one width: suffix of the names, its type, and that of a difference. */
#define NETINST_ATOMIC(suffix, type, delta_type)                               \
	static inline type atomic_add_##suffix##_nv(                           \
	    volatile type *target, delta_type delta)                           \
	{                                                                      \
		return __atomic_add_fetch(                                     \
		    target, (type)delta, __ATOMIC_SEQ_CST);                    \
	}                                                                      \
	static inline void atomic_add_##suffix(                                \
	    volatile type *target, delta_type delta)                           \
	{                                                                      \
		(void)atomic_add_##suffix##_nv(target, delta);                 \
	}                                                                      \
	static inline type atomic_inc_##suffix##_nv(volatile type *target)     \
	{                                                                      \
		return atomic_add_##suffix##_nv(target, 1);                    \
	}                                                                      \
	static inline void atomic_inc_##suffix(volatile type *target)          \
	{                                                                      \
		(void)atomic_add_##suffix##_nv(target, 1);                     \
	}                                                                      \
	static inline type atomic_dec_##suffix##_nv(volatile type *target)     \
	{                                                                      \
		return atomic_add_##suffix##_nv(target, -1);                   \
	}                                                                      \
	static inline void atomic_dec_##suffix(volatile type *target)          \
	{                                                                      \
		(void)atomic_add_##suffix##_nv(target, -1);                    \
	}                                                                      \
	static inline type atomic_and_##suffix##_nv(                           \
	    volatile type *target, type bits)                                  \
	{                                                                      \
		return __atomic_and_fetch(target, bits, __ATOMIC_SEQ_CST);     \
	}                                                                      \
	static inline void atomic_and_##suffix(                                \
	    volatile type *target, type bits)                                  \
	{                                                                      \
		(void)atomic_and_##suffix##_nv(target, bits);                  \
	}                                                                      \
	static inline type atomic_or_##suffix##_nv(                            \
	    volatile type *target, type bits)                                  \
	{                                                                      \
		return __atomic_or_fetch(target, bits, __ATOMIC_SEQ_CST);      \
	}                                                                      \
	static inline void atomic_or_##suffix(                                 \
	    volatile type *target, type bits)                                  \
	{                                                                      \
		(void)atomic_or_##suffix##_nv(target, bits);                   \
	}                                                                      \
	static inline type atomic_cas_##suffix(                                \
	    volatile type *target, type expected, type wanted)                 \
	{                                                                      \
		(void)__atomic_compare_exchange_n(target, &expected, wanted,   \
		    0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                    \
		return expected;                                               \
	}                                                                      \
	static inline type atomic_swap_##suffix(                               \
	    volatile type *target, type wanted)                                \
	{                                                                      \
		return __atomic_exchange_n(target, wanted, __ATOMIC_SEQ_CST);  \
	}

NETINST_ATOMIC(8, uint8_t, int8_t)
NETINST_ATOMIC(16, uint16_t, int16_t)
NETINST_ATOMIC(32, uint32_t, int32_t)
NETINST_ATOMIC(64, uint64_t, int64_t)
NETINST_ATOMIC(char, uchar_t, signed char)
NETINST_ATOMIC(uchar, uchar_t, signed char)
NETINST_ATOMIC(short, ushort_t, short)
NETINST_ATOMIC(ushort, ushort_t, short)
NETINST_ATOMIC(int, uint_t, int)
NETINST_ATOMIC(uint, uint_t, int)
NETINST_ATOMIC(long, ulong_t, long)
NETINST_ATOMIC(ulong, ulong_t, long)

#undef NETINST_ATOMIC

static inline void *
atomic_add_ptr_nv(volatile void *target, ssize_t delta)
{
	return (void *)__atomic_add_fetch(
	    (volatile uintptr_t *)target, (uintptr_t)delta, __ATOMIC_SEQ_CST);
}

static inline void
atomic_add_ptr(volatile void *target, ssize_t delta)
{
	(void)atomic_add_ptr_nv(target, delta);
}

static inline void *
atomic_cas_ptr(volatile void *target, void *expected, void *wanted)
{
	(void)__atomic_compare_exchange_n((void *volatile *)target, &expected,
	    wanted, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return expected;
}

static inline void *
atomic_swap_ptr(volatile void *target, void *wanted)
{
	return __atomic_exchange_n(
	    (void *volatile *)target, wanted, __ATOMIC_SEQ_CST);
}

/* 0, or -1: the bit is set already. */
static inline int
atomic_set_long_excl(volatile ulong_t *target, uint_t bit)
{
	ulong_t mask = 1UL << bit;

	return (__atomic_fetch_or(target, mask, __ATOMIC_SEQ_CST) & mask) != 0
		   ? -1
		   : 0;
}

/* 0, or -1: the bit is clear already. */
static inline int
atomic_clear_long_excl(volatile ulong_t *target, uint_t bit)
{
	ulong_t mask = 1UL << bit;

	return (__atomic_fetch_and(target, ~mask, __ATOMIC_SEQ_CST) & mask) != 0
		   ? 0
		   : -1;
}

static inline void
membar_enter(void)
{
	__sync_synchronize();
}

static inline void
membar_exit(void)
{
	__sync_synchronize();
}

static inline void
membar_producer(void)
{
	__sync_synchronize();
}

static inline void
membar_consumer(void)
{
	__sync_synchronize();
}

#ifdef __cplusplus
}
#endif

#endif
