/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_identity.h: who an instance was: the members that its record begins
 * with. Any thread that holds a reference.
 */
#ifndef NETINST_HISTORY_IDENTITY_H
#define NETINST_HISTORY_IDENTITY_H

#include "core/object/instance.h"
#include "lib/buffer.h"

/*
 * Begins the object, and leaves it open; names: all so far, as a record has
 * them, without a NUL.
 */
void history_write_identity(
    struct buffer *out, struct instance *instance, struct buffer *names);

#endif
