/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forked.h: what a copy of the process must not keep. A plugin may call fork(),
 * and what it makes may outlive the daemon: locks and sockets would live on in
 * it, so the next daemon could not start and clients would wait for ever. (At
 * an exec() all descriptors of the daemon are closed, see O_CLOEXEC.) Any
 * thread.
 */
#ifndef NETINST_BASE_FORKED_H
#define NETINST_BASE_FORKED_H

/*
 * An open descriptor is closed in every copy that fork() makes from now on;
 * returns it. Descriptors from FORKED_MAX on are not looked after.
 */
#define FORKED_MAX (1 << 16)
int forked_closes(int fd);

/* Closes such a descriptor here, and forgets it. */
void forked_close(int fd);

#endif
