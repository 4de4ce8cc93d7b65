/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.h: named numbers on their way from a file of the kernel's to a kstat.
 * No thread of its own, no lock.
 */
#ifndef IPSTAT_FIGURES_H
#define IPSTAT_FIGURES_H

#include <netinst/kstat_named.h>

/* netstat's row TcpExt has about 130. */
#define FIGURES_MAX 256

struct figure {
	char name[KSTAT_STRLEN];
	uchar_t type;	/* KSTAT_DATA_UINT64; INT64 for one below 0 */
	uint64_t value; /* or, of an INT64, its bits */
};

struct figures {
	unsigned count;
	struct figure list[FIGURES_MAX];
};

/* Adds one, its name cut to fit. Beyond FIGURES_MAX it is left out. */
void figures_add(struct figures *figures, const char *name, size_t length,
    uchar_t type, uint64_t value);

/* Of the first one of that name, or NULL. */
const struct figure *figures_find(
    const struct figures *figures, const char *name);

#endif
