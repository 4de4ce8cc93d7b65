/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ten_registrants.c: ten registrants that keep account of every callback, for
 * bench/soak and for tests: whether each pair saw each callback exactly once,
 * in order, with its own context.
 *
 * The books: per registrant a ring of marks, one per instance id, each holding
 * the id and the last callback it saw. A callback that does not find the mark
 * its predecessor leaves is a breach. The totals stand in kstats of the global
 * instance: ten_registrants:N:totals for registrant N.
 *
 * The marks need no lock: callbacks of one instance never run at the same
 * time. At most RING instances with consecutive ids may live at once; one more
 * would look like a breach.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

#define REGISTRANTS 10
#define RING	    (1 << 17)

NETINST_PLUGIN(.name = "ten_registrants", .version = "1.0.0",
    .summary = "Counts the callbacks of ten registrants.");

enum total { CREATES, SHUTDOWNS, DESTROYS, APPEARANCES, LOSSES, BREACHES };
#define TOTALS (BREACHES + 1)

static const char *const total_names[TOTALS] = {
    [CREATES] = "creates",
    [SHUTDOWNS] = "shutdowns",
    [DESTROYS] = "destroys",
    [APPEARANCES] = "appearances", /* of protocols; registrant 0 only */
    [LOSSES] = "losses",	   /* likewise */
    [BREACHES] = "breaches",
};

enum phase { PHASE_NONE, PHASE_CREATED, PHASE_DOWN, PHASE_DESTROYED };

struct mark {
	netid_t id;
	uint8_t phase;
	uint8_t protocols; /* announced and not yet taken back */
};

struct registrant {
	char name[20];
	kstat_named_t totals[TOTALS];
	struct mark ring[RING + 1]; /* the last: the global instance */
};

static struct registrant registrants[REGISTRANTS];

/* What a pair keeps: as much as a small plugin would. */
struct context {
	struct registrant *registrant;
	netid_t id;
	kstat_t *kstat; /* registrant 0, and everyone on the global instance */
};

static void
count(struct registrant *registrant, enum total total)
{
	kstat_named_add_u64(&registrant->totals[total], 1);
}

static struct mark *
mark_of(struct registrant *registrant, netid_t id)
{
	return &registrant->ring[id == 0 ? RING : id % RING];
}

/* Moves a pair's mark on; what was not there before is a breach. */
static void
advance(const struct context *context, netid_t id, enum phase from,
    enum phase to, enum total total)
{
	struct mark *mark = mark_of(context->registrant, id);

	count(context->registrant, total);
	if (context->id != id || mark->id != id || mark->phase != from)
		count(context->registrant, BREACHES);
	mark->phase = to;
}

static int
tell_of_protocol(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	struct context *context = arg;
	struct mark *mark = mark_of(context->registrant, context->id);
	int change = command == HN_REGISTER ? 1 : -1;

	count(context->registrant, change > 0 ? APPEARANCES : LOSSES);
	if (atoi(netid) != context->id || mark->id != context->id ||
	    mark->phase != PHASE_CREATED || mark->protocols + change < 0)
		count(context->registrant, BREACHES);
	mark->protocols = (uint8_t)(mark->protocols + change);
	return 0;
}

/* On the global instance the kstat is the registrant's totals. */
static void
open_totals(struct context *context)
{
	struct registrant *registrant = context->registrant;

	context->kstat = net_kstat_create(context->id, "ten_registrants",
	    (int)(registrant - registrants), "totals", "test", KSTAT_TYPE_NAMED,
	    TOTALS, KSTAT_FLAG_VIRTUAL);
	if (context->kstat == NULL)
		return;
	context->kstat->ks_data = registrant->totals;
	kstat_install(context->kstat);
}

/* On others, registrant 0 has one with the instance's id in it. */
static void
open_kstat(struct context *context)
{
	context->kstat = net_kstat_create(context->id, "ten_registrants", 0,
	    "instance", "test", KSTAT_TYPE_NAMED, 1, 0);
	if (context->kstat == NULL)
		return;
	kstat_named_init(
	    KSTAT_NAMED_PTR(context->kstat), "id", KSTAT_DATA_INT32);
	KSTAT_NAMED_PTR(context->kstat)->value.i32 = context->id;
	kstat_install(context->kstat);
}

static void *
create(struct registrant *registrant, netid_t id)
{
	struct mark *mark = mark_of(registrant, id);
	struct context *context = malloc(sizeof(*context));

	count(registrant, CREATES);
	if (context == NULL)
		return NULL;
	if (mark->phase != PHASE_NONE &&
	    (mark->phase != PHASE_DESTROYED || mark->id == id))
		count(registrant, BREACHES);
	*mark = (struct mark){.id = id, .phase = PHASE_CREATED};
	*context = (struct context){.registrant = registrant, .id = id};
	if (id == 0)
		open_totals(context);
	else if (registrant == registrants)
		open_kstat(context);
	if (registrant == registrants &&
	    net_instance_notify_register(id, tell_of_protocol, context) != 0)
		count(registrant, BREACHES);
	return context;
}

static void
shutdown_pair(const netid_t id, void *arg)
{
	struct context *context = arg;
	struct registrant *registrant = context->registrant;

	if (registrant == registrants &&
	    net_instance_notify_unregister(id, tell_of_protocol) != 0)
		count(registrant, BREACHES);
	if (mark_of(registrant, id)->protocols != 0)
		count(registrant, BREACHES);
	advance(context, id, PHASE_CREATED, PHASE_DOWN, SHUTDOWNS);
	net_kstat_delete(id, context->kstat);
}

static void
destroy_pair(const netid_t id, void *arg)
{
	struct context *context = arg;

	advance(context, id, PHASE_DOWN, PHASE_DESTROYED, DESTROYS);
	free(context);
}

/* create is not told for which registrant it is called: one for each. */
#define CREATE(number)                                                         \
	static void *create_##number(const netid_t id)                         \
	{                                                                      \
		return create(&registrants[number], id);                       \
	}
CREATE(0)
CREATE(1)
CREATE(2)
CREATE(3)
CREATE(4)
CREATE(5)
CREATE(6)
CREATE(7)
CREATE(8)
CREATE(9)

static void *(*const creates[REGISTRANTS])(const netid_t) = {
    create_0,
    create_1,
    create_2,
    create_3,
    create_4,
    create_5,
    create_6,
    create_7,
    create_8,
    create_9,
};

static net_instance_t
callbacks_of(unsigned number)
{
	return (net_instance_t){
	    .nin_version = NETINFO_VERSION,
	    .nin_name = registrants[number].name,
	    .nin_create = creates[number],
	    .nin_shutdown = shutdown_pair,
	    .nin_destroy = destroy_pair,
	};
}

static int
register_one(unsigned number)
{
	struct registrant *registrant = &registrants[number];
	net_instance_t callbacks = callbacks_of(number);
	unsigned i;

	(void)snprintf(registrant->name, sizeof(registrant->name),
	    "registrant_%u", number);
	for (i = 0; i < TOTALS; i++)
		kstat_named_init(
		    &registrant->totals[i], total_names[i], KSTAT_DATA_UINT64);
	return net_instance_register(&callbacks);
}

static void
unregister_from(unsigned number)
{
	net_instance_t callbacks;

	while (number-- > 0) {
		callbacks = callbacks_of(number);
		(void)net_instance_unregister(&callbacks);
	}
}

NETINST_EXPORT int
nin_load(const net_config_t *config)
{
	unsigned i;

	for (i = 0; i < REGISTRANTS; i++) {
		if (register_one(i) != DDI_SUCCESS) {
			unregister_from(i);
			return 1;
		}
	}
	return 0;
}

NETINST_EXPORT void
nin_unload(void)
{
	unregister_from(REGISTRANTS);
}
