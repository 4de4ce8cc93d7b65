/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/ddidev.h: what a driver calls for its devices; sys/sunddi.h includes it.
 * There are no devices: only entry points that are never called can get here,
 * and all of these fail.
 */
#ifndef NETINST_SOLARIS_SYS_DDIDEV_H
#define NETINST_SOLARIS_SYS_DDIDEV_H

#include <errno.h>
#include <sys/devops.h>
#include <sys/model.h>
#include <sys/sysmacros.h>

#define DDI_PSEUDO "ddi_pseudo"

#define getmajor(device) major(device)
#define getminor(device) minor(device)

static inline int
ddi_create_minor_node(dev_info_t *device, const char *name, int type,
    minor_t number, const char *node_type, int flags)
{
	(void)device;
	(void)name;
	(void)type;
	(void)number;
	(void)node_type;
	(void)flags;
	return DDI_FAILURE;
}

static inline void
ddi_remove_minor_node(dev_info_t *device, const char *name)
{
	(void)device;
	(void)name;
}

static inline void
ddi_report_dev(dev_info_t *device)
{
	(void)device;
}

static inline int
ddi_get_instance(dev_info_t *device)
{
	(void)device;
	return -1;
}

static inline int
ddi_prop_op(dev_t device, dev_info_t *info, ddi_prop_op_t operation, int flags,
    char *name, caddr_t value, int *length)
{
	(void)device;
	(void)info;
	(void)operation;
	(void)flags;
	(void)name;
	(void)value;
	(void)length;
	return 1; /* DDI_PROP_NOT_FOUND */
}

static inline int
copyin(const void *user, void *kernel, size_t length)
{
	(void)user;
	(void)kernel;
	(void)length;
	return -1;
}

static inline int
copyout(const void *kernel, void *user, size_t length)
{
	(void)kernel;
	(void)user;
	(void)length;
	return -1;
}

static inline int
ddi_copyin(const void *user, void *kernel, size_t length, int flags)
{
	(void)flags;
	return copyin(user, kernel, length);
}

static inline int
ddi_copyout(const void *kernel, void *user, size_t length, int flags)
{
	(void)flags;
	return copyout(kernel, user, length);
}

static inline int
nochpoll(
    dev_t device, short events, int yet, short *found, struct pollhead **head)
{
	(void)device;
	(void)events;
	(void)yet;
	(void)found;
	(void)head;
	return ENXIO;
}

static inline int
ddi_quiesce_not_needed(dev_info_t *device)
{
	(void)device;
	return DDI_SUCCESS;
}

static inline int
ddi_quiesce_not_supported(dev_info_t *device)
{
	(void)device;
	return DDI_FAILURE;
}

#endif
