/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h: every option of netinstctl, in one table. Parsing, checking and
 * --help read the same rows. A word means the same wherever it is taken; which
 * command takes it is said in commands.c, by its bit. A letter that is of two
 * rows belongs to the later one where both are taken: kstat has the letters of
 * kstat(8), also those that elsewhere are the short form of a global option.
 */
#ifndef NETINST_CLI_OPTIONS_H
#define NETINST_CLI_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Symbol, letter (0: none), word, argument (NULL: none), help. */
#define OPTION_ROWS(X)                                                         \
	X(SOCKET, 's', "socket", "SOCKET", "the control socket of the daemon") \
	X(JSON, 0, "json", NULL, "print the daemon's result, as JSON")         \
	X(COLOR, 0, "color", "WHEN",                                           \
	    "color states: auto (the default), always or never")               \
	X(NO_HEADINGS, 'H', "no-headings", NULL,                               \
	    "print tables without their first line")                           \
	X(TIMEOUT, 't', "timeout", "SECONDS",                                  \
	    "give up after this long (else wait for the answer)")              \
	X(HELP, 'h', "help", NULL, "print help on the command, and exit")      \
	X(VERSION, 'V', "version", NULL, "print versions, and exit")           \
	X(PROTOCOLS, 0, "protocols", "LIST",                                   \
	    "start with these, as in inet,arp; '' for none")                   \
	X(NO_WAIT, 0, "no-wait", NULL,                                         \
	    "do not wait for the callbacks of the plugins")                    \
	X(STATE, 0, "state", "STATE", "only instances in this state")          \
	X(SOURCE, 0, "source", "SOURCE", "only instances from this source")    \
	X(PARSEABLE, 'p', "parseable", NULL,                                   \
	    "a line for each statistic: name, tab, value")                     \
	X(INSTANCE, 'I', "instance", "INSTANCE",                               \
	    "only of this instance: a name, a pattern or an id")               \
	X(CLASS, 'c', "class", "CLASS", "only kstats of this class")           \
	X(MODULE, 'm', "module", "MODULE", "only kstats of this module")       \
	X(NUMBER, 'i', "number", "INST", "only kstats of this number")         \
	X(NAME, 'n', "name", "NAME", "only kstats of this name")               \
	X(STATISTIC, 's', "statistic", "STAT", "only this statistic")          \
	X(COLONS, 'C', "colons", NULL, "as -p, with a colon for the tab")      \
	X(OBJECTS, 'j', "objects", NULL,                                       \
	    "print each report as a line: an array of objects")                \
	X(LIST, 'l', "list", NULL, "as -p, without the values")                \
	X(QUIET, 'q', "quiet", NULL, "print nothing; the exit code tells")     \
	X(VALUES, 'V', "values", NULL, "with -p: without the names")           \
	X(TIMESTAMP, 'T', "timestamp", "u|d",                                  \
	    "before each report, the time: as a number, or a date")            \
	X(MTU, 0, "mtu", "BYTES", "the largest packet; the default is 1500")   \
	X(INDEX, 0, "index", "INDEX", "this index, which is free")             \
	X(UP, 0, "up", NULL, "take it up at once")                             \
	X(LOOPBACK, 0, "loopback", NULL, "it is a loopback interface")         \
	X(PEER, 0, "peer", "ADDRESS", "the other end of the link")             \
	X(BROADCAST, 0, "broadcast", "ADDRESS",                                \
	    "not the last address of the prefix, but this one")                \
	X(VIA, 0, "via", "ADDRESS", "the next hop")                            \
	X(NIC, 0, "nic", "NIC", "the interface: its name or its index")        \
	X(REJECT, 0, "reject", NULL, "what goes there goes nowhere")           \
	X(EVENT, 0, "event", "EVENT",                                          \
	    "whose hooks see them: PHYSICAL_IN, ...")                          \
	X(OUT_NIC, 0, "out-nic", "NIC",                                        \
	    "with FORWARDING: the interface that they leave by")               \
	X(WRITE, 'w', "write", "FILE", "write the packets that pass")          \
	X(SINCE, 0, "since", "WHEN", "only what ended then or later")          \
	X(USAGE, 'h', "usage", NULL, "print usage on standard error, and exit")

#define OPTION_SYMBOL(symbol, letter, word, argument, help) OPTION_##symbol,
enum option_symbol { OPTION_ROWS(OPTION_SYMBOL) OPTION_COUNT };
#undef OPTION_SYMBOL

#define OPTION_BIT(symbol) (UINT64_C(1) << OPTION_##symbol)

/* The ones that every command takes, before and after its name. */
#define OPTIONS_GLOBAL                                                         \
	(OPTION_BIT(SOCKET) | OPTION_BIT(JSON) | OPTION_BIT(COLOR) |           \
	    OPTION_BIT(NO_HEADINGS) | OPTION_BIT(TIMEOUT) | OPTION_BIT(HELP) | \
	    OPTION_BIT(VERSION))

/* What was given: NULL when it was not; "" for an option without argument. */
struct options {
	const char *values[OPTION_COUNT];
};

/* Options may stand before the operands only, or anywhere among them. */
enum options_place { OPTIONS_BEFORE, OPTIONS_ANYWHERE };

/*
 * Takes the options in allowed out of words[1...]; words[0] is not looked at.
 * what, for messages, is the command so far ("" at the top). Operands are
 * moved behind the options, in their order.
 *
 * Returns the index of the first operand, or -1 after printing what is wrong.
 */
int options_parse(struct options *options, uint64_t allowed,
    enum options_place place, const char *what, int count, char **words);

/*
 * The rows of --help for the options in a set of bits; allowed is the set of
 * all that are taken there.
 */
void options_help(FILE *out, uint64_t which, uint64_t allowed);

/* " [-pq] [--state STATE] [--no-wait]": for a line of usage. */
void options_usage(FILE *out, uint64_t which);

#endif
