/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device.c: what a module is a device driver by: tables, in the positional form
 * that drivers have, and entry points that do what those usually do. There are
 * no devices, so none of it is ever called.
 */
#include "many.h"

#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/open.h>
#include <sys/policy.h>
#include <sys/stat.h>
#include <sys/sunddi.h>

static dev_info_t *many_device;

static int
many_attach(dev_info_t *device, ddi_attach_cmd_t command)
{
	if (command != DDI_ATTACH)
		return DDI_FAILURE;
	if (ddi_create_minor_node(device, "many", S_IFCHR, 0, DDI_PSEUDO, 0) !=
	    DDI_SUCCESS) {
		ddi_remove_minor_node(device, NULL);
		return DDI_FAILURE;
	}
	many_device = device;
	cmn_err(CE_WARN, "attached");
	ddi_report_dev(device);
	return DDI_SUCCESS;
}

static int
many_detach(dev_info_t *device, ddi_detach_cmd_t command)
{
	if (command != DDI_DETACH)
		return DDI_FAILURE;
	ddi_remove_minor_node(device, NULL);
	many_device = NULL;
	return DDI_SUCCESS;
}

static int
many_getinfo(
    dev_info_t *device, ddi_info_cmd_t command, void *arg, void **result)
{
	(void)device;
	(void)arg;
	if (command == DDI_INFO_DEVT2DEVINFO)
		*result = many_device;
	else
		*result = NULL;
	return *result != NULL ? DDI_SUCCESS : DDI_FAILURE;
}

static int
many_open(dev_t *device, int flags, int type, cred_t *credentials)
{
	if (type != OTYP_CHR || getminor(*device) != 0)
		return EINVAL;
	if ((flags & FEXCL) != 0)
		return EBUSY;
	return secpolicy_net_config(credentials, B_FALSE);
}

static int
many_close(dev_t device, int flags, int type, cred_t *credentials)
{
	(void)device;
	(void)flags;
	(void)type;
	(void)credentials;
	return 0;
}

static int
many_ioctl(dev_t device, int command, intptr_t arg, int mode,
    cred_t *credentials, int *result)
{
	zoneid_t zone;

	(void)device;
	(void)command;
	if (ddi_copyin((const void *)arg, &zone, sizeof(zone), mode) != 0)
		return EFAULT;
	*result = zone == crgetzoneid(credentials);
	return 0;
}

static struct cb_ops many_cb_ops = {
    many_open,			 /* open */
    many_close,			 /* close */
    nodev,			 /* strategy */
    nodev,			 /* print */
    nodev,			 /* dump */
    nodev,			 /* read */
    nodev,			 /* write */
    many_ioctl,			 /* ioctl */
    nodev,			 /* devmap */
    nodev,			 /* mmap */
    nodev,			 /* segmap */
    nochpoll,			 /* poll */
    ddi_prop_op,		 /* properties */
    NULL,			 /* streams */
    D_NEW | D_MP, CB_REV, nodev, /* aread */
    nodev,			 /* awrite */
};

struct dev_ops many_ops = {
    DEVO_REV,
    0,
    many_getinfo,
    nulldev, /* identify */
    nulldev, /* probe */
    many_attach,
    many_detach,
    nodev, /* reset */
    &many_cb_ops,
    NULL,  /* bus */
    nodev, /* power */
    ddi_quiesce_not_needed,
};
