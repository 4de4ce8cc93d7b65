/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver.c: owns the count of requests under way: each adds one, and its
 * core_done_fn takes it off. Scenarios cross requests on purpose, so the core
 * refuses some (the instance is going, or has no such protocol): no finding.
 */
#include "check/child/driver.h"

#include <errno.h>
#include <net/if.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <netinst/netinst.h>

#include "base/check.h"
#include "base/lock.h"
#include "check/board.h"
#include "check/child/call.h"
#include "check/child/kstats.h"
#include "check/child/process.h"
#include "check/child/watch.h"
#include "core/interface/interface.h"
#include "core/kstat/kstat_read.h"
#include "core/packet/packet.h"
#include "lib/clock.h"
#include "plugin/plugins.h"
#include "source/source.h"

static struct {
	struct lock lock;
	struct condition settled;
	size_t under_way;    /* lock */
	_Atomic bool loaded; /* changes while that is under way */
	char name[BOARD_NAME];
} driver = {.lock = LOCK_INITIALIZER(LOCK_COMPLETION)};

/* Before each request to the core. */
static void
request_begin(void)
{
	lock_enter(&driver.lock);
	driver.under_way++;
	lock_exit(&driver.lock);
}

/* A core_done_fn; any thread. */
static void
request_end(void *arg, int error)
{
	(void)arg, (void)error;
	lock_enter(&driver.lock);
	if (--driver.under_way == 0)
		condition_broadcast(&driver.settled);
	lock_exit(&driver.lock);
}

/* Ends a request that was refused at once. */
static void
request_made(int error)
{
	if (error != 0)
		request_end(NULL, error);
}

void
driver_settle(void)
{
	lock_enter(&driver.lock);
	while (driver.under_way > 0)
		condition_wait(&driver.settled, &driver.lock);
	lock_exit(&driver.lock);
}

int
driver_start(unsigned workers)
{
	const struct core_config core = {.workers = workers};
	const struct plugins_config plugins = {
	    .directory = board->order.directory,
	    .copies = board->order.scratch,
	};
	int error;

	condition_init(&driver.settled);
	error = core_start(&core);
	if (error == 0)
		error = plugins_start(&plugins);
	if (error != 0)
		return error;
	request_begin();
	error = source_create_global(request_end, NULL);
	request_made(error);
	driver_settle();
	process_start(workers == 1);
	return error;
}

void
driver_stop(void)
{
	driver_unload();
	request_begin();
	core_shutdown(request_end, NULL);
	driver_settle();
	/* A module may have been busy as long as there were instances. */
	driver_unload();
}

/* --- the plugin ----------------------------------------------------------- */

/* A plugin_visit_fn. */
static bool
plugin_meet(void *arg, const struct plugin_view *view)
{
	(void)arg;
	(void)snprintf(driver.name, BOARD_NAME, "%s", view->name);
	(void)snprintf(board->name, BOARD_NAME, "%s", view->name);
	(void)snprintf(board->version, BOARD_NAME, "%s", view->version);
	watch_owner(view->owner);
	return false;
}

/* A plugin_done_fn. */
static void
plugin_loaded(void *arg, const struct plugin_outcome *outcome)
{
	bool failed = outcome->code == -ECANCELED;
	struct location where = {failed ? "nin_load" : "", "", NOWHERE};

	if (outcome->code == 0) {
		plugins_visit(plugin_meet, NULL);
	} else if (!call_has_failed()) {
		/* Without memory it may refuse. */
		atomic_store(&board->refused, true);
		board_reportf(failed ? KIND_LOAD_FAILED : KIND_REFUSED, &where,
		    "", "%s\n%s", outcome->text, outcome->hint);
	}
	atomic_store(&driver.loaded, outcome->code == 0);
	request_end(arg, outcome->code);
}

/* A plugin_done_fn. A busy plugin just stays. */
static void
plugin_reloaded(void *arg, const struct plugin_outcome *outcome)
{
	if (outcome->code == -EBUSY)
		request_end(arg, outcome->code);
	else
		plugin_loaded(arg, outcome);
}

/* A plugin_done_fn. A busy module stays loaded. */
static void
plugin_unloaded(void *arg, const struct plugin_outcome *outcome)
{
	atomic_store(&driver.loaded, outcome->code != 0);
	request_end(arg, outcome->code);
}

void
driver_load(void)
{
	struct plugin_setting settings[PLUGIN_SETTINGS_MAX];
	const char *text = board->order.settings;
	size_t i;

	/* Key, NUL, value, NUL; the next. */
	for (i = 0; i < board->order.setting_count; i++) {
		settings[i].key = text;
		text += strlen(text) + 1;
		settings[i].value = text;
		text += strlen(text) + 1;
	}
	if (driver_is_loaded())
		return;
	request_begin();
	plugins_load(board->order.plugin, settings, i, plugin_loaded, NULL);
}

bool
driver_is_loaded(void)
{
	return atomic_load(&driver.loaded);
}

/* The plugin's name is known once it is loaded. */
void
driver_unload(void)
{
	if (!driver_is_loaded())
		driver_settle();
	if (!driver_is_loaded())
		return;
	request_begin();
	plugins_unload(driver.name, plugin_unloaded, NULL);
	driver_settle();
}

void
driver_reload(void)
{
	if (!driver_is_loaded())
		return;
	request_begin();
	plugins_reload(driver.name, plugin_reloaded, NULL);
}

/* --- instances ------------------------------------------------------------ */

void
driver_create(const char *name, size_t count)
{
	static const char *const protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};
	const struct instance_config config = {
	    .name = name,
	    .source = source_sim.name,
	    .protocols = protocols,
	    .protocol_count = count,
	};

	ASSERT(count <= ARRAY_LENGTH(protocols));
	request_begin();
	request_made(instance_create(&config, NULL, request_end, NULL));
}

static void
end_instance(const char *name,
    int (*end)(struct instance *instance, core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	request_begin();
	request_made(end(instance, request_end, NULL));
	instance_release(instance);
}

void
driver_shutdown(const char *name)
{
	end_instance(name, instance_shutdown);
}

void
driver_destroy(const char *name)
{
	end_instance(name, instance_destroy);
}

static void
change_protocol(const char *name, const char *protocol,
    int (*change)(struct instance *instance, const char *protocol,
	core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	request_begin();
	request_made(change(instance, protocol, request_end, NULL));
	instance_release(instance);
}

void
driver_add(const char *name, const char *protocol)
{
	change_protocol(name, protocol, instance_add_protocol);
}

void
driver_remove(const char *name, const char *protocol)
{
	change_protocol(name, protocol, instance_remove_protocol);
}

/* A kstat_match_fn. */
static bool
match_all(void *arg, const kstat_t *kstat)
{
	(void)arg, (void)kstat;
	return true;
}

void
driver_read_kstats(const char *name)
{
	struct instance *instance;
	struct kstat_batch batch;

	driver_settle();
	instance = instance_find_by_name(name);
	if (instance == NULL)
		return;
	request_begin();
	/* 0: there was nothing to wait for. */
	if (kstat_read(instance, 0, SIZE_MAX, match_all, NULL, &batch,
		request_end, NULL) == 0)
		request_end(NULL, 0);
	driver_settle();
	kstat_batch_free(&batch);
	kstats_observe(instance_id(instance));
	instance_release(instance);
}

/* --- traffic -------------------------------------------------------------- */

#define NIC   "check0"
#define NIC2  "check1"
#define INDEX 1
#define PAUSE (50 * NS_PER_MS)

/* UDP from 192.0.2.1 to 192.0.2.2, port 9 to 9, 4 bytes. */
static const uint8_t ipv4[] = {0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0xf6, 0xc8,
    192, 0, 2, 1, 192, 0, 2, 2, 0, 9, 0, 9, 0, 12, 0, 0, 'c', 'h', 'e', 'k'};

/* The same from 2001:db8::1 to 2001:db8::2. */
static const uint8_t ipv6[] = {0x60, 0, 0, 0, 0, 12, 17, 64, 0x20, 1, 0xd, 0xb8,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 2, 0, 9, 0, 9, 0, 12, 0x8e, 0x14, 'c', 'h', 'e', 'k'};

/* Who has 192.0.2.2? */
static const uint8_t arp[] = {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0,
    2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};

static const struct {
	const char *protocol;
	const uint8_t *bytes;
	size_t length;
} packets[] = {
    {NHF_INET, ipv4, sizeof(ipv4)},
    {NHF_INET6, ipv6, sizeof(ipv6)},
    {NHF_ARP, arp, sizeof(arp)},
};

static const char *const events[] = {NH_PHYSICAL_IN, NH_PHYSICAL_OUT,
    NH_FORWARDING, NH_LOOPBACK_IN, NH_LOOPBACK_OUT};

static const struct interface_ref nic = {.name = NIC};

static void
settle(int error)
{
	request_made(error);
	driver_settle();
}

static void
add_interface(struct instance *instance)
{
	const struct interface_config config = {
	    .name = NIC, .index = INDEX, .mtu = 1500, .flags = IFF_UP};

	request_begin();
	settle(interface_add(instance, &config, request_end, NULL));
}

/* One address comes, changes and goes. */
static void
change_addresses(struct instance *instance)
{
	struct interface_address address = {.up = true};
	const struct interface_address_change down = {.up_given = true};

	address.own.address.family = AF_INET;
	memcpy(address.own.address.bytes, &ipv4[12], 4);
	address.own.length = 24;
	request_begin();
	settle(
	    interface_add_address(instance, &nic, &address, request_end, NULL));
	request_begin();
	settle(interface_set_address(
	    instance, &nic, &address.own, &down, request_end, NULL));
	request_begin();
	settle(interface_remove_address(
	    instance, &nic, &address.own, request_end, NULL));
}

void
driver_interfaces(const char *name)
{
	static const struct interface_change changes[] = {
	    {.flags_given = IFF_UP},
	    {.flags_given = IFF_UP, .flags = IFF_UP, .mtu = 9000},
	    {.name = NIC2},
	};
	struct instance *instance = instance_find_by_name(name);
	const struct interface_ref renamed = {.name = NIC2};

	if (instance == NULL)
		return;
	add_interface(instance);
	change_addresses(instance);
	for (size_t i = 0; i < ARRAY_LENGTH(changes); i++) {
		request_begin();
		settle(interface_set(
		    instance, &nic, &changes[i], request_end, NULL));
	}
	request_begin();
	settle(interface_remove(instance, &renamed, request_end, NULL));
	add_interface(instance);
	instance_release(instance);
}

static void
run_packet(struct instance *instance, size_t number, const char *event)
{
	struct packet packet = {
	    .bytes = packets[number].bytes, .length = packets[number].length};
	const struct packet_order order = {
	    .event = packet_event_find(event),
	    .protocol = packets[number].protocol,
	    .in = INDEX,
	    .out = INDEX,
	};
	struct packet_batch *batch;

	ASSERT(order.event != NULL);
	if (!packet_event_is_of(order.event, order.protocol))
		return;
	batch = packet_batch_create(&order, &packet, 1);
	/* -EBUSY comes with done, too. */
	request_begin();
	(void)packet_run(instance, batch, request_end, NULL);
	driver_settle();
	packet_batch_free(batch);
	freemsg(packet.changed);
}

void
driver_packets(const char *name)
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(packets); i++)
		for (size_t j = 0; j < ARRAY_LENGTH(events); j++)
			run_packet(instance, i, events[j]);
	instance_release(instance);
}

void
driver_pass_time(void)
{
	const struct timespec pause = {.tv_nsec = PAUSE};

	(void)nanosleep(&pause, NULL);
	driver_settle();
}
