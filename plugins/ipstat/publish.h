/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.h: figures as kstats of the module ipstat, class net. Each kstat is
 * plain numbers under the framework's own lock, without functions of ours, so
 * that it can be read at once by anybody, and all numbers of one sample
 * together. On the instance's strand.
 */
#ifndef IPSTAT_PUBLISH_H
#define IPSTAT_PUBLISH_H

#include <netinst/kstat.h>

#include "figures.h"
#include "links.h"

/* Links of one instance that have a kstat of their own. */
#define PUBLISH_LINKS_MAX 1024

/*
 * Shows figures in *kstat. Makes it when it is NULL, and anew when there are
 * other figures than before; NULL afterwards: it could not be made.
 */
void publish_figures(kstat_t **kstat, netid_t id, const char *name,
    const struct figures *figures);

/* What all links counted. */
void publish_total(kstat_t **kstat, netid_t id, const struct links *links);

/*
 * One kstat per link, named as it is; its instance number is the link's index,
 * because a link may be named as another kstat is. Those of vanished links go.
 */
void publish_links(netid_t id, struct links *links);
void publish_delete_links(netid_t id, struct links *links);

struct publish_record {
	const char *completeness; /* "exact" or "last-sample" */
	uint64_t age;		  /* ns: how long it may have counted unseen */
	uint64_t sampled;	  /* when, of the monotonic clock */
	uint64_t samples, failed;
	uint64_t links, vanished, missed;
	uint64_t visit; /* ns that the last sample took */
	uint64_t open;	/* links_open() */
	/* What the links that there are count, as the kernel does. */
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes;
};
void publish_record(
    kstat_t **kstat, netid_t id, const struct publish_record *record);

#endif
