/* SPDX-License-Identifier: Apache-2.0 */
/* module_timeout.h: private to plugin/: what is left of modules' timeouts. */
#ifndef NETINST_PLUGIN_MODULE_TIMEOUT_H
#define NETINST_PLUGIN_MODULE_TIMEOUT_H

#include "core/object/owner.h"

/*
 * Forgets the timeouts that owner made, or, for NULL, all there are. None of
 * them will call anybody; one that runs now ends. Any thread.
 */
void module_timeout_forget(const struct owner *owner);

#endif
