/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.h: waiting for ever, unless the test relents: a FIFO that nobody opens
 * for writing. Its path comes as the setting "gate".
 */
#ifndef TESTS_PLUGINS_GATE_H
#define TESTS_PLUGINS_GATE_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <netinst/netinst.h>

static char gate_path[4096];

/* In nin_load; 0 when there is such a setting. */
static inline int
gate_configure(const net_config_t *config)
{
	const char *path = net_config_get(config, "gate");

	if (path == NULL)
		return -1;
	(void)snprintf(gate_path, sizeof(gate_path), "%s", path);
	return 0;
}

static inline void
gate_wait(void)
{
	int fd = open(gate_path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
}

#endif
