#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Calls that come later: the plugin ticks counts them, per instance, and logs
# an error for each that comes when nothing may come any more.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	printf 'callback_deadline = "300ms"\n' >"$WORK/netinst.conf"
	plugins_start -c "$WORK/netinst.conf"
	mkfifo "$WORK/gate"
}

teardown() {
	netinst_teardown
}

# counter INSTANCE NAME: that counter of the plugin there.
counter() {
	ctl --json kstat -I "$1" ticks:0:ticks:"$2" |
	    jq -r --arg name "$2" 'first(.. | objects |
		select(.name == $name and has("value")).value)'
}

# counts_to INSTANCE NAME NUMBER: the counter there has come that far.
counts_to() {
	local now

	now=$(counter "$1" "$2")
	[ -n "$now" ] && [ "$now" -ge "$3" ]
}

# Threads of the daemon that wait for the time.
timer_threads() {
	grep -lx timer "/proc/$DAEMON/task"/*/comm | wc -l
}

# overdue_is TEXT: what system.status says is past its deadline.
overdue_is() {
	[ "$(ctl --json status | jq -r \
	    '.overdue[] | "\(.callback) of \(.plugin) on \(.instance)"')" = "$1" ]
}

# beats_of LINE: the number of beats that a line of the log tells.
beats_of() {
	grep -o "plugin ticks: $1, [0-9]* beats" "$LOG" | grep -o '[0-9]* beats'
}

@test "a plugin's timeouts are called on each of its instances" {
	ctl plugin load "$FIXTURE_DIR/ticks.so"
	ctl instance create two
	wait_until "$NETINST_PATIENCE" counts_to global ticks 10
	wait_until "$NETINST_PATIENCE" counts_to witness ticks 10
	wait_until "$NETINST_PATIENCE" counts_to two ticks 10
	wait_until "$NETINST_PATIENCE" counts_to two once 1
	wait_until "$NETINST_PATIENCE" \
	    log_has "plugin ticks: instance 2: cancelling itself: 0"
	wait_until "$NETINST_PATIENCE" \
	    counts_to two ticks $(($(counter two ticks) + 10))
	[ "$(counter two once)" = 1 ]
	[ "$(counter two five)" = 5 ]
	[ "$(plugin_member ticks '.callbacks.timeout.calls > 30')" = true ]
	[ "$(plugin_member ticks '.callbacks.timeout.overdue')" = 0 ]
	others_are_well
}

@test "timeouts are cancelled before their instance's shutdown" {
	ctl plugin load "$FIXTURE_DIR/ticks.so"
	ctl instance create two
	wait_until "$NETINST_PATIENCE" counts_to two ticks 3
	ctl instance destroy two
	log_has "plugin ticks: instance 2: shutdown, .*another: refused"
	log_has "a timeout on instance 2 refused: the instance is in or past shutdown"
	wait_until "$NETINST_PATIENCE" \
	    counts_to witness ticks $(($(counter witness ticks) + 10))
	log_lacks "called after its shutdown"
}

@test "timeouts are cancelled before the plugin's own shutdown when it is unloaded" {
	ctl plugin load "$FIXTURE_DIR/ticks.so"
	wait_until "$NETINST_PATIENCE" counts_to witness ticks 3
	ctl plugin unload ticks
	log_has "plugin ticks: instance 0: shutdown, .*another: refused"
	log_has "plugin ticks: instance 1: shutdown, .*another: refused"
	log_has "plugin ticks: unload, .*another: refused"
	# The one of nin_load is over before the first shutdown.
	[ "$(beats_of unload)" = "$(beats_of "instance 0: shutdown")" ]
	[ "$(beats_of unload)" = "$(beats_of "instance 1: shutdown")" ]
	ctl plugin load "$FIXTURE_DIR/ticks.so"
	wait_until "$NETINST_PATIENCE" counts_to witness ticks 3
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	log_lacks "called after its shutdown"
}

@test "there is no timer thread before the first timeout, and one from then on" {
	[ "$(timer_threads)" = 0 ]
	ctl plugin load "$FIXTURE_DIR/ticks.so"
	[ "$(timer_threads)" = 1 ]
	ctl instance create two
	[ "$(timer_threads)" = 1 ]
}

@test "a timeout that never returns is reported and delays only its own instance" {
	ctl plugin load "$FIXTURE_DIR/ticks.so" instance=2 gate="$WORK/gate"
	ctl instance create two
	wait_until "$NETINST_PATIENCE" overdue_is "timeout of ticks on 2"
	log_has "overdue: timeout of registrant ticks \(plugin ticks\) on instance 2"
	wait_until "$NETINST_PATIENCE" \
	    counts_to witness ticks $(($(counter witness ticks) + 10))
	[ "$(plugin_member ticks .callbacks.timeout.overdue)" = 1 ]
	[ "$(counter two ticks)" = 5 ]
	others_are_well
	timeout "$NETINST_PATIENCE" tee "$WORK/gate" </dev/null
	wait_until "$NETINST_PATIENCE" counts_to two ticks 10
	overdue_is ""
	others_are_well
}
