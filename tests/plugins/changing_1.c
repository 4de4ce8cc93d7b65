/* SPDX-License-Identifier: Apache-2.0 */
/* changing_1.c: the version that is loaded first. */
#include "changing.h"

CHANGING("1.0.0")
