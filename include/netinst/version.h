/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h: the three numbers that age separately: the product, the binary
 * interface between daemon and plugins, and the control protocol.
 */
#ifndef NETINST_VERSION_H
#define NETINST_VERSION_H

#define NETINST_VERSION_MAJOR 0
#define NETINST_VERSION_MINOR 1
#define NETINST_VERSION_PATCH 0
#define NETINST_VERSION	      "0.1.0"

/*
 * A plugin loads when its major number equals the daemon's and its minor
 * number is not above the daemon's.
 */
#define NETINST_ABI_MAJOR 1
#define NETINST_ABI_MINOR 2

/* The control protocol; it rises only when an old client would break. */
#define NETINST_PROTOCOL 1

#endif
