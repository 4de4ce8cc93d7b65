/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types.h: the scalar types and constants that the other headers share, with
 * their documented names and widths.
 */
#ifndef NETINST_TYPES_H
#define NETINST_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned char uchar_t;
typedef unsigned short ushort_t;
typedef unsigned int uint_t;
typedef unsigned long ulong_t;
typedef enum boolean { B_FALSE = 0, B_TRUE = 1 } boolean_t;
typedef int64_t hrtime_t; /* nanoseconds of the monotonic clock */

typedef int netid_t; /* -1 is none, 0 the global instance; never reused */
typedef int netstackid_t;
typedef int zoneid_t;
typedef uintptr_t phy_if_t; /* an interface: its index; 0 is none */
typedef intptr_t lif_if_t;  /* an address of one: from 1; 0 is none */
typedef uintptr_t net_ifdata_t;

/* A protocol of an instance. */
typedef struct net_data *net_handle_t;
typedef struct net_data net_data_t; /* the man pages' spelling */
typedef lif_if_t net_if_t;	    /* likewise */

/* A packet, or a part of one: mblk.h. */
typedef struct msgb mblk_t;

#define DDI_SUCCESS   0
#define DDI_FAILURE   (-1)
#define GLOBAL_ZONEID 0
#define ALL_ZONES     (-1)

#define GLOBAL_NETSTACKID 0

#ifdef __cplusplus
}
#endif

#endif
