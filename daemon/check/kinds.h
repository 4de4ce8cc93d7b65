/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds.h: the kinds of findings. One table (kinds.c) gives each its name, the
 * broken clause, a sentence and what to do, for reports and documentation.
 */
#ifndef NETINST_CHECK_KINDS_H
#define NETINST_CHECK_KINDS_H

enum kind {
	/* Seen in the file. */
	KIND_UNTRUSTED,
	KIND_NOT_A_PLUGIN,
	KIND_NEWER_ABI,
	KIND_EXECUTABLE_STACK,
	KIND_TEXT_RELOCATIONS,
	KIND_EXPORT_COLLIDES,
	KIND_EXPORT_GENERIC,
	KIND_UNDEFINED_SYMBOL,
	KIND_UNLINKED_LIBRARY,
	/* Seen when loading. */
	KIND_REFUSED,
	KIND_LOAD_FAILED,
	/* The end of a scenario. */
	KIND_CRASH,
	KIND_EXIT,
	KIND_HANG,
	KIND_STALL,
	/* Time. */
	KIND_OVERDUE,
	KIND_BLOCKS,
	/* Memory. */
	KIND_USE_AFTER_FREE,
	KIND_OVERRUN,
	KIND_DOUBLE_FREE,
	KIND_BAD_FREE,
	KIND_MEMORY_LEFT,
	KIND_UNINITIALISED,
	KIND_ALLOCATION_IGNORED,
	KIND_VALGRIND,
	/* What belongs to the process. */
	KIND_THREAD_LEFT,
	KIND_FORKED,
	KIND_SIGNAL_MASK,
	KIND_SIGNAL_HANDLER,
	KIND_FOREIGN_CLOSE,
	KIND_DESCRIPTOR_LEFT,
	KIND_NAMESPACE,
	/* The interface. */
	KIND_CREATE_NULL,
	KIND_MUTEX_HELD,
	KIND_KSTAT_OVERRUN,
	KIND_KSTAT_AFTER_DELETE,
	KIND_KSTAT_LATE,
	KIND_KSTAT_LEFT,
	KIND_HOOK_LEFT,
	KIND_NOTIFY_LEFT,
	KIND_PROTOCOL_LEFT,
	KIND_NOTIFY_TWICE,
	KIND_FOREIGN_UNREGISTER,
	KIND_CALL_REFUSED
};
#define KINDS (KIND_CALL_REFUSED + 1)

struct kind_row {
	const char *name;     /* stable: scripts compare it */
	const char *clause;   /* the guarantee or the place it is written */
	const char *sentence; /* what was broken */
	const char *remedy;   /* what to do; NULL: the finding brings its own */
};

/* The row of a kind. Any thread. */
const struct kind_row *kind_row(enum kind kind);

#endif
