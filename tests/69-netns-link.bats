#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Interfaces of real instances: the kernel's links and addresses are shown, told
# to hooks as they change, and told gone when the namespace is; nobody enters
# the namespace for that.

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
	netns_start -p "$FIXTURE_DIR/nic_watcher.so"
	netns_add "${PREFIX}a"
	ID=$(netns_id "${PREFIX}a")
}

teardown() {
	netns_teardown
}

# a COMMAND...: ip, in the namespace.
a() {
	nsip -n "${PREFIX}a" "$@"
}

# nics ID: its interfaces and their addresses, a line each.
nics() {
	ctl --json nic list "$1" | jq -r '.nics[] | [.name, .mtu,
	    (.addresses[].address | select(startswith("fe80") | not))] |
	    join(" ")'
}

nics_are() {
	diff <(printf '%s\n' "${@:2}") <(nics "$1")
}

# shows ID LINE...: until these are all it has, by index.
shows() {
	wait_until "$NETINST_PATIENCE" nics_are "$@" >/dev/null && return
	nics_are "$@" >&2
}

# told ID PROTOCOL: what hooks on it were told.
told() {
	sed -n "s/.* info plugin nic_watcher: instance $1 $2: //p" "$LOG"
}

was_told() {
	diff <(printf '%s\n' "${@:3}") <(told "$1" "$2")
}

await_told() {
	wait_until "$NETINST_PATIENCE" was_told "$@" >/dev/null && return
	was_told "$@" >&2
}

@test "links and addresses of a namespace are its instance's interfaces" {
	shows "$ID" 'lo 65536'
	a link set lo up
	a link add eth0 type veth peer name eth1
	a addr add 10.0.0.1/24 dev eth0
	a addr add 2001:db8::1/64 dev eth0
	shows "$ID" 'lo 65536 127.0.0.1/8 ::1/128' 'eth1 1500' \
	    'eth0 1500 10.0.0.1/24 2001:db8::1/64'
	a link set eth0 name wan
	a link set wan mtu 9000
	a addr del 10.0.0.1/24 dev wan
	shows "$ID" 'lo 65536 127.0.0.1/8 ::1/128' 'eth1 1500' \
	    'wan 9000 2001:db8::1/64'
	a link del wan
	shows "$ID" 'lo 65536 127.0.0.1/8 ::1/128'
}

@test "what happens to them is told to the hooks, and their end with the namespace" {
	shows "$ID" 'lo 65536'
	a link add br0 type bridge
	a addr add 10.0.0.1/24 dev br0
	shows "$ID" 'lo 65536' 'br0 1500 10.0.0.1/24'
	a link set br0 up
	await_told "$ID" inet 'PLUMB 1/0 lo (lo)' 'PLUMB 2/0 br0 (br0)' \
	    'UP 2/0 (br0)' 'LIF_UP 2/1 10.0.0.1 (br0)'
	nsip netns del "${PREFIX}a"
	netns_await "${PREFIX}a" ""
	was_told "$ID" inet 'PLUMB 1/0 lo (lo)' 'PLUMB 2/0 br0 (br0)' \
	    'UP 2/0 (br0)' 'LIF_UP 2/1 10.0.0.1 (br0)' \
	    'LIF_DOWN 2/1 10.0.0.1 (br0)' 'DOWN 2/0 (br0)' \
	    'UNPLUMB 2/0 br0 (gone)' 'UNPLUMB 1/0 lo (gone)'
}

@test "an interface that moves is one of the other instance then" {
	local other

	netns_add "${PREFIX}b"
	other=$(netns_id "${PREFIX}b")
	a link add br0 type bridge
	a link add link br0 name mv0 type macvlan
	shows "$ID" 'lo 65536' 'br0 1500' 'mv0 1500'
	a link set mv0 netns "${PREFIX}b"
	shows "$other" 'lo 65536' 'mv0 1500'
	shows "$ID" 'lo 65536' 'br0 1500'
	nsip -n "${PREFIX}b" link set mv0 netns "${PREFIX}a"
	shows "$ID" 'lo 65536' 'br0 1500' 'mv0 1500'
	shows "$other" 'lo 65536'
}

@test "the protocol inet6 is there while IPv6 is not disabled" {
	a link set lo up
	wait_until "$NETINST_PATIENCE" protocols_are "arp inet inet6"
	disable_ipv6 1
	wait_until "$NETINST_PATIENCE" protocols_are "arp inet"
	disable_ipv6 0
	wait_until "$NETINST_PATIENCE" protocols_are "arp inet inet6"
}

disable_ipv6() {
	# shellcheck disable=SC2016 # that sh is to see it
	nsip netns exec "${PREFIX}a" sh -c \
	    'echo "$1" >/proc/sys/net/ipv6/conf/all/disable_ipv6' - "$1"
}

protocols_are() {
	[ "$(netns_member "$ID" '.protocols | sort | join(" ")')" = "$1" ]
}

@test "the global instance has the interfaces of the daemon's own namespace" {
	shows 0 'lo 65536 127.0.0.1/8 ::1/128'
	nsip link add p0 type veth peer name p1 netns "${PREFIX}a"
	nsip addr add 10.9.0.1/24 dev p0
	shows 0 'lo 65536 127.0.0.1/8 ::1/128' 'p0 1500 10.9.0.1/24'
	shows "$ID" 'lo 65536' 'p1 1500'
	nsip netns del "${PREFIX}a"
	shows 0 'lo 65536 127.0.0.1/8 ::1/128'
}

@test "interfaces of real instances cannot be changed by hand" {
	run ctl nic add "$ID" eth7
	[ "$status" = 1 ]
	run ctl nic down 0 lo
	[ "$status" = 1 ]
	shows "$ID" 'lo 65536'
	shows 0 'lo 65536 127.0.0.1/8 ::1/128'
}
