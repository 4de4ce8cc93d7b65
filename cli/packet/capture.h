/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.h: files of captured packets, pcap and pcapng, read and written by
 * libpcap. Whatever is wrong with one has been printed when a function says so.
 */
#ifndef NETINST_CLI_CAPTURE_H
#define NETINST_CLI_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "packet/link.h"

struct capture;
struct capture_copy;

/* One captured frame; the bytes are valid until the next is read. */
struct capture_frame {
	int64_t seconds, fraction; /* as the file has them */
	uint32_t captured;	   /* bytes that there are */
	uint32_t length;	   /* that it had on the wire */
	const uint8_t *bytes;
};

enum capture_step {
	CAPTURE_FRAME,
	CAPTURE_END,
	CAPTURE_BROKEN /* it cannot be read further */
};

/* path "-" is standard input. Returns an exit code. */
int capture_open(const char *path, struct capture **capture);
void capture_close(struct capture *capture); /* NULL is fine */

enum capture_step capture_next(
    struct capture *capture, struct capture_frame *frame);

enum link_type capture_link_type(const struct capture *capture);

/*
 * Begins a capture of the same kind as another one, in a file that is made
 * anew, and must not be that one's own. Returns an exit code.
 */
int capture_copy_create(const char *path, const struct capture *original,
    struct capture_copy **copy);
void capture_copy_write(
    struct capture_copy *copy, const struct capture_frame *frame);
/* Returns an exit code: whether everything is written. NULL is fine. */
int capture_copy_close(struct capture_copy *copy);

#endif
