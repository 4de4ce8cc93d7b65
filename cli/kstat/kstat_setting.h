/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_setting.h: an operand of netinstctl kstat-write,
 * MODULE:INST:NAME:STAT=VALUE. It names one statistic in full: there are no
 * patterns, so the first three colons and the next equals sign separate, and
 * STAT may have colons in it, VALUE anything.
 */
#ifndef NETINST_CLI_KSTAT_SETTING_H
#define NETINST_CLI_KSTAT_SETTING_H

#include <stdbool.h>

#include <jansson.h>

struct kstat_setting {
	char *module, *name, *statistic; /* not empty */
	json_int_t instance;
	const char *value; /* BORROWED from the operand */
};

/* False, and nothing to free: it is not of that form. */
bool kstat_setting_parse(struct kstat_setting *setting, const char *operand);
void kstat_setting_free(struct kstat_setting *setting);

/* Whether both are of one kstat. */
bool kstat_setting_is_beside(
    const struct kstat_setting *setting, const struct kstat_setting *other);

/* Whether it is of a kstat of the daemon's answer. */
bool kstat_setting_is_of(
    const struct kstat_setting *setting, const json_t *kstat);

#endif
