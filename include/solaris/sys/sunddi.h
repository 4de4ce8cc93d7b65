/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/sunddi.h: DDI_SUCCESS and DDI_FAILURE, what drivers have and call, and
 * the functions of sys/systm.h.
 */
#ifndef NETINST_SOLARIS_SYS_SUNDDI_H
#define NETINST_SOLARIS_SYS_SUNDDI_H

#include <errno.h>
#include <stdlib.h>
#include <sys/cmn_err.h>
#include <sys/ddidev.h>
#include <sys/kmem.h>
#include <sys/ksynch.h>
#include <sys/note.h>
#include <sys/systm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Gives back what strdup() made. */
static inline void
strfree(char *text)
{
	free(text);
}

/* 0, EINVAL or ERANGE; end may be NULL. */
static inline int
ddi_strtol(const char *text, char **end, int base, long *value)
{
	char *stop;
	int before = errno, error;

	errno = 0;
	*value = strtol(text, &stop, base);
	error = stop == text ? EINVAL : errno;
	errno = before;
	if (end != NULL)
		*end = stop;
	return error;
}

static inline int
ddi_strtoul(const char *text, char **end, int base, unsigned long *value)
{
	char *stop;
	int before = errno, error;

	errno = 0;
	*value = strtoul(text, &stop, base);
	error = stop == text ? EINVAL : errno;
	errno = before;
	if (end != NULL)
		*end = stop;
	return error;
}

#ifdef __cplusplus
}
#endif

#endif
