/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/model.h: data models of the callers of ioctl(), of which there are none.
 */
#ifndef NETINST_SOLARIS_SYS_MODEL_H
#define NETINST_SOLARIS_SYS_MODEL_H

#include <sys/types.h>

typedef unsigned int model_t;

#define DATAMODEL_ILP32	 0x00100000
#define DATAMODEL_LP64	 0x00200000
#define DATAMODEL_NONE	 0
#define DATAMODEL_NATIVE DATAMODEL_LP64
#define DDI_MODEL_ILP32	 DATAMODEL_ILP32
#define DDI_MODEL_LP64	 DATAMODEL_LP64
#define DDI_MODEL_NONE	 DATAMODEL_NONE

static inline model_t
ddi_model_convert_from(model_t model)
{
	return model == DATAMODEL_NATIVE ? DATAMODEL_NONE : model;
}

#endif
