#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The plugin ipstat: what its kstats say of real namespaces while they live, and
# what their records say when they are gone.

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

# ipstat_start [SETTING...]: a daemon with the plugin, and settings for it.
ipstat_start() {
	NETNS_CONFIG+=("plugin $PLUGIN_DIR/ipstat.so {" "$@" '}')
	netns_start
}

# wire NAME: a namespace with the inner end eth0 of a pair, over which nothing
# goes but what a test sends; the outer end has the name of the namespace.
wire() {
	# shellcheck disable=SC2016 # that bash is to see it
	netns_in bash -c '
	    ip netns add "$1" &&
		ip netns exec "$1" sh -c "echo 1 >$2" &&
		ip link add "$1" type veth peer name eth0 netns "$1" &&
		ip link set "$1" addrgenmode none up && ip -n "$1" link set eth0 up
	    ' - "$1" /proc/sys/net/ipv6/conf/default/disable_ipv6
}

# send NAME COUNT: so many packets into a namespace; prints how many there were.
send() {
	netns_in "$TEST_BIN/packets" "$1" "$2"
}

# counted INSTANCE KSTAT STATISTIC: its value; nothing when there is none.
counted() {
	ctl kstat -p -I "$1" "ipstat::$2:$3" | cut -f 2
}

counted_is() {
	[ "$(counted "$1" "$2" "$3")" = "$4" ]
}

# await_count INSTANCE KSTAT STATISTIC VALUE
await_count() {
	wait_until "$NETINST_PATIENCE" counted_is "$@" && return
	counted "$1" "$2" "$3" >&2
	return 1
}

@test "every link of a namespace has its counters, and their sum is there" {
	local name=${PREFIX}a

	wire "$name"
	ipstat_start 'interval = "50ms"'
	netns_await "$name" active
	[ "$(counted "$name" lo ifindex)" = 1 ]
	[ "$(send "$name" 123)" = 123 ]
	await_count "$name" eth0 ipackets64 123
	[ "$(counted "$name" eth0 rbytes64)" = $((123 * 60)) ]
	[ "$(counted "$name" total ipackets64)" = 123 ]
	[ "$(counted "$name" record completeness)" = last-sample ]
	[ "$(counted "$name" record failed)" = 0 ]
}

@test "the counters of protocols and sockets are those of the namespace" {
	local name=${PREFIX}a address=192.0.2.1

	netns_in ip netns add "$name"
	nsip -n "$name" link set lo up
	nsip -n "$name" addr add "$address/32" dev lo
	ipstat_start 'interval = "50ms"'
	netns_await "$name" active
	[ "$(counted "$name" udp outDatagrams)" = 0 ]
	[ "$(counted "$name" ip defaultTTL)" -gt 0 ]
	netns_in ip netns exec "$name" bash -c "for i in 1 2 3 4 5; do
	    echo hello >/dev/udp/$address/9; done"
	await_count "$name" udp outDatagrams 5
	[ "$(counted "$name" udp noPorts)" = 5 ]
	[ "$(counted "$name" ip inReceives)" -ge 5 ]
	[ "$(counted "$name" icmp outDestUnreachs)" -ge 1 ]
	[ "$(counted "$name" ipext inOctets)" -ge $((5 * 34)) ]
	[ -n "$(counted "$name" tcp activeOpens)" ]
	[ -n "$(counted "$name" tcpext TCPTimeouts)" ]
	netns_start_in "$name" nc -u -l "$address" 4711
	await_count "$name" sockstat udp_inuse 1
}

@test "a link that comes is shown without waiting for the interval" {
	local name=${PREFIX}a

	netns_in ip netns add "$name"
	ipstat_start 'interval = 0'
	netns_await "$name" active
	[ "$(counted "$name" total ipackets64)" = 0 ]
	nsip -n "$name" link add br7 index 7 type bridge
	await_count "$name" br7 ifindex 7
	[ "$(ctl kstat -p -I "$name" ipstat:7:br7:ifindex | cut -f 2)" = 7 ]
}

@test "a link with very many names costs no other its counters" {
	local name=${PREFIX}a i

	netns_in ip netns add "$name"
	nsip -n "$name" link set lo up
	nsip -n "$name" link add large type bridge
	for ((i = 0; i < 480; i++)); do
		printf 'link property add dev large altname %0120d\n' "$i"
	done | nsip -n "$name" -batch -
	nsip -n "$name" link add behind type bridge
	ipstat_start 'interval = "50ms"'
	netns_await "$name" active
	netns_in ip netns exec "$name" bash -c 'for i in {1..50}; do
	    echo x >/dev/udp/127.0.0.1/9; done'
	# As many answers come back.
	await_count "$name" lo opackets64 100
	[ "$(counted "$name" large opackets64)" = 0 ]
	[ "$(counted "$name" behind opackets64)" = 0 ]
	[ "$(ctl --json nic list "$name" | jq '.nics | length')" = 3 ]
}

@test "a link named as a kstat has its own" {
	local name=${PREFIX}a link

	netns_in ip netns add "$name"
	for link in total tcp record; do
		nsip -n "$name" link add "$link" type bridge
	done
	ipstat_start
	netns_await "$name" active
	for link in total tcp record; do
		[ -n "$(counted "$name" "$link" ifindex)" ]
	done
	[ "$(ctl kstat -p -I "$name" ipstat:0:tcp:activeOpens | cut -f 2)" = 0 ]
}

@test "links that vanished keep counting in the total" {
	local name=${PREFIX}a

	wire "$name"
	ipstat_start 'interval = "50ms"'
	netns_await "$name" active
	[ "$(send "$name" 10)" = 10 ]
	await_count "$name" total ipackets64 10
	nsip link del "$name"
	await_count "$name" record vanished 1
	[ "$(counted "$name" total ipackets64)" = 10 ]
	[ "$(counted "$name" eth0 ifindex)" = "" ]
	nsip link add "$name" type veth peer name eth0 \
	    netns "$name"
	nsip link set "$name" addrgenmode none up
	nsip -n "$name" link set eth0 up
	[ "$(send "$name" 7)" = 7 ]
	await_count "$name" eth0 ipackets64 7
	[ "$(counted "$name" total ipackets64)" = 17 ]
}

@test "simulated instances have no such statistics, the daemon's own namespace has" {
	ipstat_start
	ctl instance create blue
	[ "$(counted global lo ifindex)" = 1 ]
	[ "$(counted blue '*' '*')" = "" ]
	ctl instance destroy blue
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "an interval that is none is refused, with what is wanted" {
	netns_start
	run ctl plugin load "$PLUGIN_DIR/ipstat.so" interval=often
	[ "$status" = 1 ]
	log_has 'plugin ipstat: interval = often: a time is wanted, from 0 to'
	ctl plugin load "$PLUGIN_DIR/ipstat.so" interval=2m
	[ -n "$(counted global lo ifindex)" ]
}

# recorded NAME PATH: of the newest record of that name; PATH is one of jq.
recorded() {
	ctl --json history "$1" | jq -r ".records[0]$2"
}

# The record is there a moment after the instance is down.
await_record() {
	wait_until "$NETINST_PATIENCE" is_recorded "$1"
}

is_recorded() {
	[ "$(ctl --json history "$1" | jq '.records | length')" -gt 0 ]
}

# confirmed SCENARIO: runs it with one namespace after the other, until netinstd
# has seen in time how one ended, which a machine that does other things may miss
# (10 times at most). $NAME is the last; what the scenario asserts holds for all.
confirmed() {
	local number

	for number in {1..10}; do
		NAME=$PREFIX$number
		"$1" "$NAME"
		if [ "$(recorded "$NAME" .age_ns)" = 0 ]; then
			return
		fi
	done
	return 1
}

# Before the daemon starts, which knows by its state that they are new.
wire_all() {
	local number

	for number in {1..10}; do
		wire "$PREFIX$number"
	done
}

delete_after_last_packet() {
	netns_await "$1" active
	# shellcheck disable=SC2016 # that bash is to see it
	netns_in bash -c '"$2/packets" "$1" 4321 >"$3" &&
	    ip -n "$1" link set eth0 down && ip netns del "$1"' \
	    - "$1" "$TEST_BIN" "$WORK/sent"
	await_record "$1"
	[ "$(cat "$WORK/sent")" = 4321 ]
	[ "$(recorded "$1" '.totals["ipstat:0:total"].ipackets64')" = 4321 ]
	[ "$(recorded "$1" '.totals["ipstat:0:total"].rbytes64')" = \
	    $((4321 * 60)) ]
	[ "$(recorded "$1" '.totals["ipstat:0:ip"].defaultTTL')" -gt 0 ]
}

@test "the record of a namespace deleted right after its last packet is exact" {
	NETNS_CONFIG+=("state = \"$WORK/state\"")
	wire_all
	ipstat_start 'interval = 0'
	confirmed delete_after_last_packet
	[ "$(recorded "$NAME" .completeness)" = exact ]
}

delete_while_open() {
	netns_await "$1" active
	[ "$(send "$1" 12)" = 12 ]
	[ "$(counted "$1" record open)" = 1 ]
	nsip netns del "$1"
	await_record "$1"
	[ "$(recorded "$1" .completeness)" = last-sample ]
	[ "$(recorded "$1" '.totals["ipstat:0:total"].ipackets64')" = 12 ]
}

@test "nor is one exact into which somebody can still send while it goes" {
	NETNS_CONFIG+=("state = \"$WORK/state\"")
	wire_all
	ipstat_start 'interval = 0'
	# It was read as late as can be.
	confirmed delete_while_open
}

delete_with_link_from_elsewhere() {
	netns_add "$1"
	nsip link add "$1" type veth peer name eth0
	nsip link set "$1" addrgenmode none up
	nsip link set eth0 addrgenmode none up
	[ "$(send "$1" 9)" = 9 ]
	nsip link set eth0 netns "$1"
	await_count "$1" eth0 ipackets64 9
	[ "$(counted "$1" record open)" = 1 ]
	nsip netns del "$1"
	await_record "$1"
	[ "$(recorded "$1" .completeness)" = last-sample ]
}

@test "nor one with a link that had counted before it came" {
	netns_in sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	ipstat_start 'interval = 0'
	confirmed delete_with_link_from_elsewhere
}

@test "a record is not called exact when a link had vanished before" {
	local name=${PREFIX}a

	wire "$name"
	ipstat_start 'interval = 0'
	netns_await "$name" active
	[ "$(send "$name" 10)" = 10 ]
	nsip link del "$name"
	nsip netns del "$name"
	await_record "$name"
	[ "$(recorded "$name" .completeness)" = last-sample ]
	[ "$(recorded "$name" .age_ns)" -gt 0 ]
}

# Whether the daemon has the links of an instance, and is told of changes.
links_are_known() {
	[ "$(ctl --json nic list "$1" | jq -r '.nics[0].name')" = lo ]
}

# one_went INSTANCE: whether the plugin knows of a link that came and went.
one_went() {
	[ $(($(counted "$1" record missed) + \
	    $(counted "$1" record vanished))) = 1 ]
}

@test "a record is not called exact when a link came and went unseen" {
	local name=${PREFIX}a

	netns_in ip netns add "$name"
	ipstat_start 'interval = 0'
	netns_await "$name" active
	wait_until "$NETINST_PATIENCE" links_are_known "$name"
	nsip -n "$name" -batch - <<-'END'
		link add br0 type bridge
		link set br0 up
		link del br0
	END
	wait_until "$NETINST_PATIENCE" one_went "$name"
	nsip netns del "$name"
	await_record "$name"
	[ "$(recorded "$name" .completeness)" = last-sample ]
	[ "$(recorded "$name" .age_ns)" -gt 0 ]
}

@test "nor when it went right before the name did, and much was told before" {
	local name=${PREFIX}a

	netns_in ip netns add "$name"
	ipstat_start 'interval = 0'
	netns_await "$name" active
	# The daemon finds both ends at once, and first of all a name.
	kill -STOP "$DAEMON"
	nsip netns add "${PREFIX}b"
	nsip -n "$name" -batch - <<-'END'
		link add br0 type bridge
		link set br0 up
		link del br0
	END
	nsip netns del "$name"
	kill -CONT "$DAEMON"
	await_record "$name"
	[ "$(recorded "$name" .completeness)" = last-sample ]
}

@test "nor when so much was told that some of it was lost" {
	local name=${PREFIX}a step

	netns_in ip netns add "$name"
	ipstat_start 'interval = 0'
	netns_await "$name" active
	kill -STOP "$DAEMON"
	for ((step = 0; step < 10000; step++)); do
		printf 'link set lo up\nlink set lo down\n'
	done | nsip -n "$name" -batch -
	nsip -n "$name" -batch - <<-'END'
		link add br0 type bridge
		link set br0 up
		link del br0
	END
	kill -CONT "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'resync: '
	nsip netns del "$name"
	await_record "$name"
	[ "$(recorded "$name" .completeness)" = last-sample ]
	[ "$(recorded "$name" .age_ns)" -gt 0 ]
}

@test "nor when a link was made anew that looks the same and counted more" {
	local name=${PREFIX}a round

	netns_in ip netns add "$name"
	netns_in ip netns exec "$name" \
	    sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	ipstat_start 'interval = 0'
	netns_await "$name" active
	for round in 1 2; do
		nsip link add eth0 index 177 address 02:00:00:00:00:02 \
		    type veth peer name "$name"
		nsip link set eth0 addrgenmode none netns "$name"
		nsip link set "$name" addrgenmode none up
		nsip -n "$name" link set eth0 up
		[ "$(send "$name" $((round * 10)))" = $((round * 10)) ]
		[ "$round" = 2 ] || {
			await_count "$name" eth0 ifindex 177
			nsip link del "$name"
		}
	done
	nsip netns del "$name"
	await_record "$name"
	[ "$(recorded "$name" .completeness)" = last-sample ]
}

@test "when the daemon stops it has counted, and does not know what comes" {
	local name=${PREFIX}a

	wire "$name"
	NETNS_CONFIG+=("state = \"$WORK/state\"")
	ipstat_start 'interval = 0'
	netns_await "$name" active
	[ "$(send "$name" 99)" = 99 ]
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	netns_start
	await_record "$name"
	[ "$(recorded "$name" .cause)" = daemon-stop ]
	[ "$(recorded "$name" .completeness)" = last-sample ]
	[ "$(recorded "$name" '.totals["ipstat:0:total"].ipackets64')" = 99 ]
}

end_the_process_that_holds() {
	netns_await "$1" active
	netns_start_in "$1" tail -f /dev/null
	nsip netns del "$1"
	[ "$(send "$1" 77)" = 77 ]
	netns_in nsenter -t "$RESIDENT" -n ip link set eth0 down
	netns_await "$1" active
	kill "$RESIDENT"
	await_record "$1"
	[ "$(recorded "$1" '.totals["ipstat:0:total"].ipackets64')" = 77 ]
}

@test "the record of a namespace that only a process held is exact" {
	NETNS_CONFIG+=("state = \"$WORK/state\"")
	wire_all
	ipstat_start 'interval = 0'
	confirmed end_the_process_that_holds
	[ "$(recorded "$NAME" .completeness)" = exact ]
}
