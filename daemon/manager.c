/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manager.c: speaks the sd_notify protocol, which is small, directly. An
 * address that starts with '@' is an abstract socket. The environment variable
 * is taken away, so that nothing a plugin starts can speak for the daemon.
 */
#include "manager.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define MESSAGE_MAX 512 /* bytes of one datagram; the rest is cut */

static int manager_socket = -1;

/* Returns the address's length, or 0 for a name that is none. */
static socklen_t
manager_address(const char *name, struct sockaddr_un *address)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') ||
	    length >= sizeof(address->sun_path))
		return 0;
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, name, length);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void
manager_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t length;

	if (name == NULL)
		return;
	length = manager_address(name, &address);
	manager_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (length == 0 || manager_socket < 0 ||
	    connect(manager_socket, (struct sockaddr *)&address, length) != 0) {
		log_warning("daemon",
		    "the service manager cannot be told: NOTIFY_SOCKET %s: %s",
		    name, length == 0 ? "not an address" : strerror(errno));
		manager_close();
	}
	(void)unsetenv("NOTIFY_SOCKET");
}

void
manager_tell(const char *format, ...)
{
	char text[MESSAGE_MAX];
	size_t length;
	va_list arguments;

	if (manager_socket < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	length = strlen(text);
	text[length++] = '\n'; /* over the NUL */
	if (send(manager_socket, text, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_warning("daemon", "the service manager was not told: %s",
		    strerror(errno));
}

void
manager_close(void)
{
	if (manager_socket >= 0)
		(void)close(manager_socket);
	manager_socket = -1;
}
