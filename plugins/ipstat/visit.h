/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visit.h: reads what the kernel tells of the namespace that the calling thread
 * is in. Whatever is opened is closed again before the function returns, but
 * for the directory of visit_begin(), which is closed by visit_end(): nothing
 * of ours may stay in a namespace between callbacks. Any worker.
 */
#ifndef IPSTAT_VISIT_H
#define IPSTAT_VISIT_H

#include <sys/types.h>

#include "links.h"

/* The longest file that is read; one CPU has 150 bytes of stat/nf_conntrack. */
#define VISIT_TEXT_MAX 65536

/*
 * Brings links up to date from a dump of the kernel's. Returns how many
 * vanished, or a negative errno: it was not whole, and none is taken for gone.
 */
int visit_links(struct links *links);

/* /proc/thread-self/net, or a negative errno. */
int visit_begin(void);
void visit_end(int directory);
/*
 * Reads a file of it into buffer, which has room for VISIT_TEXT_MAX bytes.
 * Returns its length; -EFBIG when there is more; or another negative errno.
 */
ssize_t visit_text(int directory, const char *name, char *buffer);

#endif
