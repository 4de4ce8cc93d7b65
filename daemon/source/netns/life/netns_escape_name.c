/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_escape_name.c: makes names of files fit to be names of instances: a
 * file may be named by any bytes, the name of an instance goes through JSON and
 * to terminals. Holds nothing.
 */
#include "source/netns/life/netns_escape_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"

#define ESCAPED 4 /* bytes of "\xNN" */

void
netns_escape_name(const char *name, char escaped[static NETNS_NAME_SIZE])
{
	const char *from = name, *end = name + strlen(name);
	size_t room = NETNS_NAME_SIZE - 1;

	while (from < end) {
		size_t plain = utf8_printable(from, end);

		if ((plain > 0 ? plain : ESCAPED) > room)
			break;
		if (plain > 0) {
			memcpy(escaped, from, plain);
			escaped += plain;
			room -= plain;
			from += plain;
		} else {
			(void)snprintf(escaped, ESCAPED + 1, "\\x%02x",
			    (unsigned char)*from);
			escaped += ESCAPED;
			room -= ESCAPED;
			from++;
		}
	}
	*escaped = '\0';
}

void
netns_make_name(
    const struct netns_identity *identity, char name[static NETNS_NAME_SIZE])
{
	(void)snprintf(name, NETNS_NAME_SIZE, "ns-%" PRIu64,
	    identity->weak ? (uint64_t)identity->inode : identity->id);
}
