/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_title.c: makes names of files fit to be names of instances: a file may
 * be named by any bytes, the name of an instance goes through JSON and to
 * terminals. Holds nothing.
 */
#include "source/netns/life/netns_title.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/utf8.h"

#define ESCAPED 4 /* bytes of "\xNN" */

void
netns_title(const char *name, char title[static NETNS_TITLE_SIZE])
{
	const char *from = name, *end = name + strlen(name);
	size_t room = NETNS_TITLE_SIZE - 1;

	while (from < end) {
		size_t plain = utf8_printable(from, end);

		if ((plain > 0 ? plain : ESCAPED) > room)
			break;
		if (plain > 0) {
			memcpy(title, from, plain);
			title += plain;
			room -= plain;
			from += plain;
		} else {
			(void)snprintf(title, ESCAPED + 1, "\\x%02x",
			    (unsigned char)*from);
			title += ESCAPED;
			room -= ESCAPED;
			from++;
		}
	}
	*title = '\0';
}

void
netns_title_nameless(
    const struct netns_identity *identity, char title[static NETNS_TITLE_SIZE])
{
	(void)snprintf(title, NETNS_TITLE_SIZE, "ns-%" PRIu64,
	    identity->weak ? (uint64_t)identity->inode : identity->id);
}
