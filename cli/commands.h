/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h: the one table of commands, and the handlers that its rows name.
 * Only main() uses the table; everything else is handed it.
 */
#ifndef NETINST_CLI_COMMANDS_H
#define NETINST_CLI_COMMANDS_H

#include "command.h"

extern const struct command_table commands;

/* The handlers, in cmd_NOUN.c. */
int cmd_status(struct invocation *invocation);
int cmd_hello(struct invocation *invocation);
int cmd_stop(struct invocation *invocation);
int cmd_instance_create(struct invocation *invocation);
int cmd_instance_shutdown(struct invocation *invocation);
int cmd_instance_destroy(struct invocation *invocation);
int cmd_instance_show(struct invocation *invocation);
int cmd_instance_list(struct invocation *invocation);
int cmd_protocol_add(struct invocation *invocation);
int cmd_protocol_remove(struct invocation *invocation);
int cmd_protocol_list(struct invocation *invocation);
int cmd_nic_add(struct invocation *invocation);
int cmd_nic_del(struct invocation *invocation);
int cmd_nic_up(struct invocation *invocation);
int cmd_nic_down(struct invocation *invocation);
int cmd_nic_mtu(struct invocation *invocation);
int cmd_nic_index(struct invocation *invocation);
int cmd_nic_rename(struct invocation *invocation);
int cmd_nic_list(struct invocation *invocation);
int cmd_nic_addr_add(struct invocation *invocation);
int cmd_nic_addr_del(struct invocation *invocation);
int cmd_nic_addr_set(struct invocation *invocation);
int cmd_nic_addr_up(struct invocation *invocation);
int cmd_nic_addr_down(struct invocation *invocation);
int cmd_nic_route_add(struct invocation *invocation);
int cmd_nic_route_del(struct invocation *invocation);
int cmd_nic_route_list(struct invocation *invocation);
int cmd_plugin_load(struct invocation *invocation);
int cmd_plugin_unload(struct invocation *invocation);
int cmd_plugin_reload(struct invocation *invocation);
int cmd_plugin_retry(struct invocation *invocation);
int cmd_plugin_show(struct invocation *invocation);
int cmd_plugin_list(struct invocation *invocation);
int cmd_kstat(struct invocation *invocation);
int cmd_kstat_write(struct invocation *invocation);
int cmd_packet_replay(struct invocation *invocation);
int cmd_history(struct invocation *invocation);
int cmd_why_alive(struct invocation *invocation);
int cmd_pins(struct invocation *invocation);
int cmd_doctor(struct invocation *invocation);
int cmd_call(struct invocation *invocation);
int cmd_help(struct invocation *invocation);

#endif
