/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h: what a command is. commands.c holds the one table of them: its
 * rows dispatch, check the number of operands, and are what --help prints.
 * The handlers are in cmd_NOUN.c.
 */
#ifndef NETINST_CLI_COMMAND_H
#define NETINST_CLI_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"

struct client;
struct command;

/* One run of netinstctl: what was typed, and the connection it uses. */
struct invocation {
	const struct command *command;
	struct options options;
	char **operands;
	size_t count;
	int64_t timeout;       /* nanoseconds; 0: none */
	struct client *client; /* NULL until run_client() opens it */
};

/* Returns an exit code; has printed why, when it is not EXIT_OK. */
typedef int (*command_run_fn)(struct invocation *invocation);

#define COMMAND_ANY ((size_t)-1)

struct command {
	const char *noun, *verb; /* verb: NULL when the noun is all of it */
	const char *arguments;	 /* for usage: "NAME..." */
	const char *summary;	 /* at most 45 letters, no full stop */
	const char *help;	 /* whole sentences */
	const char *method;	 /* of the daemon; NULL: any, or none */
	uint64_t options;	 /* bits, beyond OPTIONS_GLOBAL */
	size_t least, most;	 /* operands */
	command_run_fn run;
};

/* In the order of help. The verbs of a noun stand together. */
extern const struct command commands[];
extern const size_t command_count;

/* NULL: there is none. verb NULL finds the first row of the noun. */
const struct command *command_find(const char *noun, const char *verb);

/* "instance create": for messages. The caller frees it. */
char *command_name(const struct command *command);

/*
 * Report a noun, or a verb of a noun, that there is not, with what was
 * probably meant. Return EXIT_USAGE.
 */
int command_unknown_noun(const char *word);
int command_unknown_verb(const char *noun, const char *word);

/*
 * Reports a mistake in what was typed behind the command, and hints at its
 * usage. Returns EXIT_USAGE.
 */
int command_misuse(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

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
