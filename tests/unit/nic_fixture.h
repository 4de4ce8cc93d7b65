/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_fixture.h: what unit tests of interfaces share: changes that are waited
 * for, written in words. Everything returns what done was called with; an
 * instance that is not there is a bug of the test.
 */
#ifndef NETINST_TESTS_NIC_FIXTURE_H
#define NETINST_TESTS_NIC_FIXTURE_H

#include <netinet/in.h>

#include "core/interface/interface.h"

/* "10.0.0.1/24"; all of the address without a length. */
struct ip_prefix nic_prefix(const char *text);
struct ip_address nic_ip(const char *text);

/* A name, or an index in decimal. */
struct interface_ref nic_ref(const char *nic);

int nic_add(netid_t id, const char *name, uint64_t flags);
int nic_add_index(netid_t id, const char *name, phy_if_t index);
int nic_remove(netid_t id, const char *nic);
int nic_change(
    netid_t id, const char *nic, const struct interface_change *change);
int nic_up(netid_t id, const char *nic);
int nic_down(netid_t id, const char *nic);
int nic_rename(netid_t id, const char *nic, const char *name);
int nic_renumber(netid_t id, const char *nic, phy_if_t index);

/* peer may be NULL; a broadcast address is not given. */
int nic_address(netid_t id, const char *nic, const char *own, const char *peer);
int nic_remove_address(netid_t id, const char *nic, const char *own);
int nic_set_address(
    netid_t id, const char *nic, const char *own, const char *to);
int nic_set_address_up(netid_t id, const char *nic, const char *own, bool up);

/* via and nic may be NULL; with neither it leads nowhere. */
int nic_route(
    netid_t id, const char *destination, const char *via, const char *nic);
int nic_remove_route(netid_t id, const char *destination);

/* "2:eth0 5:eth1": all of them, ascending by index. */
const char *nic_list(netid_t id);

#endif
