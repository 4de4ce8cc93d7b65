/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.h: bytes as text (RFC 4648, section 4: with padding, without line
 * ends). Reading is strict: each text stands for one series of bytes, and each
 * series of bytes for one text. Any thread.
 */
#ifndef NETINST_LIB_BASE64_H
#define NETINST_LIB_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that a text of that length can stand for at most; letters for bytes. */
#define BASE64_BYTES(letters) ((letters) / 4 * 3)
#define BASE64_LETTERS(bytes) (((bytes) + 2) / 3 * 4)

/*
 * Writes BASE64_BYTES(length) bytes at most and stores how many in *count.
 * False when the text is no base64.
 */
bool base64_decode(
    const char *text, size_t length, uint8_t *bytes, size_t *count);

/* Writes BASE64_LETTERS(count) letters, without a NUL. */
void base64_encode(const uint8_t *bytes, size_t count, char *text);

#endif
