#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# Captures through the hooks of an instance, end to end: what each hook did,
# what survives, every kind of capture, and those that are not good. The
# captures are made by tests/lib/makepcap.c, which says what is in them.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	load lib/protocol
	netinst_setup
	netinst_start
	ctl instance create blue >"$WORK/created"
	cd "$WORK" || return
}

teardown() {
	netinst_teardown
}

# capture FILE LINK COUNT [KEY=VALUE...]: makes one.
capture() {
	"$TEST_BIN/makepcap" "${@:2}" >"$1"
}

# Loads the plugin of three hooks, which also hang on OBSERVING.
load_hooks() {
	ctl plugin load "$FIXTURE_DIR/packet_hooks.so" "$@" >"$WORK/loaded"
}

# replay ARGUMENT...: leaves the result as JSON in $RESULT.
replay() {
	RESULT=$(ctl packet replay blue "$@" --json)
}

# result FILTER: of the last replay.
result() {
	jq -c "$1" <<<"$RESULT"
}

# hooks: "NAME SEEN DROPPED MODIFIED" of each hook, in order.
hooks() {
	jq -r '.hooks[] | select(.event != "OBSERVING") |
	    "\(.protocol) \(.hook) \(.seen) \(.dropped) \(.modified)"' \
	    <<<"$RESULT"
}

# statistic NAME: of what the hooks of blue counted themselves.
statistic() {
	ctl kstat -p -V -I blue "packet_hooks:0:packets:$1"
}

# --- hooks -------------------------------------------------------------------

@test "100,000 packets run through three hooks, and every count is exact" {
	load_hooks drop=7 change=5
	capture in ethernet 100000
	replay in --event PHYSICAL_IN
	[ "$(result '[.frames, .packets, .passed, .dropped]')" = \
	    '[100000,100000,85715,14285]' ]
	[ "$(hooks)" = "inet count 100000 0 0
inet drop 100000 14285 0
inet change 85715 0 17143" ]
	[ "$(statistic seen)" = 100000 ]
	[ "$(statistic dropped)" = 14285 ]
	[ "$(statistic changed)" = 17143 ]
	[ "$(statistic observed)" = 85715 ]
	[ "$(statistic wrong)" = 0 ]
	jq -e 'all(.hooks[]; .time_ns > 0 and .plugin == "packet_hooks") and
	    .packets_per_second > 0 and .elapsed_ns >= .time_ns and
	    ([.hooks[].time_ns] | add) < .time_ns' <<<"$RESULT"
	echo "# packets/s: $(result '.packets_per_second | floor')" >&3
}

@test "the hooks of each protocol see its packets alone" {
	load_hooks drop=0 change=5
	capture in ethernet 1200 mix=inet,inet6,arp
	replay in
	[ "$(hooks)" = "inet count 400 0 0
inet drop 400 0 0
inet change 400 0 80
inet6 count 400 0 0
inet6 drop 400 0 0
inet6 change 400 0 80
arp count 400 0 0
arp drop 400 0 0
arp change 400 0 0" ]
	[ "$(statistic wrong)" = 0 ]
}

@test "every event of packets has hooks of its own" {
	load_hooks
	ctl nic add blue eth0 >"$WORK/added"
	ctl nic add blue eth1 >"$WORK/added"
	capture in ethernet 100
	for event in PHYSICAL_IN PHYSICAL_OUT FORWARDING LOOPBACK_IN \
	    LOOPBACK_OUT; do
		replay in --event "$event" --nic eth0 --out-nic eth1
		[ "$(result '.hooks[0] | [.event, .seen]')" = \
		    "[\"$event\",100]" ]
	done
	[ "$(statistic seen)" = 500 ]
	# What passes PHYSICAL_IN and _OUT and LOOPBACK_IN is observed.
	[ "$(statistic observed)" = 270 ]
}

@test "the table for people has a row for each hook, and the totals" {
	load_hooks
	capture in ethernet 110 mix=inet,lldp
	expect 0 ctl packet replay blue in
	[[ ${lines[0]} = HOOK*PLUGIN*PROTOCOL*EVENT*SEEN*DROPPED*MODIFIED*TIME* ]]
	[[ ${lines[2]} =~ ^drop\ +packet_hooks\ +inet\ +PHYSICAL_IN\ +55\ +5\ +0\  ]]
	grep -qE '^frames +110$' <<<"$output"
	grep -qE '^passed +50$' <<<"$output"
	grep -qE '^dropped +5$' <<<"$output"
	grep -qE '^other +55 \(neither IP nor ARP\)$' <<<"$output"
	grep -qE '^packets/s +[1-9]' <<<"$output"
}

@test "a replay holds up nobody else" {
	load_hooks
	capture in ethernet 100000 payload=400
	probe_start
	replay in -w out
	answers_were_quick
	[ "$(result .frames)" = 100000 ]
}

# The packets that were injected on blue.
injected() {
	ctl --json instance show blue | jq -c .injected
}

# Whether no packet is queued, nor being queued: the counts stand still.
injection_is_over() {
	local before

	before=$(injected)
	[ "$(jq .queued <<<"$before")" = 0 ] || return 1
	ctl protocol add blue x >"$WORK/added"
	ctl protocol remove blue x >"$WORK/removed"
	[ "$(injected)" = "$before" ]
}

@test "a hook that injects what it sees comes to an end, and all is counted" {
	load_hooks drop=0 change=0 inject=1
	ctl nic add blue eth0 >"$WORK/added"
	[ "$(injected)" = '{"received":0,"sent":0,"lost":0,"queued":0}' ]
	capture in ethernet 1
	replay in --nic eth0
	[ "$(result '.hooks[0].seen')" = 1 ]
	wait_until "$NETINST_PATIENCE" injection_is_over
	[ "$(injected)" = '{"received":64,"sent":0,"lost":0,"queued":0}' ]
	[ "$(statistic seen)" = 65 ]
	ctl instance show blue | grep -qE '^injected +64 received, 0 sent, 0 lost$'
}

@test "a flood of injected packets holds up nobody, and ends" {
	load_hooks drop=0 change=0 inject=1
	ctl nic add blue eth0 >"$WORK/added"
	capture in ethernet 20000
	probe_start
	replay in --nic eth0
	[ "$(result .passed)" = 20000 ]
	wait_until "$NETINST_PATIENCE" injection_is_over
	answers_were_quick
	[ "$(statistic seen)" = "$(($(injected | jq .received) + 20000))" ]
}

@test "replays go on while their hooks come and go, until the instance does" {
	load_hooks
	capture in ethernet 20000
	for name in red green white; do
		ctl instance create "$name" >"$WORK/created"
	done
	for name in red green white; do
		ctl packet replay "$name" in --json >"$name" 2>"$name.said" \
		    3>&- &
		replays+=($!)
	done
	for _ in 1 2 3; do
		ctl plugin reload packet_hooks >"$WORK/reloaded"
	done
	ctl instance destroy white >"$WORK/gone"
	wait "${replays[0]}"
	wait "${replays[1]}"
	[ "$(jq .packets red)" = 20000 ]
	[ "$(jq '.passed + .dropped' green)" = 20000 ]
	# How far the third one came is chance: through, a part, not at all.
	ended=0
	wait "${replays[2]}" || ended=$?
	[[ $ended =~ ^[0147]$ ]]
}

@test "without hooks everything passes" {
	capture in ethernet 10
	expect 0 ctl packet replay blue in
	[ "${lines[0]}" = 'no hook has seen a packet' ]
	replay in
	[ "$(result '[.packets, .passed, .hooks]')" = '[10,10,[]]' ]
}

# --- what survives -----------------------------------------------------------

# Whether what is written of a capture is the same, byte by byte.
comes_back() {
	replay in -w out
	[ "$(result .passed)" = 1000 ]
	cmp in out
}

@test "what passes unchanged is written as it was, whatever the link" {
	load_hooks drop=0 change=0
	for link in ethernet vlan raw null loop cooked cooked2; do
		capture in "$link" 1000 mix=inet,inet6
		comes_back
	done
	capture in ethernet 1000 form=nanoseconds
	comes_back
	capture in ethernet 1000 payload=6 pad=60
	comes_back
}

@test "packets are found behind tags of VLANs in every kind of capture" {
	load_hooks drop=0 change=0
	for link in vlan cooked-vlan cooked2-vlan; do
		capture in "$link" 30 mix=inet,inet6,lldp
		replay in -w out
		[ "$(result '[.passed,.other,.malformed]')" = '[20,10,0]' ]
	done
}

@test "captures in the other byte order, pcapng and all that libpcap knows are read as well" {
	load_hooks drop=0 change=0
	capture in ethernet 1000 form=kuznetzov
	replay in -w out
	[ "$(result .passed)" = 1000 ]
	[ "$(od -An -tx4 -N4 out)" = ' a1b2c3d4' ]
	for form in swapped pcapng; do
		capture in ethernet 1000 form="$form"
		replay in -w out
		[ "$(result .passed)" = 1000 ]
		# What is written can be read again, and is pcap.
		cp out in
		comes_back
	done
	[ "$(od -An -tx4 -N4 out)" = ' a1b23c4d' ]
}

@test "what hooks drop is not written, what they change is written changed" {
	load_hooks drop=10 change=0
	capture in ethernet 1000
	replay in -w out
	[ "$(stat -c %s out)" = $((24 + 900 * (16 + 14 + 46))) ]
	ctl plugin unload packet_hooks
	load_hooks drop=0 change=10
	capture in ethernet 1000 mix=inet6
	replay in -w out
	# 64 hops became 63, in one of ten, and nothing else.
	[ "$(cmp -l in out | sed 's/^ *[0-9]* *//' | sort | uniq -c |
	    sed 's/^ *//')" = '100 100  77' ]
}

@test "changed packets keep their link header and lose what padded them" {
	load_hooks drop=0 change=1
	capture in vlan 10 mix=inet payload=6 pad=60
	replay in -w out
	[ "$(result '.hooks[2].modified')" = 10 ]
	[ "$(stat -c %s out)" = $((24 + 10 * (16 + 22 + 26))) ]
	[ "$(od -An -tx1 -j40 -N22 in)" = "$(od -An -tx1 -j40 -N22 out)" ]
	replay out
	[ "$(result .passed)" = 10 ]
	[ "$(statistic wrong)" = 0 ]
}

@test "a capture is not written over the one that is read, nor anywhere" {
	capture in ethernet 10
	ln in same
	expect 2 ctl packet replay blue in -w same
	said "netinstctl: 'same' is the capture that is read" \
	    'hint: name another file'
	expect 2 ctl packet replay blue in -w -
	expect 4 ctl packet replay blue in -w missing/out
	expect 1 ctl packet replay blue in -w /dev/full
	[[ $stderr = *"'/dev/full' cannot be written: No space left"* ]]
}

# --- captures that are not good ----------------------------------------------

@test "a capture that breaks off counts up to there, and the exit code is 7" {
	load_hooks drop=10 change=0
	capture in ethernet 2500 cut=7
	expect 7 ctl packet replay blue in -w out --json
	said "netinstctl: the capture 'in' cannot be read beyond frame 2499: truncated dump file; tried to read 60 captured bytes, only got 53"
	[ "$(jq -c '[.frames, .passed, .dropped]' <<<"$output")" = \
	    '[2499,2250,249]' ]
	[ "$(stat -c %s out)" = $((24 + 2250 * (16 + 60))) ]
	# In the middle of a frame's own header.
	capture in ethernet 10 cut=65
	expect 7 ctl packet replay blue in --json
	[ "$(jq .frames <<<"$output")" = 9 ]
	capture in ethernet 10 form=pcapng cut=3
	expect 7 ctl packet replay blue in --json
	[ "$(jq .frames <<<"$output")" = 9 ]
}

@test "a capture that breaks off in its first frame or before is of no use" {
	capture in ethernet 1 cut=1
	expect 1 ctl packet replay blue in
	[[ $stderr = *"cannot be read beyond frame 0: truncated"* ]]
	[ -z "$output" ]
	capture in ethernet 0 cut=10
	expect 1 ctl packet replay blue in
	[[ $stderr = *"the capture 'in' cannot be read: truncated"* ]]
}

@test "an empty capture and an empty file are told apart" {
	capture in ethernet 0
	expect 1 ctl packet replay blue in
	said "netinstctl: the capture 'in' is empty: it has a header, and no frame"
	: >in
	expect 1 ctl packet replay blue in
	said "netinstctl: the capture 'in' is empty: it has not even a header"
}

@test "what is no capture, or cannot be read, is said to be so" {
	echo hello >in
	expect 1 ctl packet replay blue in
	said "netinstctl: the capture 'in' cannot be read: unknown file format" \
	    "hint: pcap and pcapng files can be read, as tcpdump and wireshark write them"
	expect 4 ctl packet replay blue missing
	said "netinstctl: the capture 'missing' cannot be opened: No such file or directory"
	expect 1 ctl packet replay blue .
	[[ $stderr = *"cannot be read: Is a directory" ]]
}

@test "a capture of interfaces of several types is read up to there, with a way out" {
	capture in ethernet 10 form=interfaces
	expect 7 ctl packet replay blue in
	[[ $stderr = *"the capture 'in' cannot be read beyond frame 5: an interface has a type 2 different from the type of the first interface"* ]]
	[[ $stderr = *"hint: the frames are of interfaces of several kinds: give each a capture of its own"* ]]
	capture in ethernet 1 form=interfaces
	expect 1 ctl packet replay blue in
	[[ $stderr = *"beyond frame 0: an interface has a type"*"hint: "* ]]
}

@test "a capture of another link type is refused by the type's name" {
	capture in 105 10
	expect 1 ctl packet replay blue in
	[ "${stderr_lines[0]}" = "netinstctl: the capture 'in' is of the link type IEEE802_11 (105, 802.11), which is not known here" ]
	[[ ${stderr_lines[1]} = 'hint: Ethernet, raw IP, '* ]]
	capture in 4711 10
	expect 1 ctl packet replay blue in
	[[ $stderr = *"link type without a name (4711, unknown to libpcap)"* ]]
}

@test "frames that hooks cannot see are counted, each for its reason" {
	load_hooks drop=0 change=0
	capture in ethernet 600 mix=inet,inet6,arp,lldp,runt,broken
	ctl protocol remove blue inet6 >"$WORK/removed"
	replay in -w out
	[ "$(result '[.frames, .other, .packets, .passed, .skipped,
	    .malformed]')" = '[600,100,400,200,100,200]' ]
	[ "$(statistic seen)" = 200 ]
	# Those that passed are what is written.
	[ "$(stat -c %s out)" = $((24 + 100 * (16 + 60) + 100 * (16 + 42))) ]
	replay in --event FORWARDING
	[ "$(result '[.passed, .skipped]')" = '[100,200]' ]
}

@test "a capture comes from a pipe as well" {
	load_hooks drop=0 change=0
	capture in ethernet 5000
	RESULT=$(ctl packet replay blue - --json < <(cat in))
	[ "$(result .passed)" = 5000 ]
	RESULT=$(ctl packet replay blue - --json <in)
	[ "$(result .passed)" = 5000 ]
}

@test "packets as long as IP has them are replayed, longer frames are not" {
	load_hooks drop=0 change=1
	capture in ethernet 20 payload=65515
	replay in -w out
	[ "$(result '[.passed, .other]')" = '[20,0]' ]
	[ "$(stat -c %s out)" = "$(stat -c %s in)" ]
	capture in raw 1 mix=inet6 payload=0 pad=65576
	replay in
	[ "$(result '[.passed, .other]')" = '[0,1]' ]
}

# --- what is asked for wrongly -----------------------------------------------

@test "an instance, event or interface that there is not is named" {
	capture in ethernet 10
	expect 4 ctl packet replay red in
	[[ $stderr = *"no instance is named 'red'"* ]]
	expect 4 ctl packet replay blue in --event PHYSICAL
	[[ $stderr = *"no packets run through an event 'PHYSICAL'"* ]]
	expect 4 ctl packet replay blue in --event NIC_EVENTS
	expect 4 ctl packet replay blue in --nic eth0
	[[ $stderr = *"instance 'blue' has no interface 'eth0'"* ]]
	ctl nic add blue eth0 --index 5 >"$WORK/added"
	expect 0 ctl packet replay blue in --nic eth0
	expect 0 ctl packet replay blue in --nic 5
	expect 4 ctl packet replay blue in --event FORWARDING --nic 5 --out-nic 6
	expect 2 ctl packet replay blue
	expect 2 ctl packet replay blue in in
}

@test "an instance that is down runs no packets" {
	capture in ethernet 10
	ctl instance shutdown blue >"$WORK/down"
	expect 1 ctl packet replay blue in
	[[ $stderr = *"instance 'blue' is down"* ]]
	fails 1003 wrong-state packet.run \
	    '{"instance":"blue","event":"PHYSICAL_IN","packets":[]}'
}

# params [MEMBERS]: of packet.run, with these besides, or instead.
params() {
	jq -nc '{instance: "blue", event: "PHYSICAL_IN", packets: []}'" + {$1}"
}

INET=RQAAFAAAAABAAWbnCgAAAQoAAAI=

@test "packet.run takes strict base64, and says which packet is none" {
	[ "$(succeeds packet.run "$(params "packets: [\"$INET\", \"AAAA\"]")" |
	    jq -c '[.packets, .passed, .malformed]')" = '[2,1,[1]]' ]
	for text in '"A"' '"A==="' '"AB=="' '"AA==AA=="' '"AA A"' '"AAA_"' \
	    1 null '["AA=="]'; do
		reply=$(rpc packet.run "$(params "packets: [\"$INET\", $text]")")
		is_error -32602 invalid-params "$reply"
		grep -q "packet 1 of parameter 'packets'" <<<"$reply"
	done
	fails -32602 invalid-params packet.run "$(params 'packets: "AA=="')"
	fails -32602 invalid-params packet.run "$(params 'packets: {}')"
	# A slash may be escaped in JSON.
	reply=$(succeeds packet.run \
	    '{"instance":"blue","event":"PHYSICAL_IN","packets":["RQ\/\/"]}')
	[ "$(jq -c .malformed <<<"$reply")" = '[0]' ]
}

@test "packet.run refuses a packet that is longer than any" {
	long=$(head -c 65576 /dev/zero | base64 -w 0)
	reply=$(rpc packet.run "$(params "packets: [\"$long\"]")")
	is_error -32602 invalid-params "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 65575 ]
}

@test "packet.run refuses more packets than one request may have" {
	many=$(printf '"",%.0s' {1..4096})
	reply=$(rpc packet.run "$(params "packets: [${many%,}]")")
	[ "$(jq .result.packets <<<"$reply")" = 4096 ]
	reply=$(rpc packet.run "$(params "packets: [$many\"\"]")")
	is_error -32602 invalid-params "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 4096 ]
}

@test "packet.run names a protocol that there is not, or that has no packets" {
	ctl protocol add blue own >"$WORK/added"
	fails 1006 protocol-not-found packet.run "$(params 'protocol: "none"')"
	fails 1017 event-not-found packet.run "$(params 'protocol: "own"')"
	fails 1017 event-not-found packet.run \
	    "$(params 'protocol: "arp", event: "FORWARDING"')"
	[ "$(succeeds packet.run \
	    "$(params "protocol: \"arp\", packets: [\"$INET\"]")" |
	    jq -c .malformed)" = '[0]' ]
}

@test "packet.run gives changed packets back, unless it is not asked to" {
	load_hooks drop=0 change=1
	reply=$(succeeds packet.run "$(params "packets: [\"$INET\"]")")
	[ "$(jq -c .changed <<<"$reply")" = \
	    '[{"packet":0,"bytes":"RQAAFAAAAAA/AWfnCgAAAQoAAAI="}]' ]
	reply=$(succeeds packet.run \
	    "$(params "packets: [\"$INET\"], changes: false")")
	[ "$(jq -c 'has("changed")' <<<"$reply")" = false ]
}

@test "packets wait for a callback that hangs, and nobody waits for them" {
	capture in ethernet 10
	mkfifo gate
	ctl plugin load "$FIXTURE_DIR/hangs.so" callback=create instance=2 \
	    gate="$WORK/gate" >"$WORK/loaded"
	ctl instance create --no-wait hung >"$WORK/hung"
	expect 6 ctl -t 0.5 packet replay hung in
	replay in
	[ "$(result .passed)" = 10 ]
	exec {GATE}<>"$WORK/gate"
	expect 0 ctl packet replay hung in
}
