/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.h: misbehaving on one instance only, the one with the id of the setting
 * "instance", and waiting for ever, unless the test relents: a FIFO that
 * nobody opens for writing, whose path is the setting "gate".
 */
#ifndef TESTS_PLUGINS_GATE_H
#define TESTS_PLUGINS_GATE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinst/netinst.h>

static char gate_path[4096];
static netid_t gate_instance = -1;

/* In nin_load. */
static inline void
gate_configure(const net_config_t *config)
{
	const char *path = net_config_get(config, "gate");
	const char *instance = net_config_get(config, "instance");

	if (path != NULL)
		(void)snprintf(gate_path, sizeof(gate_path), "%s", path);
	if (instance != NULL)
		gate_instance = (netid_t)strtol(instance, NULL, 10);
}

static inline void
gate_wait(void)
{
	int fd = open(gate_path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
}

#endif
