/* SPDX-License-Identifier: Apache-2.0 */
/* changing_2.c: the version that is written over the first. */
#include "changing.h"

CHANGING("2.0.0")
