/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c: a target for libFuzzer: any bytes at all are read as a
 * configuration file, and what that says is read back from the list; then the
 * bytes themselves are read as such a list.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "config.h"
#include "config_file.h"
#include "config_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct config *config)
{
	ASSERT(config->workers >= 1 && config->workers <= 256);
	ASSERT(config->spare_workers <= 256);
	ASSERT(config->callback_deadline >= 0 && config->stop_deadline >= 0);
	ASSERT(config->history_keep >= 1 && config->history_max_age >= 0);
	ASSERT(config->state == NULL || config->state[0] == '/');
}

static void
read_file(const uint8_t *data, size_t size)
{
	struct config *config;
	char path[64], *bytes = NULL;
	size_t length = 0;
	FILE *list = open_memstream(&bytes, &length);
	int fd = memfd_create("config", MFD_CLOEXEC);
	bool good;

	ASSERT(
	    list != NULL && fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	good = config_file_read(path, list) && config_list_end(list);
	(void)fclose(list);
	if (good) {
		config = config_list_read(bytes, length);
		ASSERT(config != NULL);
		check(config);
		config_free(config);
	}
	free(bytes);
	(void)close(fd);
}

static void
read_list(const uint8_t *data, size_t size)
{
	char *copy = memory_alloc(size > 0 ? size : 1);

	if (size > 0)
		memcpy(copy, data, size);
	config_free(config_list_read(copy, size));
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_file(data, size);
	read_list(data, size);
	return 0;
}
