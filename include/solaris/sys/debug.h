/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/debug.h: assertions. VERIFY() and its like are always checked, ASSERT()
 * and its like where DEBUG is defined, as on Solaris; elsewhere they only count
 * as uses of what they name. One that fails is logged and ends the daemon.
 */
#ifndef NETINST_SOLARIS_SYS_DEBUG_H
#define NETINST_SOLARIS_SYS_DEBUG_H

#include <stdlib.h>
#include <sys/types.h>

#include <netinst/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline void __attribute__((noreturn))
netinst_assertion_failed(const char *condition, const char *file, int line)
{
	net_log(NET_LOG_ERROR, "assertion failed: %s, file: %s, line: %d",
	    condition, file, line);
	abort();
}

static inline void __attribute__((noreturn))
netinst_comparison_failed(const char *condition, unsigned long long left,
    unsigned long long right, const char *file, int line)
{
	net_log(NET_LOG_ERROR,
	    "assertion failed: %s (0x%llx against 0x%llx), file: %s, line: %d",
	    condition, left, right, file, line);
	abort();
}

#define VERIFY(condition)                                                      \
	((void)((condition) ||                                                 \
		(netinst_assertion_failed(#condition, __FILE__, __LINE__),     \
		    0)))

#define NETINST_VERIFY3(left, compare, right, type)                            \
	do {                                                                   \
		const type netinst_left = (type)(left);                        \
		const type netinst_right = (type)(right);                      \
		if (!(netinst_left compare netinst_right))                     \
			netinst_comparison_failed(#left " " #compare           \
							" " #right,            \
			    (unsigned long long)netinst_left,                  \
			    (unsigned long long)netinst_right, __FILE__,       \
			    __LINE__);                                         \
	} while (0)

#define VERIFY3S(left, compare, right)                                         \
	NETINST_VERIFY3(left, compare, right, int64_t)
#define VERIFY3U(left, compare, right)                                         \
	NETINST_VERIFY3(left, compare, right, uint64_t)
#define VERIFY3P(left, compare, right)                                         \
	NETINST_VERIFY3(left, compare, right, uintptr_t)
#define VERIFY3B(left, compare, right)                                         \
	NETINST_VERIFY3(left, compare, right, int)
#define VERIFY0(value) VERIFY3S(value, ==, 0)

#ifdef DEBUG
#define ASSERT(condition)	       VERIFY(condition)
#define ASSERT64(condition)	       VERIFY(condition)
#define ASSERT3S(left, compare, right) VERIFY3S(left, compare, right)
#define ASSERT3U(left, compare, right) VERIFY3U(left, compare, right)
#define ASSERT3P(left, compare, right) VERIFY3P(left, compare, right)
#define ASSERT3B(left, compare, right) VERIFY3B(left, compare, right)
#define ASSERT0(value)		       VERIFY0(value)
#else
#define ASSERT(condition)	       ((void)sizeof(!(condition)))
#define ASSERT64(condition)	       ASSERT(condition)
#define ASSERT3S(left, compare, right) ASSERT((left)compare(right))
#define ASSERT3U(left, compare, right) ASSERT((left)compare(right))
#define ASSERT3P(left, compare, right) ASSERT((left)compare(right))
#define ASSERT3B(left, compare, right) ASSERT((left)compare(right))
#define ASSERT0(value)		       ASSERT((value) == 0)
#endif

#define IMPLY(if_this, then_that)   ASSERT(!(if_this) || (then_that))
#define EQUIV(if_this, and_only_if) ASSERT(!(if_this) == !(and_only_if))
#define NETINST_PASTE_(left, right) left##right
#define NETINST_PASTE(left, right)  NETINST_PASTE_(left, right)
#define CTASSERT(condition)                                                    \
	extern char NETINST_PASTE(                                             \
	    netinst_ctassert_, __LINE__)[(condition) ? 1 : -1]

#ifdef __cplusplus
}
#endif

#endif
