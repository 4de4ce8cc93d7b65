/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/stream.h: message blocks, as packets consist of them.
 */
#ifndef NETINST_SOLARIS_SYS_STREAM_H
#define NETINST_SOLARIS_SYS_STREAM_H

#include <sys/types.h>

#include <netinst/packet.h>

/* How urgently allocb() is asked; not used. */
#define BPRI_LO	 1
#define BPRI_MED 2
#define BPRI_HI	 3

#endif
