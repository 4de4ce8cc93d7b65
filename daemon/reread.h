/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reread.h: reads the configuration file again while the daemon runs. The loop
 * never waits for it: a process reads (config_process.h), and the loop is told
 * of its end. Loop thread.
 */
#ifndef NETINST_REREAD_H
#define NETINST_REREAD_H

struct config;
struct event_base;
struct reread;

/* config: what the file says, whose owner one becomes; NULL: refused. */
typedef void (*reread_done_fn)(void *arg, struct config *config);

/* file: see config_file_read(); stays the caller's. */
struct reread *reread_create(
    struct event_base *base, const char *file, reread_done_fn done, void *arg);

/*
 * Begins; done is called at the end, perhaps before this returns. If it reads
 * already it begins anew afterwards, or after a second, when the first is given
 * up; done is called for each that came to its end.
 */
void reread_begin(struct reread *reread);

/* Ends whatever reads; done is not called. NULL is legal. */
void reread_free(struct reread *reread);

#endif
