/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface.h: the interfaces of an instance, asked for through a protocol's
 * handle; sending and receiving packets of one's own; and the table that a
 * provider of a protocol fills so that its handle answers the same questions.
 *
 * Any thread; nothing here waits for another callback. On a handle whose
 * protocol is gone, or that has no such thing (arp knows names only), the
 * answer is -1; a walk (net_phygetnext(), net_lifgetnext()) then ends with 0.
 */
#ifndef NETINST_INTERFACE_H
#define NETINST_INTERFACE_H

#include <sys/socket.h>

#include <netinst/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum net_ifaddr {
	NA_ADDRESS = 1,
	NA_PEER,
	NA_BROADCAST,
	NA_NETMASK
} net_ifaddr_t;

/* Fills buf, cut to size and always terminated. 0, 1: no such interface. */
int net_getifname(
    net_handle_t handle, phy_if_t nic, char *buf, const size_t size);
/* Bytes; 0: no such interface. */
int net_getmtu(net_handle_t handle, phy_if_t nic, lif_if_t lif);
/* Whether path MTU discovery is on: 1 or 0. */
int net_getpmtuenabled(net_handle_t handle);
/*
 * Fills storage, an array of sockaddr_in (inet) or sockaddr_in6 (inet6), with
 * the count addresses that type asks for; only family and address are set. 0;
 * 1: no such interface or address, elements before it are filled.
 */
int net_getlifaddr(net_handle_t handle, phy_if_t nic, lif_if_t lif, int count,
    net_ifaddr_t type[], void *storage);
/* The zone of an address, which is the instance's. 0 or -1. */
zoneid_t net_getlifzone(
    net_handle_t handle, phy_if_t nic, lif_if_t lif, zoneid_t *zone);
/* Its flags and the interface's: IFF_UP, IFF_RUNNING, ... 0 or -1. */
int net_getlifflags(
    net_handle_t handle, phy_if_t nic, lif_if_t lif, uint64_t *flags);
/* The next interface after one (0 starts), ascending; 0: the end. */
phy_if_t net_phygetnext(net_handle_t handle, phy_if_t nic);
/* The interface of that name; 0: none. */
phy_if_t net_phylookup(net_handle_t handle, const char *name);
/* The next address of the protocol after one (0 starts); 0: the end. */
lif_if_t net_lifgetnext(net_handle_t handle, phy_if_t nic, lif_if_t lif);
/*
 * The interface a packet to destination leaves through; next (may be NULL)
 * gets the address of the next hop, but not its family. 0: no route.
 */
phy_if_t net_routeto(
    net_handle_t handle, struct sockaddr *destination, struct sockaddr *next);

#define NET_HCK_NONE	0x00
#define NET_HCK_L3_FULL 0x01
#define NET_HCK_L3_PART 0x02
#define NET_HCK_L4_FULL 0x10
#define NET_HCK_L4_PART 0x20
#define NET_IS_HCK_L3_FULL(n, mp)                                              \
	((net_ispartialchecksum((n), (mp)) & NET_HCK_L3_FULL) != 0)
#define NET_IS_HCK_L3_PART(n, mp)                                              \
	((net_ispartialchecksum((n), (mp)) & NET_HCK_L3_PART) != 0)
#define NET_IS_HCK_L4_FULL(n, mp)                                              \
	((net_ispartialchecksum((n), (mp)) & NET_HCK_L4_FULL) != 0)
#define NET_IS_HCK_L4_PART(n, mp)                                              \
	((net_ispartialchecksum((n), (mp)) & NET_HCK_L4_PART) != 0)
#define NET_IS_HCK_L34_FULL(n, mp)                                             \
	((net_ispartialchecksum((n), (mp)) &                                   \
	     (NET_HCK_L3_FULL | NET_HCK_L4_FULL)) ==                           \
	    (NET_HCK_L3_FULL | NET_HCK_L4_FULL))

/* Which checksums are still to be filled in: NET_HCK_* bits. */
int net_ispartialchecksum(net_handle_t handle, mblk_t *packet);
/* Whether the IPv4 header's checksum is right: 1 or 0; inet only. */
int net_isvalidchecksum(net_handle_t handle, mblk_t *packet);

/* packets of one's own ------------------------------------------------------
 */

typedef enum inject {
	NI_QUEUE_IN = 1, /* as if received on ni_physical; hooks see it */
	NI_QUEUE_OUT,	 /* as if sent by a socket; hooks see it */
	NI_DIRECT_OUT	 /* leaves through ni_physical at once */
} inject_t;

typedef struct net_inject {
	int ni_version;
	netid_t ni_netid;
	mblk_t *ni_packet;
	struct sockaddr_storage ni_addr; /* where to; DIRECT_OUT */
	phy_if_t ni_physical;
} net_inject_t;

/* Zeroed, ni_version set; free with net_inject_free(). */
net_inject_t *net_inject_alloc(const int version);
/* Frees the structure only. Takes NULL. */
void net_inject_free(net_inject_t *inject);
/*
 * Sends ni_packet, which begins with its IP header; on inet and inet6 only. 0:
 * it was sent, or queued; 1: there is no such style, interface (ni_physical;
 * NI_QUEUE_OUT: route) or destination, the header is not whole, 1024 packets
 * are queued on the instance, or 64 injections led to this one, each made by a
 * hook that saw the one before; either way the packet is gone. -1: the protocol
 * is gone or cannot, or there is no packet; it stays the caller's.
 */
int net_inject(net_handle_t handle, inject_t style, net_inject_t *inject);

/*
 * What a protocol's provider registers. The members keep the documented order,
 * because providers use positional initialisers. A function that is NULL is one
 * that the protocol does not have: asking for it is answered with -1.
 */
typedef struct net_protocol {
	int netp_version;
	const char *netp_name; /* copied */
	int (*netp_getifname)(net_handle_t, phy_if_t, char *, const size_t);
	int (*netp_getmtu)(net_handle_t, phy_if_t, lif_if_t);
	int (*netp_getpmtuenabled)(net_handle_t);
	int (*netp_getlifaddr)(
	    net_handle_t, phy_if_t, lif_if_t, size_t, net_ifaddr_t[], void *);
	zoneid_t (*neti_getlifzone)(
	    net_handle_t, phy_if_t, lif_if_t, zoneid_t *);
	int (*neti_getlifflags)(net_handle_t, phy_if_t, lif_if_t, uint64_t *);
	phy_if_t (*netp_phygetnext)(net_handle_t, phy_if_t);
	phy_if_t (*netp_phylookup)(net_handle_t, const char *);
	lif_if_t (*netp_lifgetnext)(net_handle_t, phy_if_t, lif_if_t);
	int (*netp_inject)(net_handle_t, inject_t, net_inject_t *);
	phy_if_t (*netp_routeto)(
	    net_handle_t, struct sockaddr *, struct sockaddr *);
	int (*netp_ispartialchecksum)(net_handle_t, mblk_t *);
	int (*netp_isvalidchecksum)(net_handle_t, mblk_t *);
} net_protocol_t;

#ifdef __cplusplus
}
#endif

#endif
