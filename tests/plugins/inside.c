/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside.c: says of each of its callbacks whether it is made inside the
 * namespace that net_instance_open() leads to. By its settings it behaves badly
 * on the first instance that is a namespace: "leaves" = socket or thread leaves
 * one there, "loses" = way takes the right to get back from its thread.
 */
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frees_context.h"

NETINST_PLUGIN(.name = "inside", .version = "1.0.0",
    .summary = "says which of its callbacks are made inside",
    .flags = NETINST_PLUGIN_INSIDE);

struct visit {
	netid_t id;
	kstat_t *kstat;
};

static char leaves, loses; /* the first letter of the setting, or NUL */
static _Atomic bool has_misbehaved;
static int left_socket = -1;
static pthread_t left_thread;
static _Atomic bool thread_ends;

/* Whether the thread is where the descriptor leads. */
static bool
is_there(int fd)
{
	struct stat here, there;

	return stat("/proc/thread-self/ns/net", &here) == 0 &&
	       fstat(fd, &there) == 0 && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

static void
tell(netid_t id, const char *callback)
{
	int fd = net_instance_open(id);

	if (fd < 0)
		net_log(NET_LOG_INFO, "instance %d: %s: %s", id, callback,
		    strerrorname_np(errno));
	else
		net_log(NET_LOG_INFO, "instance %d: %s %s", id, callback,
		    net_instance_inside() && is_there(fd) ? "inside"
							  : "outside");
}

static void
tick(netid_t id, void *arg)
{
	tell(id, "timeout");
}

static int
update(kstat_t *kstat, int rw)
{
	const struct visit *visit = kstat->ks_private;

	tell(visit->id, "ks_update");
	return 0;
}

/* --- bad manners ---------------------------------------------------------- */

static void *
wait_for_the_end(void *arg)
{
	while (!atomic_load(&thread_ends))
		(void)usleep(1000);
	return NULL;
}

/* Of this thread alone. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	(void)syscall(SYS_capset, &header, data);
}

static void
misbehave(netid_t id)
{
	if (id == GLOBAL_ZONEID || !net_instance_inside() ||
	    (leaves == '\0' && loses == '\0') ||
	    atomic_exchange(&has_misbehaved, true))
		return;
	if (leaves == 's')
		left_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	else if (leaves == 't')
		(void)pthread_create(
		    &left_thread, NULL, wait_for_the_end, NULL);
	else
		drop_capabilities();
}

/* --- callbacks ------------------------------------------------------------ */

static char
first_letter(const net_config_t *config, const char *key)
{
	const char *value = net_config_get(config, key);

	return value != NULL ? value[0] : '\0';
}

int
nin_load(const net_config_t *config)
{
	leaves = first_letter(config, "leaves");
	loses = first_letter(config, "loses");
	return 0;
}

void *
nin_create(const netid_t id)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	if (visit == NULL)
		return NULL;
	visit->id = id;
	tell(id, "create");
	visit->kstat = net_kstat_create(
	    id, "inside", 0, "visit", "misc", KSTAT_TYPE_NAMED, 1, 0);
	if (visit->kstat == NULL) {
		free(visit);
		return NULL;
	}
	kstat_named_init(visit->kstat->ks_data, "none", KSTAT_DATA_UINT64);
	visit->kstat->ks_update = update;
	visit->kstat->ks_private = visit;
	kstat_install(visit->kstat);
	(void)net_timeout(id, 0, tick, NULL);
	misbehave(id);
	return visit;
}

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	const struct visit *visit = context;

	if (command == HN_REGISTER && strcmp(protocol, NHF_ARP) == 0)
		tell(visit->id, "notify");
	return 0;
}

void
nin_shutdown(const netid_t id, void *context)
{
	struct visit *visit = context;

	tell(id, "shutdown");
	net_kstat_delete(id, visit->kstat);
}

void
nin_unload(void)
{
	atomic_store(&thread_ends, true);
	if (left_socket >= 0)
		(void)close(left_socket);
	if (left_thread != 0)
		(void)pthread_join(left_thread, NULL);
}
