/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_create.c: the documented functions that make kstats, and what they
 * refuse. Owns nothing: kstat.c keeps what is made. Any thread.
 */
#include <netinst/plugin.h>

#include "base/log.h"
#include "core/callback/call.h"
#include "core/kstat/kstat_impl.h"
#include "core/object/owner_impl.h"

#define FLAGS_TO_CREATE                                                        \
	(KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE | KSTAT_FLAG_WRITABLE |      \
	    KSTAT_FLAG_PERSISTENT)

/* What is asked for. */
struct wanted {
	const char *names[3]; /* module, name, class */
	int instance;
	uchar_t type, flags;
	ulong_t ndata;
	netid_t id;
	const void *caller;
	const char *function;
};

static const char *
flags_refusal(uchar_t flags)
{
	bool is_virtual = (flags & KSTAT_FLAG_VIRTUAL) != 0;

	if ((flags & ~FLAGS_TO_CREATE) != 0)
		return "a flag is not supported";
	if (is_virtual && (flags & KSTAT_FLAG_PERSISTENT) != 0)
		return "what is persistent cannot be virtual";
	if (!is_virtual && (flags & KSTAT_FLAG_VAR_SIZE) != 0)
		return "what is of variable size must be virtual";
	return NULL;
}

static const char *
create_refusal(const struct wanted *wanted)
{
	const char *refusal = flags_refusal(wanted->flags);

	if (wanted->names[0] == NULL || wanted->names[0][0] == '\0')
		return "it has no module";
	if (wanted->type >= KSTAT_NUM_TYPES)
		return "there is no such type";
	if (refusal != NULL)
		return refusal;
	if (wanted->ndata > kstat_rules[wanted->type].most ||
	    (wanted->ndata == 0 && (wanted->flags & KSTAT_FLAG_VAR_SIZE) == 0))
		return "ndata is out of range";
	return NULL;
}

/* NULL, and why. */
static struct kstat_entry *
create_entry(
    const struct wanted *wanted, struct owner *owner, const char **refusal)
{
	struct instance *home;
	struct kstat_entry *entry;

	*refusal = create_refusal(wanted);
	if (*refusal != NULL)
		return NULL;
	home = instance_find(wanted->id);
	if (home == NULL) {
		*refusal = "there is no such instance";
		return NULL;
	}
	entry = kstat_new(wanted->names, wanted->instance, wanted->type,
	    wanted->ndata, wanted->flags, owner);
	*refusal = kstat_list(home, &entry);
	instance_release(home);
	if (*refusal == NULL)
		return entry;
	kstat_free(entry);
	return NULL;
}

static kstat_t *
create(const struct wanted *wanted)
{
	struct owner *owner = owner_of_caller(wanted->caller);
	const char *module = wanted->names[0], *name = wanted->names[1];
	const char *refusal;
	struct kstat_entry *entry = create_entry(wanted, owner, &refusal);

	if (entry != NULL)
		return &entry->public;
	owner_complain(owner, "%s of %.30s:%d:%.30s on instance %d refused: %s",
	    wanted->function, module != NULL ? module : "", wanted->instance,
	    name != NULL ? name : "", (int)wanted->id, refusal);
	return NULL;
}

/* In the functions that a plugin calls: it is known by the address. */
#define CREATE(where)                                                          \
	create(&(const struct wanted){                                         \
	    .names = {module, name, class},                                    \
	    .instance = instance,                                              \
	    .type = type,                                                      \
	    .flags = flags,                                                    \
	    .ndata = ndata,                                                    \
	    .id = (where),                                                     \
	    .caller = __builtin_return_address(0),                             \
	    .function = __func__,                                              \
	})

NETINST_EXPORT kstat_t *
net_kstat_create(netid_t id, const char *module, int instance, const char *name,
    const char *class, uchar_t type, ulong_t ndata, uchar_t flags)
{
	return CREATE(id);
}

NETINST_EXPORT kstat_t *
kstat_create(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags)
{
	return CREATE(GLOBAL_ZONEID);
}

NETINST_EXPORT kstat_t *
kstat_create_zone(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags, zoneid_t zone)
{
	return CREATE(zone == ALL_ZONES ? GLOBAL_ZONEID : zone);
}

NETINST_EXPORT kstat_t *
kstat_create_netstack(const char *module, int instance, const char *name,
    const char *class, uchar_t type, uint_t ndata, uchar_t flags,
    netstackid_t id)
{
	return CREATE(id);
}
