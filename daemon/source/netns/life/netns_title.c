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

#define ESCAPED 4 /* bytes of "\xNN" */

/* How many bytes the first byte of a sequence says that it has; 0: none. */
static size_t
netns_title_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Too long a form, half of a surrogate pair, above the last character. */
static bool
netns_title_is_astray(const unsigned char *text)
{
	return (text[0] == 0xe0 && text[1] < 0xa0) ||
	       (text[0] == 0xed && text[1] > 0x9f) ||
	       (text[0] == 0xf0 && text[1] < 0x90) ||
	       (text[0] == 0xf4 && text[1] > 0x8f);
}

/* Bytes of the character at text that may stay as they are; 0: none. */
static size_t
netns_title_plain(const unsigned char *text)
{
	size_t length = netns_title_length(text[0]);

	if (length <= 1)
		return text[0] < 0x20 || text[0] == 0x7f ? 0 : length;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	if (netns_title_is_astray(text) || (text[0] == 0xc2 && text[1] < 0xa0))
		return 0;
	return length;
}

void
netns_title(const char *name, char title[static NETNS_TITLE_SIZE])
{
	const unsigned char *from = (const unsigned char *)name;
	size_t room = NETNS_TITLE_SIZE - 1;

	while (*from != '\0') {
		size_t plain = netns_title_plain(from);

		if ((plain > 0 ? plain : ESCAPED) > room)
			break;
		if (plain > 0) {
			memcpy(title, from, plain);
			title += plain;
			room -= plain;
			from += plain;
		} else {
			(void)snprintf(title, ESCAPED + 1, "\\x%02x", *from);
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
