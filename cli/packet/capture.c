/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.c: the only file that uses libpcap. Reads every format that libpcap
 * reads, and passes its messages on. An empty file is detected here, because
 * libpcap reports it as a truncated one.
 *
 * Times keep the resolution that the file has: a copy of a capture with
 * microseconds has microseconds.
 */
#include "packet/capture.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pcap/pcap.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "report.h"

struct capture {
	char *path;
	FILE *file; /* libpcap's, once pcap is there */
	pcap_t *pcap;
	unsigned precision;
	enum link_type type;
	uint64_t frames; /* read so far */
};

struct capture_copy {
	char *path;
	pcap_t *form; /* says what kind of file it is */
	pcap_dumper_t *dumper;
};

static const struct {
	int number; /* libpcap's DLT_... */
	enum link_type type;
} link_types[] = {
    {DLT_EN10MB, LINK_ETHERNET},
    {DLT_RAW, LINK_RAW},
    {DLT_IPV4, LINK_RAW},
    {DLT_IPV6, LINK_RAW},
    {DLT_NULL, LINK_NULL},
    {DLT_LOOP, LINK_NULL},
    {DLT_LINUX_SLL, LINK_COOKED},
    {DLT_LINUX_SLL2, LINK_COOKED2},
};

/*
 * Magic numbers of files with microseconds, in this machine's byte order: pcap
 * and its variants.
 */
static const uint32_t microseconds[] = {0xa1b2c3d4, 0xa1b2cd34, 0xa1b234cd};

static int
capture_exit_code(int error)
{
	if (error == ENOENT)
		return EXIT_NOT_FOUND;
	return error == EACCES || error == EPERM ? EXIT_DENIED : EXIT_FAILED;
}

static int
capture_open_file(struct capture *capture)
{
	int error;

	if (strcmp(capture->path, "-") == 0) {
		capture->file = stdin;
		return EXIT_OK;
	}
	capture->file = fopen(capture->path, "rbe");
	error = errno;
	if (capture->file == NULL)
		return report(capture_exit_code(error), NULL,
		    "the capture '%s' cannot be opened: %s", capture->path,
		    strerror(error));
	return EXIT_OK;
}

static bool
has_microseconds(uint32_t magic)
{
	for (size_t i = 0; i < ARRAY_LENGTH(microseconds); i++)
		if (magic == microseconds[i] ||
		    magic == __builtin_bswap32(microseconds[i]))
			return true;
	return false;
}

/* Reads the first bytes, unless it is a pipe; libpcap judges them. */
static int
capture_look(struct capture *capture)
{
	uint32_t magic = 0;
	size_t got;

	capture->precision = PCAP_TSTAMP_PRECISION_NANO;
	if (fseek(capture->file, 0, SEEK_SET) != 0)
		return EXIT_OK;
	errno = 0;
	got = fread(&magic, 1, sizeof(magic), capture->file);
	if (ferror(capture->file))
		return report(EXIT_FAILED, NULL,
		    "the capture '%s' cannot be read: %s", capture->path,
		    strerror(errno));
	if (got == 0)
		return report(EXIT_FAILED, NULL,
		    "the capture '%s' is empty: it has not even a header",
		    capture->path);
	rewind(capture->file);
	if (has_microseconds(magic))
		capture->precision = PCAP_TSTAMP_PRECISION_MICRO;
	return EXIT_OK;
}

/* A hint about an error of libpcap; NULL: none. */
static const char *
capture_hint(const char *problem)
{
	if (strstr(problem, "different from the type of the first") != NULL ||
	    strstr(problem, "snapshot length different") != NULL)
		return "the frames are of interfaces of several kinds: give "
		       "each a capture of its own, as with tshark -r FILE -Y "
		       "frame.interface_id==0 -w OTHER -F pcap";
	if (strstr(problem, "unknown file format") != NULL ||
	    strstr(problem, "unsupported file format") != NULL)
		return "pcap and pcapng files can be read, as tcpdump and "
		       "wireshark write them";
	return NULL;
}

static int
capture_refuse_type(const struct capture *capture, int number)
{
	const char *name = pcap_datalink_val_to_name(number);
	const char *text = pcap_datalink_val_to_description(number);

	return report(EXIT_FAILED,
	    "Ethernet, raw IP, BSD loopback and Linux cooked captures can be "
	    "replayed",
	    "the capture '%s' is of the link type %s (%d, %s), which is not "
	    "known here",
	    capture->path, name != NULL ? name : "without a name", number,
	    text != NULL ? text : "unknown to libpcap");
}

static int
capture_find_type(struct capture *capture)
{
	int number = pcap_datalink(capture->pcap);

	for (size_t i = 0; i < ARRAY_LENGTH(link_types); i++) {
		if (link_types[i].number == number) {
			capture->type = link_types[i].type;
			return EXIT_OK;
		}
	}
	return capture_refuse_type(capture, number);
}

static int
capture_start(struct capture *capture)
{
	char error[PCAP_ERRBUF_SIZE] = "";

	capture->pcap = pcap_fopen_offline_with_tstamp_precision(
	    capture->file, capture->precision, error);
	if (capture->pcap == NULL)
		return report(EXIT_FAILED, capture_hint(error),
		    "the capture '%s' cannot be read: %s", capture->path,
		    error);
	return capture_find_type(capture);
}

int
capture_open(const char *path, struct capture **opened)
{
	struct capture *capture = memory_zalloc(sizeof(*capture));
	int code;

	capture->path = memory_format("%s", path);
	code = capture_open_file(capture);
	if (code == EXIT_OK)
		code = capture_look(capture);
	if (code == EXIT_OK)
		code = capture_start(capture);
	if (code != EXIT_OK) {
		capture_close(capture);
		return code;
	}
	*opened = capture;
	return EXIT_OK;
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	if (capture->pcap != NULL)
		pcap_close(capture->pcap);
	else if (capture->file != NULL && capture->file != stdin)
		(void)fclose(capture->file);
	free(capture->path);
	free(capture);
}

enum link_type
capture_link_type(const struct capture *capture)
{
	return capture->type;
}

enum capture_step
capture_next(struct capture *capture, struct capture_frame *frame)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int result = pcap_next_ex(capture->pcap, &header, &bytes);

	if (result == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (result != 1) {
		(void)report(EXIT_PARTIAL,
		    capture_hint(pcap_geterr(capture->pcap)),
		    "the capture '%s' cannot be read beyond frame %llu: %s",
		    capture->path, (unsigned long long)capture->frames,
		    pcap_geterr(capture->pcap));
		return CAPTURE_BROKEN;
	}
	capture->frames++;
	*frame = (struct capture_frame){
	    .seconds = header->ts.tv_sec,
	    .fraction = header->ts.tv_usec,
	    .captured = header->caplen,
	    .length = header->len,
	    .bytes = bytes,
	};
	return CAPTURE_FRAME;
}

/* Whether writing to path would destroy what is being read. */
static bool
capture_is_at(const struct capture *capture, const char *path)
{
	struct stat own, other;

	return fstat(fileno(capture->file), &own) == 0 &&
	       stat(path, &other) == 0 && own.st_dev == other.st_dev &&
	       own.st_ino == other.st_ino && S_ISREG(own.st_mode);
}

int
capture_copy_create(const char *path, const struct capture *original,
    struct capture_copy **created)
{
	struct capture_copy *copy;

	if (strcmp(path, "-") == 0)
		return report(EXIT_USAGE, "name a file",
		    "the result stands on standard output, so packets cannot "
		    "be written there");
	if (capture_is_at(original, path))
		return report(EXIT_USAGE, "name another file",
		    "'%s' is the capture that is read", path);
	copy = memory_zalloc(sizeof(*copy));
	copy->path = memory_format("%s", path);
	copy->form = memory_check(
	    pcap_open_dead_with_tstamp_precision(pcap_datalink(original->pcap),
		pcap_snapshot(original->pcap), original->precision));
	copy->dumper = pcap_dump_open(copy->form, path);
	*created = copy;
	if (copy->dumper == NULL)
		return report(capture_exit_code(errno), NULL, "%s",
		    pcap_geterr(copy->form));
	return EXIT_OK;
}

void
capture_copy_write(struct capture_copy *copy, const struct capture_frame *frame)
{
	const struct pcap_pkthdr header = {
	    .ts = {.tv_sec = frame->seconds, .tv_usec = frame->fraction},
	    .caplen = frame->captured,
	    .len = frame->length,
	};

	pcap_dump((u_char *)copy->dumper, &header, frame->bytes);
}

int
capture_copy_close(struct capture_copy *copy)
{
	int code = EXIT_OK;

	if (copy == NULL)
		return EXIT_OK;
	if (copy->dumper != NULL) {
		if (pcap_dump_flush(copy->dumper) != 0 ||
		    ferror(pcap_dump_file(copy->dumper)))
			code = report(EXIT_FAILED, NULL,
			    "'%s' cannot be written: %s", copy->path,
			    strerror(errno));
		pcap_dump_close(copy->dumper);
	}
	pcap_close(copy->form);
	free(copy->path);
	free(copy);
	return code;
}
