/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.c, of the ordering test: asks the thread's own locks and frames. Owns
 * nothing.
 */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lock.h"
#include "core/callback/frame.h"

void
oracle_expect(bool holds, const char *guarantee, const char *sentence)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s broken: %s\n", guarantee, sentence);
	abort();
}

void
oracle_in_callback(void)
{
	lock_assert_none_held();
	oracle_expect(frame_current() != NULL, "G11",
	    "plugin code runs outside of any callback");
}
