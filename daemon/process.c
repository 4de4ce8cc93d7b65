/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c: the standard descriptors, before anything else is opened. Owns
 * nothing. Main thread.
 */
#include "process.h"

#include <fcntl.h>
#include <unistd.h>

bool
process_fill_descriptors(void)
{
	int fd;

	/*
	 * The lowest that is free is what open() returns. For reading only: a
	 * report to one of these fails, as it should.
	 */
	do {
		fd = open("/dev/null", O_RDONLY);
		if (fd < 0)
			return false;
	} while (fd <= STDERR_FILENO);
	(void)close(fd);
	return true;
}
