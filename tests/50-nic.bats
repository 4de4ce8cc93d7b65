#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# Interfaces, addresses and routes of simulated instances, end to end: the
# commands, what hooks of a plugin are told, and what is refused.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	load lib/protocol
	netinst_setup
	netinst_start -p "$FIXTURE_DIR/nic_watcher.so"
	ctl instance create blue >"$WORK/created"
}

teardown() {
	netinst_teardown
}

# What the hooks of the plugin on a protocol were told since the last time.
told() {
	local words

	words=$(tail -n "+$((${SEEN:-0} + 1))" "$LOG" | sed -n \
	    "s/.* info plugin nic_watcher: instance 1 $1: //p")
	echo "$words"
}

# From here on: what was told before does not count.
forget() {
	SEEN=$(wc -l <"$LOG")
}

# was_told PROTOCOL LINE...: all that it was told, in this order.
was_told() {
	diff <(printf '%s\n' "${@:2}") <(told "$1")
}

was_told_nothing() {
	[ -z "$(told "$1")" ]
}

# --- what is told -----------------------------------------------------------

@test "an interface's life is told to the hooks, in order" {
	ctl nic add blue eth0
	ctl nic addr add blue eth0 10.0.0.1/24
	ctl nic up blue eth0
	ctl nic addr add blue eth0 10.0.0.2/24
	ctl nic down blue eth0
	ctl nic up blue eth0
	ctl nic addr del blue eth0 10.0.0.1/24
	ctl nic del blue eth0
	was_told inet 'PLUMB 1/0 eth0 (eth0)' 'UP 1/0 (eth0)' \
	    'LIF_UP 1/1 10.0.0.1 (eth0)' 'LIF_UP 1/2 10.0.0.2 (eth0)' \
	    'LIF_DOWN 1/2 10.0.0.2 (eth0)' 'LIF_DOWN 1/1 10.0.0.1 (eth0)' \
	    'DOWN 1/0 (eth0)' 'UP 1/0 (eth0)' 'LIF_UP 1/1 10.0.0.1 (eth0)' \
	    'LIF_UP 1/2 10.0.0.2 (eth0)' 'LIF_DOWN 1/1 10.0.0.1 (eth0)' \
	    'LIF_DOWN 1/2 10.0.0.2 (eth0)' 'DOWN 1/0 (eth0)' \
	    'UNPLUMB 1/0 eth0 (gone)'
	was_told arp 'PLUMB 1/0 eth0 (eth0)' 'UP 1/0 (eth0)' \
	    'DOWN 1/0 (eth0)' 'UP 1/0 (eth0)' 'DOWN 1/0 (eth0)' \
	    'UNPLUMB 1/0 eth0 (gone)'
}

@test "an address is told to the hooks of its family" {
	ctl nic add blue eth0 --up
	ctl nic addr add blue eth0 2001:db8::1/64
	forget
	ctl nic addr set blue eth0 2001:db8::1/64 2001:db8::2/64
	was_told inet6 'LIF_DOWN 1/1 2001:db8::1 (eth0)' \
	    'ADDRESS_CHANGE 1/1 2001:db8::2 (eth0)' \
	    'LIF_UP 1/1 2001:db8::2 (eth0)'
	was_told_nothing inet
	was_told_nothing arp
	forget
	ctl nic addr down blue eth0 2001:db8::2/64
	ctl nic addr up blue eth0 2001:db8::2/64
	was_told inet6 'LIF_DOWN 1/1 2001:db8::2 (eth0)' \
	    'LIF_UP 1/1 2001:db8::2 (eth0)'
}

@test "another index is told beforehand, another name as an end and a beginning" {
	ctl nic add blue eth0 --up
	forget
	ctl nic index blue eth0 9
	was_told inet 'IFINDEX_CHANGE 1/0 to 9 (eth0)'
	forget
	ctl nic rename blue eth0 wan
	was_told inet 'DOWN 9/0 (eth0)' 'UNPLUMB 9/0 eth0 (wan)' \
	    'PLUMB 9/0 wan (wan)' 'UP 9/0 (wan)'
	forget
	ctl nic mtu blue wan 9000
	ctl nic route add blue default --nic wan
	was_told_nothing inet
}

@test "shutting an instance down takes its interfaces away first" {
	ctl nic add blue lo --loopback --up
	ctl nic addr add blue lo 127.0.0.1/8
	ctl nic add blue eth0
	forget
	ctl instance shutdown blue
	was_told inet 'UNPLUMB 2/0 eth0 (gone)' 'LIF_DOWN 1/1 127.0.0.1 (lo)' \
	    'DOWN 1/0 (lo)' 'UNPLUMB 1/0 lo (gone)'
	[ "$(ctl --json nic list blue | jq -c .nics)" = '[]' ]
	expect 1 ctl nic add blue eth1
	[[ $stderr = *"instance 'blue' is down"* ]]
}

@test "a plugin that is unloaded is told no more, one loaded again is" {
	ctl nic add blue eth0
	ctl plugin unload nic_watcher
	forget
	ctl nic up blue eth0
	was_told_nothing inet
	ctl plugin load "$FIXTURE_DIR/nic_watcher.so"
	ctl nic down blue eth0
	was_told inet 'DOWN 1/0 (eth0)'
	[ "$(ctl --json plugin show nic_watcher | jq -c .leftovers.hooks)" = 0 ]
}

# overdue_is TEXT: what is past its deadline.
overdue_is() {
	[ "$(ctl --json status | jq -r \
	    '.overdue[] | "\(.callback) of \(.plugin) on \(.instance)"')" = "$1" ]
}

@test "a hook that hangs on an event is named, and holds up its own instance" {
	local waiting

	netinst_stop
	printf 'callback_deadline = "300ms"\n' >"$WORK/netinst.conf"
	netinst_start -c "$WORK/netinst.conf"
	mkfifo "$WORK/gate"
	ctl plugin load "$FIXTURE_DIR/nic_watcher.so" instance=1 \
	    gate="$WORK/gate"
	ctl instance create blue red
	ctl nic add blue eth0
	forget
	ctl nic up blue eth0 3>&- &
	waiting=$!
	wait_until "$NETINST_PATIENCE" overdue_is 'hook of nic_watcher on 1'
	ctl nic add red eth0 --up
	expect 0 ctl nic list blue
	[[ $output = *'eth0  up '* ]]
	expect 6 ctl -t 0.2 nic mtu blue eth0 1400
	kill -0 "$waiting"
	timeout "$NETINST_PATIENCE" tee "$WORK/gate" </dev/null
	wait "$waiting"
	# What was asked for meanwhile is carried out then, in its turn.
	wait_until "$NETINST_PATIENCE" eval \
	    '[ "$(ctl --json nic list blue | jq .nics[0].mtu)" = 1400 ]'
	was_told inet 'UP 1/0 (eth0)'
	was_told arp 'UP 1/0 (eth0)'
}

@test "instances keep their interfaces apart" {
	ctl instance create red
	ctl nic add red eth0 eth1
	ctl nic add blue eth0
	was_told inet 'PLUMB 1/0 eth0 (eth0)'
	[ "$(ctl --json nic list red | jq '.nics | length')" = 2 ]
	[ "$(ctl --json instance show red | jq .nics)" = 2 ]
	[ "$(ctl --json nic list blue | jq '.nics | length')" = 1 ]
	[ "$(ctl --json nic list global | jq '.nics | length')" = 0 ]
}

# --- what is shown ----------------------------------------------------------

@test "interfaces are listed as a table, and as they are as JSON" {
	ctl nic add blue lo --loopback --up
	ctl nic add blue eth0 --mtu 9000 --index 7
	ctl nic addr add blue eth0 10.0.0.1/24 2001:db8::1/64
	ctl nic addr add blue eth0 10.9.0.1 --peer 10.9.0.2
	ctl nic addr down blue eth0 10.0.0.1/24
	expect 0 ctl nic list blue
	printed 'INDEX  NAME  STATE    MTU  ADDRESSES' \
	    '    1  lo    up     65536  -' \
	    '    7  eth0  down    9000  10.0.0.1/24(down) 2001:db8::1/64 10.9.0.1/32>10.9.0.2'
	expect 0 ctl --json nic list blue
	[ "$(jq -c '.nics[0]' <<<"$output")" = \
	    '{"index":1,"name":"lo","mtu":65536,"up":true,"flags":["up","running","loopback"],"addresses":[]}' ]
	[ "$(jq -c '.nics[1].flags' <<<"$output")" = \
	    '["broadcast","multicast"]' ]
	[ "$(jq -c '.nics[1].addresses[]' <<<"$output")" = \
	    '{"lif":1,"address":"10.0.0.1/24","broadcast":"10.0.0.255","up":false}
{"lif":2,"address":"2001:db8::1/64","up":true}
{"lif":3,"address":"10.9.0.1/32","peer":"10.9.0.2","up":true}' ]
}

@test "routes are listed in the order of their coming" {
	ctl nic add blue eth0 --up
	ctl nic addr add blue eth0 10.0.0.1/24 2001:db8::1/64
	ctl nic route add blue default --via 10.0.0.254
	ctl nic route add blue default --via 2001:db8::fe
	ctl nic route add blue 192.0.2.0/24 --nic eth0
	ctl nic route add blue 198.51.100.0/24 --reject
	ctl nic route add blue 10.5.0.0/16 --via 10.7.0.1 --nic eth0
	expect 0 ctl nic route list blue
	printed 'DESTINATION      VIA           NIC' \
	    '0.0.0.0/0        10.0.0.254    eth0' \
	    '::/0             2001:db8::fe  eth0' \
	    '192.0.2.0/24     -             eth0' \
	    '198.51.100.0/24  -             (reject)' \
	    '10.5.0.0/16      10.7.0.1      eth0'
	ctl nic route del blue default ::/0
	ctl nic del blue eth0
	[ "$(ctl --json nic route list blue | jq -c .routes)" = \
	    '[{"destination":"198.51.100.0/24","reject":true}]' ]
}

@test "lists come in pages" {
	local cursor page seen=()

	# shellcheck disable=SC2046 # words
	ctl nic add blue $(printf 'nic%d ' {1..7}) >"$WORK/added"
	[ "$(tail -n 1 "$WORK/added")" = 'added nic7 (index 7) to blue' ]
	page=$(succeeds nic.list '{"instance":"blue","limit":3}')
	while cursor=$(jq -er .cursor <<<"$page"); do
		seen+=("$(jq -r '[.nics[].index] | join(" ")' <<<"$page")")
		page=$(succeeds nic.list \
		    '{"instance":"blue","limit":3,"cursor":"'"$cursor"'"}')
	done
	seen+=("$(jq -r '[.nics[].index] | join(" ")' <<<"$page")")
	[ "${seen[*]}" = '1 2 3 4 5 6 7' ]
	[ "${#seen[@]}" = 3 ]
	for i in {1..5}; do
		ctl nic route add blue "10.$i.0.0/16" --nic nic1
	done
	page=$(succeeds nic.route.list '{"instance":"blue","limit":4}')
	cursor=$(jq -r .cursor <<<"$page")
	succeeds nic.route.list \
	    '{"instance":"blue","cursor":"'"$cursor"'"}' |
	    jq -e '.routes == [{destination: "10.5.0.0/16", nic: "nic1"}]'
	fails -32602 invalid-params nic.list '{"instance":"blue","cursor":"r1"}'
	fails -32602 invalid-params nic.list '{"instance":"blue","cursor":"n"}'
	fails -32602 invalid-params nic.route.list \
	    '{"instance":"blue","cursor":"n1"}'
	fails -32602 invalid-params nic.list '{"instance":"blue","limit":0}'
}

@test "each change says what it did" {
	expect 0 ctl nic add blue eth0
	printed 'added eth0 (index 1) to blue'
	expect 0 ctl nic up blue eth0
	printed 'eth0 is up'
	expect 0 ctl nic mtu blue eth0 1400
	printed 'eth0 has the MTU 1400'
	expect 0 ctl nic index blue 1 5
	printed '1 has the index 5'
	expect 0 ctl nic rename blue 5 wan
	printed '5 is wan now'
	expect 0 ctl nic addr add blue wan 10.0.0.1/24
	printed 'added 10.0.0.1/24 to wan'
	expect 0 ctl nic addr down blue wan 10.0.0.1/24
	printed '10.0.0.1/24 is out of use'
	expect 0 ctl nic addr up blue wan 10.0.0.1/24
	printed '10.0.0.1/24 is in use'
	expect 0 ctl nic route add blue default --via 10.0.0.9
	printed 'added a route to default over wan'
	expect 0 ctl nic route del blue default
	printed 'removed the route to default'
	expect 0 ctl nic addr del blue wan 10.0.0.1/24
	printed 'removed 10.0.0.1/24 from wan'
	expect 0 ctl nic del blue wan
	printed 'removed wan from blue'
}

# --- what is refused --------------------------------------------------------

@test "what is typed wrong is told before the daemon is asked" {
	expect 2 ctl nic addr
	said "netinstctl: nic: 'addr' is only the first word of a verb" \
	    "hint: behind 'nic addr' comes one of: add, del, set, up, down"
	expect 2 ctl nic route lst blue
	[[ $stderr = *'add, del, list'* ]]
	expect 2 ctl nic adr add
	[[ $stderr = *"there is no verb 'adr'"* ]]
	expect 2 ctl nic mtu blue eth0 large
	[[ $stderr = *"BYTES is a number, not 'large'"* ]]
	expect 2 ctl nic mtu blue eth0 " 70"
	[[ $stderr = *"BYTES is a number, not ' 70'"* ]]
	expect 2 ctl nic add blue eth0 --mtu 1e3
	[[ $stderr = *"--mtu is a number, not '1e3'"* ]]
	expect 2 ctl nic addr add blue eth0
	[[ $stderr = *'another operand is missing'* ]]
	expect 0 ctl help nic route add
	[[ $output = *'nic route add'*'--via'* ]]
	expect 0 ctl nic addr set --help
	[[ $output = *'ADDRESS NEW'* ]]
}

@test "names that an interface cannot have are refused" {
	local name

	for name in '' . .. 7 123 a/b a:b 'a b' sixteen-letters- \
	    'a\u0007' 'a\u0085'; do
		fails 1004 invalid-name nic.add \
		    '{"instance":"blue","nic":"'"$name"'"}'
	done
	succeeds nic.add '{"instance":"blue","nic":"fifteen-letters"}'
	succeeds nic.add '{"instance":"blue","nic":"grün"}'
	fails 1004 invalid-name nic.set \
	    '{"instance":"blue","nic":"grün","name":"a/b"}'
	[ "$(succeeds nic.list '{"instance":"blue"}' |
	    jq '.nics | length')" = 2 ]
}

@test "what is there twice, or not at all, has an error of its own" {
	ctl nic add blue eth0 --up
	ctl nic addr add blue eth0 10.0.0.1/24
	ctl nic route add blue 10.5.0.0/16 --reject
	forget
	fails 1001 instance-not-found nic.add '{"instance":"red","nic":"a"}'
	fails 1001 instance-not-found nic.list '{"instance":"red"}'
	fails 1010 nic-exists nic.add '{"instance":"blue","nic":"eth0"}'
	fails 1010 nic-exists nic.add \
	    '{"instance":"blue","nic":"eth1","index":1}'
	fails 1009 nic-not-found nic.remove '{"instance":"blue","nic":"eth1"}'
	fails 1009 nic-not-found nic.set '{"instance":"blue","nic":2,"up":true}'
	fails 1009 nic-not-found nic.set \
	    '{"instance":"blue","nic":-1,"up":true}'
	fails 1009 nic-not-found nic.remove \
	    '{"instance":"blue","nic":"more than fifteen letters"}'
	fails 1013 address-exists nic.address.add \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1/24"}'
	fails 1012 address-not-found nic.address.remove \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1"}'
	fails 1012 address-not-found nic.address.set \
	    '{"instance":"blue","nic":1,"address":"::1","up":true}'
	fails 1015 route-exists nic.route.add \
	    '{"instance":"blue","destination":"10.5.0.0/16","nic":"eth0"}'
	fails 1014 route-not-found nic.route.remove \
	    '{"instance":"blue","destination":"10.5.0.0/17"}'
	fails 1016 route-unreachable nic.route.add \
	    '{"instance":"blue","destination":"default","via":"10.0.1.1"}'
	fails 1009 nic-not-found nic.route.add \
	    '{"instance":"blue","destination":"default","nic":"eth1"}'
	was_told_nothing inet
	expect 4 ctl nic up blue eth1
	[[ $stderr = *"instance 'blue' has no interface 'eth1'"*hint* ]]
	expect 7 ctl nic del blue eth0 eth1
}

@test "what is no address is refused" {
	local text

	ctl nic add blue eth0
	for text in '' / /24 10.0.0 10.0.0.1/ 10.0.0.1/33 10.0.0.1/-1 \
	    10.0.0.1/24/24 10.0.0.1/0x8 10.0.0.1/024 ' 10.0.0.1' 256.0.0.1 \
	    2001:db8::/129 fe80::1%eth0 0.0.0.0/8 ::/64 224.0.0.1 ff02::1 \
	    255.255.255.255 10.0.0.1/0 default x; do
		fails 1011 invalid-address nic.address.add \
		    '{"instance":"blue","nic":"eth0","address":"'"$text"'"}'
	done
	for text in 10.0.0.1/8 2001:db8::1/32 x 10.0.0.0/x ''; do
		fails 1011 invalid-address nic.route.add \
		    '{"instance":"blue","destination":"'"$text"'","reject":true}'
	done
	fails 1011 invalid-address nic.address.add \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1","peer":"::1"}'
	fails 1011 invalid-address nic.address.add \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1","peer":"0.0.0.0"}'
	fails 1011 invalid-address nic.address.add \
	    '{"instance":"blue","nic":"eth0","address":"::1","broadcast":"::2"}'
	fails 1011 invalid-address nic.route.add \
	    '{"instance":"blue","destination":"10.0.0.0/8","via":"::1"}'
	fails 1011 invalid-address nic.route.add \
	    '{"instance":"blue","destination":"10.0.0.0/8","via":"x"}'
	ctl nic addr add blue eth0 10.0.0.1/24
	fails 1011 invalid-address nic.address.set \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1/24","to":"::1"}'
	[ "$(ctl --json nic list blue | jq -c '[.nics[].addresses[].address]')" \
	    = '["10.0.0.1/24"]' ]
}

@test "parameters that do not go together are refused" {
	ctl nic add blue eth0
	fails -32602 invalid-params nic.set '{"instance":"blue","nic":"eth0"}'
	fails -32602 invalid-params nic.set \
	    '{"instance":"blue","nic":"eth0","mtu":67}'
	fails -32602 invalid-params nic.set \
	    '{"instance":"blue","nic":"eth0","mtu":65537}'
	fails -32602 invalid-params nic.set \
	    '{"instance":"blue","nic":"eth0","index":0}'
	fails -32602 invalid-params nic.set \
	    '{"instance":"blue","nic":"eth0","index":2147483648}'
	fails -32602 invalid-params nic.set \
	    '{"instance":"blue","nic":"eth0","up":1}'
	fails -32602 invalid-params nic.add '{"instance":"blue"}'
	fails -32602 invalid-params nic.route.add \
	    '{"instance":"blue","destination":"10.0.0.0/8"}'
	fails -32602 invalid-params nic.route.add \
	    '{"instance":"blue","destination":"::/0","nic":1,"reject":true}'
	fails -32602 invalid-params nic.address.set \
	    '{"instance":"blue","nic":"eth0","address":"10.0.0.1"}'
	fails -32602 invalid-params nic.address.set \
	    '{"instance":"blue","nic":"eth0","address":"::1","peer":"::2","up":true}'
}
