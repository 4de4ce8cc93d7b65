#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# netinstd --check: plugins with one mistake each are found and named, those
# without one are clean, and whatever it is given gets a sensible answer.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/check
	netinst_setup
	check_setup
}

teardown() {
	netinst_teardown
}

# check PLUGIN [ARGUMENT...]: checks it; the document is in $REPORT, the exit
# status in $STATUS.
check() {
	local plugin=$1

	shift
	REPORT=$WORK/report
	STATUS=0
	"$NETINSTD" -c /dev/null --check "$plugin" --json "$@" >"$REPORT" \
	    2>"$LOG" || STATUS=$?
	jq . "$REPORT"
}

# finding KIND: "CALLBACK INSTANCE: DETAIL" of the findings of a kind.
finding() {
	jq -r --arg kind "$1" '.findings[] | select(.kind == $kind) |
	    "\(.callback) \(.instance): \(.detail)"' "$REPORT"
}

# finds NAME KIND CALLBACK INSTANCE TEXT: the fixture seeded_NAME has that
# mistake and no other, and the finding says where (a pattern) and what.
finds() {
	check "$FIXTURE_DIR/seeded_$1.so"
	[ "$STATUS" = 1 ]
	[ "$(jq -r '[.findings[].kind] | unique | join(" ")' "$REPORT")" = "$2" ]
	# shellcheck disable=SC2053 # they are patterns
	[[ $(finding "$2") == $3\ $4:*$5* ]]
	jq -e '.findings | all((.clause | length > 1) and
	    (.remedy | length > 10) and .times >= 1)' "$REPORT"
}

@test "trace, template and ipstat are clean, in every course" {
	local plugin

	for plugin in trace template ipstat; do
		check "$PLUGIN_DIR/$plugin.so"
		[ "$STATUS" = 0 ]
		[ "$(jq -r .result "$REPORT")" = clean ]
		[ "$(jq -r .plugin "$REPORT")" = "$plugin" ]
		jq -e '.findings == [] and (.courses | length >= 11) and
		    all(.courses[]; .runs >= 1 and .end == "well")' "$REPORT"
	done
}

@test "plugins that use the whole interface, and use it well, are clean" {
	local plugin

	for plugin in inside nic_watcher provides registers_in_create \
	    ten_registrants solaris_counts solaris_guide; do
		check "$FIXTURE_DIR/$plugin.so"
		[ "$STATUS" = 0 ]
	done
}

@test "a plugin whose kstats come and go all the time is clean, however often it is checked" {
	local run

	for run in 1 2 3 4 5; do
		check "$FIXTURE_DIR/kstat_churn.so"
		[ "$STATUS" = 0 ]
	done
}

@test "a kstat that is left behind is found and named" {
	finds kstat_left kstat-left destroy 1 'seeded_kstat_left:0:events'
}

@test "a kstat that is deleted too late is found and named" {
	finds kstat_late kstat-late destroy 1 'seeded:0:events'
}

@test "a write past a kstat is found and named" {
	finds kstat_overrun kstat-overrun notify '[01]' 'kstat seeded:0:events'
}

@test "counting in a deleted kstat is found and named" {
	finds kstat_after_delete kstat-after-delete destroy 1 \
	    'deleted in shutdown of instance 1'
}

@test "a hook that is left behind is found and named" {
	finds hook_left hook-left destroy 1 'hooks that were still there'
}

@test "a notify registration that is left behind is found and named" {
	finds notify_left notify-left destroy 1 'notify registrations'
}

@test "a function that is registered twice is found and named" {
	finds notify_twice notify-twice create 0 'on instance 0 gave EEXIST'
}

@test "a protocol that is left behind is found and named" {
	finds protocol_left protocol-left destroy 1 'protocols'
}

@test "unregistering what is another's is found and named" {
	finds foreign_unregister foreign-unregister create 0 \
	    'net_protocol_unregister'
}

@test "a call that the framework refuses is found and named" {
	finds call_refused call-refused create 0 'mutex_exit'
}

@test "a context that is used after destroy is found and named" {
	finds use_after_destroy use-after-free nin_unload null \
	    'freed in destroy of instance'
}

@test "a context that shutdown frees and destroy looks into is found and named" {
	finds use_in_destroy use-after-free destroy 1 \
	    'freed in shutdown of instance 1'
}

@test "a context that shutdown frees and destroy frees again is found and named" {
	finds free_in_shutdown double-free destroy 1 \
	    'freed in shutdown of instance 1'
}

@test "memory that is freed twice is found and named" {
	finds double_free double-free destroy 1 'freed in destroy of instance 1'
}

@test "a write past allocated memory is found and named" {
	finds overrun overrun notify '[01]' 'byte 32 of a block of 32 bytes'
}

@test "memory that is never freed is found and named" {
	finds memory_left memory-left create 0 'blocks that were allocated'
}

@test "memory that was never set is found and named" {
	finds uninitialised uninitialised-memory null null \
	    'seeded:0:events:protocols'
}

@test "an allocation failure that is ignored is found and named" {
	finds ignores_failure allocation-failure-ignored create 0 'calloc()'
}

@test "a callback that sleeps is found and named" {
	finds blocks blocks shutdown 1 'nanosleep() for 2000 ms'
}

@test "a callback that does not return is found and named" {
	finds hangs hang notify 0 'had not returned'
}

@test "a callback that takes too long is found and named" {
	finds slow overdue create 500 'it took 1'
}

@test "a crash is found and named" {
	finds crashes crash shutdown 1 '[Nn][Uu][Ll][Ll] pointer'
}

@test "the end of the process is found and named" {
	finds exits exit notify 1 'exit()'
}

@test "a thread that is left behind is found and named" {
	finds thread thread-left nin_load null 'threads that were not there'
}

@test "a copy of the process that goes on is found, named and ended" {
	finds fork forked-copy create 1 'it returned twice'
	none_is_under_way
}

@test "a changed signal mask is found and named" {
	finds signal_mask signal-mask create 0 'blocked: USR1'
}

@test "a changed signal handler is found and named" {
	finds signal_handler signal-handler nin_load null 'SIGUSR1'
}

@test "closing a foreign descriptor is found and named" {
	finds foreign_close foreign-descriptor-closed destroy 1 \
	    'close() of descriptor 0'
}

@test "a descriptor that is left open is found and named" {
	finds descriptor_left descriptor-left create 0 '/dev/null'
}

@test "staying in another network namespace is found and named" {
	finds setns namespace-changed create 0 'instead of net:'
}

@test "a mutex that is held on return is found and named" {
	finds holds_mutex mutex-held notify '[01]' 'has not released'
}

@test "a create that fails in silence is found and named" {
	finds create_null create-null create 1 'has logged nothing'
}

@test "generic names that are exported are found and named" {
	check "$FIXTURE_DIR/seeded_exports_generic.so"
	[ "$STATUS" = 1 ]
	[[ $(finding exported-name-collides) == *"error is also a name of libc"* ]]
	[[ $(finding exported-name-generic) == *clock_offset ]]
	[ "$(jq '.findings | length' "$REPORT")" = 2 ]
}

@test "a need of a newer plugin interface is found and named" {
	finds newer_abi wrong-abi null null 'is built for plugin ABI'
}

@test "an executable stack is found and named" {
	finds exec_stack executable-stack null null PT_GNU_STACK
}

@test "text relocations are found and named" {
	finds text_relocations text-relocations null null DT_TEXTREL
}

@test "a library that is there by chance is found and named" {
	finds unlinked unlinked-library null null \
	    'json_object is a function of libjansson'
}

# sanitized: whether netinstd is built with a sanitizer, which valgrind cannot
# run.
sanitized() {
	nm -D "$NETINSTD" | grep -qE ' __(asan|tsan)_init$'
}

@test "valgrind names the line, and one that cannot run is no finding" {
	# It cannot run what is sanitized.
	if ! sanitized; then
		check "$FIXTURE_DIR/seeded_crashes.so" --valgrind
		[ "$STATUS" = 1 ]
		[[ $(finding valgrind) == "shutdown 1: Invalid read of size 4, in nin_shutdown (seeded_crashes.c:"*")" ]]
	fi
	PATH=/nonexistent run -2 "$NETINSTD" -c /dev/null \
	    --check "$FIXTURE_DIR/seeded_crashes.so" --valgrind
	[[ $output == *"under valgrind (is it installed?) could not start"* ]]
}

@test "every seeded mistake has a test here" {
	local fixture name

	for fixture in "$NETINST_TOP"/tests/plugins/seeded_*.c; do
		name=$(basename "$fixture" .c)
		grep -qE "finds ${name#seeded_} |$name\.so" \
		    "$BATS_TEST_FILENAME" || {
			echo "$name has none"
			return 1
		}
	done
}

@test "doc/plugins.md lists every kind of finding" {
	local kind

	for kind in $(sed -n 's/^    \[KIND_[A-Z_]*\] = {"\([a-z-]*\)".*/\1/p' \
	    "$NETINST_TOP/daemon/check/kinds.c"); do
		grep -q "\`$kind\`" "$NETINST_TOP/doc/plugins.md" || {
			echo "$kind is not there"
			return 1
		}
	done
	[ -n "$kind" ]
}

@test "what the loader refuses is one finding with the loader's sentence" {
	check "$FIXTURE_DIR/no_destroy.so"
	[ "$STATUS" = 1 ]
	[[ $(finding refused) == *"exports nin_create but no nin_destroy" ]]
	[ "$(jq '.findings | length' "$REPORT")" = 1 ]
	check "$FIXTURE_DIR/unresolved.so"
	[ "$STATUS" = 1 ]
	[ "$(jq -r '.findings[].kind' "$REPORT")" = undefined-symbol ]
}

@test "a file that others can write to is not run" {
	install -m 0666 "$PLUGIN_DIR/trace.so" "$WORK/open.so"
	check "$WORK/open.so"
	[ "$STATUS" = 1 ]
	[[ $(finding untrusted-file) == *"is writable by everyone"* ]]
	[ "$(jq '[.courses[].runs] | add' "$REPORT")" = 0 ]
}

@test "settings reach nin_load, and one that is missing is said" {
	check "$FIXTURE_DIR/hangs.so"
	[ "$STATUS" = 1 ]
	[[ $(finding load-failed) == *"nin_load of plugin 'hangs' returned"* ]]
	check "$PLUGIN_DIR/template.so" --set greeting=hi --set other=
	[ "$STATUS" = 0 ]
}

@test "the report for people has the clause, the place and the remedy" {
	run -1 "$NETINSTD" -c /dev/null --check "$FIXTURE_DIR/seeded_kstat_left.so"
	[ "${lines[0]}" = "plugin seeded_kstat_left 1.0.0, $FIXTURE_DIR/seeded_kstat_left.so" ]
	[[ ${lines[1]} == "1. kstat-left: "*"[G9, G10]" ]]
	[[ ${lines[2]} == "   in destroy of instance 1 by registrant seeded_kstat_left, course life, "*" times in all" ]]
	[[ ${lines[4]} == "   do: call net_kstat_delete() in nin_shutdown"* ]]
	[[ ${lines[-1]} == "1 finding, "*" simulations" ]]
}

@test "what cannot be checked ends with status 2 and says why" {
	run -2 "$NETINSTD" --check
	[[ $output == *"requires an argument"* ]]
	run -2 "$NETINSTD" --check "$WORK/nothing.so"
	[[ $output == *"there is no file $WORK/nothing.so"* ]]
	run -2 "$NETINSTD" --check "$PLUGIN_DIR/trace.so" \
	    --check "$PLUGIN_DIR/template.so"
	[[ $output == *"one plugin at a time"* ]]
	run -2 "$NETINSTD" --check "$PLUGIN_DIR/trace.so" "$PLUGIN_DIR/template.so"
	[[ $output == *"is not an option"* ]]
	run -2 "$NETINSTD" --check "$PLUGIN_DIR/trace.so" --set greeting
	[[ $output == *"--set takes KEY=VALUE"* ]]
	run -2 "$NETINSTD" --json
	[[ $output == *"belong to --check"* ]]
	run -2 "$NETINSTD" -c "$WORK/nothing.conf" --check trace
	run ! "$NETINSTD" --check-child 0
	run -2 "$NETINST_BUILD/netinst-check"
	[[ $output == *"netinstd --check"* ]]
}

# tries: the copy of netinstd in $WORK/own checks a plugin, and says why not.
tries() {
	run -2 "$WORK/own/netinstd" -c /dev/null --check "$PLUGIN_DIR/trace.so"
	[[ $output == "netinstd: the check cannot run: $WORK/own/netinst-check: $1"* ]]
}

@test "netinstd runs the netinst-check of its own installation, and only that" {
	mkdir "$WORK/own"
	cp "$NETINSTD" "$WORK/own"
	PATH=$NETINST_BUILD:$PATH tries "No such file"
	ln -s "$NETINST_BUILD/netinst-check" "$WORK/own"
	tries "it is not a file that only the owner"
	rm "$WORK/own/netinst-check"
	cp "$NETINST_BUILD/netinst-check" "$WORK/own"
	chmod o+w "$WORK/own/netinst-check"
	tries "it is not a file that only the owner"
	chmod 755 "$WORK/own/netinst-check"
	run -0 "$WORK/own/netinstd" -c /dev/null --check "$PLUGIN_DIR/trace.so"
	[ "$(id -u)" = 0 ] || return 0
	chown 65534 "$WORK/own/netinst-check"
	tries "it is not a file that only the owner"
}

@test "no copy is left behind, also of a plugin that had to be ended" {
	check "$FIXTURE_DIR/seeded_hangs.so"
	[ "$STATUS" = 1 ]
	[ -z "$(find "$WORK" -name 'netinstd-*')" ]
}
