/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.h: packets, and what hooks get to see of them and of the changes of
 * interfaces.
 */
#ifndef NETINST_PACKET_H
#define NETINST_PACKET_H

#include <netinst/hook.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The memory that one or more message blocks refer to. */
typedef struct datab {
	uchar_t *db_base;
	uchar_t *db_lim; /* one past the end */
	uint_t db_ref;	 /* blocks that refer to it; the framework's */
	uchar_t db_type; /* M_DATA */
} dblk_t;

/* A packet is a chain of blocks along b_cont; b_next is NULL in a hook. */
struct msgb {
	struct msgb *b_next;
	struct msgb *b_prev;
	struct msgb *b_cont;
	uchar_t *b_rptr; /* first byte */
	uchar_t *b_wptr; /* one past the last */
	dblk_t *b_datap;
};

#define M_DATA	    0x00
#define DB_BASE(m)  ((m)->b_datap->db_base)
#define DB_LIM(m)   ((m)->b_datap->db_lim)
#define DB_TYPE(m)  ((m)->b_datap->db_type)
#define DB_REF(m)   ((m)->b_datap->db_ref)
#define MBLKL(m)    ((size_t)((m)->b_wptr - (m)->b_rptr))
#define MBLKSIZE(m) ((size_t)((m)->b_datap->db_lim - (m)->b_datap->db_base))
#define MBLKHEAD(m) ((size_t)((m)->b_rptr - (m)->b_datap->db_base))
#define MBLKTAIL(m) ((size_t)((m)->b_datap->db_lim - (m)->b_wptr))

/* One block of size bytes, empty. priority is not used. Never NULL. */
mblk_t *allocb(size_t size, uint_t priority);
void freeb(mblk_t *block);	 /* one block */
void freemsg(mblk_t *packet);	 /* all of a packet; takes NULL */
mblk_t *copymsg(mblk_t *packet); /* with memory of its own */
mblk_t *dupmsg(mblk_t *packet);	 /* sharing its memory */
size_t msgsize(mblk_t *packet);	 /* bytes in all blocks */
size_t msgdsize(mblk_t *packet); /* bytes in its M_DATA blocks */
/* A copy with the first length bytes (-1: all) in one block, or NULL. */
mblk_t *msgpullup(mblk_t *packet, ssize_t length);
/* Makes the first length bytes (-1: all) one block. 1, or 0: too short. */
int pullupmsg(mblk_t *packet, ssize_t length);
/* Trims that many bytes off the head, or (negative) the tail. 1, or 0. */
int adjmsg(mblk_t *packet, ssize_t length);
void linkb(mblk_t *packet, mblk_t *tail); /* appends; steals tail */

/*
 * What a hook of a packet event gets. It may change the bytes, replace *hpe_mp
 * and set hpe_hdr and hpe_mb anew, or keep or free the packet: then it sets
 * *hpe_mp to NULL and returns non-zero. A packet that is refused without that
 * is freed by the framework.
 */
typedef struct hook_pkt_event {
	net_handle_t hpe_protocol;
	phy_if_t hpe_ifp; /* where it came in; 0: nowhere */
	phy_if_t hpe_ofp; /* where it goes out; 0: nowhere */
	void *hpe_hdr;	  /* the IP header, in hpe_mb */
	mblk_t **hpe_mp;  /* the packet */
	mblk_t *hpe_mb;	  /* the block that the header is in */
	int hpe_flags;
	void *hpe_reserved[2];
} hook_pkt_event_t;

#define HPE_MULTICAST 0x01
#define HPE_BROADCAST 0x02

typedef void *nic_event_data_t;

typedef enum nic_event {
	NE_PLUMB = 1, /* hne_data: the name, with its NUL */
	NE_UNPLUMB,   /* likewise */
	NE_UP,
	NE_DOWN,
	NE_ADDRESS_CHANGE, /* hne_data: the new sockaddr_in or sockaddr_in6 */
	NE_LIF_UP,
	NE_LIF_DOWN,
	NE_IFINDEX_CHANGE /* hne_data: uint_t, the new index */
} nic_event_t;

/* What a hook of NIC_EVENTS gets; its return value is not used. */
typedef struct hook_nic_event {
	net_handle_t hne_protocol;
	phy_if_t hne_nic;
	lif_if_t hne_lif; /* 0: the event is the interface's */
	nic_event_t hne_event;
	nic_event_data_t hne_data; /* borrowed for the call; or NULL */
	size_t hne_datalen;	   /* bytes */
} hook_nic_event_t;

/*
 * What a hook of OBSERVING gets; all numbers in network byte order. It sees
 * what passed PHYSICAL_IN, PHYSICAL_OUT or LOOPBACK_IN; its return value only
 * hides the packet from the observers behind it.
 */
typedef struct hook_pkt_observe {
	uint8_t hpo_version;
	uint8_t hpo_family;
	uint16_t hpo_htype; /* ipobs_hook_type_t */
	uint32_t hpo_pktlen;
	uint32_t hpo_ifindex;
	uint32_t hpo_grifindex;
	uint32_t hpo_zsrc;
	uint32_t hpo_zdst;
	mblk_t *hpo_pkt; /* a copy, borrowed for the call */
	void *hpo_ctx;
} hook_pkt_observe_t;

typedef enum ipobs_hook_type {
	IPOBS_HOOK_INBOUND = 0,
	IPOBS_HOOK_OUTBOUND = 1,
	IPOBS_HOOK_LOCAL = 2
} ipobs_hook_type_t;

#ifdef __cplusplus
}
#endif

#endif
