#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The last counters of real namespaces: what was sent to each of them up to its
# last moment, told by the sender, against what its record says it received.

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

bats_require_minimum_version 1.5.0

NAMESPACES=200

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
	# Interface names have 15 bytes.
	PREFIX=ni
}

teardown() {
	netns_teardown
}

# So many namespaces, each with "inside", which has its other end at home, and
# nobody sends anything but the test: nor does the kernel, for IPv6.
make_veths() {
	local i

	netns_in bash -c \
	    'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	netns_maker make "$DIRECTORY" "$PREFIX" "$NAMESPACES" 2 >"$WORK/made"
	for ((i = 0; i < NAMESPACES; i++)); do
		echo "link add $PREFIX$i up type veth peer name inside netns $PREFIX$i"
	done | nsip -batch -
	for ((i = 0; i < NAMESPACES; i++)); do
		nsip -n "$PREFIX$i" link set inside addrgenmode none up
	done
}

be_busy() {
	local i

	for i in 1 2 3 4; do
		yes >/dev/null 3>&- &
	done
}

# Sends and ends them all; then $WORK/sent and $WORK/records tell of each:
# name, frames, bytes, and in the records before these for how long it may have
# counted on unseen. (The other ends could still send while the kernel takes a
# namespace apart, so none is exact; but they do not, so one that was read at the
# very end is right.)
send_and_end() {
	netns_in "$TEST_BIN/netnstraffic" "$DIRECTORY" "$PREFIX" \
	    "$NAMESPACES" "$RANDOM" | sort >"$WORK/sent"
	[ "$(wc -l <"$WORK/sent")" = "$NAMESPACES" ]
	netns_await_count "" 0
	wait_until "$NETINST_PATIENCE" all_are_recorded
	ctl --json history | jq -r '.records[] | "\(.names[0]) \(.age_ns) " +
	    ([.totals | to_entries[] |
		select(.key | test("^ipstat:[0-9]+:inside$")).value |
		"\(.ipackets64) \(.rbytes64)"] | first // "- -")' |
	    sort >"$WORK/records"
}

all_are_recorded() {
	[ "$(ctl --json history | jq '.records | length')" = "$NAMESPACES" ]
}

# Fails unless every record without an age is what was sent, and none is marked
# exact.
last_are_right() {
	awk '$2 == "0" { print $1, $3, $4 }' "$WORK/records" |
	    sort >"$WORK/last"
	comm -13 "$WORK/sent" "$WORK/last" >"$WORK/wrong"
	head "$WORK/wrong"
	[ ! -s "$WORK/wrong" ]
	ctl --json history | jq -e 'all(.records[]; .completeness != "exact")'
}

# When the machine is so busy that nobody looks for some milliseconds, what is
# not known is not said: some records may be older, with sanitizers many.
@test "the records of namespaces are right, to the packet, on a busy machine" {
	netns_start -p "$PLUGIN_DIR/ipstat.so" -p "$PLUGIN_DIR/trace.so"
	make_veths
	netns_await_count active "$NAMESPACES"
	be_busy
	send_and_end
	last_are_right
	echo "# $(wc -l <"$WORK/last") of $NAMESPACES right to the end" >&3
	[ "$(wc -l <"$WORK/last")" -gt $((NAMESPACES / 10)) ]
}

@test "with hold = never a record is without an age only if it is right" {
	NETNS_SETTINGS+=('hold = "never"')
	netns_start -p "$PLUGIN_DIR/ipstat.so" -p "$PLUGIN_DIR/trace.so"
	make_veths
	netns_await_count active "$NAMESPACES"
	be_busy
	send_and_end
	last_are_right
	echo "# hold = never: $(wc -l <"$WORK/last") of $NAMESPACES right" >&3
}
