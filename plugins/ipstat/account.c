/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.c: which files make which kstats, and the honesty of the record.
 *
 * A record may be exact when the last sample was whole and taken while nothing
 * could end unseen: in the shutdown callback, with the namespace still there. A
 * link that vanished before may have counted on after it was last seen; then
 * the record says so, and for how long that was at most. Whether more was
 * counted after that sample, the daemon decides, which sees the namespace end:
 * the record has what the links counted.
 */
#include "account.h"

#include <string.h>
#include <time.h>

#include "proc.h"
#include "publish.h"
#include "visit.h"

/* Rows of one file stand together: it is read once. */
static const struct group {
	const char *kstat, *file;
	proc_parse_fn parse;
	const char *label;
} groups[ACCOUNT_GROUPS] = {
    {"ip", "snmp", proc_parse_rows, "Ip"},
    {"icmp", "snmp", proc_parse_rows, "Icmp"},
    {"tcp", "snmp", proc_parse_rows, "Tcp"},
    {"udp", "snmp", proc_parse_rows, "Udp"},
    {"tcpext", "netstat", proc_parse_rows, "TcpExt"},
    {"ipext", "netstat", proc_parse_rows, "IpExt"},
    {"ip6", "snmp6", proc_parse_lines, "Ip6"},
    {"icmp6", "snmp6", proc_parse_lines, "Icmp6"},
    {"udp6", "snmp6", proc_parse_lines, "Udp6"},
    {"sockstat", "sockstat", proc_parse_sockets, ""},
    {"sockstat6", "sockstat6", proc_parse_sockets, ""},
    {"conntrack", "stat/nf_conntrack", proc_parse_cpus, "entries"},
};

static hrtime_t
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (hrtime_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool
sample_group(
    struct account *account, unsigned i, const char *text, ssize_t length)
{
	struct figures figures = {.count = 0};

	if (length >= 0)
		(void)groups[i].parse(
		    text, (size_t)length, groups[i].label, &figures);
	/* One that never was there is not missed. */
	if (figures.count == 0)
		return account->groups[i] == NULL;
	if (account->before.unknown && account->groups[i] == NULL)
		before_begin(&account->before, groups[i].kstat, &figures);
	before_subtract(&account->before, groups[i].kstat, &figures);
	publish_figures(
	    &account->groups[i], account->id, groups[i].kstat, &figures);
	return true;
}

/* Returns whether all that was ever there is there again. */
static bool
sample_files(struct account *account)
{
	char text[VISIT_TEXT_MAX];
	int directory = visit_begin();
	ssize_t length = directory;
	const char *file = "";
	bool whole = true;
	unsigned i;

	for (i = 0; i < ACCOUNT_GROUPS; i++) {
		if (directory >= 0 && groups[i].file != file)
			length = visit_text(directory, groups[i].file, text);
		file = groups[i].file;
		whole = sample_group(account, i, text, length) && whole;
	}
	visit_end(directory);
	return whole;
}

/* What its links count, as the kernel does, all together. */
static void
add_up(const struct links *links, struct publish_record *record)
{
	const uint64_t *counters;
	unsigned i;

	for (i = 0; i < links->count; i++) {
		counters = links->list[i].last.counters;
		record->rx_packets += counters[MESSAGE_IPACKETS];
		record->rx_bytes += counters[MESSAGE_RBYTES];
		record->tx_packets += counters[MESSAGE_OPACKETS];
		record->tx_bytes += counters[MESSAGE_OBYTES];
	}
}

static void
show_record(struct account *account, const char *completeness, hrtime_t age)
{
	struct publish_record record = {
	    .completeness = completeness,
	    .age = (uint64_t)age,
	    .sampled = account->samples > 0 ? (uint64_t)account->since : 0,
	    .samples = account->samples,
	    .failed = account->failed,
	    .links = account->links.count,
	    .vanished = account->links.vanished,
	    .missed = account->missed,
	    .visit = (uint64_t)account->visit,
	    .open = links_open(&account->links),
	};

	add_up(&account->links, &record);
	publish_record(&account->record, account->id, &record);
}

void
account_init(struct account *account, netid_t id)
{
	*account = (struct account){.id = id, .since = now()};
	before_read(&account->before, id, &account->links);
}

/* How many came and went without being seen; those that went are forgotten. */
static unsigned
count_missed(struct account *account)
{
	unsigned i, missed = 0;

	for (i = 0; i < account->left_count; i++)
		if (i >= ACCOUNT_LEFT ||
		    links_find(&account->links, account->left[i]) == NULL)
			missed++;
	account->left_count = 0;
	account->missed += missed;
	return missed;
}

bool
account_sample(struct account *account)
{
	hrtime_t began = now();
	/* The links first: what they count meanwhile shows that more came. */
	int vanished = visit_links(&account->links);
	bool files = sample_files(account);
	bool whole = files && vanished >= 0 && !account->links.left_out;

	publish_links(account->id, &account->links);
	publish_total(&account->total, account->id, &account->links);
	if (vanished >= 0)
		vanished += (int)count_missed(account);
	if (vanished > 0 && began - account->since > account->unseen)
		account->unseen = began - account->since;
	account->visit = now() - began;
	if (whole) {
		account->since = began;
		account->samples++;
	} else {
		account->failed++;
	}
	show_record(account, "last-sample", 0);
	return whole;
}

void
account_missed(struct account *account)
{
	account->failed++;
}

bool
account_knows(const struct account *account, int index, const char *name)
{
	const struct link *link = links_find(&account->links, index);

	return link != NULL && strcmp(link->last.name, name) == 0;
}

void
account_came(struct account *account, int index)
{
	links_came(&account->links, index);
}

bool
account_left(struct account *account, int index)
{
	if (links_went(&account->links, index))
		return false;
	if (account->left_count < ACCOUNT_LEFT)
		account->left[account->left_count] = index;
	account->left_count++;
	return true;
}

void
account_conclude(struct account *account, bool final)
{
	bool exact = final && account->unseen == 0;
	hrtime_t age = final ? 0 : now() - account->since;

	if (age < account->unseen)
		age = account->unseen;
	/* Without a single sample there is nothing to say. */
	if (account->record == NULL)
		return;
	show_record(account, exact ? "exact" : "last-sample", age);
	account->after = before_leave(&account->before, account->id,
	    &account->links, account->groups, ACCOUNT_GROUPS);
}

void
account_end(struct account *account)
{
	unsigned i;

	publish_delete_links(account->id, &account->links);
	for (i = 0; i < ACCOUNT_GROUPS; i++)
		net_kstat_delete(account->id, account->groups[i]);
	net_kstat_delete(account->id, account->total);
	net_kstat_delete(account->id, account->record);
	net_kstat_delete(account->id, account->after);
	before_free(&account->before);
	links_free(&account->links);
}
