/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris.h: what the headers for Solaris modules stand on: how a module is
 * installed and described, and its timeouts. Modules include <sys/modctl.h> and
 * <sys/ddi.h> instead; doc/solaris.md says what is different there.
 */
#ifndef NETINST_SOLARIS_H
#define NETINST_SOLARIS_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of module it is; nothing here depends on it. */
struct mod_ops {
	const char *kind;
};

/* The beginning of every kind of linkage. */
struct modlmisc {
	struct mod_ops *misc_modops;
	const char *misc_linkinfo; /* one line: what the module is */
};

struct dev_ops;

struct modldrv {
	struct mod_ops *drv_modops;
	const char *drv_linkinfo;
	struct dev_ops *drv_dev_ops; /* not used: there are no devices */
};

struct fmodsw;

struct modlstrmod {
	struct mod_ops *strmod_modops;
	const char *strmod_linkinfo;
	struct fmodsw *strmod_fmodsw; /* not used */
};

#define MODREV_1 1

struct modlinkage {
	int ml_rev;	     /* MODREV_1 */
	void *ml_linkage[7]; /* struct modlmisc or the like, up to a NULL */
};

#define MODMAXNAMELEN	  32
#define MODMAXLINK	  10
#define MODMAXLINKINFOLEN 32

struct modspecific_info {
	char msi_linkinfo[MODMAXLINKINFOLEN];
	int msi_p0;
};

struct modinfo {
	int mi_info;
	int mi_state;
	int mi_id;
	int mi_nextid;
	char *mi_base;
	size_t mi_size;
	int mi_rev;
	int mi_loadcnt;
	char mi_name[MODMAXNAMELEN];
	struct modspecific_info mi_msinfo[MODMAXLINK];
};

/*
 * From _init only, once. 0; EINVAL with a log line: called elsewhere, another
 * ml_rev, or no linkage; EBUSY: called already.
 */
int mod_install(struct modlinkage *linkage);
/* From _fini, or from an _init that changes its mind. 0; EINVAL likewise. */
int mod_remove(struct modlinkage *linkage);
/* Fills info from linkage. 1, or 0: another ml_rev, or no linkage. */
int mod_info(struct modlinkage *linkage, struct modinfo *info);

/*
 * Behind timeout() and untimeout(): calls fn once on the strand of the global
 * instance (net_timeout() of timeout.h). Returns NULL, with a log line, where
 * that does. Cancelling returns the nanoseconds that were left (at least 0), or
 * -1 when fn had been called, or is running.
 */
void *net_solaris_timeout(void (*fn)(void *), void *arg, int64_t nanoseconds);
int64_t net_solaris_untimeout(void *timeout);

#ifdef __cplusplus
}
#endif

#endif
