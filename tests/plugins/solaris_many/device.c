/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device.c: the tables by which this module would be a device driver. There are
 * no devices, so what they point to is never called.
 */
#include "many.h"

#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/stat.h>
#include <sys/sunddi.h>

static int
many_attach(dev_info_t *device, ddi_attach_cmd_t command)
{
	(void)device;
	cmn_err(CE_WARN, "attached");
	return command == DDI_ATTACH ? DDI_SUCCESS : DDI_FAILURE;
}

static int
many_detach(dev_info_t *device, ddi_detach_cmd_t command)
{
	(void)device;
	return command == DDI_DETACH ? DDI_SUCCESS : DDI_FAILURE;
}

static int
many_open(dev_t *device, int flags, int type, cred_t *credentials)
{
	(void)device;
	(void)flags;
	(void)type;
	(void)credentials;
	return ENXIO;
}

static struct cb_ops many_cb_ops = {
    .cb_open = many_open, .cb_flag = D_MP, .cb_rev = CB_REV};

struct dev_ops many_ops = {.devo_rev = DEVO_REV,
    .devo_attach = many_attach,
    .devo_detach = many_detach,
    .devo_cb_ops = &many_cb_ops,
    .devo_quiesce = ddi_quiesce_not_needed};
