/* SPDX-License-Identifier: Apache-2.0 */
/* linkage.c: the module's three entry points and nothing else. */
#include "many.h"

static struct modldrv modldrv = {&mod_driverops,
    "a driver of many files, and more than 31 bytes", &many_ops};

static struct modlinkage modlinkage = {MODREV_1, {&modldrv, NULL}};

int
_init(void)
{
	int error = many_start();

	if (error == 0) {
		error = mod_install(&modlinkage);
		if (error != 0)
			many_stop();
	}
	return error;
}

int
_fini(void)
{
	int error = mod_remove(&modlinkage);

	if (error == 0)
		many_stop();
	return error;
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}
