/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ip_text.h: addresses and prefixes as clients write them, and as they are
 * written for them. Any thread.
 */
#ifndef NETINST_CTL_IP_TEXT_H
#define NETINST_CTL_IP_TEXT_H

#include "core/interface/ip.h"
#include "lib/emit.h"

/* Bytes of "ffff:...:255.255.255.255/128" and a NUL. */
#define IP_TEXT_SIZE 52

/*
 * Reads "10.0.0.1" or "2001:db8::1"; with a prefix also "10.0.0.0/8", where
 * all bits is meant when no length is given. NULL, or what is wrong: the end
 * of a sentence that starts with the text.
 */
const char *ip_text_read(const char *text, struct ip_address *address);
const char *ip_text_read_prefix(const char *text, struct ip_prefix *prefix);

/* NULL, or why an interface cannot have this address. */
const char *ip_text_check_own(const struct ip_prefix *own);

/* NULL, or why this cannot be the destination of a route. */
const char *ip_text_check_network(const struct ip_prefix *network);

/* Returns text. */
const char *ip_text_put(
    char text[static IP_TEXT_SIZE], const struct ip_address *address);
const char *ip_text_put_prefix(
    char text[static IP_TEXT_SIZE], const struct ip_prefix *prefix);

/* A member, left out when there is no address. */
void ip_text_emit(
    struct buffer *out, const char *key, const struct ip_address *address);
void ip_text_emit_prefix(
    struct buffer *out, const char *key, const struct ip_prefix *prefix);

#endif
