/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_feature.h: which features of the kernel the source of real instances
 * can use: what this kernel has, these privileges allow and the configuration
 * does not switch off. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_FEATURE_H
#define NETINST_SOURCE_NETNS_FEATURE_H

#include <stdbool.h>

/* Features that may be missing, or switched off ("without"). */
enum netns_feature {
	NETNS_MOUNT_EVENTS, /* fanotify FAN_REPORT_MNT, Linux 6.15 */
	NETNS_ID,	    /* ioctl NS_GET_ID, Linux 6.18 */
	NETNS_COOKIE,	    /* SO_NETNS_COOKIE, Linux 5.14, and NETNS_ENTER */
	NETNS_HANDLE,	    /* open_by_handle_at() on nsfs, Linux 6.18 */
	NETNS_ENTER,	    /* setns(): CAP_SYS_ADMIN */
	NETNS_NSID,	    /* RTM_NEWNSID and LISTEN_ALL_NSID: CAP_NET_ADMIN */
	NETNS_PROCESSES,    /* /proc/PID/ns/net of others: CAP_SYS_PTRACE */
	NETNS_LIST,	    /* listns(), Linux 6.19 */
	NETNS_MOUNT_ID,	    /* STATX_MNT_ID_UNIQUE, Linux 6.8 */
	NETNS_FEATURES
};

struct netns_feature_view {
	const char *name; /* "mount-events", "ns-id", ...: stable */
	bool have;
	bool switched_off;  /* by the configuration */
	const char *what;   /* what works less well without it; a sentence */
	const char *remedy; /* what to do; a sentence */
};

bool netns_feature(enum netns_feature feature);
const struct netns_feature_view *netns_feature_view(enum netns_feature feature);
/* -1: there is no feature of that name. */
int netns_feature_find(const char *name);

/*
 * netns_probe.c: tries each; without: bit n leaves feature n out. May be
 * repeated, but not while other threads use features.
 */
void netns_features_probe(unsigned without);

/* For that. Those whose bit is set; the others are not. */
void netns_features_switch_off(unsigned without);
void netns_feature_set(enum netns_feature feature, bool have);

#endif
