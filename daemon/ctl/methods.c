/* SPDX-License-Identifier: Apache-2.0 */
/*
 * methods.c: every method of the protocol in one table. Adding one is a row
 * here, its parameters above it, and a handler.
 */
#include "ctl/methods.h"

#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"

#define HELP_INSTANCE "the instance: its name or its id"
#define HELP_WAIT                                                              \
	"answer when it is done (true, the default) or when it is queued"
#define HELP_LIMIT  "how many items at most; the default is 1000"
#define HELP_CURSOR "go on where the answer with this cursor ended"
#define HELP_PLUGIN "the name of a loaded plugin"

#define ROW_WAIT                                                               \
	{                                                                      \
		.name = "wait", .type = PARAM_BOOLEAN, .help = HELP_WAIT       \
	}
#define ROW_INSTANCE                                                           \
	{                                                                      \
		.name = "instance", .type = PARAM_REFERENCE, .required = true, \
		.help = HELP_INSTANCE                                          \
	}
#define ROW_LIMIT                                                              \
	{                                                                      \
		.name = "limit", .type = PARAM_INTEGER, .least = 1,            \
		.most = RPC_PAGE_MAX, .help = HELP_LIMIT                       \
	}
#define ROW_TEXT(text, meaning)                                                \
	{                                                                      \
		.name = (text), .type = PARAM_TEXT, .help = (meaning)          \
	}
#define ROW_NEEDED_TEXT(text, meaning)                                         \
	{                                                                      \
		.name = (text), .type = PARAM_TEXT, .required = true,          \
		.help = (meaning)                                              \
	}

static const struct param cancel_params[] = {
    [CANCEL_ID] = {.name = "id",
	.type = PARAM_REFERENCE,
	.required = true,
	.help = "the id of a request of this connection that waits"},
};

static const struct param create_params[] = {
    [CREATE_NAME] = ROW_NEEDED_TEXT("name",
	"the name: 1 to 255 bytes of UTF-8 without '/' and control "
	"characters, not digits alone"),
    [CREATE_PROTOCOLS] = {.name = "protocols",
	.type = PARAM_TEXTS,
	.help = "the protocols it starts with; the default is inet, inet6 "
		"and arp"},
    [CREATE_WAIT] = ROW_WAIT,
};

static const struct param change_params[] = {
    [CHANGE_INSTANCE] = ROW_INSTANCE,
    [CHANGE_WAIT] = ROW_WAIT,
};

static const struct param show_params[] = {
    [SHOW_INSTANCE] = ROW_INSTANCE,
};

static const struct param list_params[] = {
    [LIST_STATE] = ROW_TEXT("state",
	"only those in this state: creating, active, shutting-down, down or "
	"destroying"),
    [LIST_SOURCE] = ROW_TEXT("source", "only those of this source"),
    [LIST_MATCH] = ROW_TEXT("match", "only names that match this pattern"),
    [LIST_LIMIT] = ROW_LIMIT,
    [LIST_CURSOR] = ROW_TEXT("cursor", HELP_CURSOR),
};

static const struct param protocol_params[] = {
    [PROTOCOL_INSTANCE] = ROW_INSTANCE,
    [PROTOCOL_NAME] = ROW_NEEDED_TEXT(
	"protocol", "the protocol's name: 1 to 31 of a-z, 0-9, '_' and '-'"),
    [PROTOCOL_WAIT] = ROW_WAIT,
};

static const struct param load_params[] = {
    [LOAD_PATH] = ROW_TEXT("path", "the absolute path of the plugin's file"),
    [LOAD_NAME] = ROW_TEXT(
	"name", "instead of path: NAME.so in the daemon's plugin directory"),
    [LOAD_CONFIG] = {.name = "config",
	.type = PARAM_SETTINGS,
	.help = "the settings that the plugin is given: {\"key\":\"value\"}"},
};

static const struct param plugin_params[] = {
    [PLUGIN_NAME] = ROW_NEEDED_TEXT("plugin", HELP_PLUGIN),
};

static const struct param read_params[] = {
    [READ_IP_INSTANCE] =
	ROW_TEXT("ip_instance", "the instance's name, as a pattern, or its id"),
    [READ_MODULE] = ROW_TEXT("module", "a pattern for the kstat's module"),
    [READ_INSTANCE] =
	ROW_TEXT("instance", "a pattern for the kstat's instance number"),
    [READ_NAME] = ROW_TEXT("name", "a pattern for the kstat's name"),
    [READ_STATISTIC] =
	ROW_TEXT("statistic", "a pattern for the statistic's name"),
    [READ_CLASS] = ROW_TEXT("class", "a pattern for the kstat's class"),
    [READ_LIMIT] = ROW_LIMIT,
    [READ_CURSOR] = ROW_TEXT("cursor", HELP_CURSOR),
};

static const struct param run_params[] = {
    [RUN_INSTANCE] = ROW_INSTANCE,
    [RUN_EVENT] = ROW_NEEDED_TEXT("event",
	"whose hooks see the packets: PHYSICAL_IN, PHYSICAL_OUT, FORWARDING, "
	"LOOPBACK_IN or LOOPBACK_OUT"),
    [RUN_PACKETS] = {.name = "packets",
	.type = PARAM_PACKETS,
	.required = true,
	.help = "the packets, in base64, each from its IP or ARP header on"},
    [RUN_PROTOCOL] = ROW_TEXT("protocol",
	"the protocol of all of them; the default is what each says it is: "
	"inet, inet6 or arp"),
    [RUN_NIC] =
	ROW_TEXT("nic", "the interface that they come in by, or leave by"),
    [RUN_OUT_NIC] =
	ROW_TEXT("out_nic", "of FORWARDING: the interface that they leave by"),
    [RUN_CHANGES] = {.name = "changes",
	.type = PARAM_BOOLEAN,
	.help = "give back the packets that hooks changed (true, the default)"},
};

#define NAMED(text)  .name = (text), .name_length = sizeof(text) - 1
#define TAKES(rows)  .params = (rows), .param_count = ARRAY_LENGTH(rows)
#define READS	     .authority = AUTHORITY_READ
#define CHANGES	     .authority = AUTHORITY_WRITE
#define WAITS	     .waits = true
#define MAY_CANCEL   .cancellable = true
#define RESULT(text) .result = (text)

const struct method methods[] = {
    {NAMED("system.hello"), READS, .help = "Tells who answers.",
	RESULT("protocol, version, boot id, features and limits"),
	.handler = m_system_hello},
    {NAMED("system.status"), READS, .help = "Tells how the daemon is.",
	RESULT("counts of everything, and which callbacks are overdue"),
	.handler = m_system_status},
    {NAMED("system.stop"), CHANGES,
	.help = "Stops the daemon: instances and plugins end in order.",
	RESULT("an empty object; the connection closes when all has ended"),
	.handler = m_system_stop},
    {NAMED("$/cancelRequest"), READS, TAKES(cancel_params),
	.help = "Ends the wait for a request, which is then answered with "
		"the error cancelled; what it asked for goes on.",
	RESULT("an empty object; usually sent as a notification"),
	.handler = m_system_cancel},
    {NAMED("rpc.discover"), READS, .help = "Describes the protocol.",
	RESULT("an OpenRPC document"), .handler = discover_document},
    {NAMED("instance.create"), CHANGES, WAITS, MAY_CANCEL, TAKES(create_params),
	.help = "Creates a simulated instance.", RESULT("the instance"),
	.handler = m_instance_create},
    {NAMED("instance.shutdown"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(change_params),
	.help = "Takes an instance's protocols away and shuts it down.",
	RESULT("the instance"), .handler = m_instance_shutdown},
    {NAMED("instance.destroy"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(change_params),
	.help = "Destroys an instance, shutting it down first if need be.",
	RESULT("the instance as it last was"), .handler = m_instance_destroy},
    {NAMED("instance.list"), READS, WAITS, TAKES(list_params),
	.help = "Lists instances, ascending by id.",
	RESULT("instances, and a cursor when there are more"),
	.handler = m_instance_list},
    {NAMED("instance.show"), READS, TAKES(show_params),
	.help = "Shows one instance and what plugins do with it.",
	RESULT("the instance, its pairs and how many kstats it has"),
	.handler = m_instance_show},
    {NAMED("protocol.add"), CHANGES, WAITS, MAY_CANCEL, TAKES(protocol_params),
	.help = "Adds a protocol to an instance.", RESULT("the instance"),
	.handler = m_protocol_add},
    {NAMED("protocol.remove"), CHANGES, WAITS, MAY_CANCEL,
	TAKES(protocol_params), .help = "Takes a protocol from an instance.",
	RESULT("the instance"), .handler = m_protocol_remove},
    {NAMED("protocol.list"), READS, TAKES(show_params),
	.help = "Lists the protocols of an instance.",
	RESULT("protocols, in the order of their coming"),
	.handler = m_protocol_list},
    {NAMED("plugin.load"), CHANGES, WAITS, TAKES(load_params),
	.help = "Loads a plugin.", RESULT("the plugin"),
	.handler = m_plugin_load},
    {NAMED("plugin.unload"), CHANGES, WAITS, TAKES(plugin_params),
	.help = "Unloads a plugin: its pairs are shut down and destroyed.",
	RESULT("an empty object"), .handler = m_plugin_unload},
    {NAMED("plugin.reload"), CHANGES, WAITS, TAKES(plugin_params),
	.help = "Unloads a plugin and loads the same path again.",
	RESULT("the plugin"), .handler = m_plugin_reload},
    {NAMED("plugin.retry"), CHANGES, WAITS, TAKES(plugin_params),
	.help = "Runs create again where it failed.", RESULT("the plugin"),
	.handler = m_plugin_retry},
    {NAMED("plugin.show"), READS, TAKES(plugin_params),
	.help = "Shows one plugin.", RESULT("the plugin"),
	.handler = m_plugin_show},
    {NAMED("plugin.list"), READS, WAITS, .help = "Lists the plugins.",
	RESULT("plugins, in the order of their loading"),
	.handler = m_plugin_list},
    {NAMED("kstat.read"), READS, WAITS, TAKES(read_params),
	.help = "Reads statistics of instances.",
	RESULT("kstats, and a cursor when there are more"),
	.handler = m_kstat_read},
    {NAMED("packet.run"), CHANGES, WAITS, TAKES(run_params),
	.help = "Runs packets through the hooks of an instance.",
	RESULT("what each hook did, and what became of the packets"),
	.handler = m_packet_run},
};

const unsigned method_count = ARRAY_LENGTH(methods);

const struct method *
method_find(const char *name, size_t length)
{
	unsigned i;

	/* Most rows are passed over by their length alone. */
	for (i = 0; i < method_count; i++)
		if (methods[i].name_length == length &&
		    memcmp(methods[i].name, name, length) == 0)
			return &methods[i];
	return NULL;
}
