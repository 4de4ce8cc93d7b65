/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h: text from outside, fit to be shown. Plain text is UTF-8 without
 * control characters, so that it can neither forge a line of the log nor break
 * a reply on the control socket. Any thread.
 */
#ifndef NETINST_PLUGIN_TEXT_H
#define NETINST_PLUGIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether text is plain, not empty and at most max bytes long. */
bool text_is_plain(const char *text, size_t max);

/* Puts a question mark in place of every byte that is not plain text. */
void text_clean(char *text);

#endif
