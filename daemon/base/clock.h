/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h: lib's clocks, under the name that the daemon's files know. */
#ifndef NETINST_BASE_CLOCK_H
#define NETINST_BASE_CLOCK_H

#include "lib/clock.h"

#endif
