/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.c: the table of commands. A row has everything that netinstctl knows
 * about a command; what takes more than a request and a line of text is done
 * in cmd_NOUN.c.
 */
#include "commands.h"

#include "memory.h"
#include "run.h"

static const struct command rows[] = {
    {
	{"status", NULL},
	.arguments = "",
	.summary = "what the daemon is doing",
	.help = "Shows how many instances, plugins and workers there are, "
		"what waits, and which callbacks have run for longer than "
		"their deadline.",
	.method = "system.status",
	.run = run_once,
	.show = cmd_status_show,
    },
    {
	{"hello", NULL},
	.arguments = "",
	.summary = "what the daemon is and can do",
	.help = "Shows the daemon's version, its protocol, features and "
		"limits. The boot id is another one each time the daemon "
		"starts.",
	.method = "system.hello",
	.run = run_once,
	.show = cmd_hello_show,
    },
    {
	{"stop", NULL},
	.arguments = "",
	.summary = "stop the daemon",
	.help = "Every instance is shut down and destroyed, every plugin "
		"unloaded, and the daemon ends. Returns when it has ended.",
	.method = "system.stop",
	.options = OPTION_BIT(NO_WAIT),
	.run = cmd_stop,
	.show = cmd_stop_show,
    },
    {
	{"instance", "create"},
	.arguments = "NAME...",
	.summary = "create simulated instances",
	.help = "Every plugin's create callback runs for the instance, then "
		"its protocols appear: inet, inet6 and arp unless said "
		"otherwise.",
	.method = "instance.create",
	.options = OPTION_BIT(PROTOCOLS) | OPTION_BIT(NO_WAIT),
	.run = run_each,
	.members = {"name"},
	.says = "created {name} (id {id})",
	.says_no_wait = "creating {name} (id {id})",
    },
    {
	{"instance", "shutdown"},
	.arguments = "INSTANCE...",
	.summary = "shut instances down",
	.help = "The protocols are announced gone, then every plugin's "
		"shutdown callback runs. The instance stays listed until it "
		"is destroyed. INSTANCE is a name or an id.",
	.method = "instance.shutdown",
	.options = OPTION_BIT(NO_WAIT),
	.run = run_each,
	.members = {"instance"},
	.says = "shut down {name} (id {id})",
	.says_no_wait = "shutting down {name} (id {id})",
    },
    {
	{"instance", "destroy"},
	.arguments = "INSTANCE...",
	.summary = "destroy instances",
	.help = "An instance that is not shut down yet is shut down first; "
		"then every plugin's destroy callback runs, and the instance "
		"is gone. INSTANCE is a name or an id.",
	.method = "instance.destroy",
	.options = OPTION_BIT(NO_WAIT),
	.run = run_each,
	.members = {"instance"},
	.says = "destroyed {name} (id {id})",
	.says_no_wait = "destroying {name} (id {id})",
    },
    {
	{"instance", "show"},
	.arguments = "INSTANCE...",
	.summary = "all about instances",
	.help = "Shows an instance's state and protocols, and how far each "
		"plugin is with it. INSTANCE is a name or an id.",
	.method = "instance.show",
	.run = run_each,
	.members = {"instance"},
	.show = cmd_instance_show,
	.separate = true,
    },
    {
	{"instance", "list"},
	.arguments = "[PATTERN]",
	.summary = "which instances there are",
	.help = "PATTERN is a shell pattern for names, as in 'web-*'. The "
		"states are creating, active, shutting-down, down and "
		"destroying.",
	.method = "instance.list",
	.options = OPTION_BIT(STATE) | OPTION_BIT(SOURCE),
	.run = cmd_instance_list,
	.members = {"match"},
    },
    {
	{"protocol", "add"},
	.arguments = "INSTANCE PROTOCOL...",
	.summary = "add protocols to an instance",
	.help = "Plugins that asked for it are told that the protocol is "
		"there. INSTANCE is a name or an id.",
	.method = "protocol.add",
	.options = OPTION_BIT(NO_WAIT),
	.run = run_each,
	.members = {"instance", "protocol"},
	.says = "added {1} to {name} (id {id})",
	.says_no_wait = "adding {1} to {name} (id {id})",
    },
    {
	{"protocol", "remove"},
	.arguments = "INSTANCE PROTOCOL...",
	.summary = "take protocols off an instance",
	.help = "Plugins that asked for it are told that the protocol is "
		"gone. INSTANCE is a name or an id.",
	.method = "protocol.remove",
	.options = OPTION_BIT(NO_WAIT),
	.run = run_each,
	.members = {"instance", "protocol"},
	.says = "removed {1} from {name} (id {id})",
	.says_no_wait = "removing {1} from {name} (id {id})",
    },
    {
	{"protocol", "list"},
	.arguments = "INSTANCE",
	.summary = "the protocols of an instance",
	.help = "One line for each protocol. INSTANCE is a name or an id.",
	.method = "protocol.list",
	.run = run_once,
	.members = {"instance"},
	.show = cmd_protocol_list,
    },
    {
	{"nic", "add"},
	.arguments = "INSTANCE NIC...",
	.summary = "add interfaces to an instance",
	.help = "Hooks of NIC_EVENTS are told of them. An interface is down, "
		"without an address, and gets the next index that was never "
		"used, unless said otherwise. INSTANCE is a name or an id.\n\n"
		"  netinstctl nic add blue lo --loopback --up\n"
		"  netinstctl nic add blue eth0",
	.method = "nic.add",
	.options = OPTION_BIT(MTU) | OPTION_BIT(INDEX) | OPTION_BIT(UP) |
		   OPTION_BIT(LOOPBACK),
	.run = cmd_nic_add,
	.members = {"instance", "nic"},
	.says = "added {1} (index {index}) to {0}",
    },
    {
	{"nic", "del"},
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces away",
	.help = "Their addresses, and the routes over them, go too. NIC is a "
		"name or an index.",
	.method = "nic.remove",
	.run = run_each,
	.members = {"instance", "nic"},
	.says = "removed {1} from {0}",
    },
    {
	{"nic", "up"},
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces up",
	.help = "Their addresses come into use. NIC is a name or an index.",
	.method = "nic.set",
	.run = run_each,
	.members = {"instance", "nic"},
	.yes = "up",
	.says = "{1} is {up?up|down}",
    },
    {
	{"nic", "down"},
	.arguments = "INSTANCE NIC...",
	.summary = "take interfaces down",
	.help = "Their addresses go out of use. NIC is a name or an index.",
	.method = "nic.set",
	.run = run_each,
	.members = {"instance", "nic"},
	.no = "up",
	.says = "{1} is {up?up|down}",
    },
    {
	{"nic", "mtu"},
	.arguments = "INSTANCE NIC BYTES",
	.summary = "set the MTU of an interface",
	.help = "BYTES is from 68 to 65536. There is no event for it. NIC is "
		"a name or an index.",
	.method = "nic.set",
	.run = cmd_nic_number,
	.members = {"instance", "nic", "mtu"},
	.says = "{1} has the MTU {mtu}",
    },
    {
	{"nic", "index"},
	.arguments = "INSTANCE NIC INDEX",
	.summary = "give an interface another index",
	.help = "Hooks are told, under the old index, before it changes. NIC "
		"is a name or an index.",
	.method = "nic.set",
	.run = cmd_nic_number,
	.members = {"instance", "nic", "index"},
	.says = "{1} has the index {index}",
    },
    {
	{"nic", "rename"},
	.arguments = "INSTANCE NIC NAME",
	.summary = "give an interface another name",
	.help = "Hooks are told that the old one goes and the new one comes; "
		"index and addresses stay. NIC is a name or an index.",
	.method = "nic.set",
	.run = run_once,
	.members = {"instance", "nic", "name"},
	.says = "{1} is {name} now",
    },
    {
	{"nic", "list"},
	.arguments = "INSTANCE",
	.summary = "the interfaces of an instance",
	.help = "ADDRESSES says ADDRESS>PEER for a link between two, and "
		"(down) behind what is out of use by itself. INSTANCE is a "
		"name or an id.",
	.method = "nic.list",
	.run = run_list,
	.members = {"instance"},
	.list = "nics",
	.columns = cmd_nic_columns,
    },
    {
	{"nic", "addr add"},
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "add addresses to an interface",
	.help = "An ADDRESS comes with the length of its prefix; without one "
		"it is on no network. It is in use while its interface is "
		"up.\n\n"
		"  netinstctl nic addr add blue eth0 10.0.0.1/24 "
		"2001:db8::1/64",
	.method = "nic.address.add",
	.options = OPTION_BIT(PEER) | OPTION_BIT(BROADCAST),
	.run = run_each,
	.members = {"instance", "nic", "address"},
	.says = "added {2} to {1}",
    },
    {
	{"nic", "addr del"},
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses away",
	.help = "ADDRESS is written with its prefix, as nic list shows it.",
	.method = "nic.address.remove",
	.run = run_each,
	.members = {"instance", "nic", "address"},
	.says = "removed {2} from {1}",
    },
    {
	{"nic", "addr set"},
	.arguments = "INSTANCE NIC ADDRESS NEW",
	.summary = "make another address of one",
	.help = "The address goes out of use, is changed to NEW, and comes "
		"into use again if it was before; hooks are told of each step.",
	.method = "nic.address.set",
	.options = OPTION_BIT(PEER) | OPTION_BIT(BROADCAST),
	.run = run_once,
	.members = {"instance", "nic", "address", "to"},
	.says = "changed {2} to {3} on {1}",
    },
    {
	{"nic", "addr up"},
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses into use",
	.help = "ADDRESS is written with its prefix, as nic list shows it.",
	.method = "nic.address.set",
	.run = run_each,
	.members = {"instance", "nic", "address"},
	.yes = "up",
	.says = "{2} is in use",
    },
    {
	{"nic", "addr down"},
	.arguments = "INSTANCE NIC ADDRESS...",
	.summary = "take addresses out of use",
	.help = "ADDRESS is written with its prefix, as nic list shows it.",
	.method = "nic.address.set",
	.run = run_each,
	.members = {"instance", "nic", "address"},
	.no = "up",
	.says = "{2} is out of use",
    },
    {
	{"nic", "route add"},
	.arguments = "INSTANCE DESTINATION...",
	.summary = "add routes to an instance",
	.help = "DESTINATION is a network, an address or default. One of "
		"--via, --nic and --reject is needed; with --via the "
		"interface is the one that has the network of the next hop, "
		"unless --nic says otherwise.\n\n"
		"  netinstctl nic route add blue default --via 10.0.0.254",
	.method = "nic.route.add",
	.options = OPTION_BIT(VIA) | OPTION_BIT(NIC) | OPTION_BIT(REJECT),
	.run = run_each,
	.members = {"instance", "destination"},
	.says = "added a route to {1}{nic? over *|}",
    },
    {
	{"nic", "route del"},
	.arguments = "INSTANCE DESTINATION...",
	.summary = "take routes away",
	.help = "DESTINATION is written as nic route list shows it, or "
		"default.",
	.method = "nic.route.remove",
	.run = run_each,
	.members = {"instance", "destination"},
	.says = "removed the route to {1}",
    },
    {
	{"nic", "route list"},
	.arguments = "INSTANCE",
	.summary = "the routes of an instance",
	.help = "Those that the addresses of interfaces bring are not listed. "
		"INSTANCE is a name or an id.",
	.method = "nic.route.list",
	.run = run_list,
	.members = {"instance"},
	.list = "routes",
	.columns = cmd_route_columns,
    },
    {
	{"plugin", "load"},
	.arguments = "PATH|NAME [KEY=VALUE...]",
	.summary = "load a plugin",
	.help = "A PATH has a slash in it or ends in .so, as in ./trace.so; a "
		"NAME is looked for in the daemon's plugin directory. "
		"KEY=VALUE are settings for the plugin. Its create callback "
		"runs for every live instance before the command returns.",
	.method = "plugin.load",
	.run = cmd_plugin_load,
	.show = cmd_plugin_load_show,
    },
    {
	{"plugin", "unload"},
	.arguments = "NAME...",
	.summary = "unload plugins",
	.help = "The plugin's shutdown callback runs for every live instance, "
		"then its destroy callback; when the command returns, none of "
		"its code runs any more.",
	.method = "plugin.unload",
	.run = run_each,
	.members = {"plugin"},
	.says = "unloaded {0}",
    },
    {
	{"plugin", "reload"},
	.arguments = "NAME...",
	.summary = "unload plugins and load their files anew",
	.help = "Unloads the plugin, then loads what is at its path now, with "
		"the same settings.",
	.method = "plugin.reload",
	.run = run_each,
	.members = {"plugin"},
	.show = cmd_plugin_reload_show,
    },
    {
	{"plugin", "retry"},
	.arguments = "NAME...",
	.summary = "run failed create callbacks again",
	.help = "On every instance where the plugin's create callback failed, "
		"it runs again.",
	.method = "plugin.retry",
	.run = run_each,
	.members = {"plugin"},
	.show = cmd_plugin_retry_show,
    },
    {
	{"plugin", "show"},
	.arguments = "NAME...",
	.summary = "all about plugins",
	.help = "Shows where a plugin comes from, on how many instances it is "
		"active, how often its callbacks ran and how long they took, "
		"and what it left behind.",
	.method = "plugin.show",
	.run = run_each,
	.members = {"plugin"},
	.show = cmd_plugin_show,
	.separate = true,
    },
    {
	{"plugin", "list"},
	.arguments = "",
	.summary = "which plugins are loaded",
	.help = "ACTIVE and FAILED count the instances on which the create "
		"callback succeeded and failed.",
	.method = "plugin.list",
	.run = run_once,
	.show = cmd_plugin_list,
    },
    {
	{"kstat", NULL},
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
	.run = cmd_kstat,
    },
    {
	{"kstat-write", NULL},
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
	.run = cmd_kstat_write,
	.show = cmd_kstat_write_show,
    },
    {
	{"packet", "replay"},
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
	.run = cmd_packet_replay,
    },
    {
	{"history", NULL},
	.arguments = "[NAME]",
	.summary = "what was kept of instances that ended",
	.help = "A line for each, the last one first; with NAME, which may be "
		"a shell pattern, all that is known of those that had it, "
		"with the last values of their statistics. WHEN is how long "
		"ago, as in 5min, 2h or 30d, or a time in UTC, as in "
		"2026-11-23 or 2026-11-23T08:00:00Z. Exits with 7 when the "
		"store could not be read: then what is in it is missing.\n\n"
		"  netinstctl history --since 2h\n"
		"  netinstctl history 'web-*' --json",
	.method = "history.list",
	.options = OPTION_BIT(SINCE),
	.run = cmd_history,
	.members = {"match"},
    },
    {
	{"why-alive", NULL},
	.arguments = "INSTANCE...",
	.summary = "what keeps a network namespace alive",
	.help = "Looks for everything that holds the instance's network "
		"namespace: processes and threads in it, descriptors of it, "
		"mounts of it in every mount namespace, sockets that were "
		"made in it, and netinstd itself, which holds it only while "
		"another does. For each it says whose it is, how long that "
		"process runs, and the command that would free it. INSTANCE "
		"is a name, the last name of one that has lost it, or an id. "
		"A busy machine is looked through in some tenths of a second.",
	.method = "instance.holders",
	.run = run_each,
	.members = {"instance"},
	.show = cmd_why_alive_show,
	.separate = true,
    },
    {
	{"pins", NULL},
	.arguments = "",
	.summary = "the namespaces that netinstd holds",
	.help = "netinstd holds a descriptor of a namespace exactly while it "
		"knows that something else holds it too: HELD FOR says what. "
		"name is a mounted name, process a process in it; ending "
		"means that the last one went and the shutdown callbacks run. "
		"SINCE is how long that has been so.",
	.method = "netns.pins",
	.run = run_list,
	.list = "pins",
	.columns = cmd_pins_columns,
    },
    {
	{"doctor", NULL},
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
	{"call", NULL},
	.arguments = "METHOD [PARAMS]",
	.summary = "call any method of the daemon",
	.help = "PARAMS is a JSON object, or words KEY=VALUE, where a VALUE "
		"that is no JSON is taken as text. Prints the result as JSON: "
		"indented, or with --json as it came. 'netinstctl call "
		"rpc.discover' shows what there is.\n\n"
		"  netinstctl call instance.list state=active limit=10\n"
		"  netinstctl call instance.show '{\"instance\": \"blue\"}'",
	.most = COMMAND_ANY,
	.run = cmd_call,
    },
    {
	{"help", NULL},
	.arguments = "[NOUN [VERB]]",
	.summary = "help on a command",
	.help = "The same as --help behind the command.",
	.most = 3, /* a verb may be two words */
	.run = cmd_help,
    },
};

const struct command_table commands = {
    .rows = rows,
    .count = ARRAY_LENGTH(rows),
};
