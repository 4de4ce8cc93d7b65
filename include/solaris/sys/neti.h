/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/neti.h: instances of IP and their protocols. Besides, names and numbers
 * that only code for Solaris itself uses: nothing here has those states.
 */
#ifndef NETINST_SOLARIS_SYS_NETI_H
#define NETINST_SOLARIS_SYS_NETI_H

#include <netinet/in.h>
#include <sys/types.h>

#include <netinst/kstat.h>
#include <netinst/neti.h>

/* Protocols of one distribution; no instance here has them. */
#define NHF_VND_INET  "NHF_VND_INET"
#define NHF_VND_INET6 "NHF_VND_INET6"
#define NHF_VIONA     "NHF_VIONA"
#define Hn_VIONA      "viona_inet"

/* Between the id of an address, from 0, and a lif_if_t, from 1. */
#define MAP_IPIF_ID(x)	 ((x) + 1)
#define UNMAP_IPIF_ID(x) (((x) > 0) ? (x)-1 : (x))

/* Of one registrant on one instance. */
#define NSS_CREATE_NEEDED	0x0001
#define NSS_CREATE_INPROGRESS	0x0002
#define NSS_CREATE_COMPLETED	0x0004
#define NSS_SHUTDOWN_NEEDED	0x0010
#define NSS_SHUTDOWN_INPROGRESS 0x0020
#define NSS_SHUTDOWN_COMPLETED	0x0040
#define NSS_DESTROY_NEEDED	0x0100
#define NSS_DESTROY_INPROGRESS	0x0200
#define NSS_DESTROY_COMPLETED	0x0400

#define NSS_CREATE_ALL                                                         \
	(NSS_CREATE_NEEDED | NSS_CREATE_INPROGRESS | NSS_CREATE_COMPLETED)
#define NSS_SHUTDOWN_ALL                                                       \
	(NSS_SHUTDOWN_NEEDED | NSS_SHUTDOWN_INPROGRESS | NSS_SHUTDOWN_COMPLETED)
#define NSS_DESTROY_ALL                                                        \
	(NSS_DESTROY_NEEDED | NSS_DESTROY_INPROGRESS | NSS_DESTROY_COMPLETED)
#define NSS_ALL_INPROGRESS                                                     \
	(NSS_CREATE_INPROGRESS | NSS_SHUTDOWN_INPROGRESS |                     \
	    NSS_DESTROY_INPROGRESS)

/* Of an instance. */
#define NSF_UNINIT	  0x01
#define NSF_CLOSING	  0x02
#define NSF_ZONE_CREATE	  0x04
#define NSF_ZONE_SHUTDOWN 0x08
#define NSF_ZONE_DESTROY  0x10

#endif
