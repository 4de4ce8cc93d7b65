/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_feature.c: owns the table of features and what was found out about
 * each. netns_probe.c writes it before there are threads; any thread reads it
 * afterwards, without a lock.
 */
#include "source/netns/kernel/netns_feature.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"

static struct netns_feature_view feature_views[NETNS_FEATURES] = {
    [NETNS_MOUNT_EVENTS] = {.name = "mount-events",
	.what = "names are looked at one by one whenever a mount comes or goes "
		"anywhere",
	.remedy = "run Linux 6.15 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_ID] = {.name = "ns-id",
	.what = "a namespace is told from others by a socket's cookie, for "
		"which it has to be entered",
	.remedy = "run Linux 6.18 or newer"},
    [NETNS_COOKIE] = {.name = "cookie",
	.what = "without ns-id too, a namespace has no other identity than its "
		"inode, which the next one may get",
	.remedy = "run Linux 5.14 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_HANDLE] = {.name = "handle",
	.what = "a namespace that is not held cannot be found again, nor can "
		"its end be noticed without nsid",
	.remedy = "run Linux 6.18 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_ENTER] = {.name = "enter",
	.what = "callbacks that ask to be made inside an instance are made at "
		"home, counters there are not read, and a name that is held "
		"keeps its mount busy",
	.remedy = "run netinstd with CAP_SYS_ADMIN"},
    [NETNS_NSID] = {.name = "nsid",
	.what = "interfaces and addresses inside namespaces are not known, and "
		"the end of a namespace is noticed late",
	.remedy = "run netinstd with CAP_NET_ADMIN and CAP_NET_BROADCAST"},
    [NETNS_PROCESSES] = {.name = "processes",
	.what = "namespaces without a name are not found, and a process that "
		"keeps one is not known",
	.remedy = "run netinstd with CAP_SYS_PTRACE"},
    [NETNS_LIST] = {.name = "listns",
	.what = "every process is looked at in each scan for namespaces "
		"without a name",
	.remedy = "run Linux 6.19 or newer"},
    [NETNS_MOUNT_ID] = {.name = "mount-id",
	.what = "each name is opened anew whenever a mount comes or goes",
	.remedy = "run Linux 6.8 or newer"},
};

void
netns_features_switch_off(unsigned without)
{
	for (size_t i = 0; i < NETNS_FEATURES; i++)
		feature_views[i].switched_off = (without & 1U << i) != 0;
}

void
netns_feature_set(enum netns_feature feature, bool have)
{
	ASSERT((size_t)feature < NETNS_FEATURES);
	feature_views[feature].have = have;
}

bool
netns_feature(enum netns_feature feature)
{
	return netns_feature_view(feature)->have;
}

const struct netns_feature_view *
netns_feature_view(enum netns_feature feature)
{
	ASSERT((size_t)feature < NETNS_FEATURES);
	return &feature_views[feature];
}

int
netns_feature_find(const char *name)
{
	for (size_t i = 0; i < NETNS_FEATURES; i++)
		if (strcmp(feature_views[i].name, name) == 0)
			return (int)i;
	return -1;
}
