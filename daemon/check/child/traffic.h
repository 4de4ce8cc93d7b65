/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.h: what reaches the hooks and timeouts of a plugin: changes of
 * interfaces, packets, time. Main thread of the child; each settles.
 */
#ifndef NETINST_CHECK_TRAFFIC_H
#define NETINST_CHECK_TRAFFIC_H

/* An interface with an address comes to the instance, changes, and goes. */
void traffic_interfaces(const char *name);

/* A packet of each protocol runs through each event. */
void traffic_packets(const char *name);

/* Long enough for timeouts of a few milliseconds. */
void traffic_pass_time(void);

#endif
