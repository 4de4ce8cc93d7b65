/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/sdt.h: static probes, of which none is ever enabled. Their arguments are
 * checked and count as used, but are not evaluated.
 */
#ifndef NETINST_SOLARIS_SYS_SDT_H
#define NETINST_SOLARIS_SYS_SDT_H

#include <stdint.h>

#define NETINST_PROBE_ARG(value) ((void)sizeof((uintptr_t)(value)))

#define DTRACE_PROBE(name)	    ((void)0)
#define DTRACE_PROBE1(name, t1, a1) NETINST_PROBE_ARG(a1)
#define DTRACE_PROBE2(name, t1, a1, t2, a2)                                    \
	(NETINST_PROBE_ARG(a1), NETINST_PROBE_ARG(a2))
#define DTRACE_PROBE3(name, t1, a1, t2, a2, t3, a3)                            \
	(DTRACE_PROBE2(name, t1, a1, t2, a2), NETINST_PROBE_ARG(a3))
#define DTRACE_PROBE4(name, t1, a1, t2, a2, t3, a3, t4, a4)                    \
	(DTRACE_PROBE3(name, t1, a1, t2, a2, t3, a3), NETINST_PROBE_ARG(a4))
#define DTRACE_PROBE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5)            \
	(DTRACE_PROBE4(name, t1, a1, t2, a2, t3, a3, t4, a4),                  \
	    NETINST_PROBE_ARG(a5))
#define DTRACE_PROBE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6)    \
	(DTRACE_PROBE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5),          \
	    NETINST_PROBE_ARG(a6))
#define DTRACE_PROBE7(                                                         \
    name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6, t7, a7)              \
	(DTRACE_PROBE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6),  \
	    NETINST_PROBE_ARG(a7))
#define DTRACE_PROBE8(                                                         \
    name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6, t7, a7, t8, a8)      \
	(DTRACE_PROBE7(                                                        \
	     name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6, t7, a7),    \
	    NETINST_PROBE_ARG(a8))

#endif
