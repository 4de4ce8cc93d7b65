/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.c: the table of commands. Everything that netinstctl knows about a
 * command stands in its row, except how it is done: that is its handler, in
 * cmd_NOUN.c.
 */
#include "commands.h"

static const struct command rows[] = {
    {
	.noun = "status",
	.arguments = "",
	.summary = "what the daemon is doing",
	.help = "Shows how many instances, plugins and workers there are, "
		"what waits, and which callbacks have run for longer than "
		"their deadline.",
	.method = "system.status",
	.run = cmd_status,
    },
    {
	.noun = "hello",
	.arguments = "",
	.summary = "what the daemon is and can do",
	.help = "Shows the daemon's version, its protocol, features and "
		"limits. The boot id is another one each time the daemon "
		"starts.",
	.method = "system.hello",
	.run = cmd_hello,
    },
    {
	.noun = "stop",
	.arguments = "",
	.summary = "stop the daemon",
	.help = "Every instance is shut down and destroyed, every plugin "
		"unloaded, and the daemon ends. Returns when it has ended.",
	.method = "system.stop",
	.options = OPTION_BIT(NO_WAIT),
	.run = cmd_stop,
    },
    {
	.noun = "instance",
	.verb = "create",
	.arguments = "NAME...",
	.summary = "create simulated instances",
	.help = "Every plugin's create callback runs for the instance, "
		"then its protocols appear: inet, inet6 and arp unless "
		"said otherwise.",
	.method = "instance.create",
	.options = OPTION_BIT(PROTOCOLS) | OPTION_BIT(NO_WAIT),
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_instance_create,
    },
    {
	.noun = "instance",
	.verb = "shutdown",
	.arguments = "INSTANCE...",
	.summary = "shut instances down",
	.help = "The protocols are announced gone, then every plugin's "
		"shutdown callback runs. The instance stays listed until "
		"it is destroyed. INSTANCE is a name or an id.",
	.method = "instance.shutdown",
	.options = OPTION_BIT(NO_WAIT),
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_instance_shutdown,
    },
    {
	.noun = "instance",
	.verb = "destroy",
	.arguments = "INSTANCE...",
	.summary = "destroy instances",
	.help = "An instance that is not shut down yet is shut down first; "
		"then every plugin's destroy callback runs, and the "
		"instance is gone. INSTANCE is a name or an id.",
	.method = "instance.destroy",
	.options = OPTION_BIT(NO_WAIT),
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_instance_destroy,
    },
    {
	.noun = "instance",
	.verb = "show",
	.arguments = "INSTANCE...",
	.summary = "all about instances",
	.help = "Shows an instance's state and protocols, and how far each "
		"plugin is with it. INSTANCE is a name or an id.",
	.method = "instance.show",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_instance_show,
    },
    {
	.noun = "instance",
	.verb = "list",
	.arguments = "[PATTERN]",
	.summary = "which instances there are",
	.help = "PATTERN is a shell pattern for names, as in 'web-*'. The "
		"states are creating, active, shutting-down, down and "
		"destroying.",
	.method = "instance.list",
	.options = OPTION_BIT(STATE) | OPTION_BIT(SOURCE),
	.most = 1,
	.run = cmd_instance_list,
    },
    {
	.noun = "protocol",
	.verb = "add",
	.arguments = "INSTANCE PROTOCOL...",
	.summary = "add protocols to an instance",
	.help = "Plugins that asked for it are told that the protocol is "
		"there. INSTANCE is a name or an id.",
	.method = "protocol.add",
	.options = OPTION_BIT(NO_WAIT),
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_protocol_add,
    },
    {
	.noun = "protocol",
	.verb = "remove",
	.arguments = "INSTANCE PROTOCOL...",
	.summary = "take protocols off an instance",
	.help = "Plugins that asked for it are told that the protocol is "
		"gone. INSTANCE is a name or an id.",
	.method = "protocol.remove",
	.options = OPTION_BIT(NO_WAIT),
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_protocol_remove,
    },
    {
	.noun = "protocol",
	.verb = "list",
	.arguments = "INSTANCE",
	.summary = "the protocols of an instance",
	.help = "One line for each protocol. INSTANCE is a name or an id.",
	.method = "protocol.list",
	.least = 1,
	.most = 1,
	.run = cmd_protocol_list,
    },
    {
	.noun = "nic",
	.verb = "add",
	.arguments = "INSTANCE NIC...",
	.summary = "add interfaces to an instance",
	.help = "Hooks of NIC_EVENTS are told of them. An interface is "
		"down, without an address, and gets the next index "
		"that was never used, unless said otherwise. INSTANCE "
		"is a name or an id.\n\n  netinstctl nic add blue lo "
		"--loopback --up\n  netinstctl nic add blue eth0",
	.method = "nic.add",
	.options = OPTION_BIT(MTU) | OPTION_BIT(INDEX) | OPTION_BIT(UP) |
		   OPTION_BIT(LOOPBACK),
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_add,
    },
    {
	.noun = "nic",
	.verb = "del",
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces away",
	.help = "Their addresses, and the routes over them, go too. "
		"NIC is a name or an index.",
	.method = "nic.remove",
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_del,
    },
    {
	.noun = "nic",
	.verb = "up",
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces up",
	.help = "Their addresses come into use. NIC is a name or an "
		"index.",
	.method = "nic.set",
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_up,
    },
    {
	.noun = "nic",
	.verb = "down",
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces down",
	.help = "Their addresses go out of use. NIC is a name or an "
		"index.",
	.method = "nic.set",
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_down,
    },
    {
	.noun = "nic",
	.verb = "mtu",
	.arguments = "INSTANCE NIC BYTES",
	.summary = "set the MTU of an interface",
	.help = "BYTES is from 68 to 65536. There is no event for it. "
		"NIC is a name or an index.",
	.method = "nic.set",
	.least = 3,
	.most = 3,
	.run = cmd_nic_mtu,
    },
    {
	.noun = "nic",
	.verb = "index",
	.arguments = "INSTANCE NIC INDEX",
	.summary = "give an interface another index",
	.help = "Hooks are told, under the old index, before it "
		"changes. NIC is a name or an index.",
	.method = "nic.set",
	.least = 3,
	.most = 3,
	.run = cmd_nic_index,
    },
    {
	.noun = "nic",
	.verb = "rename",
	.arguments = "INSTANCE NIC NAME",
	.summary = "give an interface another name",
	.help = "Hooks are told that the old one goes and the new one "
		"comes; index and addresses stay. NIC is a name or an "
		"index.",
	.method = "nic.set",
	.least = 3,
	.most = 3,
	.run = cmd_nic_rename,
    },
    {
	.noun = "nic",
	.verb = "list",
	.arguments = "INSTANCE",
	.summary = "the interfaces of an instance",
	.help = "ADDRESSES says ADDRESS>PEER for a link between two, "
		"and (down) behind what is out of use by itself. "
		"INSTANCE is a name or an id.",
	.method = "nic.list",
	.least = 1,
	.most = 1,
	.run = cmd_nic_list,
    },
    {
	.noun = "nic",
	.verb = "addr add",
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "add addresses to an interface",
	.help = "An ADDRESS comes with the length of its prefix; "
		"without one it is on no network. It is in use while "
		"its interface is up.\n\n  netinstctl nic addr add "
		"blue eth0 10.0.0.1/24 2001:db8::1/64",
	.method = "nic.address.add",
	.options = OPTION_BIT(PEER) | OPTION_BIT(BROADCAST),
	.least = 3,
	.most = COMMAND_ANY,
	.run = cmd_nic_addr_add,
    },
    {
	.noun = "nic",
	.verb = "addr del",
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses away",
	.help = "ADDRESS is written with its prefix, as nic list shows "
		"it.",
	.method = "nic.address.remove",
	.least = 3,
	.most = COMMAND_ANY,
	.run = cmd_nic_addr_del,
    },
    {
	.noun = "nic",
	.verb = "addr set",
	.arguments = "INSTANCE NIC ADDRESS NEW",
	.summary = "make another address of one",
	.help = "The address goes out of use, is changed to NEW, and "
		"comes into use again if it was before; hooks are told "
		"of each step.",
	.method = "nic.address.set",
	.options = OPTION_BIT(PEER) | OPTION_BIT(BROADCAST),
	.least = 4,
	.most = 4,
	.run = cmd_nic_addr_set,
    },
    {
	.noun = "nic",
	.verb = "addr up",
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses into use",
	.help = "ADDRESS is written with its prefix, as nic list shows "
		"it.",
	.method = "nic.address.set",
	.least = 3,
	.most = COMMAND_ANY,
	.run = cmd_nic_addr_up,
    },
    {
	.noun = "nic",
	.verb = "addr down",
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses out of use",
	.help = "ADDRESS is written with its prefix, as nic list shows "
		"it.",
	.method = "nic.address.set",
	.least = 3,
	.most = COMMAND_ANY,
	.run = cmd_nic_addr_down,
    },
    {
	.noun = "nic",
	.verb = "route add",
	.arguments = "INSTANCE DESTINATION...",
	.summary = "add routes to an instance",
	.help = "DESTINATION is a network, an address or default. One "
		"of --via, --nic and --reject is needed; with --via "
		"the interface is the one that has the network of the "
		"next hop, unless --nic says otherwise.\n\n  "
		"netinstctl nic route add blue default --via 10.0.0.254",
	.method = "nic.route.add",
	.options = OPTION_BIT(VIA) | OPTION_BIT(NIC) | OPTION_BIT(REJECT),
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_route_add,
    },
    {
	.noun = "nic",
	.verb = "route del",
	.arguments = "INSTANCE DESTINATION...",
	.summary = "take routes away",
	.help = "DESTINATION is written as nic route list shows it, or "
		"default.",
	.method = "nic.route.remove",
	.least = 2,
	.most = COMMAND_ANY,
	.run = cmd_nic_route_del,
    },
    {
	.noun = "nic",
	.verb = "route list",
	.arguments = "INSTANCE",
	.summary = "the routes of an instance",
	.help = "Those that the addresses of interfaces bring are not "
		"listed. INSTANCE is a name or an id.",
	.method = "nic.route.list",
	.least = 1,
	.most = 1,
	.run = cmd_nic_route_list,
    },
    {
	.noun = "plugin",
	.verb = "load",
	.arguments = "PATH|NAME [KEY=VALUE...]",
	.summary = "load a plugin",
	.help = "A PATH has a slash in it or ends in .so, as in "
		"./trace.so; a NAME is looked for in the daemon's plugin "
		"directory. KEY=VALUE are settings for the plugin. Its "
		"create callback runs for every live instance before the "
		"command returns.",
	.method = "plugin.load",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_plugin_load,
    },
    {
	.noun = "plugin",
	.verb = "unload",
	.arguments = "NAME...",
	.summary = "unload plugins",
	.help = "The plugin's shutdown callback runs for every live "
		"instance, then its destroy callback; when the command "
		"returns, none of its code runs any more.",
	.method = "plugin.unload",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_plugin_unload,
    },
    {
	.noun = "plugin",
	.verb = "reload",
	.arguments = "NAME...",
	.summary = "unload plugins and load their files anew",
	.help = "Unloads the plugin, then loads what is at its path now, "
		"with the same settings.",
	.method = "plugin.reload",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_plugin_reload,
    },
    {
	.noun = "plugin",
	.verb = "retry",
	.arguments = "NAME...",
	.summary = "run failed create callbacks again",
	.help = "On every instance where the plugin's create callback "
		"failed, it runs again.",
	.method = "plugin.retry",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_plugin_retry,
    },
    {
	.noun = "plugin",
	.verb = "show",
	.arguments = "NAME...",
	.summary = "all about plugins",
	.help = "Shows where a plugin comes from, on how many instances it "
		"is active, how often its callbacks ran and how long they "
		"took, and what it left behind.",
	.method = "plugin.show",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_plugin_show,
    },
    {
	.noun = "plugin",
	.verb = "list",
	.arguments = "",
	.summary = "which plugins are loaded",
	.help = "ACTIVE and FAILED count the instances on which the create "
		"callback succeeded and failed.",
	.method = "plugin.list",
	.run = cmd_plugin_list,
    },
    {
	.noun = "kstat",
	.arguments = "[OPERAND...] [INTERVAL [COUNT]]",
	.summary = "statistics of instances, as kstat(8)",
	.help = "An OPERAND is MODULE:INST:NAME:STAT. Each part is a shell "
		"pattern, or an extended regular expression between slashes, "
		"as in /^tcp/; one that is empty or left out matches "
		"everything. -m, -i, -n and -s say the same without operands: "
		"there, a pattern may have colons in it.\n\n"
		"Numbers that stand alone are the INTERVAL, the seconds from "
		"one report to the next, and the COUNT of reports; without "
		"COUNT there is no end.\n\n"
		"Without -I, or with a pattern there, statistics say which "
		"instance they are of: in lines of their own, and with -p, -l "
		"and -C as INSTANCE/ in front. crtime and snaptime are "
		"seconds since the host started; the times of io and timer "
		"kstats are nanoseconds. As with kstat(8), raw kstats, those "
		"named kstat_..., and statistics without a name are not "
		"shown.\n\n"
		"-j prints {ip_instance, module, instance, name, class, type, "
		"snaptime, data} for each kstat: every report is valid JSON "
		"by itself. --json prints the daemon's result instead, all "
		"kinds of kstats and nothing that the daemon does not say, "
		"whatever the form.\n\n"
		"Behind kstat, -s, -V and -h are the options of kstat(8): the "
		"socket is --socket here, or -s before kstat. Exits with 0 "
		"when something matched, 1 when nothing did, 2 after wrong "
		"usage, 3 without a daemon or when a signal ended an "
		"interval.\n\n"
		"  netinstctl kstat -p -I blue trace::callbacks:notifies\n"
		"  netinstctl kstat -p -m /^inet/ -c hook -s '*hits' 1 10\n"
		"  netinstctl kstat -j :::proto* | jq '.[].data'",
	.method = "kstat.read",
	.options = OPTION_BIT(PARSEABLE) | OPTION_BIT(INSTANCE) |
		   OPTION_BIT(CLASS) | OPTION_BIT(MODULE) | OPTION_BIT(NUMBER) |
		   OPTION_BIT(NAME) | OPTION_BIT(STATISTIC) |
		   OPTION_BIT(COLONS) | OPTION_BIT(OBJECTS) | OPTION_BIT(LIST) |
		   OPTION_BIT(QUIET) | OPTION_BIT(VALUES) |
		   OPTION_BIT(TIMESTAMP) | OPTION_BIT(USAGE),
	.most = COMMAND_ANY,
	.run = cmd_kstat,
    },
    {
	.noun = "kstat-write",
	.arguments = "STATISTIC=VALUE...",
	.summary = "change statistics",
	.help = "STATISTIC is MODULE:INST:NAME:STAT, each of them in full: "
		"there are no patterns. INSTANCE is a name or an id; without "
		"-I, it is the global instance. Only kstats that their plugin "
		"made writable can be changed. Values of the same kstat are "
		"changed all together or not at all. Prints what they are "
		"then.\n\n"
		"  netinstctl kstat-write -I blue mine:0:knobs:limit=20",
	.method = "kstat.write",
	.options = OPTION_BIT(INSTANCE),
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_kstat_write,
    },
    {
	.noun = "packet",
	.verb = "replay",
	.arguments = "INSTANCE FILE",
	.summary = "run a capture through the hooks",
	.help = "FILE is a capture, pcap or pcapng, or - for standard input. "
		"Each packet in it is shown to the hooks of the event, one "
		"after the other, as if it had just come in or was just going "
		"out. The events are PHYSICAL_IN (the default), PHYSICAL_OUT, "
		"FORWARDING, LOOPBACK_IN and LOOPBACK_OUT. For each hook it "
		"says how many packets it saw, dropped and changed, and how "
		"long it took. --write makes a capture of those that passed, "
		"as the hooks left them. Captures of Ethernet, raw IP, BSD "
		"loopback and Linux \"any\" can be read. Exits with 7 when "
		"FILE breaks off: what comes before that counts.",
	.method = "packet.run",
	.options = OPTION_BIT(EVENT) | OPTION_BIT(NIC) | OPTION_BIT(OUT_NIC) |
		   OPTION_BIT(WRITE),
	.least = 2,
	.most = 2,
	.run = cmd_packet_replay,
    },
    {
	.noun = "history",
	.arguments = "[NAME]",
	.summary = "what was kept of instances that ended",
	.help = "A line for each, the last one first; with NAME, which may be "
		"a shell pattern, all that is known of those that had it, with "
		"the last values of their statistics. WHEN is how long ago, as "
		"in 5min, 2h or 30d, or a time in UTC, as in 2026-11-23 or "
		"2026-11-23T08:00:00Z. Exits with 7 when the store could not "
		"be read: then what is in it is missing.\n\n"
		"  netinstctl history --since 2h\n"
		"  netinstctl history 'web-*' --json",
	.method = "history.list",
	.options = OPTION_BIT(SINCE),
	.most = 1,
	.run = cmd_history,
    },
    {
	.noun = "why-alive",
	.arguments = "INSTANCE...",
	.summary = "what keeps a network namespace alive",
	.help = "Looks for everything that holds the instance's network "
		"namespace: processes and threads in it, descriptors of it, "
		"mounts of it in every mount namespace, sockets that were made "
		"in it, and netinstd itself, which holds it only while another "
		"does. For each it says whose it is, how long that process "
		"runs, and the command that would free it. INSTANCE is a name, "
		"the last name of one that has lost it, or an id. A busy "
		"machine is looked through in some tenths of a second.",
	.method = "instance.holders",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_why_alive,
    },
    {
	.noun = "pins",
	.arguments = "",
	.summary = "the namespaces that netinstd holds",
	.help = "netinstd holds a descriptor of a namespace exactly while it "
		"knows that something else holds it too: HELD FOR says what. "
		"name is a mounted name, process a process in it; ending "
		"means that the last one went and the shutdown callbacks run. "
		"SINCE is how long that has been so.",
	.method = "netns.pins",
	.run = cmd_pins,
    },
    {
	.noun = "doctor",
	.arguments = "",
	.summary = "what hinders following namespaces",
	.help = "Looks at privileges, features of the kernel, mounts, the "
		"directories of names and what is in them, limits and what "
		"was held for too long, and says for each finding what to do. "
		"Exits with 1 when there is a problem; a warning is none.",
	.method = "system.doctor",
	.run = cmd_doctor,
    },
    {
	.noun = "call",
	.arguments = "METHOD [PARAMS]",
	.summary = "call any method of the daemon",
	.help = "PARAMS is a JSON object, or words KEY=VALUE, where a "
		"VALUE that is no JSON is taken as text. Prints the result "
		"as JSON: indented, or with --json as it came. 'netinstctl "
		"call rpc.discover' shows what there is.\n\n"
		"  netinstctl call instance.list state=active limit=10\n"
		"  netinstctl call instance.show '{\"instance\": \"blue\"}'",
	.least = 1,
	.most = COMMAND_ANY,
	.run = cmd_call,
    },
    {
	.noun = "help",
	.arguments = "[NOUN [VERB]]",
	.summary = "help on a command",
	.help = "The same as --help behind the command.",
	.most = 3,
	.run = cmd_help,
    },
};

const struct command_table commands = {
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
};
