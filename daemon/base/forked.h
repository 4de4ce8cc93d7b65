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

#include <stdbool.h>

/*
 * An open descriptor is closed in every copy that fork() makes from now on;
 * returns it. Descriptors from FORKED_MAX on are not looked after.
 */
#define FORKED_MAX (1 << 16)
int forked_closes(int fd);

/* Closes such a descriptor here, and forgets it. */
void forked_close(int fd);

/*
 * Takes the lock of an open file, alone; false: errno says why not, EWOULDBLOCK
 * that another process has it. That is waited for a little: who had it may have
 * been killed, and a copy of that one not have run yet, to let go of it.
 */
bool forked_lock(int fd);

#endif
