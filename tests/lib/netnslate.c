/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netnslate.c: traffic in namespaces that nobody expects any more, counted by
 * who sends it: by the kernel's id of each, for names come again.
 *
 *   netnslate DIRECTORY PREFIX COUNT SEED
 *
 * Makes namespaces named PREFIX0 and so on and prints "made". For each line
 * that it reads then, it goes through them all: it sends a few datagrams in
 * each, from inside. After the line "end" the names are deleted, one by one; of
 * every four
 *
 *   the first has nobody else,
 *   in the second a socket that was made before sends on, and is closed,
 *   the third is entered by a descriptor that was kept, and left,
 *   the fourth gets a name again, PREFIX0b and so on, and then as the first.
 *
 * What comes late comes after some milliseconds, or at once. Prints "ID SENT"
 * for each.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <time.h>

#include "namespace.h"

#define COUNT_MAX     10000
#define DATAGRAMS_MAX 9
#define LATE_MAX      40000000 /* ns */

enum scheme { ALONE, BY_SOCKET, BY_DESCRIPTOR, NAMED_AGAIN, SCHEMES };

static struct target {
	uint64_t id, sent;
	int descriptor, socket; /* -1: none */
} targets[COUNT_MAX];

static int home;

static void
send_by(struct target *target, int sender)
{
	const struct sockaddr_in nobody = {
	    .sin_family = AF_INET,
	    .sin_port = htons(9),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	long count = 1 + random() % DATAGRAMS_MAX;

	for (; count > 0; count--) {
		if (sendto(sender, "late", 4, 0,
			(const struct sockaddr *)&nobody, sizeof(nobody)) != 4)
			namespace_fail("send", "datagram");
		target->sent++;
	}
}

static int
make_sender(void)
{
	int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sender < 0)
		namespace_fail("socket", "AF_INET");
	return sender;
}

/* Whoever is in the namespace stays there. */
static void
set_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int sender = make_sender();

	request.ifr_flags = IFF_UP;
	if (ioctl(sender, SIOCSIFFLAGS, &request) != 0)
		namespace_fail("set up", "lo");
	(void)close(sender);
}

static void
send_inside(struct target *target, int descriptor)
{
	int sender;

	if (setns(descriptor, CLONE_NEWNET) != 0)
		namespace_fail("enter", "namespace");
	sender = make_sender();
	send_by(target, sender);
	(void)close(sender);
	namespace_go_home(home);
}

static void
prepare(struct target *target, const char *path, enum scheme scheme)
{
	namespace_make_file(path);
	namespace_make();
	set_loopback_up();
	namespace_cover(path, NAMESPACE_OWN);
	target->socket = scheme == BY_SOCKET ? make_sender() : -1;
	namespace_go_home(home);
	target->id = namespace_id(path);
	target->descriptor = scheme == BY_DESCRIPTOR || scheme == NAMED_AGAIN
				 ? namespace_open(path)
				 : -1;
}

static void
visit(struct target *target, const char *path)
{
	int descriptor = namespace_open(path);

	send_inside(target, descriptor);
	(void)close(descriptor);
}

static void
remove_name(const char *path)
{
	namespace_uncover(path);
	namespace_remove_file(path);
}

static void
wait_some(void)
{
	struct timespec pause = {.tv_nsec = random() % LATE_MAX};

	if (random() % 2 == 0)
		(void)nanosleep(&pause, NULL);
}

static void
name_again(struct target *target, const char *path)
{
	char again[NAMESPACE_PATH_MAX + 2], from[64];

	(void)snprintf(again, sizeof(again), "%sb", path);
	(void)snprintf(
	    from, sizeof(from), "/proc/self/fd/%d", target->descriptor);
	namespace_make_file(again);
	namespace_cover(again, from);
	(void)close(target->descriptor);
	target->descriptor = -1;
	visit(target, again);
	wait_some();
	visit(target, again);
	remove_name(again);
}

static void
end(struct target *target, const char *path, enum scheme scheme)
{
	visit(target, path);
	remove_name(path);
	wait_some();
	if (scheme == BY_SOCKET)
		send_by(target, target->socket);
	else if (scheme == BY_DESCRIPTOR)
		send_inside(target, target->descriptor);
	else if (scheme == NAMED_AGAIN)
		name_again(target, path);
	if (target->socket >= 0)
		(void)close(target->socket);
	if (target->descriptor >= 0)
		(void)close(target->descriptor);
	(void)printf("%" PRIu64 " %" PRIu64 "\n", target->id, target->sent);
}

static const char *
path_of(const char *directory, const char *prefix, size_t number)
{
	static char path[NAMESPACE_PATH_MAX];

	(void)snprintf(
	    path, sizeof(path), "%s/%s%zu", directory, prefix, number);
	return path;
}

int
main(int argc, char **argv)
{
	size_t count = argc == 5 ? strtoul(argv[3], NULL, 10) : 0, i;
	struct rlimit files;
	char line[16];

	if (count < 1 || count > COUNT_MAX) {
		(void)fprintf(
		    stderr, "usage: netnslate DIRECTORY PREFIX COUNT SEED\n");
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	srandom((unsigned)strtoul(argv[4], NULL, 10));
	home = namespace_open(NAMESPACE_OWN);
	for (i = 0; i < count; i++)
		prepare(&targets[i], path_of(argv[1], argv[2], i), i % SCHEMES);
	(void)printf("made\n");
	(void)fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL && line[0] != 'e')
		for (i = 0; i < count; i++)
			visit(&targets[i], path_of(argv[1], argv[2], i));
	for (i = 0; i < count; i++)
		end(&targets[i], path_of(argv[1], argv[2], i), i % SCHEMES);
	return 0;
}
