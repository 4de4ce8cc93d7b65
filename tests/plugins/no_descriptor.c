/* SPDX-License-Identifier: Apache-2.0 */
/* no_descriptor.c: callbacks, but nothing that says whose. */
#include "harmless.h"
