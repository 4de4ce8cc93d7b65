/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_fixture.c: owns the spaces and what was told of them. What the kernel
 * has is asked of it inside the namespace, by the C library and by ip(8), so
 * that nothing of what is tested is believed. The test's own thread.
 */
#include "link_fixture.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/kernel/netns_message.h"

struct netns_link *link_tested;
struct space home, spaces[SPACES];
struct link_told link_told;

static struct event_base *base;

/* namespaces -------------------------------------------------------------- */

/* It must not keep others, whose descriptors it was born with. */
static void
keep_namespace(int ready, int end)
{
	char byte = 0;

	if (dup2(end, STDIN_FILENO) < 0 || dup2(ready, STDOUT_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, UINT_MAX, 0) != 0)
		_exit(1);
	if (unshare(CLONE_NEWNET) == 0 && write(STDOUT_FILENO, &byte, 1) == 1)
		(void)!read(STDIN_FILENO, &byte, 1);
	_exit(0);
}

void
space_begin(struct space *space)
{
	int ready[2], end[2];
	char path[64], byte;

	ASSERT(pipe2(ready, O_CLOEXEC) == 0 && pipe2(end, O_CLOEXEC) == 0);
	space->pid = fork();
	ASSERT(space->pid >= 0);
	if (space->pid == 0)
		keep_namespace(ready[1], end[0]);
	ASSERT(read(ready[0], &byte, 1) == 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	(void)close(end[0]);
	space->end = end[1];
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)space->pid);
	space->fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT(space->fd >= 0);
}

/* Nothing of ours keeps it any more. */
void
space_end(struct space *space)
{
	if (space->pid <= 0)
		return;
	(void)kill(space->pid, SIGKILL);
	(void)waitpid(space->pid, NULL, 0);
	(void)close(space->end);
	(void)close(space->fd);
	space->pid = 0;
}

/* Runs a command of the shell there. */
pid_t
space_run_in(const struct space *space, const char *command, int in)
{
	pid_t pid = fork();

	ASSERT(pid >= 0);
	if (pid != 0)
		return pid;
	if (setns(space->fd, CLONE_NEWNET) == 0 && dup2(in, STDIN_FILENO) >= 0)
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void
space_run(const struct space *space, const char *format, ...)
{
	char command[1024];
	va_list arguments;
	int status;
	pid_t pid;

	va_start(arguments, format);
	(void)vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	pid = space_run_in(space, command, STDIN_FILENO);
	ASSERT(waitpid(pid, &status, 0) == pid);
	if (status != 0)
		fail_msg("status %d of: %s", status, command);
}

/* what the model and the kernel have -------------------------------------- */

#define TEXT_BYTES (1 << 20)

static char model_text[TEXT_BYTES], kernel_text[TEXT_BYTES];

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Puts the lines of a text in order. */
static void
sort_lines(char *text)
{
	static char sorted[TEXT_BYTES];
	static char *lines[TEXT_BYTES / 8];
	size_t count = 0, length = 0, i;
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			lines[count++] = line;
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	sorted[0] = '\0';
	for (i = 0; i < count; i++)
		length += (size_t)snprintf(
		    sorted + length, sizeof(sorted) - length, "%s\n", lines[i]);
	memcpy(text, sorted, length + 1);
}

static void add_line(char *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void
add_line(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text + length, TEXT_BYTES - length, format, arguments);
	va_end(arguments);
}

static void
add_address(char *text, phy_if_t index, const struct ip_prefix *own,
    const struct ip_address *peer)
{
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN] = "-";

	(void)inet_ntop(own->address.family, own->address.bytes, a, sizeof(a));
	if (ip_is_given(peer))
		(void)inet_ntop(peer->family, peer->bytes, b, sizeof(b));
	add_line(text, "%lu %s/%u %s\n", index, a, own->length, b);
}

static bool
add_view(void *arg, const struct interface_view *view)
{
	size_t i;

	add_line(arg, "%lu %s mtu %u flags %llx\n", view->index, view->name,
	    view->mtu, (unsigned long long)view->flags);
	for (i = 0; i < view->address_count; i++)
		add_address(arg, view->index, &view->addresses[i].own,
		    &view->addresses[i].peer);
	return true;
}

static void
read_model(const struct space *space)
{
	model_text[0] = '\0';
	(void)interface_visit(space->instance, 0, add_view, model_text);
	sort_lines(model_text);
}

static unsigned
mtu_within(int mtu)
{
	if (mtu < NIC_MTU_MIN)
		return NIC_MTU_MIN;
	return mtu > NIC_MTU_MAX ? NIC_MTU_MAX : (unsigned)mtu;
}

/* In a process that is in the namespace: its links, by the oldest calls. */
static void
say_links(FILE *out)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct if_nameindex *list = if_nameindex(), *at;
	struct ifreq request;
	unsigned flags;

	ASSERT(fd >= 0 && list != NULL);
	for (at = list; at->if_index != 0; at++) {
		memset(&request, 0, sizeof(request));
		memcpy(request.ifr_name, at->if_name, strlen(at->if_name));
		if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
			continue;
		flags = (unsigned)request.ifr_flags & NETNS_LINK_FLAGS;
		if (ioctl(fd, SIOCGIFMTU, &request) != 0)
			continue;
		(void)fprintf(out, "%u %s mtu %u flags %x\n", at->if_index,
		    at->if_name, mtu_within(request.ifr_mtu), flags);
	}
}

/* Its addresses, by another program: "2: v0 inet 10.0.0.1 peer 10.0.0.2/32". */
static void
say_addresses(FILE *out)
{
	FILE *in = popen("ip -o addr show", "r");
	char line[512], own[64], word[16], peer[64], *length;
	int index;

	while (fgets(line, sizeof(line), in) != NULL) {
		word[0] = '\0';
		if (sscanf(line, "%d: %*s %*s %63s %15s %63s", &index, own,
			word, peer) < 2)
			continue;
		if (strcmp(word, "peer") == 0) {
			length = strchr(peer, '/');
			ASSERT(length != NULL);
			*length++ = '\0';
			(void)fprintf(
			    out, "%d %s/%s %s\n", index, own, length, peer);
		} else {
			(void)fprintf(out, "%d %s -\n", index, own);
		}
	}
	(void)pclose(in);
}

static void
read_kernel(const struct space *space)
{
	size_t length = 0;
	ssize_t got;
	int ends[2];
	FILE *out;
	pid_t pid;

	ASSERT(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		out = fdopen(ends[1], "w");
		if (out == NULL || setns(space->fd, CLONE_NEWNET) != 0)
			_exit(1);
		say_links(out);
		say_addresses(out);
		(void)fclose(out);
		_exit(0);
	}
	(void)close(ends[1]);
	while ((got = read(ends[0], kernel_text + length,
		    sizeof(kernel_text) - 1 - length)) > 0)
		length += (size_t)got;
	kernel_text[length] = '\0';
	(void)close(ends[0]);
	(void)waitpid(pid, NULL, 0);
	sort_lines(kernel_text);
}

/* waiting ----------------------------------------------------------------- */

void
turn(void)
{
	(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

bool
turn_until(bool (*holds)(const void *arg), const void *arg)
{
	int64_t deadline = clock_monotonic() + PATIENCE;

	while (!holds(arg)) {
		if (clock_monotonic() > deadline)
			return false;
		turn();
		(void)usleep(200);
	}
	return true;
}

static bool
is_shown(const void *arg)
{
	read_model(arg);
	read_kernel(arg);
	return strcmp(model_text, kernel_text) == 0;
}

void
assert_shown(const struct space *space)
{
	if (!turn_until(is_shown, space))
		fail_msg(
		    "the model:\n%sthe kernel:\n%s", model_text, kernel_text);
}

static bool
number_is(const void *arg)
{
	const int *const *pair = arg;

	return *pair[0] == *pair[1];
}

void
assert_becomes(const int *number, int wanted)
{
	const int *pair[2] = {number, &wanted};

	if (!turn_until(number_is, pair))
		fail_msg("%d, not %d", *number, wanted);
}

const char *
shown(void)
{
	return model_text;
}

/* set-up ------------------------------------------------------------------ */

static void
on_gone(void *arg, int nsid)
{
	link_told.gone++;
	link_told.last_gone = nsid;
}

static void
on_ipv6(void *arg, struct instance *instance, bool on)
{
	if (link_told.refuse > 0) {
		link_told.refuse--;
		netns_link_say_again(link_tested, instance);
		return;
	}
	link_told.ipv6[instance_id(instance)] = on;
}

static void
on_numbered(void *arg, int nsid, int number)
{
	link_told.numbered = nsid;
	link_told.number = number;
}

static void
on_resynced(void *arg, const char *why)
{
	assert_string_equal(why, "netlink-overflow");
	link_told.resyncs++;
}

int
link_group_setup(void **state)
{
	if (unshare(CLONE_NEWNET) != 0)
		return -1;
	netns_features_probe(0);
	home.fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return home.fd >= 0 ? 0 : -1;
}

void
space_attach(struct space *space)
{
	assert_int_equal(
	    netns_link_attach(link_tested, space->nsid, space->instance), 0);
}

static void
space_make(struct space *space, const char *name)
{
	space_begin(space);
	space->nsid = netns_link_assign(link_tested, space->fd);
	assert_true(space->nsid >= 0);
	space->id = add_instance(name, NULL);
	space->instance = instance_find(space->id);
	space_attach(space);
}

void
link_start(void)
{
	static const struct netns_link_events events = {
	    .gone = on_gone,
	    .ipv6 = on_ipv6,
	    .numbered = on_numbered,
	    .resynced = on_resynced,
	};

	ASSERT(netns_link_start(&link_tested, base, &events) == 0);
}

int
link_setup(void **state)
{
	size_t i;

	if (core_setup(state) != 0)
		return -1;
	link_told = (struct link_told){.last_gone = -1};
	for (i = 0; i <= SPACES; i++)
		link_told.ipv6[i] = -1;
	base = event_base_new();
	link_start();
	home.nsid = -1;
	home.instance = instance_find(0);
	space_attach(&home);
	space_make(&spaces[0], "a");
	space_make(&spaces[1], "b");
	space_make(&spaces[2], "c");
	return 0;
}

int
link_teardown(void **state)
{
	size_t i;

	netns_link_stop(link_tested);
	event_base_free(base);
	for (i = 0; i < SPACES; i++) {
		space_end(&spaces[i]);
		instance_release(spaces[i].instance);
	}
	instance_release(home.instance);
	return core_teardown(state);
}
