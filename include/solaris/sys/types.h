/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/types.h: the C library's, and the scalar types that Solaris has there
 * besides. Nothing here needs <netinst/types.h>, which may be what includes it.
 */
#ifndef NETINST_SOLARIS_SYS_TYPES_H
#define NETINST_SOLARIS_SYS_TYPES_H

#include_next <sys/types.h>

typedef long long longlong_t;
typedef unsigned long long u_longlong_t;
typedef long long offset_t;
typedef unsigned long pgcnt_t;
typedef unsigned int major_t;
typedef unsigned int minor_t;
typedef int processorid_t;
typedef void *timeout_id_t; /* of timeout(9F); NULL is none */

#include <netinst/types.h>

#endif
