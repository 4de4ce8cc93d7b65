/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds.c: owns the table of what can be found. G1 to G14 are the promises of
 * doc/guarantees.md; the others name the header or the section of
 * doc/plugins.md that asks for it.
 */
#include "check/kinds.h"

#include "base/check.h"

#define LOADED	 "doc/plugins.md, How it is loaded"
#define EXPECTED "doc/plugins.md, What is expected of you"
#define EXPORTED "doc/plugins.md, What a plugin exports"

static const struct kind_row rows[KINDS] = {
    [KIND_UNTRUSTED] = {"untrusted-file", LOADED,
	"others could change the file, so no daemon loads it", NULL},
    [KIND_NOT_A_PLUGIN] = {"not-a-plugin", LOADED,
	"the file is not a whole shared object with a valid descriptor", NULL},
    [KIND_NEWER_ABI] = {"wrong-abi", LOADED,
	"the plugin asks for another plugin interface than this daemon has",
	NULL},
    [KIND_EXECUTABLE_STACK] = {"executable-stack", LOADED,
	"the object asks for an executable stack, and the whole daemon gets it",
	"give hand-written assembly a .note.GNU-stack section, avoid nested "
	"functions, link without -z execstack"},
    [KIND_TEXT_RELOCATIONS] = {"text-relocations", LOADED,
	"loading has to write into the code, which hardened systems forbid",
	"compile everything with -fPIC; -Wl,-z,text finds the place"},
    [KIND_EXPORT_COLLIDES] = {"exported-name-collides", EXPORTED,
	"an exported name is one of a library of the daemon: the plugin's own "
	"calls end there",
	"make it static, or compile with -fvisibility=hidden"},
    [KIND_EXPORT_GENERIC] = {"exported-name-generic", EXPORTED,
	"a name is exported that is not the interface's and does not begin "
	"with the plugin's",
	"make it static, or compile with -fvisibility=hidden"},
    [KIND_UNDEFINED_SYMBOL] = {"undefined-symbol", LOADED,
	"a function is called that neither netinstd nor a library has",
	"link the library that has it; of netinstd a plugin may call what "
	"<netinst/netinst.h> declares"},
    [KIND_UNLINKED_LIBRARY] = {"unlinked-library", LOADED,
	"a library is used that the plugin is not linked with: it is there "
	"only because this netinstd happens to use it",
	"link the plugin with it"},
    [KIND_REFUSED] = {"refused", LOADED, "the loader refuses the plugin", NULL},
    [KIND_LOAD_FAILED] = {"load-failed", "netinst/plugin.h, nin_load",
	"nin_load says no",
	"give the settings it needs with --set KEY=VALUE; its own log lines "
	"may say more"},
    [KIND_CRASH] = {"crash", EXPECTED,
	"the plugin crashes, and takes the daemon along",
	"run the check with --valgrind, or the plugin in a debugger"},
    [KIND_EXIT] = {"exit", EXPECTED, "the plugin ends the process",
	"return an error instead of calling exit() or the like"},
    [KIND_HANG] = {"hang", "G13", "a callback does not return",
	"wait for nothing in callbacks: their instance stands still meanwhile"},
    [KIND_STALL] = {"stall", "G13",
	"the simulation does not come to its end, though no callback runs",
	"look for a plugin's thread that holds what the callbacks need"},
    [KIND_OVERDUE] = {"overdue", "G13", "a callback takes too long",
	"do the work in smaller parts, or on a thread that nin_unload ends"},
    [KIND_BLOCKS] = {"blocks", "G13", "a callback sleeps",
	"use net_timeout() to be called later; everything of the instance "
	"waits for a callback"},
    [KIND_USE_AFTER_FREE] = {"use-after-free", "G2",
	"memory is used after it was freed",
	"free a context in nin_destroy, its last callback, and keep no pointer "
	"to it elsewhere"},
    [KIND_OVERRUN] = {"overrun", EXPECTED,
	"memory is used beyond what was asked for",
	"compare the index with the size that was allocated"},
    [KIND_DOUBLE_FREE] = {"double-free", "G2", "memory is freed twice",
	"free a context once, in nin_destroy, its last callback"},
    [KIND_BAD_FREE] = {"bad-free", EXPECTED,
	"something is freed that no allocation returned",
	"free exactly what an allocation returned, and once"},
    [KIND_MEMORY_LEFT] = {"memory-left", EXPECTED,
	"memory is still allocated after the plugin was unloaded",
	"free per-instance memory in nin_destroy (also when nin_create fails "
	"half way), the rest in nin_unload"},
    [KIND_UNINITIALISED] = {"uninitialised-memory", EXPECTED,
	"what happens depends on memory that was never set",
	"set every member in nin_create; calloc sets them to zero"},
    [KIND_ALLOCATION_IGNORED] = {"allocation-failure-ignored", "G7",
	"an allocation failed, and its result was used all the same",
	"compare with NULL; nin_create may return NULL and nin_load non-zero"},
    [KIND_VALGRIND] = {"valgrind", EXPECTED, "valgrind reports an error",
	"the stack shows where; compile with -g for the lines"},
    [KIND_THREAD_LEFT] = {"thread-left", "netinst/plugin.h",
	"a thread still runs after the plugin was unloaded",
	"end and join it in nin_unload, or use net_timeout() instead"},
    [KIND_FORKED] = {"forked-copy", EXPECTED,
	"fork() has made a copy of the daemon, and the copy goes on as if it "
	"were one",
	"let the copy call an exec function or _exit() at once; posix_spawn() "
	"is safer in a process with threads"},
    [KIND_SIGNAL_MASK] = {"signal-mask", "netinst/plugin.h",
	"the signal mask of a thread of the daemon is changed",
	"restore the mask before the callback returns"},
    [KIND_SIGNAL_HANDLER] = {"signal-handler", "netinst/plugin.h",
	"the handling of a signal stays changed after the plugin was unloaded",
	"leave signals to the daemon, or restore the handler in nin_unload"},
    [KIND_FOREIGN_CLOSE] = {"foreign-descriptor-closed", EXPECTED,
	"a file descriptor is closed that the plugin did not open",
	"close only what was opened, once, and set the variable to -1"},
    [KIND_DESCRIPTOR_LEFT] = {"descriptor-left", EXPECTED,
	"a file descriptor is still open after the plugin was unloaded",
	"close it in nin_shutdown or nin_destroy, the rest in nin_unload"},
    [KIND_NAMESPACE] = {"namespace-changed", EXPECTED,
	"a thread of the daemon is left in another network namespace",
	"return to the namespace before the callback returns, also on errors"},
    [KIND_CREATE_NULL] = {"create-null", "G7",
	"nin_create returns NULL without a word: the instance goes without the "
	"plugin and nobody knows why",
	"return a context (any pointer that is not NULL), or net_log() the "
	"reason"},
    [KIND_MUTEX_HELD] = {"mutex-held", "G11",
	"a callback returns with a mutex held",
	"release it on every way out of the function"},
    [KIND_KSTAT_OVERRUN] = {"kstat-overrun", "netinst/kstat.h",
	"memory beyond the last statistic of a kstat is used",
	"give net_kstat_create() the number of statistics there are"},
    [KIND_KSTAT_AFTER_DELETE] = {"kstat-after-delete", "G10",
	"a statistic is used after its kstat was deleted",
	"end what counts (notify registrations, hooks, timers) before "
	"net_kstat_delete()"},
    [KIND_KSTAT_LATE] = {"kstat-late", "G10",
	"a kstat is deleted in destroy: it could be read after shutdown",
	"call net_kstat_delete() in nin_shutdown"},
    [KIND_KSTAT_LEFT] = {"kstat-left", "G9, G10",
	"a kstat was left behind, and freed by the framework",
	"call net_kstat_delete() in nin_shutdown, and when nin_create fails "
	"half way"},
    [KIND_HOOK_LEFT] = {"hook-left", "G9",
	"a hook was left behind, and removed by the framework",
	"call net_hook_unregister() in nin_shutdown"},
    [KIND_NOTIFY_LEFT] = {"notify-left", "G9",
	"a notify registration was left behind, and ended by the framework",
	"call net_instance_notify_unregister() in nin_shutdown"},
    [KIND_PROTOCOL_LEFT] = {"protocol-left", "G9",
	"a protocol was left behind, and removed by the framework",
	"call net_protocol_unregister() in nin_shutdown"},
    [KIND_NOTIFY_TWICE] = {"notify-twice", "G8",
	"the same function is registered twice for notifications",
	"register it once, in nin_create; other instances are other "
	"registrations"},
    [KIND_FOREIGN_UNREGISTER] = {"foreign-unregister", "netinst/neti.h",
	"something is unregistered that this plugin did not register",
	"unregister only what the plugin registered itself, once"},
    [KIND_CALL_REFUSED] = {"call-refused", "netinst/neti.h",
	"a call of the framework was refused",
	"see the function's comment in the header for what it takes"},
};

const struct kind_row *
kind_row(enum kind kind)
{
	ASSERT((unsigned)kind < KINDS);
	return &rows[kind];
}
