/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h: links as rtnetlink tells them. Pure functions over the bytes of a
 * dump; any thread.
 */
#ifndef IPSTAT_MESSAGE_H
#define IPSTAT_MESSAGE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Every counter of a link: the name of its statistic, which is the one of
 * Solaris where that has it, and the member of struct rtnl_link_stats64. Those
 * that only rise together with the link's life come first; see links.c.
 */
#define MESSAGE_COUNTERS(X)                                                    \
	X(IPACKETS, "ipackets64", rx_packets)                                  \
	X(OPACKETS, "opackets64", tx_packets)                                  \
	X(RBYTES, "rbytes64", rx_bytes)                                        \
	X(OBYTES, "obytes64", tx_bytes)                                        \
	X(IERRORS, "ierrors", rx_errors)                                       \
	X(OERRORS, "oerrors", tx_errors)                                       \
	X(IDROPS, "idrops", rx_dropped)                                        \
	X(ODROPS, "odrops", tx_dropped)                                        \
	X(MULTIRCV, "multircv", multicast)                                     \
	X(COLLISIONS, "collisions", collisions)                                \
	X(RX_LENGTH, "rx_length_errors", rx_length_errors)                     \
	X(RX_OVER, "rx_over_errors", rx_over_errors)                           \
	X(RX_CRC, "rx_crc_errors", rx_crc_errors)                              \
	X(RX_FRAME, "rx_frame_errors", rx_frame_errors)                        \
	X(RX_FIFO, "rx_fifo_errors", rx_fifo_errors)                           \
	X(RX_MISSED, "rx_missed_errors", rx_missed_errors)                     \
	X(TX_ABORTED, "tx_aborted_errors", tx_aborted_errors)                  \
	X(TX_CARRIER, "tx_carrier_errors", tx_carrier_errors)                  \
	X(TX_FIFO, "tx_fifo_errors", tx_fifo_errors)                           \
	X(RX_NOHANDLER, "rx_nohandler", rx_nohandler)

#define MESSAGE_COUNTER(symbol, name, member) MESSAGE_##symbol,
enum message_counter { MESSAGE_COUNTERS(MESSAGE_COUNTER) MESSAGE_COUNTED };
#undef MESSAGE_COUNTER

extern const char *const message_counter_names[MESSAGE_COUNTED];

#define MESSAGE_ADDRESS 32 /* MAX_ADDR_LEN */

struct message_link {
	int index;
	char name[IFNAMSIZ];
	unsigned char address[MESSAGE_ADDRESS]; /* the rest zeroed */
	bool hardware;				/* no software made it */
	bool loopback;				/* never leaves its namespace */
	bool up;
	uint64_t counters[MESSAGE_COUNTED];
};

enum message_end {
	MESSAGE_MORE,	/* the dump goes on in further bytes */
	MESSAGE_DONE,	/* that was all of it */
	MESSAGE_CHANGED /* all of it, but it changed meanwhile: ask again */
};

typedef void (*message_link_fn)(void *arg, const struct message_link *link);

/* The request for a dump of all links; returns its length. */
size_t message_request(void *buffer, size_t size, uint32_t sequence);

/*
 * Calls fn for each link in the answer to that request. changed: whether the
 * dump is known to have been disturbed; starts false. Returns one of the above,
 * or -EPROTO for what is no such answer, or the negative errno it carries.
 */
int message_read(const void *bytes, size_t length, uint32_t sequence,
    bool *changed, message_link_fn fn, void *arg);

#endif
