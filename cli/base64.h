/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.h: bytes as text and back (RFC 4648, with padding): how packets cross
 * the control socket.
 */
#ifndef NETINST_CLI_BASE64_H
#define NETINST_CLI_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* The caller frees the text. */
char *base64_of_bytes(const uint8_t *bytes, size_t count);

/* NULL: it is no base64. The caller frees the bytes. */
uint8_t *base64_to_bytes(const char *text, size_t length, size_t *count);

#endif
