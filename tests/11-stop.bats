#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# How netinstd ends: every callback first, however many instances there are;
# when one hangs, at the stop deadline and with its name.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
	GATE=$WORK/gate
	mkfifo "$GATE"
}

teardown() {
	netinst_teardown
}

# start_hanging CALLBACK [SETTING...]: a daemon with a plugin that does not
# return from that callback on instance 1 while $GATE is shut, and with these
# settings.
start_hanging() {
	local callback=$1

	shift
	printf '%s\n' "$@" >"$WORK/netinst.conf"
	cat >>"$WORK/netinst.conf" <<-END
		plugin "$FIXTURE_DIR/hangs.so" {
		    callback = $callback
		    instance = 1
		    gate = "$GATE"
		}
	END
	netinst_start -c "$WORK/netinst.conf"
}

# Lets what hangs go on.
open_gate() {
	exec {GATE_OPEN}<>"$GATE"
}

@test "SIGTERM with 1,000 instances runs every shutdown and destroy, in order" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	# shellcheck disable=SC2046 # names, each a word
	ctl instance create $(seq -f i%g 1000) >"$WORK/created"
	[ "$(wc -l <"$WORK/created")" = 1000 ]
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	# Per instance: create, protocols here, protocols gone, shutdown,
	# destroy; each of the 1,001 has them all, the global one last.
	awk '
	    / info plugin trace: instance / {
		sub(/:$/, "", $6)
		id = $6
		step = $7 == "protocol" ? $NF : $7
		want["create"] = 0; want["here"] = 1; want["gone"] = 2
		want["shutdown"] = 3; want["destroy"] = 4
		if (!(step in want) || want[step] < at[id] + 0 ||
		    (want[step] == at[id] && want[step] != 1 &&
			want[step] != 2 && step != "create"))
			print "out of order: " $0
		at[id] = want[step]
		count[step]++
		last = id
	    }
	    END {
		for (step in want)
			if (count[step] != 1001 * (want[step] == 1 || \
			    want[step] == 2 ? 3 : 1))
				print step ": " count[step]
		if (last != 0)
			print "the last was " last
	    }' "$LOG" >"$WORK/breaches"
	cat "$WORK/breaches"
	[ ! -s "$WORK/breaches" ]
	grep -c 'instance .*: destroy' "$LOG"
}

@test "SIGINT stops the daemon just as SIGTERM does" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	kill -INT "$DAEMON"
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
	log_has 'plugin trace: instance 1: destroy'
}

@test "a client can stop the daemon, and is answered" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	run rpc system.stop
	[[ $output == *'"result":{}'* ]]
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
	log_has 'plugin trace: instance 1: destroy'
}

@test "nothing is left behind: no socket, no copies of plugins" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	netinst_stop
	[ ! -e "$SOCKET" ]
	run find "$TMPDIR" -name 'netinstd-*'
	[ "$output" = "" ]
}

@test "a hung shutdown is named at the stop deadline and the exit says so" {
	start_hanging shutdown 'stop_deadline = 700ms' \
	    'callback_deadline = 100ms'
	ctl instance create blue
	ctl instance create green
	netinst_stop
	[ "$STOP_STATUS" = 1 ]
	log_has 'error daemon: not stopped after 700 ms'
	log_has 'hung: plugin hangs, callback shutdown .* instance blue \(1\)'
	run ! log_has 'instance green'
	[ ! -e "$SOCKET" ]
	run find "$TMPDIR" -name 'netinstd-*'
	[ "$output" = "" ]
}

@test "a hung callback is named even when callbacks have no deadline" {
	local callback

	for callback in shutdown destroy; do
		start_hanging "$callback" 'stop_deadline = 300ms' \
		    'callback_deadline = 0'
		ctl instance create blue
		netinst_stop
		[ "$STOP_STATUS" = 1 ]
		log_has "hung: plugin hangs, callback $callback .* blue \(1\)"
		: >"$LOG"
	done
}

@test "while one instance hangs the others end" {
	start_hanging create 'stop_deadline = 1s' 'callback_deadline = 100ms'
	rpc instance.create '{"name": "blue", "wait": false}'
	rpc instance.create '{"name": "green"}'
	wait_until "$NETINST_PATIENCE" log_has 'instance 1: create begins'
	netinst_stop
	[ "$STOP_STATUS" = 1 ]
	log_has 'hung: plugin hangs, callback create .* instance blue \(1\)'
	log_has 'instance 2: destroy ends'
	run ! log_has 'instance 1: shutdown'
}

@test "a second SIGTERM does not skip callbacks" {
	start_hanging shutdown 'stop_deadline = 1h'
	ctl instance create blue
	kill -TERM "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'instance 1: shutdown begins'
	kill -TERM "$DAEMON"
	wait_until "$NETINST_PATIENCE" told_twice
	kill -INT "$DAEMON"
	open_gate
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
	log_has 'instance 1: shutdown ends'
	log_has 'instance 1: destroy ends'
	log_has 'instance 0: destroy ends'
}

told_twice() {
	[ "$(grep -c 'daemon: stopping, instances left' "$LOG")" -ge 2 ]
}

@test "a client that is connected can watch the stop, a new one is refused" {
	start_hanging shutdown 'stop_deadline = 1h' 'callback_deadline = 50ms'
	ctl instance create blue
	coproc CLIENT { nc -U "$SOCKET" 3>&-; }
	echo '{"jsonrpc":"2.0","id":1,"method":"system.hello"}' \
	    >&"${CLIENT[1]}"
	read -rt 10 -u "${CLIENT[0]}" line
	kill -TERM "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'past its deadline|overdue'
	echo '{"jsonrpc":"2.0","id":2,"method":"system.status"}' \
	    >&"${CLIENT[1]}"
	read -rt 10 -u "${CLIENT[0]}" line
	[ "$(jq -r '.result.overdue[0].plugin' <<<"$line")" = hangs ]
	run ! ctl status
	[ "$status" = 3 ]
	open_gate
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
}

@test "a plugin that hangs while it is loaded does not keep the daemon" {
	printf 'stop_deadline = 300ms\nplugin "%s" { gate = "%s" }\n' \
	    "$FIXTURE_DIR/load_hangs.so" "$GATE" >"$WORK/netinst.conf"
	"$NETINSTD" -c "$WORK/netinst.conf" -s "$SOCKET" 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_answers
	netinst_stop
	[ "$STOP_STATUS" = 1 ]
	log_has 'hung: plugin load_hangs is still loading'
	run ! log_has 'daemon: ready'
	run find "$TMPDIR" -name 'netinstd-*'
	[ "$output" = "" ]
}

@test "Ctrl-C in the demonstration leaves nothing behind, whenever it comes" {
	local demo lines moment

	export NETINST_PLACE=$WORK
	bash "$NETINST_TOP/tests/demo" >"$WORK/whole" 2>&1 3>&-
	lines=$(wc -l <"$WORK/whole")
	[ "$lines" -gt 20 ]
	for moment in 0 2 5 9 15 $((lines - 3)); do
		: >"$WORK/output"
		# In a process group of its own, as a terminal would start it.
		env --default-signal=INT setsid bash "$NETINST_TOP/tests/demo" \
		    >"$WORK/output" 2>&1 3>&- &
		demo=$!
		wait_until "$NETINST_PATIENCE" demo_is_at "$moment" "$demo"
		kill -INT -- "-$demo" 2>/dev/null || true
		wait_until "$NETINST_PATIENCE" netinst_ended "$demo"
		wait_until "$NETINST_PATIENCE" session_is_over "$demo"
		run find "$WORK" -mindepth 1 -type d -o -type s
		[ "$output" = "" ]
	done
}

# Whether the demonstration has printed so many lines, or is over.
demo_is_at() {
	[ "$(wc -l <"$WORK/output")" -ge "$1" ] || netinst_ended "$2"
}

# Whether no process of a session is left but its leader, who waits for us.
session_is_over() {
	# Processes that end meanwhile are no reason for awk to end.
	[ -z "$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$1" '{
	    process = $1
	    sub(/.*\) /, "")
	    if ($4 == session && process != session)
		print process }')" ]
}
