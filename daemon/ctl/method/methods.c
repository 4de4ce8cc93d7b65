/* SPDX-License-Identifier: Apache-2.0 */
/*
 * methods.c: every method of the protocol in one table. Adding one is a row
 * here, its parameters above it, and a handler.
 */
#include "ctl/method/methods.h"

#include <netinst/rpc.h>

#include "base/check.h"
#include "core/interface/interface.h"

#define HELP_INSTANCE "the instance: its name or its id"
#define HELP_CURSOR   "go on where the answer with this cursor ended"
#define HELP_ADDRESS                                                           \
	"an address with the length of its prefix, as in 10.0.0.1/24; "        \
	"without, it is all of the address"
#define HELP_PEER "the address at the other end of the link"
#define HELP_BROADCAST                                                         \
	"the broadcast address; the default is the last one of the prefix"
#define HELP_DESTINATION                                                       \
	"a network, as in 10.0.0.0/8, an address, or \"default\""

/* What a parameter's row says; those of several methods have names. */
#define PARAM(kind, text, meaning)                                             \
	.name = (text), .type = PARAM_##kind, .help = (meaning)
#define NEEDED		.required = true
#define RANGE(from, to) .least = (from), .most = (to)
#define ROW_INSTANCE	NEEDED, PARAM(REFERENCE, "instance", HELP_INSTANCE)
#define ROW_WAIT                                                               \
	PARAM(BOOLEAN, "wait",                                                 \
	    "answer when it is done (true, the default) or when it is queued")
#define ROW_LIMIT                                                              \
	PARAM(                                                                 \
	    INTEGER, "limit", "how many items at most; the default is 1000"),  \
	    RANGE(1, RPC_PAGE_MAX)
#define ROW_CURSOR PARAM(TEXT, "cursor", HELP_CURSOR)
#define ROW_NIC                                                                \
	NEEDED, PARAM(REFERENCE, "nic", "the interface: its name or its index")
#define ROW_MTU                                                                \
	PARAM(INTEGER, "mtu",                                                  \
	    "bytes; the default is 1500, for a loopback 65536"),               \
	    RANGE(NIC_MTU_MIN, NIC_MTU_MAX)
#define ROW_INDEX                                                              \
	PARAM(INTEGER, "index", "an index that is free"),                      \
	    RANGE(1, NIC_INDEX_MAX)

static const struct param cancel_params[] = {
    [CANCEL_ID] = {NEEDED,
	PARAM(REQUEST, "id",
	    "the id of a request of this connection that waits")},
};

static const struct param create_params[] = {
    [CREATE_NAME] = {NEEDED,
	PARAM(TEXT, "name",
	    "the name: 1 to 255 bytes of UTF-8 without '/' and control "
	    "characters, not digits alone")},
    [CREATE_PROTOCOLS] = {PARAM(TEXTS, "protocols",
	"the protocols it starts with; the default is inet, inet6 and arp")},
    [CREATE_WAIT] = {ROW_WAIT},
};

static const struct param change_params[] = {
    [CHANGE_INSTANCE] = {ROW_INSTANCE},
    [CHANGE_WAIT] = {ROW_WAIT},
};

static const struct param show_params[] = {[SHOW_INSTANCE] = {ROW_INSTANCE}};

static const struct param list_params[] = {
    [LIST_STATE] = {PARAM(TEXT, "state",
	"only those in this state: creating, active, shutting-down, down or "
	"destroying")},
    [LIST_SOURCE] = {PARAM(TEXT, "source", "only those of this source")},
    [LIST_MATCH] = {PARAM(TEXT, "match", "only names that match this pattern")},
    [LIST_LIMIT] = {ROW_LIMIT},
    [LIST_CURSOR] = {ROW_CURSOR},
};

static const struct param pins_params[] = {
    [PINS_LIMIT] = {ROW_LIMIT},
    [PINS_CURSOR] = {ROW_CURSOR},
};

static const struct param protocol_params[] = {
    [PROTOCOL_INSTANCE] = {ROW_INSTANCE},
    [PROTOCOL_NAME] = {NEEDED,
	PARAM(TEXT, "protocol",
	    "the protocol's name: 1 to 31 of a-z, 0-9, '_' and '-'")},
    [PROTOCOL_WAIT] = {ROW_WAIT},
};

static const struct param nic_add_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {NEEDED,
	PARAM(TEXT, "nic",
	    "the interface's name: 1 to 15 bytes without '/', ':', spaces "
	    "and control characters, not digits alone")},
    [NIC_ADD_MTU] = {ROW_MTU},
    [NIC_ADD_UP] = {PARAM(
	BOOLEAN, "up", "whether it is up; the default is false")},
    [NIC_ADD_INDEX] = {ROW_INDEX},
    [NIC_ADD_LOOPBACK] = {PARAM(
	BOOLEAN, "loopback", "whether it is a loopback; the default is false")},
};

static const struct param nic_remove_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {ROW_NIC},
};

static const struct param nic_set_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {ROW_NIC},
    [NIC_SET_UP] = {PARAM(BOOLEAN, "up", "whether it is to be up")},
    [NIC_SET_MTU] = {ROW_MTU},
    [NIC_SET_INDEX] = {ROW_INDEX},
    [NIC_SET_NAME] = {PARAM(TEXT, "name", "another name")},
};

static const struct param address_add_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {ROW_NIC},
    [NIC_ADDRESS_OWN] = {NEEDED, PARAM(TEXT, "address", HELP_ADDRESS)},
    [ADDRESS_ADD_PEER] = {PARAM(TEXT, "peer", HELP_PEER)},
    [ADDRESS_ADD_BROADCAST] = {PARAM(TEXT, "broadcast", HELP_BROADCAST)},
    [ADDRESS_ADD_UP] = {PARAM(
	BOOLEAN, "up", "whether it is in use; the default is true")},
};

static const struct param address_remove_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {ROW_NIC},
    [NIC_ADDRESS_OWN] = {NEEDED, PARAM(TEXT, "address", HELP_ADDRESS)},
};

static const struct param address_set_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_NIC] = {ROW_NIC},
    [NIC_ADDRESS_OWN] = {NEEDED, PARAM(TEXT, "address", HELP_ADDRESS)},
    [ADDRESS_SET_TO] = {PARAM(TEXT, "to",
	"the address that it becomes, with its own peer and broadcast")},
    [ADDRESS_SET_PEER] = {PARAM(TEXT, "peer", HELP_PEER)},
    [ADDRESS_SET_BROADCAST] = {PARAM(TEXT, "broadcast", HELP_BROADCAST)},
    [ADDRESS_SET_UP] = {PARAM(BOOLEAN, "up", "whether it is to be in use")},
};

static const struct param route_add_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [ROUTE_DESTINATION] = {NEEDED,
	PARAM(TEXT, "destination", HELP_DESTINATION)},
    [ROUTE_VIA] = {PARAM(TEXT, "via", "the next hop's address")},
    [ROUTE_NIC] = {PARAM(REFERENCE, "nic",
	"the interface to leave through; not needed with via when that is in "
	"the network of an address")},
    [ROUTE_REJECT] = {PARAM(
	BOOLEAN, "reject", "whether it leads nowhere; the default is false")},
};

static const struct param route_remove_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [ROUTE_DESTINATION] = {NEEDED,
	PARAM(TEXT, "destination", HELP_DESTINATION)},
};

static const struct param nic_list_params[] = {
    [NIC_INSTANCE] = {ROW_INSTANCE},
    [NIC_LIST_LIMIT] = {ROW_LIMIT},
    [NIC_LIST_CURSOR] = {ROW_CURSOR},
};

static const struct param load_params[] = {
    [LOAD_PATH] = {PARAM(
	TEXT, "path", "the absolute path of the plugin's file")},
    [LOAD_NAME] = {PARAM(TEXT, "name",
	"instead of path: NAME.so in the daemon's plugin directory")},
    [LOAD_CONFIG] = {PARAM(SETTINGS, "config",
	"the settings that the plugin is given: {\"key\":\"value\"}")},
};

static const struct param plugin_params[] = {
    [PLUGIN_NAME] = {NEEDED,
	PARAM(TEXT, "plugin", "the name of a loaded plugin")},
};

static const struct param read_params[] = {
    [READ_IP_INSTANCE] = {PARAM(
	TEXT, "ip_instance", "the instance's name, as a pattern, or its id")},
    [READ_MODULE] = {PARAM(TEXT, "module", "a pattern for the kstat's module")},
    [READ_INSTANCE] = {PARAM(
	TEXT, "instance", "a pattern for the kstat's instance number")},
    [READ_NAME] = {PARAM(TEXT, "name", "a pattern for the kstat's name")},
    [READ_STATISTIC] = {PARAM(
	TEXT, "statistic", "a pattern for the statistic's name")},
    [READ_CLASS] = {PARAM(TEXT, "class", "a pattern for the kstat's class")},
    [READ_LIMIT] = {ROW_LIMIT},
    [READ_CURSOR] = {ROW_CURSOR},
};

static const struct param write_params[] = {
    [WRITE_IP_INSTANCE] = {NEEDED,
	PARAM(REFERENCE, "ip_instance", HELP_INSTANCE)},
    [WRITE_MODULE] = {NEEDED, PARAM(TEXT, "module", "the kstat's module")},
    [WRITE_INSTANCE] = {NEEDED,
	PARAM(INTEGER, "instance", "the kstat's instance number"),
	RANGE(INT32_MIN, INT32_MAX)},
    [WRITE_NAME] = {NEEDED, PARAM(TEXT, "name", "the kstat's name")},
    [WRITE_VALUES] = {NEEDED,
	PARAM(VALUES, "values",
	    "what statistics are to be: {\"statistic\":value}")},
};

static const struct param run_params[] = {
    [RUN_INSTANCE] = {ROW_INSTANCE},
    [RUN_EVENT] = {NEEDED,
	PARAM(TEXT, "event",
	    "whose hooks see the packets: PHYSICAL_IN, PHYSICAL_OUT, "
	    "FORWARDING, LOOPBACK_IN or LOOPBACK_OUT")},
    [RUN_PACKETS] = {NEEDED,
	PARAM(PACKETS, "packets",
	    "the packets, in base64, each from its IP or ARP header on")},
    [RUN_PROTOCOL] = {PARAM(TEXT, "protocol",
	"the protocol of all of them; the default is what each says it is: "
	"inet, inet6 or arp")},
    [RUN_NIC] = {PARAM(REFERENCE, "nic",
	"the interface that they come in by, or leave by: its name or its "
	"index")},
    [RUN_OUT_NIC] = {PARAM(REFERENCE, "out_nic",
	"of FORWARDING: the interface that they leave by")},
    [RUN_CHANGES] = {PARAM(BOOLEAN, "changes",
	"give back the packets that hooks changed (true, the default)")},
};

static const struct param history_params[] = {
    [HISTORY_MATCH] = {PARAM(
	TEXT, "match", "only those with a name that matches this pattern")},
    [HISTORY_SINCE] = {PARAM(REFERENCE, "since",
	"only those closed then or later: a time as in answers, or "
	"nanoseconds since 1970")},
    [HISTORY_LIMIT] = {ROW_LIMIT},
    [HISTORY_CURSOR] = {ROW_CURSOR},
};

#define NAMED(text)  .name = (text), .name_length = sizeof(text) - 1
#define TAKES(rows)  .params = (rows), .param_count = ARRAY_LENGTH(rows)
#define READS	     .authority = AUTHORITY_READ
#define CHANGES	     .authority = AUTHORITY_WRITE
#define WAITS	     .waits = true
#define MAY_CANCEL   .cancellable = true
#define HELP(text)   .help = (text)
#define RESULT(text) .result = (text)
#define BY(function) .handler = function

static const struct method rows[] = {
    {NAMED("system.hello"), READS, HELP("Tells who answers."),
	RESULT("protocol, version, boot id, features and limits"),
	BY(m_system_hello)},
    {NAMED("system.status"), READS, HELP("Tells how the daemon is."),
	RESULT("counts of everything, and which callbacks are overdue"),
	BY(m_system_status)},
    {NAMED("system.stop"), CHANGES,
	HELP("Stops the daemon: instances and plugins end in order."),
	RESULT("an empty object; the connection closes when all has ended"),
	BY(m_system_stop)},
    {NAMED("system.doctor"), READS, WAITS, MAY_CANCEL,
	HELP("Tells what hinders following network namespaces."),
	RESULT("findings, each with what to do about it"), BY(m_system_doctor)},
    {NAMED("$/cancelRequest"), READS, TAKES(cancel_params),
	HELP("Ends the wait for a request, which is then answered with "
	     "the error cancelled; what it asked for goes on."),
	RESULT("an empty object; usually sent as a notification"),
	BY(m_system_cancel)},
    {NAMED("rpc.discover"), READS, HELP("Describes the protocol."),
	RESULT("an OpenRPC document"), BY(discover_document)},
    {NAMED("instance.create"), CHANGES, WAITS, MAY_CANCEL, TAKES(create_params),
	HELP("Creates a simulated instance."), RESULT("the instance"),
	BY(m_instance_create)},
    {NAMED("instance.shutdown"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(change_params),
	HELP("Takes an instance's protocols away and shuts it down."),
	RESULT("the instance"), BY(m_instance_shutdown)},
    {NAMED("instance.destroy"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(change_params),
	HELP("Destroys an instance, shutting it down first if need be."),
	RESULT("the instance as it last was"), BY(m_instance_destroy)},
    {NAMED("instance.list"), READS, WAITS, TAKES(list_params),
	HELP("Lists instances, ascending by id."),
	RESULT("instances, and a cursor when there are more"),
	BY(m_instance_list)},
    {NAMED("instance.show"), READS, TAKES(show_params),
	HELP("Shows one instance and what plugins do with it."),
	RESULT("the instance, its pairs and how many kstats it has"),
	BY(m_instance_show)},
    {NAMED("instance.holders"), CHANGES, WAITS, MAY_CANCEL, TAKES(show_params),
	HELP("Finds everything that keeps an instance's network namespace "
	     "alive."),
	RESULT("the instance and its holders, with how to free each"),
	BY(m_instance_holders)},
    {NAMED("netns.pins"), READS, WAITS, TAKES(pins_params),
	HELP("Lists the namespaces that the daemon holds, ascending by "
	     "the instance's id, and why."),
	RESULT("pins, and a cursor when there are more"), BY(m_netns_pins)},
    {NAMED("protocol.add"), CHANGES, WAITS, MAY_CANCEL, TAKES(protocol_params),
	HELP("Adds a protocol to an instance."), RESULT("the instance"),
	BY(m_protocol_add)},
    {NAMED("protocol.remove"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(protocol_params), HELP("Takes a protocol from an instance."),
	RESULT("the instance"), BY(m_protocol_remove)},
    {NAMED("protocol.list"), READS, TAKES(show_params),
	HELP("Lists the protocols of an instance."),
	RESULT("protocols, in the order of their coming"), BY(m_protocol_list)},
    {NAMED("nic.add"), CHANGES, WAITS, MAY_CANCEL, TAKES(nic_add_params),
	HELP("Adds an interface to a simulated instance."),
	RESULT("the interface"), BY(m_nic_add)},
    {NAMED("nic.remove"), CHANGES, WAITS, MAY_CANCEL, TAKES(nic_remove_params),
	HELP("Takes an interface away, with its addresses and routes."),
	RESULT("an empty object"), BY(m_nic_remove)},
    {NAMED("nic.set"), CHANGES, WAITS, MAY_CANCEL, TAKES(nic_set_params),
	HELP("Takes an interface up or down, or changes what it is."),
	RESULT("the interface"), BY(m_nic_set)},
    {NAMED("nic.list"), READS, TAKES(nic_list_params),
	HELP("Lists the interfaces of an instance, ascending by index."),
	RESULT("nics, and a cursor when there are more"), BY(m_nic_list)},
    {NAMED("nic.address.add"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(address_add_params), HELP("Adds an address to an interface."),
	RESULT("the interface"), BY(m_nic_address_add)},
    {NAMED("nic.address.remove"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(address_remove_params),
	HELP("Takes an address from an interface."), RESULT("the interface"),
	BY(m_nic_address_remove)},
    {NAMED("nic.address.set"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(address_set_params),
	HELP("Makes another address of one, or takes it in or out of use."),
	RESULT("the interface"), BY(m_nic_address_set)},
    {NAMED("nic.route.add"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(route_add_params), HELP("Adds a route to an instance."),
	RESULT("the route"), BY(m_nic_route_add)},
    {NAMED("nic.route.remove"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(route_remove_params), HELP("Takes a route from an instance."),
	RESULT("an empty object"), BY(m_nic_route_remove)},
    {NAMED("nic.route.list"), READS, TAKES(nic_list_params),
	HELP("Lists the routes of an instance, but for those that its "
	     "addresses bring."),
	RESULT("routes, and a cursor when there are more"),
	BY(m_nic_route_list)},
    {NAMED("plugin.load"), CHANGES, WAITS, TAKES(load_params),
	HELP("Loads a plugin."), RESULT("the plugin"), BY(m_plugin_load)},
    {NAMED("plugin.unload"), CHANGES, WAITS, TAKES(plugin_params),
	HELP("Unloads a plugin: its pairs are shut down and destroyed."),
	RESULT("an empty object"), BY(m_plugin_unload)},
    {NAMED("plugin.reload"), CHANGES, WAITS, TAKES(plugin_params),
	HELP("Unloads a plugin and loads the same path again."),
	RESULT("the plugin"), BY(m_plugin_reload)},
    {NAMED("plugin.retry"), CHANGES, WAITS, TAKES(plugin_params),
	HELP("Runs create again where it failed."), RESULT("the plugin"),
	BY(m_plugin_retry)},
    {NAMED("plugin.show"), READS, TAKES(plugin_params),
	HELP("Shows one plugin."), RESULT("the plugin"), BY(m_plugin_show)},
    {NAMED("plugin.list"), READS, WAITS, HELP("Lists the plugins."),
	RESULT("plugins, in the order of their loading"), BY(m_plugin_list)},
    {NAMED("kstat.read"), READS, WAITS, TAKES(read_params),
	HELP("Reads statistics of instances."),
	RESULT("kstats, and a cursor when there are more"), BY(m_kstat_read)},
    {NAMED("kstat.write"), CHANGES, WAITS, MAY_CANCEL, TAKES(write_params),
	HELP("Changes statistics of a writable kstat, all or none."),
	RESULT("the kstat as it is then"), BY(m_kstat_write)},
    {NAMED("packet.run"), CHANGES, WAITS, TAKES(run_params),
	HELP("Runs packets through the hooks of an instance."),
	RESULT("what each hook did, and what became of the packets"),
	BY(m_packet_run)},
    {NAMED("history.list"), READS, WAITS, MAY_CANCEL, TAKES(history_params),
	HELP("Lists what was kept of instances that have ended, the last "
	     "one first."),
	RESULT("records, a cursor when there are more, and a problem when "
	       "the store could not be read"),
	BY(m_history_list)},
};

const struct method_table methods = {
    .rows = rows,
    .count = ARRAY_LENGTH(rows),
};
