/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.c: the signal handler. It allocates nothing and takes no lock; the
 * guard's records and the board are valid at any moment.
 */
#include "check/child/fault.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/check.h"
#include "check/child/call.h"
#include "check/child/guard.h"
#include "check/child/where.h"

#define STACK_SIZE (64UL << 10)

/* A fault below this is the use of a NULL pointer, or of its members. */
#define NULL_AREA 65536

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* Whether some register holds what fresh memory is filled with. */
static bool
holds_pattern(const ucontext_t *context)
{
#if defined(__x86_64__)
	uint64_t pattern, word;

	memset(&pattern, board->order.poison, sizeof(pattern));
	for (int i = 0; i <= REG_RSP && board->order.poison != 0; i++) {
		word = (uint64_t)context->uc_mcontext.gregs[i];
		/* Or of a member of what the pattern points to. */
		if (word - pattern < NULL_AREA)
			return true;
	}
#else
	(void)context;
#endif
	return false;
}

static const char *
access_name(const ucontext_t *context)
{
#if defined(__x86_64__)
	return (context->uc_mcontext.gregs[REG_ERR] & 2) != 0 ? "writes"
							      : "reads";
#else
	(void)context;
	return "uses";
#endif
}

static void
line_block(struct line *line, const struct guard_block *block)
{
	if (block->use == GUARD_KSTAT) {
		line_text(line, "the data of kstat ");
		line_text(line, block->label);
	} else {
		line_text(line, "a block of ");
		line_number(line, (int64_t)block->size);
		line_text(line, " bytes");
	}
	line_text(line, " that was allocated in ");
	line_location(line, &block->made);
}

static enum kind
describe_block(struct line *line, const struct guard_block *block,
    const char *address, const char *access)
{
	bool is_kstat = block->use == GUARD_KSTAT;

	line_text(line, "it ");
	line_text(line, access);
	if (atomic_load(&block->live)) {
		line_text(line, " byte ");
		line_number(line, address - block->start);
		line_text(line, " of ");
		line_block(line, block);
		line_text(line, is_kstat ? ", which has " : "");
		if (is_kstat)
			line_number(line, (int64_t)block->size);
		return is_kstat ? KIND_KSTAT_OVERRUN : KIND_OVERRUN;
	}
	line_text(line, " in ");
	line_block(line, block);
	line_text(line, is_kstat ? " and deleted in " : " and freed in ");
	line_location(line, &block->freed);
	return is_kstat ? KIND_KSTAT_AFTER_DELETE : KIND_USE_AFTER_FREE;
}

/* A crash in the usual sense. */
static enum kind
describe_crash(struct line *line, int number, const siginfo_t *info,
    const ucontext_t *context)
{
	bool is_null = number == SIGSEGV && info->si_code > 0 &&
		       info->si_code != SI_KERNEL &&
		       (uintptr_t)info->si_addr < NULL_AREA;

	if (call_has_failed()) {
		line_text(line, board->failure);
		line_text(line, " failed; then came SIG");
		line_text(line, sigabbrev_np(number));
		return KIND_ALLOCATION_IGNORED;
	}
	if (number == SIGSEGV && holds_pattern(context)) {
		line_text(line, "it follows a pointer that was never set");
		return KIND_UNINITIALISED;
	}
	line_text(line, "SIG");
	line_text(line, sigabbrev_np(number));
	if (is_null)
		line_text(line, ", it follows a NULL pointer");
	return KIND_CRASH;
}

static void
fault_handle(int number, siginfo_t *info, void *arg)
{
	const struct guard_block *block = NULL;
	const ucontext_t *context = arg;
	struct location where = where_now();
	struct line line = {.length = 0};
	enum kind kind;

	if (number == SIGSEGV && info->si_code != SI_KERNEL)
		block = guard_find(info->si_addr);
	if (block != NULL)
		kind = describe_block(
		    &line, block, info->si_addr, access_name(context));
	else
		kind = describe_crash(&line, number, info, context);
	board_report(
	    kind, &where, block != NULL ? block->label : "", line.text);
	_exit(CHILD_REPORTED);
}

void
fault_start(void)
{
	struct sigaction action = {
	    .sa_sigaction = fault_handle,
	    .sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	(void)sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LENGTH(signals); i++)
		(void)sigaction(signals[i], &action, NULL);
	fault_prepare_thread();
}

void
fault_prepare_thread(void)
{
	stack_t stack = {.ss_size = STACK_SIZE};
	sigset_t set;

	stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp != MAP_FAILED)
		(void)sigaltstack(&stack, NULL);
	(void)sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LENGTH(signals); i++)
		(void)sigaddset(&set, signals[i]);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}
