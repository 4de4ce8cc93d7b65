/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.h: the one table of commands, and what its rows name. Only main()
 * uses the table; everything else is handed it.
 */
#ifndef NETINST_CLI_COMMANDS_H
#define NETINST_CLI_COMMANDS_H

#include "command.h"
#include "writer.h"

extern const struct command_table commands;

/* What the rows name, in cmd_NOUN.c. */
command_run cmd_stop;
command_run cmd_instance_list;
command_run cmd_nic_add;
command_run cmd_nic_number;
command_run cmd_plugin_load;
command_run cmd_kstat;
command_run cmd_kstat_write;
command_run cmd_packet_replay;
command_run cmd_history;
command_run cmd_doctor;
command_run cmd_call;
command_run cmd_help;

command_show cmd_status_show;
command_show cmd_hello_show;
command_show cmd_stop_show;
command_show cmd_instance_show;
command_show cmd_protocol_list;
command_show cmd_plugin_load_show;
command_show cmd_plugin_reload_show;
command_show cmd_plugin_retry_show;
command_show cmd_plugin_show;
command_show cmd_plugin_list;
command_show cmd_kstat_write_show;
command_show cmd_why_alive_show;

extern const struct writer_column cmd_nic_columns[];
extern const struct writer_column cmd_route_columns[];
extern const struct writer_column cmd_pins_columns[];

#endif
