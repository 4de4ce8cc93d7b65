/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.c: how many packets a second go through three hooks: in the core
 * alone, and all the way of netinstctl packet replay, from a capture through
 * the control socket to the hooks and back.
 *
 * The hooks of the core's part do little: one counts, one drops every tenth
 * packet, one lowers the time to live of every tenth. The bare loop calls the
 * same functions by pointer on a packet that it allocates, fills and frees: the
 * least that anybody can do. Time is the CPU time of all threads, on one CPU.
 * All counts are checked.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinst/neti.h>

#include "base/lock.h"
#include "core/object/owner.h"
#include "core/packet/packet.h"
#include "lib/clock.h"
#include "measure.h"
#include "population.h"
#include "process.h"

static const char usage[] =
    "Measures how many packets a second go through three hooks.\n";

enum {
	PACKETS = 100000,
	BATCH = 1000,
	PACKET_SIZE = 46,
	LINK_SIZE = 14,
	HOOKS = 3,
	TURN = 10, /* of so many, one is dropped or changed */
	LINE_MAX_SIZE = 65536
};

static const uint8_t inet_packet[PACKET_SIZE] = {0x45, 0, 0, PACKET_SIZE, 0, 0,
    0x40, 0, 64, 17, 0x26, 0xb7, 10, 0, 0, 1, 10, 0, 0, 2};

/* --- the hooks ------------------------------------------------------------ */

static uint64_t counted, dropped, changed;

static int
count_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	counted++;
	return 0;
}

static int
drop_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	static unsigned turn;

	if (++turn % TURN != 0)
		return 0;
	dropped++;
	return 1;
}

static int
change_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	static unsigned turn;
	const hook_pkt_event_t *event = (const hook_pkt_event_t *)data;

	if (++turn % TURN != 0)
		return 0;
	changed++;
	((uint8_t *)event->hpe_hdr)[8]--;
	return 0;
}

static const struct {
	const char *name;
	hook_func_t function;
} hooks[HOOKS] = {
    {"count", count_packet},
    {"drop", drop_packet},
    {"change", change_packet},
};

/* --- the core ------------------------------------------------------------- */

static struct instance *global;
static struct packet packets[BATCH];

static void
core_hang(unsigned first, unsigned end)
{
	net_handle_t inet = net_protocol_lookup(0, NHF_INET);
	hook_t *hook;

	for (; first < end; first++) {
		HOOK_INIT(hook, hooks[first].function, hooks[first].name, NULL);
		if (net_hook_register(inet, NH_PHYSICAL_IN, hook) != 0)
			measure_fail("cannot hang a hook");
		hook_free(hook);
	}
	(void)net_protocol_release(inet);
}

static void
core_take_down(void)
{
	net_handle_t inet = net_protocol_lookup(0, NHF_INET);
	hook_t *hook = hook_alloc(HOOK_VERSION);
	unsigned i;

	for (i = 0; i < HOOKS; i++) {
		hook->h_name = hooks[i].name;
		(void)net_hook_unregister(inet, NH_PHYSICAL_IN, hook);
	}
	hook_free(hook);
	(void)net_protocol_release(inet);
}

static void
core_done(void *arg, int error)
{
	completion_finish(arg, error);
}

/* One batch; returns how many passed. */
static uint64_t
core_run(void)
{
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN)};
	struct packet_batch *batch;
	struct completion over;
	uint64_t passed;
	unsigned i;

	for (i = 0; i < BATCH; i++)
		packets[i] = (struct packet){
		    .bytes = inet_packet, .length = PACKET_SIZE};
	batch = packet_batch_create(&order, packets, BATCH);
	completion_init(&over);
	if (packet_run(global, batch, core_done, &over) != 0 ||
	    completion_wait(&over) != 0)
		measure_fail("the packets did not run");
	passed = packet_batch_count(batch, PACKET_PASSED);
	packet_batch_free(batch);
	return passed;
}

static double
cpu_per_packet(int64_t since, unsigned count)
{
	return (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - since) / count;
}

/* Nanoseconds per packet, with the first so many hooks. */
static double
core_measure(unsigned hook_count, unsigned batches)
{
	uint64_t passed = 0, drops = dropped;
	int64_t begun;
	unsigned i;

	core_take_down();
	core_hang(0, hook_count);
	passed += core_run();
	begun = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < batches; i++)
		passed += core_run();
	if (passed + (dropped - drops) != (uint64_t)(batches + 1) * BATCH)
		measure_fail("packets got lost");
	return cpu_per_packet(begun, batches * BATCH);
}

/* --- the bare loop -------------------------------------------------------- */

static void
bare_packet(void)
{
	mblk_t *packet = allocb(PACKET_SIZE, 0);
	hook_pkt_event_t event = {
	    .hpe_hdr = packet->b_rptr, .hpe_mp = &packet, .hpe_mb = packet};
	unsigned i;

	(void)memcpy(packet->b_wptr, inet_packet, PACKET_SIZE);
	packet->b_wptr += PACKET_SIZE;
	for (i = 0; i < HOOKS; i++)
		if (hooks[i].function(NULL, (hook_data_t)&event, NULL) != 0)
			break;
	freemsg(packet);
}

static double
bare_measure(unsigned batches)
{
	int64_t begun = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	unsigned i;

	for (i = 0; i < batches * BATCH; i++)
		bare_packet();
	return cpu_per_packet(begun, batches * BATCH);
}

/* --- all the way ---------------------------------------------------------- */

struct capture_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, longest, link;
};

struct frame_header {
	uint32_t seconds, microseconds, captured, length;
};

static void
replay_write_capture(const char *path, unsigned count)
{
	const struct capture_header head = {
	    0xa1b2c3d4, 2, 4, 0, 0, 65535, 1 /* Ethernet */};
	const struct frame_header frame = {
	    1, 0, LINK_SIZE + PACKET_SIZE, LINK_SIZE + PACKET_SIZE};
	const uint8_t ethernet[LINK_SIZE] = {[12] = 8};
	FILE *file = fopen(path, "wbe");
	unsigned i;

	if (file == NULL)
		measure_fail("cannot write %s", path);
	(void)fwrite(&head, sizeof(head), 1, file);
	for (i = 0; i < count; i++) {
		(void)fwrite(&frame, sizeof(frame), 1, file);
		(void)fwrite(ethernet, sizeof(ethernet), 1, file);
		(void)fwrite(inet_packet, sizeof(inet_packet), 1, file);
	}
	if (fclose(file) != 0)
		measure_fail("cannot write %s", path);
}

/* Runs netinstctl, its output to a pipe; survivors may be NULL. */
static pid_t
replay_start(const struct process *server, const char *capture,
    const char *survivors, int pipe_in)
{
	char program[PROCESS_PATH_MAX];
	const char *words[] = {program, "-s", server->socket, "packet",
	    "replay", "global", capture, "--json",
	    survivors != NULL ? "-w" : NULL, survivors, NULL};
	pid_t child;

	process_build_path(program, "netinstctl");
	child = fork();
	if (child == 0) {
		(void)dup2(pipe_in, STDOUT_FILENO);
		(void)execv(program, (char **)(uintptr_t)words);
		_exit(127);
	}
	return child;
}

static double
member_of(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at != NULL ? strtod(at + strlen(name), NULL) : -1;
}

/* Packets a second, as netinstctl has it. */
static double
replay_measure(const struct process *server, const char *capture,
    const char *survivors, unsigned count)
{
	static char line[LINE_MAX_SIZE];
	size_t length = 0;
	int ends[2], status;
	ssize_t got;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		measure_fail("no pipe");
	child = replay_start(server, capture, survivors, ends[1]);
	(void)close(ends[1]);
	while (
	    (got = read(ends[0], line + length, sizeof(line) - length - 1)) > 0)
		length += (size_t)got;
	(void)close(ends[0]);
	line[length] = '\0';
	if (waitpid(child, &status, 0) != child || status != 0 ||
	    (unsigned)member_of(line, "\"packets\":") != count ||
	    (unsigned)member_of(line, "\"dropped\":") != count / TURN)
		measure_fail("netinstctl packet replay failed: %s", line);
	return member_of(line, "\"packets_per_second\":");
}

/* --- measuring ------------------------------------------------------------ */

static void
measure_core(unsigned rounds, unsigned batches)
{
	struct measure_samples none = {.count = 0}, three = {.count = 0},
			       bare = {.count = 0};
	struct owner *owner = owner_create("bench"), *before;
	unsigned round;

	before = owner_enter(owner);
	for (round = 0; round < rounds; round++) {
		measure_add(&none, core_measure(0, batches));
		measure_add(&three, core_measure(HOOKS, batches));
		measure_add(&bare, bare_measure(batches));
	}
	core_take_down();
	owner_leave(before);
	owner_release(owner);
	measure_print_head("A packet in the core, CPU time");
	measure_print_row("without hooks", "ns", &none);
	measure_print_row("through 3 hooks", "ns", &three);
	measure_print_row("3 hooks in a bare loop", "ns", &bare);
}

static void
measure_replay(unsigned rounds, unsigned count)
{
	struct measure_samples read_only = {.count = 0}, copied = {.count = 0};
	char capture[PROCESS_PATH_MAX + 8], survivors[PROCESS_PATH_MAX + 8];
	struct process server = {.output = 0};
	unsigned round;

	process_start_netinstd(&server, "tests/plugins/packet_hooks.so");
	(void)snprintf(capture, sizeof(capture), "%s/in", server.directory);
	(void)snprintf(
	    survivors, sizeof(survivors), "%s/out", server.directory);
	replay_write_capture(capture, count);
	for (round = 0; round < rounds; round++) {
		measure_add(
		    &read_only, replay_measure(&server, capture, NULL, count));
		measure_add(&copied,
		    replay_measure(&server, capture, survivors, count));
	}
	(void)unlink(capture);
	(void)unlink(survivors);
	process_stop(&server);
	measure_print_head("netinstctl packet replay through 3 hooks and an "
			   "observer, by the clock on the wall");
	measure_print_row("packets read and counted", "/s", &read_only);
	measure_print_row("and those that pass written", "/s", &copied);
}

int
main(int argc, char **argv)
{
	struct measure_options options;

	measure_read_options(argc, argv, usage, &options);
	measure_replay(options.rounds, PACKETS);
	measure_pin(0, 1);
	population_start(1);
	global = instance_find(0);
	measure_core(options.rounds, options.smoke ? 10 : PACKETS / BATCH);
	instance_release(global);
	population_stop();
	return 0;
}
