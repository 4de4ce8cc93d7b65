/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_impl.h: private to core/: one packet and the hooks of one event.
 */
#ifndef NETINST_CORE_PACKET_IMPL_H
#define NETINST_CORE_PACKET_IMPL_H

#include "core/hook/event.h"
#include "core/packet/header.h"
#include "core/packet/packet.h"
#include "core/hook/protocol.h"

struct packet_event {
	const char *name;
	bool in, out;  /* which interfaces belong to it */
	bool arp;      /* ARP has it too, not only IP */
	bool observed; /* what passes it is shown to OBSERVING, as: */
	ipobs_hook_type_t how;
};

/* A packet on its way. */
struct passage {
	struct instance *instance;
	struct net_data *protocol; /* the framework's own, pinned */
	const struct packet_event *event;
	phy_if_t in, out;
	struct header header; /* of the packet as it came; whole */
	mblk_t *packet;	      /* the caller's; NULL once it is gone */
	/*
	 * Told after each hook, also of OBSERVING, whether the packet goes on.
	 * May be NULL.
	 */
	void (*over)(struct passage *passage, const char *event,
	    const struct hook_view *hook, bool passed, int64_t elapsed);
	/* packet.c's: */
	hook_pkt_event_t data;
	bool taken;  /* by a hook that did not say so, */
	bool warned; /* which was logged */
};

/*
 * Shows the packet to the hooks. Returns whether it passed; if not, it is
 * gone. Strand.
 */
bool packet_pass(struct passage *passage);

/* One block with these bytes, and room in front of them. */
mblk_t *packet_block(const uint8_t *bytes, size_t length);

/* Whether any hook would see it. Strand. */
bool packet_is_watched(
    struct net_data *protocol, const struct packet_event *event);

#endif
