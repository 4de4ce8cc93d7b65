/* SPDX-License-Identifier: Apache-2.0 */
/*
 * makepcap.c: writes a capture to standard output, without libpcap, so that
 * netinstctl is tested against the format and not against itself.
 *
 *   makepcap LINK COUNT [KEY=VALUE...]
 *
 * LINK: ethernet vlan raw null loop cooked cooked2 cooked-vlan cooked2-vlan, or
 * a number of a link type, whose frames are then raw ones.
 *   mix=LIST     what the frames are, in turn: inet inet6 arp lldp runt broken;
 *                lldp is neither IP nor ARP, a runt ends in the middle of its
 *                IPv4 header, a broken one has the wrong version
 *   payload=N    bytes behind the header of IP, 26 when not said
 *   pad=N        Ethernet frames are at least that long
 *   cut=N        so many bytes are missing at the end of the file
 *   form=FORM    microseconds (the default), nanoseconds, swapped, pcapng,
 *                kuznetzov (pcap with longer heads of frames, as an old Linux
 *                patch had it), interfaces (pcapng; the second half of the
 *                frames is of an interface of another type)
 *
 * Packet number n is sent by 10.0.0.1 to 10.0.0.2 with n as its id, or by
 * fe80::1 to fe80::2 with n as its flow, one millisecond after the one before.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START 1700000000U
enum { KINDS_MAX = 16, FRAME_MAX = 70000 };

enum kind { INET, INET6, ARP, LLDP, RUNT, BROKEN, KINDS };
static const char *const kind_names[KINDS] = {
    "inet", "inet6", "arp", "lldp", "runt", "broken"};
static const uint16_t ethernet_types[KINDS] = {
    0x0800, 0x86dd, 0x0806, 0x88cc, 0x0800, 0x0800};

static const struct link {
	const char *name;
	uint32_t number;
	uint8_t header[32];
	size_t length;
	size_t type_at; /* of the two bytes that say what follows; 0: none */
} links[] = {
    {"ethernet", 1, {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}, 14, 12},
    {"vlan", 1,
	{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 9},
	22, 20},
    {"raw", 101, {0}, 0, 0},
    {"null", 0, {0}, 4, 0},
    {"loop", 108, {0}, 4, 0},
    {"cooked", 113, {0, 0, 0, 1, 0, 6, 2}, 16, 14},
    {"cooked2", 276, {0}, 20, 1},
    {"cooked-vlan", 113, {0, 0, 0, 1, 0, 6, 2, [14] = 0x81, 0, 0, 9}, 20, 18},
    {"cooked2-vlan", 276, {0x88, 0xa8, [20] = 0, 7, 0x81, 0, 0, 9}, 28, 26},
};

static struct link chosen;
static struct {
	enum kind mix[KINDS_MAX];
	unsigned mixed;
	size_t payload, pad, cut;
	bool swapped, next_generation, long_heads, interfaces;
	uint32_t magic;
} options = {.mixed = 1, .payload = 26, .magic = 0xa1b2c3d4};

static uint8_t *output;
static size_t output_length, output_size;

static void
put(const void *bytes, size_t length)
{
	if (output_length + length > output_size) {
		output_size = 2 * output_size + length;
		output = realloc(output, output_size);
		if (output == NULL)
			exit(1);
	}
	memcpy(output + output_length, bytes, length);
	output_length += length;
}

static void
put_32(uint32_t value)
{
	if (options.swapped)
		value = __builtin_bswap32(value);
	put(&value, sizeof(value));
}

static void
set_16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static size_t
make_inet(uint8_t *packet, unsigned number)
{
	uint8_t header[20] = {0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0,
	    0, 1, 10, 0, 0, 2};
	uint32_t sum = 0;
	size_t i;

	set_16(header + 2, sizeof(header) + options.payload);
	set_16(header + 4, number);
	for (i = 0; i < sizeof(header); i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	set_16(header + 10, ~sum);
	memcpy(packet, header, sizeof(header));
	memset(packet + sizeof(header), 0x5a, options.payload);
	return sizeof(header) + options.payload;
}

static size_t
make_inet6(uint8_t *packet, unsigned number)
{
	memset(packet, 0, 40);
	packet[0] = 0x60;
	packet[1] = number >> 16 & 0xf;
	set_16(packet + 2, number);
	set_16(packet + 4, options.payload);
	packet[6] = 17;
	packet[7] = 64;
	packet[8] = packet[24] = 0xfe;
	packet[9] = packet[25] = 0x80;
	packet[23] = 1;
	packet[39] = 2;
	memset(packet + 40, 0x5a, options.payload);
	return 40 + options.payload;
}

static size_t
make_arp(uint8_t *packet, unsigned number)
{
	static const uint8_t request[28] = {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0,
	    0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};

	memcpy(packet, request, sizeof(request));
	set_16(packet + 24, number);
	return sizeof(request);
}

static size_t
make_packet(uint8_t *packet, enum kind kind, unsigned number)
{
	size_t length;

	if (kind == INET6)
		return make_inet6(packet, number);
	if (kind == ARP)
		return make_arp(packet, number);
	length = make_inet(packet, number);
	if (kind == BROKEN)
		packet[0] = 0x95;
	return kind == RUNT ? 11 : length;
}

static size_t
make_frame(uint8_t *frame, enum kind kind, unsigned number)
{
	size_t length = chosen.length;

	memcpy(frame, chosen.header, length);
	if (chosen.type_at > 1)
		set_16(frame + chosen.type_at, ethernet_types[kind]);
	else if (chosen.type_at == 1)
		set_16(frame, ethernet_types[kind]);
	/* Little-endian as a loopback of this machine has it; big-endian. */
	else if (strcmp(chosen.name, "null") == 0)
		frame[0] = kind == INET6 ? 10 : kind == LLDP ? 99 : 2;
	else if (strcmp(chosen.name, "loop") == 0)
		frame[3] = kind == INET6 ? 24 : kind == LLDP ? 99 : 2;
	length += make_packet(frame + length, kind, number);
	while (length < options.pad)
		frame[length++] = 0;
	return length;
}

static void
put_interface(uint32_t type)
{
	put_32(1), put_32(20), put_32(type), put_32(262144), put_32(20);
}

static void
put_head(void)
{
	static const uint16_t version[2] = {2, 4}, swapped[2] = {0x200, 0x400};

	if (options.next_generation) {
		put_32(0x0a0d0d0a), put_32(28), put_32(0x1a2b3c4d), put_32(1);
		put_32(UINT32_MAX), put_32(UINT32_MAX), put_32(28);
		put_interface(chosen.number);
		return;
	}
	put_32(options.magic);
	put(options.swapped ? swapped : version, sizeof(version));
	put_32(0), put_32(0), put_32(262144), put_32(chosen.number);
}

static void
put_frame(const uint8_t *frame, size_t length, unsigned number)
{
	uint64_t time = (START * 1000ULL + number) * 1000;
	uint32_t fraction = number % 1000 * 1000, padded = (length + 3) & ~3U;

	if (options.next_generation) {
		put_32(6), put_32(32 + padded), put_32(0);
		put_32((uint32_t)(time >> 32)), put_32((uint32_t)time);
		put_32((uint32_t)length), put_32((uint32_t)length);
		put(frame, length), put("\0\0\0", padded - length);
		put_32(32 + padded);
		return;
	}
	put_32(START + number / 1000);
	put_32(options.magic == 0xa1b23c4d ? fraction * 1000 : fraction);
	put_32((uint32_t)length), put_32((uint32_t)length);
	if (options.long_heads)
		put_32(1), put_32(0);
	put(frame, length);
}

static void
read_mix(const char *list)
{
	for (options.mixed = 0; *list != '\0'; list += *list == ',') {
		size_t length = strcspn(list, ",");
		enum kind kind = 0;

		while (strncmp(kind_names[kind], list, length) != 0 ||
		       kind_names[kind][length] != '\0')
			if (++kind == KINDS)
				exit(2);
		options.mix[options.mixed++ % KINDS_MAX] = kind;
		list += length;
	}
}

static void
read_option(const char *option)
{
	const char *value = strchr(option, '=');

	if (value++ == NULL)
		exit(2);
	if (strncmp(option, "mix=", 4) == 0)
		read_mix(value);
	else if (strncmp(option, "payload=", 8) == 0)
		options.payload = strtoul(value, NULL, 10);
	else if (strncmp(option, "pad=", 4) == 0)
		options.pad = strtoul(value, NULL, 10);
	else if (strncmp(option, "cut=", 4) == 0)
		options.cut = strtoul(value, NULL, 10);
	else if (strcmp(option, "form=nanoseconds") == 0)
		options.magic = 0xa1b23c4d;
	else if (strcmp(option, "form=swapped") == 0)
		options.swapped = true;
	else if (strcmp(option, "form=pcapng") == 0)
		options.next_generation = true;
	else if (strcmp(option, "form=interfaces") == 0)
		options.next_generation = options.interfaces = true;
	else if (strcmp(option, "form=kuznetzov") == 0) {
		options.magic = 0xa1b2cd34;
		options.long_heads = true;
	} else if (strcmp(option, "form=microseconds") != 0)
		exit(2);
}

static void
choose_link(const char *name)
{
	size_t i;

	chosen = (struct link){.name = name};
	chosen.number = (uint32_t)strtoul(name, NULL, 10);
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(links[i].name, name) == 0)
			chosen = links[i];
}

int
main(int argc, char **argv)
{
	static uint8_t frame[FRAME_MAX];
	unsigned number, count;
	int i;

	if (argc < 3)
		return 2;
	choose_link(argv[1]);
	count = (unsigned)strtoul(argv[2], NULL, 10);
	for (i = 3; i < argc; i++)
		read_option(argv[i]);
	put_head();
	for (number = 0; number < count; number++) {
		if (options.interfaces && number == count / 2)
			put_interface(chosen.number + 1);
		put_frame(frame,
		    make_frame(
			frame, options.mix[number % options.mixed], number),
		    number);
	}
	output_length -=
	    options.cut < output_length ? options.cut : output_length;
	return fwrite(output, 1, output_length, stdout) == output_length ? 0
									 : 1;
}
