/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_figures.h: what all links of a namespace count, read by a view that
 * does not keep the namespace alive. A sysfs of the namespace shows its links
 * until the kernel takes them away, and that is some milliseconds after the
 * namespace has ended, when nobody can be in it any more: what is read then is
 * final. No state; any thread.
 */
#ifndef NETINST_SOURCE_NETNS_FIGURES_H
#define NETINST_SOURCE_NETNS_FIGURES_H

#include "source/netns/netns.h"

/*
 * A view of the namespace that the calling thread is in: a descriptor, the
 * caller's to close; or a negative errno, -EPERM without CAP_SYS_ADMIN.
 */
int netns_figures_open(void);

/*
 * 0; or a negative errno: it cannot be read, and after the end of the namespace
 * never will be. Of links that come or go meanwhile some may be missing.
 */
int netns_figures_read(int view, struct netns_figures *figures);

#endif
