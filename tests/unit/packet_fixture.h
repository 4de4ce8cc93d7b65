/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_fixture.h: what unit tests of packets share: an instance 1 with inet,
 * inet6 and arp, packets, functions to hang on its events, and running packets
 * through them.
 */
#ifndef NETINST_TESTS_PACKET_FIXTURE_H
#define NETINST_TESTS_PACKET_FIXTURE_H

#include <netinst/neti.h>

#include "core/packet/packet.h"
#include "core_fixture.h"

enum {
	PACKET_HEADER = 20, /* bytes of inet_packet */
	PACKETS_MAX = 8,
	SIGHTS_MAX = 32
};

/* 10.0.0.1 to 10.0.0.2, and nothing behind the header. */
extern const uint8_t inet_packet[PACKET_HEADER];
/* fe80::1 to ff02::1 */
extern const uint8_t inet6_packet[40];
extern const uint8_t arp_packet[28];

/* What the hook see_packet() was shown; the first SIGHTS_MAX calls. */
struct sight {
	hook_pkt_event_t event;
	uint8_t first; /* byte of the header */
	size_t length;
};
extern struct sight sights[SIGHTS_MAX];
extern unsigned packets_seen;
int see_packet(hook_event_token_t token, hook_data_t data, void *arg);

/* For cmocka. */
int packet_setup(void **state);
int packet_teardown(void **state);
#define PACKET_TEST(test)                                                      \
	cmocka_unit_test_setup_teardown(test, packet_setup, packet_teardown)

/* As net_hook_register(). */
int hang_on(const char *protocol, const char *event, const char *name,
    hook_func_t function);
/* On PHYSICAL_IN of inet; it must work. */
void hang(const char *name, hook_func_t function);

/* The batch that ran last; freed by the next one, or by packet_teardown(). */
extern struct packet_batch *last_batch;
extern struct packet packets[PACKETS_MAX];

/* packets[index] gets these bytes, which are borrowed. */
void put_packet(size_t index, const uint8_t *bytes, size_t length);
/* Runs the first count of them, and waits. Returns the error. */
int run_packets(const struct packet_order *order, size_t count);
/* The same with one of inet. */
int run_packet_on(const char *event, phy_if_t in, phy_if_t out);
/* The same through PHYSICAL_IN. */
enum packet_fate run_packet(void);

const struct packet_hook *packet_hook_at(size_t index);
void assert_packet_hook(size_t index, const char *name, unsigned calls,
    unsigned dropped, unsigned modified);

#endif
