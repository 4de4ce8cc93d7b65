/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/devops.h: the tables by which a module is a device driver, so that they
 * compile where they stand. There are no devices: nothing in them is called.
 */
#ifndef NETINST_SOLARIS_SYS_DEVOPS_H
#define NETINST_SOLARIS_SYS_DEVOPS_H

#include <errno.h>
#include <sys/cred.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dev_info dev_info_t;
typedef int ddi_prop_op_t;
typedef enum ddi_info_cmd {
	DDI_INFO_DEVT2DEVINFO = 0,
	DDI_INFO_DEVT2INSTANCE = 1
} ddi_info_cmd_t;

typedef enum ddi_attach_cmd {
	DDI_ATTACH = 0,
	DDI_RESUME = 1,
	DDI_PM_RESUME = 2
} ddi_attach_cmd_t;

typedef enum ddi_detach_cmd {
	DDI_DETACH = 0,
	DDI_SUSPEND = 1,
	DDI_PM_SUSPEND = 2
} ddi_detach_cmd_t;

typedef enum ddi_reset_cmd { DDI_RESET_FORCE = 0 } ddi_reset_cmd_t;

struct buf;
struct uio;
struct aio_req;
struct as;
struct pollhead;
struct streamtab;
struct bus_ops;

#define CB_REV 1

struct cb_ops {
	int (*cb_open)(dev_t *, int, int, cred_t *);
	int (*cb_close)(dev_t, int, int, cred_t *);
	int (*cb_strategy)(struct buf *);
	int (*cb_print)(dev_t, char *);
	int (*cb_dump)(dev_t, caddr_t, long, int);
	int (*cb_read)(dev_t, struct uio *, cred_t *);
	int (*cb_write)(dev_t, struct uio *, cred_t *);
	int (*cb_ioctl)(dev_t, int, intptr_t, int, cred_t *, int *);
	int (*cb_devmap)(dev_t, void *, offset_t, size_t, size_t *, uint_t);
	int (*cb_mmap)(dev_t, off_t, int);
	int (*cb_segmap)(dev_t, off_t, struct as *, caddr_t *, off_t, uint_t,
	    uint_t, uint_t, cred_t *);
	int (*cb_chpoll)(dev_t, short, int, short *, struct pollhead **);
	int (*cb_prop_op)(
	    dev_t, dev_info_t *, ddi_prop_op_t, int, char *, caddr_t, int *);
	struct streamtab *cb_str;
	int cb_flag;
	int cb_rev;
	int (*cb_aread)(dev_t, struct aio_req *, cred_t *);
	int (*cb_awrite)(dev_t, struct aio_req *, cred_t *);
};

#define DEVO_REV 4

struct dev_ops {
	int devo_rev;
	int devo_refcnt;
	int (*devo_getinfo)(dev_info_t *, ddi_info_cmd_t, void *, void **);
	int (*devo_identify)(dev_info_t *);
	int (*devo_probe)(dev_info_t *);
	int (*devo_attach)(dev_info_t *, ddi_attach_cmd_t);
	int (*devo_detach)(dev_info_t *, ddi_detach_cmd_t);
	int (*devo_reset)(dev_info_t *, ddi_reset_cmd_t);
	struct cb_ops *devo_cb_ops;
	struct bus_ops *devo_bus_ops;
	int (*devo_power)(dev_info_t *, int, int);
	int (*devo_quiesce)(dev_info_t *);
};

#define D_NEW	0x00
#define D_MP	0x20
#define D_64BIT 0x200

/* Fit any entry of the tables: functions that are never called. */
#define nodev	NULL
#define nulldev NULL

#ifdef __cplusplus
}
#endif

#endif
