/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.h: which names may come in. Each check returns NULL when the name is
 * good, else what is wrong with it: the end of a sentence that starts with the
 * name ("... holds a control character"). Any thread.
 */
#ifndef NETINST_CTL_NAME_H
#define NETINST_CTL_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* 1 to INSTANCE_NAME_MAX bytes, and nothing that could be taken for an id. */
const char *name_check_instance(const char *name);

/* 1 to PROTOCOL_NAME_MAX bytes of a-z, 0-9, '_' and '-'. */
const char *name_check_protocol(const char *name);

/* 1 to NIC_NAME_MAX bytes, and nothing that could be taken for an index. */
const char *name_check_nic(const char *name);

/* What DIRECTORY/NAME.so can be made of: 1 to PLUGIN_NAME_MAX bytes. */
const char *name_check_plugin(const char *name);

/* Whether the text is the decimal form of an id; stores it. */
bool name_is_id(const char *text, int32_t *id);

#endif
