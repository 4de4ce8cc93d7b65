/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.h: the private directory that the check copies plugins to and maps
 * them from.
 */
#ifndef NETINST_CHECK_SCRATCH_H
#define NETINST_CHECK_SCRATCH_H

/*
 * Makes it, mode 0700, below TMPDIR, /tmp or /var/tmp, whichever first lets
 * programs be mapped and nobody else exchange it. Returns its path, the
 * caller's to free, or NULL when none does.
 */
char *scratch_create(void);

/* Removes it with what is in it; a failure is logged. Any thread. */
void scratch_remove(const char *path);

#endif
