#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Plugins that end the process, or a thread of it: no end goes unnamed, none
# looks like a stop, and what can go on does.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
}

teardown() {
	netinst_teardown
}

# start_with HOW [SETTING...]: a daemon that runs the plugin ends.
start_with() {
	printf 'plugin "%s" {\n    how = "%s"\n' "$FIXTURE_DIR/ends.so" "$1" \
	    >"$WORK/netinst.conf"
	printf '    %s\n' "${@:2}" '}' >>"$WORK/netinst.conf"
	netinst_start -c "$WORK/netinst.conf"
}

# ends_by HOW STATUS WHAT: what the plugin does in create ends the daemon, with
# this status and a line that says so.
ends_by() {
	: >"$LOG"
	start_with "$1" "instance = 1"
	run ! ctl instance create blue
	netinst_wait
	[ "$STOP_STATUS" = "$2" ]
	[[ $(tail -n 1 "$LOG") == *" error daemon: ends without having stopped, by $3 in plugin ends, callback create of registrant ends on instance blue (instance 1)" ]]
}

@test "a plugin that crashes is named with callback and instance" {
	# The number of the signal is added to 128.
	ends_by crash 139 'signal SEGV'
	ends_by divide 136 'signal FPE'
	ends_by abort 134 'signal ABRT'
}

@test "a plugin whose stack overflows is named, too" {
	ends_by overflow 139 'signal SEGV'
}

@test "a plugin that calls exit() is named, and the exit status is not 0" {
	ends_by exit 1 'exit()'
	ends_by quick_exit 1 'exit()'
	ends_by _exit 1 '_exit()'
}

@test "neither handlers nor masks of a plugin keep a crash from being named" {
	ends_by mask 139 'signal SEGV'
	ends_by handler 139 'signal SEGV'
	log_has 'warning daemon: plugin ends wants to handle signal SEGV, which is the daemon'
	log_has 'warning daemon: plugin ends wants to handle signal TERM'
	log_has 'info plugin ends: sigaction: -1, signal: -1'
}

@test "an end in nin_load or in a thread of a plugin is named, too" {
	local how

	start_with crash 'where = load' || true
	netinst_wait
	[ "$STOP_STATUS" = 139 ]
	log_has 'error daemon: ends without .* by signal SEGV in plugin ends, nin_load$'
	for how in crash abort _exit exit; do
		: >"$LOG"
		start_with "$how" 'where = thread' || true
		netinst_wait
		[ "$STOP_STATUS" != 0 ]
		log_has 'error daemon: ends without .* in a thread of plugin ends$'
	done
}

@test "an alarm that a plugin leaves behind does not end the daemon" {
	start_with alarm "instance = 1"
	ctl instance create blue
	wait_until "$NETINST_PATIENCE" log_has \
	    'warning daemon: signal ALRM \(14\) of an alarm or a timer is ignored'
	ctl instance show blue
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "signals that nobody waits for are named and do nothing" {
	local name

	netinst_start
	for name in USR1 USR2 PIPE RTMIN; do
		kill "-$name" "$DAEMON"
	done
	wait_until "$NETINST_PATIENCE" log_has 'signal USR2 \(12\) from process'
	log_has 'warning daemon: signal USR1 \(10\) from process [0-9]+ is ignored'
	wait_until "$NETINST_PATIENCE" log_has 'signal of real time \(34\)'
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "a callback that ends its thread is lost alone, and named" {
	local how

	for how in pthread_exit cancel; do
		: >"$LOG"
		start_with "$how" "instance = 1"
		ctl instance create blue
		[ "$(pair_state blue ends)" = failed ]
		[ "$(pair_state global ends)" = active ]
		log_has 'error core: plugin ends called pthread_exit\(\).* in create on instance 1'
		ctl instance create green
		[ "$(pair_state green ends)" = active ]
		ctl instance destroy blue
		ctl instance destroy green
		log_has 'plugin ends: instance 2: destroy'
		netinst_stop
		[ "$STOP_STATUS" = 0 ]
	done
}

@test "a nin_load that ends its thread is refused by that name" {
	netinst_start
	run ctl plugin load "$FIXTURE_DIR/ends.so" how=pthread_exit where=load
	[ "$status" = 1 ]
	[[ $output == *"nin_load of plugin 'ends' called pthread_exit()"* ]]
	ctl plugin load "$FIXTURE_DIR/ends.so" how=exit
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "a program that a plugin starts has no signals blocked, and can be ended" {
	local child

	netinst_start
	ctl plugin load "$FIXTURE_DIR/starts_program.so" "pid=$WORK/child"
	child=$(cat "$WORK/child")
	[ "$(awk '/^SigBlk/ { print $2 }' "/proc/$child/status")" = \
	    0000000000000000 ]
	# The shell between them ignores others for it; what the daemon was
	# started with stays.
	[ "$(ignores_pipe "$child")" = "$(ignores_pipe $$)" ]
	kill -TERM "$child"
	wait_until "$NETINST_PATIENCE" is_gone "$child"
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

# ignores_pipe PROCESS: 1 when it ignores SIGPIPE.
ignores_pipe() {
	echo $((0x$(awk '/^SigIgn/ { print $2 }' "/proc/$1/status") >> 12 & 1))
}

# Ended, whether or not somebody has asked how.
is_gone() {
	[ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

# The daemon has a child.
copy_runs() {
	[ -n "$(children_of "$DAEMON")" ]
}

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
@test "what a killed daemon had forked does not keep the next from starting" {
	local copy

	NETINST_RUN="env LD_PRELOAD=$TEST_BIN/preload/slow_copy.so" netinst_start
	ctl plugin load "$FIXTURE_DIR/forks.so" how=stay &
	wait_until "$NETINST_PATIENCE" copy_runs
	copy=$(children_of "$DAEMON")
	kill -KILL "$DAEMON"
	netinst_wait
	netinst_start
	ctl status
	kill -KILL "$copy"
}

@test "a part of the daemon that holds up its end is named at the deadline" {
	printf 'stop_deadline = 1s\n' >"$WORK/netinst.conf"
	NETINST_RUN="env LD_PRELOAD=$TEST_BIN/preload/slow_disk.so SLOW_DISK=$WORK/slow" \
	    netinst_start -c "$WORK/netinst.conf" --state "$WORK/state"
	: >"$WORK/slow"
	ctl instance create blue
	ctl instance destroy blue
	netinst_stop
	[ "$STOP_STATUS" = 1 ]
	log_has 'error daemon: hung: the end of the history has not come back'
}

@test "calls that are refused and lines of a plugin do not flood the log" {
	local said

	netinst_start
	ctl plugin load "$FIXTURE_DIR/complains.so" calls=300000
	said=$(grep -c 'complains: a timeout on instance 0 refused' "$LOG")
	[ "$said" -ge 100 ]
	[ "$said" -le 10000 ]
	[ "$(grep -c 'info plugin complains: call' "$LOG")" -lt 300000 ]
	# The next one that is written says how many were left out.
	wait_until "$NETINST_PATIENCE" left_out_are_said $((300000 - said))
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

# left_out_are_said LEAST: after another life of an instance.
left_out_are_said() {
	ctl instance create blue && ctl instance destroy blue
	[ $(($(sed -n 's/.* core: complains: \([0-9]*\) lines like these were left out here$/\1/p' \
	    "$LOG" | paste -sd +))) -ge "$1" ]
}
