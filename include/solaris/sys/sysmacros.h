/* SPDX-License-Identifier: Apache-2.0 */
/* sys/sysmacros.h: the C library's, and the arithmetic of Solaris. */
#ifndef NETINST_SOLARIS_SYS_SYSMACROS_H
#define NETINST_SOLARIS_SYS_SYSMACROS_H

#include_next <sys/sysmacros.h>

#include <stddef.h>
#include <sys/param.h>

#ifndef ABS
#define ABS(a) ((a) < 0 ? -(a) : (a))
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#define SIGNOF(a) ((a) < 0 ? -1 : (a) > 0)
#define ISP2(x)	  (((x) & ((x)-1)) == 0)

/* align is a power of two. */
#define IS_P2ALIGNED(v, align)                                                 \
	((((uintptr_t)(v)) & ((uintptr_t)(align)-1)) == 0)
#define P2ALIGN(x, align)   ((x) & -(align))
#define P2PHASE(x, align)   ((x) & ((align)-1))
#define P2NPHASE(x, align)  (-(x) & ((align)-1))
#define P2ROUNDUP(x, align) (-(-(x) & -(align)))
#define P2END(x, align)	    (-(~(x) & -(align)))

#endif
