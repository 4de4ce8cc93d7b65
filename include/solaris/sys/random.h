/* SPDX-License-Identifier: Apache-2.0 */
/* sys/random.h: the C library's, under the names of a Solaris kernel. */
#ifndef NETINST_SOLARIS_SYS_RANDOM_H
#define NETINST_SOLARIS_SYS_RANDOM_H

#include_next <sys/random.h>

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fills buffer; 0, or -1: there is not that much. */
static inline int
random_get_bytes(uint8_t *buffer, size_t length)
{
	ssize_t got;

	while (length > 0) {
		got = getrandom(buffer, length, 0);
		if (got < 0)
			return -1;
		buffer += got;
		length -= (size_t)got;
	}
	return 0;
}

static inline int
random_get_pseudo_bytes(uint8_t *buffer, size_t length)
{
	return random_get_bytes(buffer, length);
}

#ifdef __cplusplus
}
#endif

#endif
