/* SPDX-License-Identifier: Apache-2.0 */
/*
 * methods.h: the one table of methods, and who handles each. A row says what a
 * method is called, who may call it, what it takes and what it returns, and
 * nothing else does: dispatching, checking, rpc.discover and doc/protocol.md
 * follow from it.
 */
#ifndef NETINST_CTL_METHODS_H
#define NETINST_CTL_METHODS_H

#include "ctl/serve/method.h"

/* In the order in which they are shown. Only main.c uses it: it hands it in. */
extern const struct method_table methods;

/* Where each parameter stands in its method's rows. */
enum { CANCEL_ID };
enum { CREATE_NAME, CREATE_PROTOCOLS, CREATE_WAIT };
enum { CHANGE_INSTANCE, CHANGE_WAIT };
enum { SHOW_INSTANCE };
enum { PINS_LIMIT, PINS_CURSOR };
enum { LIST_STATE, LIST_SOURCE, LIST_MATCH, LIST_LIMIT, LIST_CURSOR };
enum { PROTOCOL_INSTANCE, PROTOCOL_NAME, PROTOCOL_WAIT };
/* The methods of nic begin alike, as far as they have these. */
enum { NIC_INSTANCE, NIC_NIC, NIC_ADDRESS_OWN };
enum { NIC_ADD_MTU = 2, NIC_ADD_UP, NIC_ADD_INDEX, NIC_ADD_LOOPBACK };
enum { NIC_SET_UP = 2, NIC_SET_MTU, NIC_SET_INDEX, NIC_SET_NAME };
enum { ADDRESS_ADD_PEER = 3, ADDRESS_ADD_BROADCAST, ADDRESS_ADD_UP };
enum {
	ADDRESS_SET_TO = 3,
	ADDRESS_SET_PEER,
	ADDRESS_SET_BROADCAST,
	ADDRESS_SET_UP
};
enum { ROUTE_DESTINATION = 1, ROUTE_VIA, ROUTE_NIC, ROUTE_REJECT };
enum { NIC_LIST_LIMIT = 1, NIC_LIST_CURSOR };
enum { LOAD_PATH, LOAD_NAME, LOAD_CONFIG };
enum { PLUGIN_NAME };
/* The patterns come first: kstat_filter.c has an array of them. */
enum {
	READ_IP_INSTANCE,
	READ_MODULE,
	READ_INSTANCE,
	READ_NAME,
	READ_STATISTIC,
	READ_CLASS,
	READ_LIMIT,
	READ_CURSOR
};
enum {
	WRITE_IP_INSTANCE,
	WRITE_MODULE,
	WRITE_INSTANCE,
	WRITE_NAME,
	WRITE_VALUES
};
enum { HISTORY_MATCH, HISTORY_SINCE, HISTORY_LIMIT, HISTORY_CURSOR };
enum {
	RUN_INSTANCE,
	RUN_EVENT,
	RUN_PACKETS,
	RUN_PROTOCOL,
	RUN_NIC,
	RUN_OUT_NIC,
	RUN_CHANGES
};

/* The handlers, by noun: m_system.c, discover.c, m_instance.c, ... */
#define METHOD_HANDLER(name)                                                   \
	const struct rpc_answered *name(struct rpc_call *call)
METHOD_HANDLER(m_system_hello);
METHOD_HANDLER(m_system_status);
METHOD_HANDLER(m_system_stop);
METHOD_HANDLER(m_system_doctor);
METHOD_HANDLER(m_system_cancel);
METHOD_HANDLER(discover_document);
METHOD_HANDLER(m_instance_create);
METHOD_HANDLER(m_instance_shutdown);
METHOD_HANDLER(m_instance_destroy);
METHOD_HANDLER(m_instance_list);
METHOD_HANDLER(m_instance_show);
METHOD_HANDLER(m_instance_holders);
METHOD_HANDLER(m_netns_pins);
METHOD_HANDLER(m_protocol_add);
METHOD_HANDLER(m_protocol_remove);
METHOD_HANDLER(m_protocol_list);
METHOD_HANDLER(m_nic_add);
METHOD_HANDLER(m_nic_remove);
METHOD_HANDLER(m_nic_set);
METHOD_HANDLER(m_nic_list);
METHOD_HANDLER(m_nic_address_add);
METHOD_HANDLER(m_nic_address_remove);
METHOD_HANDLER(m_nic_address_set);
METHOD_HANDLER(m_nic_route_add);
METHOD_HANDLER(m_nic_route_remove);
METHOD_HANDLER(m_nic_route_list);
METHOD_HANDLER(m_plugin_load);
METHOD_HANDLER(m_plugin_unload);
METHOD_HANDLER(m_plugin_reload);
METHOD_HANDLER(m_plugin_retry);
METHOD_HANDLER(m_plugin_show);
METHOD_HANDLER(m_plugin_list);
METHOD_HANDLER(m_kstat_read);
METHOD_HANDLER(m_kstat_write);
METHOD_HANDLER(m_packet_run);
METHOD_HANDLER(m_history_list);

#endif
