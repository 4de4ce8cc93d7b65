/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.c: says in which network namespace its callbacks are made: "create
 * in ID" and "shutdown in ID" with the kernel's number for it, or "outside"
 * when it was not made inside its instance.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "identity", .version = "1.0.0",
    .summary = "says in which namespace its callbacks are made",
    .flags = NETINST_PLUGIN_INSIDE);

/* Linux 6.18; before it, the cookie of a socket says the same (5.14). */
#define IDENTITY_GET _IOR(0xb7, 13, uint64_t)
#define COOKIE_GET   71

static char context;

/* Of the calling thread's namespace; 0: it cannot be told. */
static uint64_t
identity(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bool told;
	uint64_t id = 0;
	socklen_t size = sizeof(id);

	told = fd >= 0 && ioctl(fd, IDENTITY_GET, &id) == 0;
	(void)close(fd);
	if (told)
		return id;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	told =
	    fd >= 0 && getsockopt(fd, SOL_SOCKET, COOKIE_GET, &id, &size) == 0;
	(void)close(fd);
	return told ? id : 0;
}

static void
tell(netid_t id, const char *callback)
{
	if (net_instance_inside())
		net_log(NET_LOG_INFO, "instance %d: %s in %" PRIu64, id,
		    callback, identity());
	else
		net_log(NET_LOG_INFO, "instance %d: %s outside", id, callback);
}

void *
nin_create(const netid_t id)
{
	tell(id, "create");
	return &context;
}

void
nin_shutdown(const netid_t id, void *own)
{
	tell(id, "shutdown");
}

void
nin_destroy(const netid_t id, void *own)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
}
