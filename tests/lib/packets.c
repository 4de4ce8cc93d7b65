/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packets.c: a sender that knows its count. Sends frames of an experimental
 * protocol out of an interface, which nothing answers, and prints how many it
 * has sent: when it has sent them all, or when it is told to end.
 *
 *   packets INTERFACE COUNT [LENGTH]
 *
 * Each SIGTERM ends it after the frame that is under way. A frame that the
 * interface has no room for is sent again, and counts once.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* IEEE 802: a protocol to try things out with. */
#define PROTOCOL_HIGH 0x88
#define PROTOCOL_LOW  0xb5
#define HEADER	      14
#define LENGTH_MAX    1514

static volatile sig_atomic_t over;

static void
end(int number)
{
	over = 1;
}

/*
 * A socket that sends frames out of that interface. Past its queue: that of an
 * interface which has only just come up drops them without a word.
 */
static int
open_interface(const char *name)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET};
	const int bypass = 1;
	int packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	address.sll_ifindex = (int)if_nametoindex(name);
	if (packet < 0 || address.sll_ifindex == 0 ||
	    setsockopt(packet, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass,
		sizeof(bypass)) != 0 ||
	    bind(packet, (struct sockaddr *)&address, sizeof(address)) != 0) {
		fprintf(stderr, "packets: %s: %s\n", name, strerror(errno));
		exit(EXIT_FAILURE);
	}
	return packet;
}

static unsigned long
send_all(int packet, unsigned long count, size_t length)
{
	unsigned char frame[LENGTH_MAX] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    2, 0, 0, 0, 0, 1, PROTOCOL_HIGH, PROTOCOL_LOW};
	unsigned long sent = 0;

	while (sent < count && !over) {
		if (send(packet, frame, length, 0) == (ssize_t)length) {
			sent++;
		} else if (errno == ENOBUFS || errno == EINTR) {
			(void)sched_yield();
		} else {
			perror("packets: send");
			exit(EXIT_FAILURE);
		}
	}
	return sent;
}

int
main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = end};
	size_t length = argc > 3 ? strtoul(argv[3], NULL, 10) : 60;

	if (argc < 3 || length < HEADER || length > LENGTH_MAX) {
		fprintf(stderr, "usage: packets INTERFACE COUNT [LENGTH]\n");
		return 2;
	}
	(void)sigaction(SIGTERM, &action, NULL);
	printf("%lu\n", send_all(open_interface(argv[1]),
			    strtoul(argv[2], NULL, 10), length));
	return EXIT_SUCCESS;
}
