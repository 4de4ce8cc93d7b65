/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.h: what the ordering test sees by itself at once, where no log is
 * needed to judge it. Any thread. A break ends the process: its parent prints
 * what led to it.
 */
#ifndef MODEL_ORACLE_H
#define MODEL_ORACLE_H

#include <stdbool.h>

/* guarantee: as in "G4". When it is broken, says so and aborts. */
void oracle_expect(bool holds, const char *guarantee, const char *sentence);

/*
 * The first thing in every function that the framework calls: no lock of the
 * framework is held, and the thread is in a callback.
 */
void oracle_in_callback(void);

#endif
