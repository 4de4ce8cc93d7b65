#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# What is kept of instances that have ended: history.list, netinstctl history,
# and a store whose disk is full, read-only or broken, or whose daemon is
# killed. Damage to one record alone is in tests/unit/test_history_store.c.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/protocol
	load lib/netinstctl
	load lib/netns
	netinst_setup
	STATE=$WORK/state
	DATABASE=$STATE/history.db
}

teardown() {
	netinst_teardown
}

# A daemon with a plugin that has a kstat of class net on each instance.
history_start() {
	netinst_start --state "$STATE" -p "$FIXTURE_DIR/packet_hooks.so" "$@"
}

# live FROM TO: instances iFROM to iTO begin and end; returns when they are gone.
live() {
	jq -nc --argjson from "$1" --argjson to "$2" '
	    [range($from; $to + 1) | {name: "i\(.)", wait: false} |
	     {jsonrpc: "2.0", method: "instance.create",
	      params: (. + {protocols: []})},
	     {jsonrpc: "2.0", method: "instance.destroy",
	      params: {instance: .name, wait: false}}] | _nwise(100)' |
	    timeout "$NETINST_PATIENCE" nc -N -U "$SOCKET"
	wait_until "$NETINST_PATIENCE" no_instance_is_left
}

no_instance_is_left() {
	[ "$(ctl --json instance list 'i*' | jq '.instances | length')" = 0 ]
}

# The names of all records, or of those for which the filter holds; one a line.
recorded() {
	ctl --json history | jq -r ".records[] | select(${1:-true}) | .names[]"
}

recorded_are() {
	[ "$(recorded "${2:-true}" | wc -l)" = "$1" ]
}

# await_records COUNT [FILTER]
await_records() {
	wait_until "$NETINST_PATIENCE" recorded_are "$@" && return
	ctl --json call system.status | jq .history >&2
	return 1
}

stored_are() {
	await_records "$1" .stored && recorded_are "$1"
}

# What system.status says of the history.
status() {
	succeeds system.status | jq -r ".history.$1"
}

# --- what is recorded, and asked for -----------------------------------------

@test "an instance that had statistics leaves a record, in memory without --state" {
	netinst_start -p "$FIXTURE_DIR/packet_hooks.so"
	ctl instance create blue plain
	ctl instance destroy blue
	record=$(ctl --json history blue | jq -c '.records[0]')
	jq -e '.stored == false and .instance == 1 and .source == "sim" and
	    .names == ["blue"] and .cause == "end" and
	    .completeness == "last-sample" and .created < .closed and
	    (.totals["packet_hooks:0:packets"] | has("seen"))' <<<"$record"
	[ "$(recorded)" = blue ]
	[ "$(status stored)" = 0 ]
	[ "$(status in_memory)" = 1 ]
}

@test "an instance without statistics leaves none, nor does the global one" {
	netinst_start
	ctl instance create plain
	ctl instance destroy plain
	[ -z "$(recorded)" ]
	netinst_stop
	history_start
	netinst_stop
	history_start
	[ -z "$(recorded)" ]
}

@test "records outlive the daemon, those too that its stop has made" {
	history_start
	ctl instance create a b c
	ctl instance destroy b
	ctl instance destroy a
	stored_are 2
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	history_start
	[ "$(recorded .stored | paste -sd ' ')" = "c a b" ]
	[ "$(recorded '.cause == "daemon-stop"')" = c ]
	[ "$(stat -c %a "$STATE" "$DATABASE" | paste -sd ' ')" = "700 600" ]
}

@test "the history of a real namespace has its names and the kernel's number" {
	netns_setup
	netns_start --state "$STATE" -p "$PLUGIN_DIR/ipstat.so"
	netns_add "${PREFIX}a"
	netns_bind "${PREFIX}a" "${PREFIX}b"
	id=$(netns_kernel_id "${PREFIX}a")
	nsip netns del "${PREFIX}a"
	netns_await "${PREFIX}b" active
	nsip netns del "${PREFIX}b"
	await_records 2 '.source == "netns"'
	ctl --json history "${PREFIX}b" | jq -e --arg id "$id" \
	    --arg prefix "$PREFIX" '.records[0] |
	    (.kernel_id | tostring) == $id and
	    .names == [$prefix + "a", $prefix + "b"]'
}

@test "netinstctl shows a line for each record, and all of those that are named" {
	history_start
	for number in 1 2 3; do
		live $number $number
	done
	stored_are 3
	expect 0 ctl history
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[0]} = CLOSED*NAMES*COMPLETENESS* ]]
	[[ ${lines[1]} = *" i3 "*stored* ]]
	expect 0 ctl history i2
	[[ ${lines[0]} = "names "*i2 ]]
	[[ $output = *"packet_hooks:0:packets:seen "* ]]
	expect 0 ctl history 'i[13]'
	[[ $output = *i3*i1* ]]
	expect 4 ctl history other
	[ -z "$output" ]
	[[ $stderr = *'history: no record matches other'* ]]
	expect 4 ctl --json history other
	jq -e '.records == []' <<<"$output"
}

@test "--since takes how long ago, a moment, and nothing else" {
	history_start
	live 1 1
	live 2 2 # later, for parallel ones may end in any order
	stored_are 2
	for when in 5min 2h 30d 60s 2026-01-01 2026-01-01T08:00Z; do
		[ "$(ctl --json history --since "$when" |
		    jq '.records | length')" = 2 ]
	done
	for when in 0s 2200-01-01; do
		[ "$(ctl --json history --since "$when" |
		    jq '.records | length')" = 0 ]
	done
	for when in 5 yesterday 2026-13-01 -1h 99999999999999d; do
		run --separate-stderr ctl history --since="$when"
		[ "$status" = 2 ] || [ "$when" = 5 ]
	done
	closed=$(ctl --json history i2 | jq '.records[0].closed')
	succeeds history.list "{\"since\":$closed}" |
	    jq -e '[.records[].names[]] == ["i2"]'
}

@test "pages add up to every record once, the last one first" {
	history_start
	live 1 50
	stored_are 50
	all=$(recorded)
	cursor= pages=
	while :; do
		page=$(succeeds history.list "{\"limit\":10$cursor}")
		pages+=$(jq -r '.records[].names[]' <<<"$page")$'\n'
		[ "$(jq '.records | length' <<<"$page")" = 10 ]
		cursor=$(jq -r '.cursor // empty' <<<"$page")
		[ -n "$cursor" ] || break
		cursor=",\"cursor\":\"$cursor\""
	done
	diff <(echo "$all") <(printf %s "$pages")
}

@test "what cannot be asked is refused with a hint" {
	netinst_start
	fails -32602 invalid-params history.list '{"since":"soon"}'
	fails -32602 invalid-params history.list '{"since":true}'
	fails -32602 invalid-params history.list '{"cursor":"h"}'
	fails -32602 invalid-params history.list '{"cursor":"h-1"}'
	fails -32602 invalid-params history.list '{"match":"["}'
	fails -32602 invalid-params history.list '{"limit":0}'
	succeeds history.list '{"since":-1,"cursor":"h0"}' |
	    jq -e '.records == []'
}

# --- what is kept ------------------------------------------------------------

@test "of 20,000 records those are kept that the configuration says" {
	echo 'history { keep = 500 }' >"$WORK/conf"
	history_start -c "$WORK/conf"
	for ((i = 0; i < 19500; i += 6500)); do
		live $((i + 1)) $((i + 6500))
	done
	# When these begin the others are gone: they end last.
	live 19501 20000
	stored_are 500
	diff <(seq -f 'i%.0f' 19501 20000 | sort) <(recorded | sort)
	[ "$(status lost)" = 0 ]
	netinst_stop
	history_start -c "$WORK/conf"
	await_records 500 .stored
	[ "$(stat -c %s "$DATABASE")" -lt $((8 << 20)) ]
}

@test "SIGHUP brings other limits into force, by count and by age" {
	echo 'history { keep = 100 }' >"$WORK/conf"
	history_start -c "$WORK/conf"
	live 1 100
	stored_are 100
	echo 'history { keep = 10 }' >"$WORK/conf"
	kill -HUP "$DAEMON"
	await_records 10
	echo 'history { max_age = 1s }' >"$WORK/conf"
	kill -HUP "$DAEMON"
	await_records 0
}

# --- what goes wrong ---------------------------------------------------------

@test "a database that is damaged anywhere is moved aside, and all goes on" {
	history_start
	live 1 300
	stored_are 300
	netinst_stop
	cp "$DATABASE" "$WORK/good"
	for offset in 0 18 60 68 100 4096 8192 12288 36864; do
		rm -rf "$STATE"
		mkdir -m 0700 "$STATE"
		cp "$WORK/good" "$DATABASE"
		head -c 64 /dev/urandom |
		    dd of="$DATABASE" bs=1 seek="$offset" conv=notrunc status=none
		cmp -s "$DATABASE" "$WORK/good" && continue
		cp "$DATABASE" "$WORK/bad"
		: >"$LOG"
		history_start
		live 1000 1009
		await_records 10 '.stored and (.names[0] | length) == 5'
		log_has "error history: .*history\.db is damaged: it is now "
		log_has "info history: [0-9]* records were taken over from"
		cmp "$WORK/bad" "$STATE"/history.db.corrupt-*Z
		netinst_stop
		[ "$STOP_STATUS" = 0 ]
	done
	# Only leaves were hit last: the rest came over.
	history_start
	[ "$(recorded | wc -l)" -gt 250 ]
}

@test "a database that was cut off is moved aside, and all goes on" {
	history_start
	live 1 300
	stored_are 300
	netinst_stop
	cp "$DATABASE" "$WORK/good"
	for size in 100 4096 10000 50000; do
		rm -rf "$STATE"
		mkdir -m 0700 "$STATE"
		head -c "$size" "$WORK/good" >"$DATABASE"
		: >"$LOG"
		history_start
		live 1000 1009
		await_records 10 '.stored and (.names[0] | length) == 5'
		log_has "error history: .*history\.db is damaged: it is now "
		netinst_stop
		[ "$STOP_STATUS" = 0 ]
	done
}

@test "a state directory that others can write to is refused, and nothing else" {
	mkdir -m 0777 "$STATE"
	chmod 0777 "$STATE"
	history_start
	live 1 3
	recorded_are 3 '.stored == false'
	log_has 'error history: records stay in memory.*writable by everyone.*;'
	[ "$(grep -c 'error history' "$LOG")" = 1 ]
	[[ $(status problem) = *"writable by everyone"* ]]
	chmod 0700 "$STATE"
	stored_are 3
	log_has 'info history: records are stored again'
	[ "$(status problem)" = null ]
}

# A file system of its own for the state, in a mount namespace of the daemon's.
disk_setup() {
	netns_setup
	mkdir "$WORK/disk"
	netns_in mount -t tmpfs -o "size=$1,mode=0755" disk "$WORK/disk"
	STATE=$WORK/disk/state
}

disk_start() {
	NETINST_RUN="nsenter -t $HOLDER -m --" history_start "$@"
}

disk_is() {
	netns_in mount -o "remount,$1" "$WORK/disk"
}

@test "a full disk holds nothing up and loses nothing" {
	disk_setup 1m
	disk_start
	live 1 100
	stored_are 100
	netns_in dd if=/dev/zero of="$WORK/disk/fill" status=none || true
	live 101 1000
	await_records 1000
	await_records 100 .stored
	log_has 'error history: records stay in memory.*no room.*make room'
	[[ $(status problem) = *"no room"* ]]
	netns_in rm "$WORK/disk/fill"
	stored_are 1000
	log_has 'info history: records are stored again'
	[ "$(grep -c 'error history' "$LOG")" = 1 ]
	[ "$(status lost)" = 0 ]
	diff <(seq -f 'i%.0f' 1 1000 | sort) <(recorded | sort)
}

@test "what was stored is there after a crash on a full disk" {
	disk_setup 1m
	disk_start
	live 1 100
	stored_are 100
	netns_in dd if=/dev/zero of="$WORK/disk/fill" status=none || true
	live 101 1000
	await_records 1000
	kill -KILL "$DAEMON"
	netinst_wait
	disk_start
	stored_are 100
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "what is on a read-only disk is shown, and what comes is kept for later" {
	disk_setup 4m
	disk_start
	live 1 100
	stored_are 100
	netinst_stop
	disk_is ro
	disk_start
	live 101 110
	await_records 110
	recorded_are 100 .stored
	log_has 'error history: records stay in memory.*Read-only.*; mount it'
	disk_is rw
	stored_are 110
	kill -KILL "$DAEMON"
	netinst_wait
	disk_is ro
	disk_start
	await_records 110 .stored
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "a disk that never could be written keeps nobody from anything" {
	disk_setup 4m
	disk_is ro
	disk_start
	live 1 10
	expect 7 ctl history
	[[ $stderr = *"not all is shown: "*"cannot be used: Read-only"* ]]
	recorded_are 10 '.stored == false'
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	log_has 'error history: 10 records .* are not stored, and lost'
}

# A line for each record that is shown as stored.
stored() {
	ctl --json history |
	    jq -r '.records[] | select(.stored) | "\(.names[0]) \(.closed)"'
}

# Whether every record that was ever shown as stored is.
all_shown_are_stored() {
	[ -z "$(comm -23 <(sort -u "$WORK/shown") <(stored | sort -u))" ]
}

# Instances come and go all the time, and the daemon is killed at some moment.
@test "what was ever shown as stored is there after kill -9" {
	# As many as there may be: those beyond the limit are let go.
	echo 'history { keep = 1000000 }' >"$WORK/conf"
	: >"$WORK/shown"
	for round in 1 2 3; do
		history_start -c "$WORK/conf"
		all_shown_are_stored
		(while live "${round}001" "${round}100" >/dev/null 2>&1; do
			:
		done) 3>&- &
		LIFE=$!
		for ((i = 0; i < 3 + RANDOM % 10; i++)); do
			stored >>"$WORK/shown"
		done
		kill -KILL "$DAEMON"
		netinst_wait
		kill "$LIFE" 2>/dev/null || true
		wait "$LIFE" || true
	done
	[ -s "$WORK/shown" ]
	history_start -c "$WORK/conf"
	all_shown_are_stored
}

@test "one state directory is for one daemon" {
	history_start
	"$NETINSTD" -c /dev/null --source netns=off -s "$WORK/second" \
	    --state "$STATE" 2>"$WORK/log.2" 3>&- &
	SECOND=$!
	wait_until "$NETINST_PATIENCE" grep -q 'used by another netinstd; end' \
	    "$WORK/log.2"
	kill "$SECOND"
	wait "$SECOND"
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}
