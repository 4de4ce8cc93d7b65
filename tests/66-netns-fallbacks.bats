#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Real instances where the kernel or the daemon's rights lack something: what
# depends on it is reported off, and everything else goes on as before.

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netns
	load lib/storm
	netinst_setup
	netns_setup
}

teardown() {
	[ -z "${DAEMON:-}" ] || kill -CONT "$DAEMON" || true
	netns_teardown
}

# start_without FEATURE...: without the numbers on the netlink socket an end is
# found at an interval; then processes are left out, too, for those of others
# would be found as well.
start_without() {
	local interval=0 features=$*

	if [[ " $* " = *" nsid "* ]]; then
		interval=100ms
		[[ " $* " = *" processes "* ]] || features+=' processes'
	fi
	NETNS_SETTINGS=("scan_interval = $interval" "without = \"$features\"")
	storm_start
}

# start_less CAPABILITY...: a daemon that can never have these.
start_less() {
	local set

	set=$(printf ',-%s' "$@")
	NETNS_SETTINGS=('scan_interval = 100ms' 'without = "processes"')
	NETNS_AS="setpriv --bounding-set ${set#,} --" storm_start
}

# The same as with everything, only less often.
storm_and_churn() {
	storm_make 200
	storm_is_there
	storm_remove 200
	storm_is_over 200
	: >"$LOG"
	churn 300 5 "$RANDOM"
	churn_was_right
}

# is_off FEATURE...: whether status and doctor say so, of each, and what to do.
is_off() {
	local feature

	ctl --json status >"$WORK/status"
	ctl --json doctor >"$WORK/doctor" || true
	for feature in "$@"; do
		jq -e --arg feature "$feature" \
		    '.netns.missing | index($feature)' "$WORK/status"
		jq -e --arg feature "$feature" '.findings[] |
		    select(.name == $feature and .severity != "ok").remedy' \
		    "$WORK/doctor"
	done
}

@test "without mount events" {
	start_without mount-events
	is_off mount-events
	storm_and_churn
}

@test "without mount events, when inotify loses events" {
	local most

	start_without mount-events
	kill -STOP "$DAEMON"
	most=$(cat /proc/sys/fs/inotify/max_queued_events)
	netns_maker noise "$DIRECTORY" noise "$most" 2
	storm_make 200
	kill -CONT "$DAEMON"
	storm_is_there
	wait_until "$NETINST_PATIENCE" resyncs_are_above 0
	storm_remove 200
	storm_is_over 200
}

@test "without ids of namespaces, by their cookies" {
	start_without ns-id
	is_off ns-id
	storm_and_churn
}

@test "with neither ids nor cookies, by weak numbers" {
	start_without ns-id cookie
	storm_make 200
	netns_await_count active 200
	[ "$(netns_list | jq 'map(select(.kernel.weak)) | length')" = 200 ]
	diff <(awk '{ print $3 }' "$WORK/made" | sort) \
	    <(netns_list | jq -r '.[].kernel.id' | sort)
	storm_remove 200
	netns_await_count "" 0
	diff <(echo "200 create shutdown destroy") <(netns_lives)
	is_off ns-id cookie
}

@test "without handles of namespaces" {
	start_without handle
	is_off handle
	storm_and_churn
}

@test "without handles and with hold = never" {
	start_without handle
	netinst_stop
	NETNS_SETTINGS+=('hold = "never"')
	: >"$LOG"
	storm_start
	storm_make 200
	storm_remove 200
	netns_await_count "" 0
}

@test "without entering namespaces" {
	start_without enter
	is_off enter
	storm_and_churn
	log_has 'identity: instance [1-9][0-9]*: create outside'
}

@test "without numbers of namespaces on the netlink socket" {
	start_without nsid
	is_off nsid
	storm_and_churn
}

@test "with neither handles nor numbers on the netlink socket" {
	start_without nsid handle
	is_off nsid handle
	storm_and_churn
}

@test "without looking at others' processes" {
	start_without processes
	is_off processes
	storm_and_churn
}

@test "without anything that can be left out" {
	start_without mount-events ns-id cookie handle enter nsid processes listns \
	    mount-id
	storm_make 100
	netns_await_count active 100
	storm_remove 100
	netns_await_count "" 0
	diff <(echo "100 create shutdown destroy") <(netns_lives)
}

@test "without CAP_SYS_ADMIN" {
	start_less sys_admin
	is_off mount-events enter
	storm_and_churn
}

@test "without CAP_NET_ADMIN" {
	start_less net_admin
	is_off nsid
	storm_and_churn
}

@test "without CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH" {
	start_less sys_ptrace dac_read_search dac_override
	storm_and_churn
}

@test "without any capability, and simulated instances are as they were" {
	start_less all
	storm_and_churn
	ctl instance create "${PREFIX}sim"
	[ "$(netns_member "${PREFIX}sim" .source)" = sim ]
	ctl instance destroy "${PREFIX}sim"
}

@test "a feature that there is not is a mistake in the configuration" {
	NETNS_SETTINGS+=('without = "mount-events wings"')
	run "$NETINSTD" -t -c "$(netns_config)"
	[ "$status" = 8 ]
	[[ $output == *wings* ]]
}
