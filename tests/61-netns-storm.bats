#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Real instances in a hurry: a thousand namespaces at once, more events than the
# kernel keeps, and names that are given and taken faster than one can look.

bats_require_minimum_version 1.5.0

# How often the models make a name again; less where everything is slow.
REMAKES=${NETINST_OPERATIONS:+1000}
REMAKES=${REMAKES:-5000}

setup() {
	load lib/netinst
	load lib/netns
	load lib/storm
	netinst_setup
	netns_setup
}

teardown() {
	[ -z "${DAEMON:-}" ] || kill -CONT "$DAEMON" || true
	netns_teardown
}

@test "1,000 namespaces made at once and deleted at once: each exactly once" {
	storm_start
	storm_make 1000
	storm_is_there
	storm_remove 1000
	storm_is_over 1000
	log_lacks_resync
}

log_lacks_resync() {
	[ "$(storm_resyncs)" = 0 ]
}

@test "1,000 names are made, and deleted before anyone has waited" {
	local seen

	storm_start
	storm_make 1000
	storm_remove 1000
	netns_await_count "" 0
	# A name may be gone before it could be opened; then it was no instance.
	seen=$(netns_lives | awk '{ sum += $1 } END { print sum + 0 }')
	echo "$seen of 1000 were seen"
	storm_ids create >"$WORK/ids"
	grep -Fxf "$WORK/ids" <(awk '{ print $2 }' "$WORK/made") | sort -u \
	    >"$WORK/known"
	diff "$WORK/known" "$WORK/ids"
	[ "$seen" = "$(wc -l <"$WORK/ids")" ]
	[ "$seen" -gt 0 ]
	diff <(echo "$seen create shutdown destroy") <(netns_lives)
}

# More happens than the kernel keeps events of, for a daemon that stands still.
overflow() {
	local most

	kill -STOP "$DAEMON"
	most=$(cat /proc/sys/fs/inotify/max_queued_events)
	netns_maker noise "$DIRECTORY" noise "$most" 2
	most=$(cat /proc/sys/fs/fanotify/max_queued_events)
	netns_maker remounts "$DIRECTORY" noise "$most" 2
}

@test "when events are lost everything is looked at again, and that is told" {
	local resyncs

	storm_start
	resyncs=$(storm_resyncs)
	overflow
	storm_make 1000
	kill -CONT "$DAEMON"
	storm_is_there
	wait_until "$NETINST_PATIENCE" resyncs_are_above "$resyncs"
	log_has 'resync'
	resyncs=$(storm_resyncs)
	overflow
	storm_remove 1000
	kill -CONT "$DAEMON"
	storm_is_over 1000
	wait_until "$NETINST_PATIENCE" resyncs_are_above "$resyncs"
}

@test "names made anew thousands of times: no life is missed, none is wrong" {
	storm_start
	churn "$REMAKES" 10 "$RANDOM" "$LOG"
	churn_was_right all
}

@test "names change faster than one can look: none is wrong, all are in the end" {
	storm_start
	churn "$REMAKES" 50 "$RANDOM"
	churn_was_right
}
