#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Callbacks inside real namespaces: where they are made, what is left there, and
# what becomes of a thread that cannot get back.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
}

teardown() {
	netns_teardown
}

# start [SETTING of the plugin]
start() {
	netns_start -p "$PLUGIN_DIR/trace.so"
	ctl plugin load "$FIXTURE_DIR/inside.so" "$@"
}

said() {
	log_has "plugin inside: $1\$"
}

# The namespaces that the daemon's threads are in, each once.
thread_places() {
	readlink /proc/"$DAEMON"/task/*/ns/net | sort -u
}

# Whether all of them are at home.
is_all_at_home() {
	[ "$(thread_places)" = "$(readlink "/proc/$DAEMON/ns/net")" ]
}

# Descriptors of namespaces that the daemon has.
descriptors() {
	readlink "/proc/$DAEMON/fd/"* | grep -c '^net:'
}

descriptors_are() {
	[ "$(descriptors)" = "$1" ]
}

@test "every kind of callback is made where its instance is, and a descriptor leads there" {
	local id kind

	start
	netns_add "${PREFIX}blue"
	id=$(netns_id "${PREFIX}blue")
	run rpc kstat.read '{"ip_instance":"'"${PREFIX}blue"'","module":"inside"}'
	[ "$(jq '.result.kstats | length' <<<"$output")" = 1 ]
	for kind in create notify timeout ks_update; do
		wait_until "$NETINST_PATIENCE" said "instance $id: $kind inside"
	done
	ctl --json plugin show inside |
	    jq -e '.inside and .descriptors_lent >= 4'
	ctl --json plugin show trace |
	    jq -e '(.inside | not) and .descriptors_lent == 0'
	nsip netns del "${PREFIX}blue"
	wait_until "$NETINST_PATIENCE" said "instance $id: shutdown inside"
	netns_await "${PREFIX}blue" ""
	run ! log_has 'plugin inside: instance [1-9][0-9]*: [a-z_]* outside'
}

@test "simulated instances have no inside, and the global one is home" {
	start
	ctl instance create red
	wait_until "$NETINST_PATIENCE" said 'instance [0-9]*: create: EOPNOTSUPP'
	said 'instance 0: create inside'
}

@test "between callbacks no thread is elsewhere, and what was lent is closed" {
	local i before

	start
	before=$(descriptors)
	for i in 1 2 3 4 5 6 7 8; do
		netns_add "$PREFIX$i"
	done
	# One for each name, and no more.
	wait_until "$NETINST_PATIENCE" descriptors_are $((before + 8))
	wait_until "$NETINST_PATIENCE" is_all_at_home
	for i in 1 2 3 4 5 6 7 8; do
		nsip netns del "$PREFIX$i"
	done
	netns_await_count "" 0
	wait_until "$NETINST_PATIENCE" descriptors_are "$before"
	is_all_at_home
}

@test "a socket that is left inside is reported, and so is a thread" {
	local what

	for what in socket thread; do
		start "leaves=$what"
		netns_add "$PREFIX$what"
		nsip netns del "$PREFIX$what"
		netns_await "$PREFIX$what" down
		wait_until "$NETINST_PATIENCE" log_has "instance $PREFIX$what .*left in its namespace"
		ctl plugin unload inside
		netns_await "$PREFIX$what" ""
		netinst_stop
		[ "$STOP_STATUS" = 0 ]
	done
}

@test "a worker that cannot get back is replaced, and holds no namespace" {
	local workers id

	start loses=way
	workers=$(ctl --json status | jq .workers.total)
	netns_add "${PREFIX}trap"
	wait_until "$NETINST_PATIENCE" log_has 'a worker cannot get back'
	# Others are served as before, by threads that have what they need.
	netns_add "${PREFIX}next"
	id=$(netns_id "${PREFIX}next")
	wait_until "$NETINST_PATIENCE" said "instance $id: create inside"
	wait_until "$NETINST_PATIENCE" is_all_at_home
	[ "$(ctl --json status | jq .workers.total)" = "$workers" ]
	nsip netns del "${PREFIX}trap"
	netns_await "${PREFIX}trap" ""
	[ "$(grep -c 'a worker cannot get back' "$LOG")" = 1 ]
	[ "$(ctl --json status | jq .workers.retired)" = 1 ]
}
