/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netnstraffic.c: traffic into namespaces up to their last moment, counted by
 * who sends it. Each namespace has a name, PREFIX0 and so on, and a veth with
 * one end in it and the other, of the same name as the namespace, here.
 *
 *   netnstraffic DIRECTORY PREFIX COUNT SEED
 *
 * Sends frames to a namespace picked at random, again and again. One by one,
 * also at random, they come to their end: a last few frames, and in the next
 * moment the name is deleted. Every fourth has a process in it; it loses its
 * name as the others do, gets more frames, and ends when after the last of
 * them the process is killed. Prints "NAME FRAMES BYTES" for each that ended.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "namespace.h"

#define COUNT_MAX  1000
#define FRAME_MIN  60
#define FRAME_MAX  1000
#define FRAMES_MAX 32	   /* at a time */
#define BURSTS	   20	   /* of each, about */
#define PAUSE	   1000000 /* ns, at most */
#define TEST_TYPE  0x88b5  /* for experiments: nobody answers */
#define PROCESS_AT 4

struct target {
	char path[NAMESPACE_PATH_MAX];
	const char *name;
	unsigned index; /* of the interface here */
	pid_t process;	/* 0: none in it */
	bool named;
	uint64_t frames, bytes;
};

static struct target targets[COUNT_MAX];
static int sender;

static void
send_frame(struct target *target)
{
	static const unsigned char frame[FRAME_MAX] = {
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
	const struct sockaddr_ll address = {
	    .sll_family = AF_PACKET,
	    .sll_ifindex = (int)target->index,
	    .sll_protocol = htons(TEST_TYPE),
	    .sll_halen = ETH_ALEN,
	};
	size_t size = FRAME_MIN + (size_t)random() % (FRAME_MAX - FRAME_MIN);

	while (sendto(sender, frame, size, 0, (const struct sockaddr *)&address,
		   sizeof(address)) != (ssize_t)size)
		if (errno != ENOBUFS)
			namespace_fail("send to", target->name);
	target->frames++;
	target->bytes += size;
}

static void
send_some(struct target *target)
{
	long count = 1 + random() % FRAMES_MAX;

	for (; count > 0; count--)
		send_frame(target);
}

static void
inhabit(struct target *target)
{
	int there[2];
	char byte = 0;

	if (pipe(there) != 0)
		namespace_fail("pipe to", target->name);
	target->process = fork();
	if (target->process == 0) {
		int fd = namespace_open(target->path);

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		namespace_go_home(fd);
		(void)close(fd);
		(void)!write(there[1], &byte, 1);
		for (;;)
			(void)pause();
	}
	(void)close(there[1]);
	if (target->process < 0 || read(there[0], &byte, 1) != 1)
		namespace_fail("process in", target->name);
	(void)close(there[0]);
}

static void
prepare(struct target *target, const char *directory, const char *prefix,
    size_t number)
{
	(void)snprintf(target->path, sizeof(target->path), "%s/%s%zu",
	    directory, prefix, number);
	target->name = target->path + strlen(directory) + 1;
	target->index = if_nametoindex(target->name);
	if (target->index == 0)
		namespace_fail("link", target->name);
	target->named = true;
	if (number % PROCESS_AT == 0)
		inhabit(target);
}

/* A last few frames and the end of a holder; false: there is another. */
static bool
end_one(struct target *target)
{
	send_some(target);
	if (target->named) {
		namespace_uncover(target->path);
		namespace_remove_file(target->path);
		target->named = false;
		if (target->process != 0)
			return false;
	} else {
		(void)kill(target->process, SIGKILL);
		(void)waitpid(target->process, NULL, 0);
	}
	(void)printf("%s %" PRIu64 " %" PRIu64 "\n", target->name,
	    target->frames, target->bytes);
	return true;
}

int
main(int argc, char **argv)
{
	struct timespec pause = {0};
	const int bypass = 1;
	size_t count, live, i;

	count = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
	if (count < 1 || count > COUNT_MAX) {
		(void)fprintf(stderr,
		    "usage: netnstraffic DIRECTORY PREFIX COUNT SEED\n");
		return 2;
	}
	srandom((unsigned)strtoul(argv[4], NULL, 10));
	sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	/* The queue of a link that is new drops frames without a word. */
	if (sender < 0 || setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS,
			      &bypass, sizeof(bypass)) != 0)
		namespace_fail("socket", "AF_PACKET");
	for (i = 0; i < count; i++)
		prepare(&targets[i], argv[1], argv[2], i);
	for (live = count; live > 0;) {
		i = (size_t)random() % live;
		send_some(&targets[i]);
		if (random() % BURSTS == 0 && end_one(&targets[i])) {
			/* path holds name: it moves with it. */
			size_t at = (size_t)(targets[i].name - targets[i].path);

			targets[i] = targets[--live];
			targets[i].name = targets[i].path + at;
		}
		pause.tv_nsec = random() % PAUSE;
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}
