#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What the daemon holds of real namespaces: nothing that nobody else holds, for
# no longer than its shutdown callbacks take, and nothing at all in between. The
# other end of a veth shows whether a namespace is gone.

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

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

# With every plugin of the tree.
start() {
	local file plugins=()

	for file in "$PLUGIN_DIR"/*.so; do
		plugins+=(-p "$file")
	done
	netns_start "${plugins[@]}"
}

# add_veth NAME: a namespace, known, with one end of a veth; the other end, of
# the same name, is at home.
add_veth() {
	netns_add "$1"
	nsip link add "$1" up type veth peer name inside netns "$1"
}

link_is_gone() {
	! nsip link show "$1" >/dev/null 2>&1
}

await_no_link() {
	wait_until "$NETINST_PATIENCE" link_is_gone "$1"
}

# held KIND [PROCESS]: the inodes of the namespaces that the daemon, or another
# process, has such a thing in: thread, descriptor, socket; sorted, each once.
held() {
	"$TEST_BIN/netnsheld" "${2:-$DAEMON}" | awk -v kind="$1" \
	    '$1 == kind { print $2 }' | sort -u
}

# The namespace of the daemon's own, by its inode; doctor tells it.
own_namespace() {
	ctl --json doctor | jq -r '.findings[] | select(.name == "nsid-space") |
	    .text | capture("net:\\[(?<inode>[0-9]+)\\]").inode'
}

# The daemon's threads are at home, its sockets there or in the namespace of its
# own, and it has exactly the named namespaces open; it may be about to close
# one.
only_names_are_held() {
	local home

	home=$(netns_in stat -L -c %i /proc/self/ns/net)
	[ "$(held thread)" = "$home" ] &&
	    [ "$(held socket)" = "$(printf '%s\n' "$home" "$(own_namespace)" |
		sort -u)" ] &&
	    diff <(names_lead_to) <(held descriptor | grep -vx "$home")
}

names_lead_to() {
	# shellcheck disable=SC2016 # that bash is to see it
	netns_in bash -c 'shopt -s nullglob; cd "$1" && set -- * &&
	    [ $# = 0 ] || stat -L -c %i "$@"' - "$DIRECTORY" | sort -u
}

@test "between callbacks nothing is held but one descriptor for each name" {
	local i

	start
	wait_until "$NETINST_PATIENCE" only_names_are_held
	for i in {1..20}; do
		add_veth "ni$i"
	done
	wait_until "$NETINST_PATIENCE" only_names_are_held
	[ "$(held descriptor | wc -l)" -ge 20 ]
	ctl kstat >/dev/null
	wait_until "$NETINST_PATIENCE" only_names_are_held
	for i in {1..20..2}; do
		nsip netns del "ni$i"
	done
	netns_await_count active 10
	wait_until "$NETINST_PATIENCE" only_names_are_held
	for i in {2..20..2}; do
		nsip netns del "ni$i"
	done
	netns_await_count "" 0
	wait_until "$NETINST_PATIENCE" only_names_are_held
	[ "$(ctl --json status | jq .netns.held)" = 0 ]
}

@test "a copy of the daemon that a plugin made has none of these descriptors" {
	local copies copy inode

	netns_start
	netns_add ni1
	inode=$(names_lead_to)
	held descriptor | grep -x "$inode"
	ctl plugin load "$FIXTURE_DIR/forks.so" how=stay
	copies=$(children_of "$DAEMON")
	[ -n "$copies" ]
	for copy in $copies; do
		held thread "$copy" >>"$WORK/threads"
		held descriptor "$copy" >>"$WORK/descriptors"
	done
	# shellcheck disable=SC2086 # one or more
	kill -KILL $copies
	[ -s "$WORK/threads" ]
	run ! grep -x "$inode" "$WORK/descriptors"
}

@test "with hold = never nothing is held at all" {
	NETNS_SETTINGS+=('hold = "never"')
	start
	add_veth ni1
	add_veth ni2
	wait_until "$NETINST_PATIENCE" nothing_is_held
	nsip netns del ni1
	await_no_link ni1
	netns_await ni1 ""
	nothing_is_held
}

nothing_is_held() {
	[ "$(held descriptor | grep -vxc "$(netns_in \
	    stat -L -c %i /proc/self/ns/net)")" = 0 ]
}

@test "others can unmount a name as if the daemon were not there" {
	start
	netns_make ni1
	netns_await ni1 active
	netns_in umount "$DIRECTORY/ni1"
	netns_await ni1 ""
}

@test "a deleted namespace goes, with whatever it is connected to" {
	local i

	start
	for i in {1..20}; do
		add_veth "ni$i"
	done
	for i in {1..20}; do
		nsip netns del "ni$i"
		await_no_link "ni$i"
	done
	netns_await_count "" 0
	[ "$(ctl --json status | jq .netns.late_releases)" = 0 ]
}

# start_hanging SECONDS: a daemon with a plugin that does not return from its
# shutdown callback on instance 1, which is ni1, while $WORK/gate is shut.
start_hanging() {
	mkfifo "$WORK/gate"
	NETNS_SETTINGS+=("release_deadline = $1")
	NETNS_CONFIG+=('callback_deadline = 10min'
	    "plugin \"$FIXTURE_DIR/hangs.so\" {" 'callback = shutdown'
	    'instance = 1' "gate = \"$WORK/gate\"" '}')
	start
	add_veth ni1
	[ "$(netns_id ni1)" = 1 ]
}

open_gate() {
	exec {GATE_OPEN}<>"$WORK/gate"
}

@test "a callback that hangs delays the end by the deadline, and no more" {
	start_hanging 300ms
	nsip netns del ni1
	wait_until "$NETINST_PATIENCE" log_has 'instance 1: shutdown begins'
	await_no_link ni1
	# It still hangs.
	netns_states_are ni1 shutting-down
	[ "$(ctl --json status | jq .netns.late_releases)" = 1 ]
	[ "$(ctl --json status | jq .netns.held)" = 0 ]
	open_gate
	netns_await ni1 ""
	log_has 'instance 1: destroy ends'
}

@test "until the deadline the namespace is kept for a callback that takes long" {
	start_hanging 1h
	nsip netns del ni1
	wait_until "$NETINST_PATIENCE" log_has 'instance 1: shutdown begins'
	[ "$(netns_member 1 .kernel.hold)" = ending ]
	nsip link show ni1
	# Others come and go meanwhile.
	add_veth ni2
	nsip netns del ni2
	await_no_link ni2
	nsip link show ni1
	open_gate
	await_no_link ni1
	netns_await ni1 ""
}

@test "when the daemon stops nothing of it keeps a namespace" {
	NETNS_CONFIG=('stop_deadline = 300ms')
	start_hanging 1h
	nsip netns del ni1
	wait_until "$NETINST_PATIENCE" log_has 'instance 1: shutdown begins'
	netinst_stop
	[ "$STOP_STATUS" != 0 ]
	await_no_link ni1
}

# reside NAME: one more process in the namespace; $RESIDENT.
reside() {
	netns_start_in "$1" tail -f /dev/null
}

hold_is() {
	[ "$(netns_member "$1" '"\(.kernel.hold) \(.kernel.holder)"')" = "$2" ]
}

@test "a nameless namespace goes with its last process" {
	local id first second

	start
	add_veth ni1
	id=$(netns_id ni1)
	reside ni1
	reside ni1
	nsip netns del ni1
	wait_until "$NETINST_PATIENCE" netns_is_nameless "$id"
	first=$(netns_member "$id" .kernel.holder)
	kill -KILL "$first"
	# The other one takes its place.
	wait_until "$NETINST_PATIENCE" another_holds "$id" "$first"
	second=$(netns_member "$id" .kernel.holder)
	[ "$(netns_member "$id" .state)" = active ]
	nsip link show ni1
	kill -KILL "$second"
	await_no_link ni1
	netns_await_life "$id" "create shutdown destroy"
}

netns_is_nameless() {
	[ "$(netns_member "$1" '"\(.named) \(.kernel.hold)"')" = \
	    "false process" ]
}

another_holds() {
	[ "$(netns_member "$1" '.kernel.hold')" = process ] &&
	    [ "$(netns_member "$1" .kernel.holder)" != "$2" ]
}

@test "a process that leaves a nameless namespace without exiting frees it" {
	NETNS_SETTINGS=('scan_interval = 60s')
	start
	netns_add ni1
	nsip link add ni1 up type veth peer name inside netns ni1
	mkfifo "$WORK/leave"
	# shellcheck disable=SC2016 # that bash is to see it
	netns_start_in ni1 bash -c 'read -r _ <"$1"
	    exec nsenter -t "$2" -n tail -f /dev/null' - "$WORK/leave" \
	    "$HOLDER"
	nsip netns del ni1
	wait_until "$NETINST_PATIENCE" netns_is_nameless "$(netns_id ni1)"
	echo >"$WORK/leave"
	await_no_link ni1
	netns_await ni1 ""
	kill -0 "$RESIDENT"
}

@test "a process that leaves the namespace a link leads to frees it" {
	NETNS_SETTINGS=('scan_interval = 60s')
	start
	mkfifo "$WORK/leave"
	# shellcheck disable=SC2016 # that bash is to see it
	nsenter -t "$HOLDER" -m -n -- unshare -n bash -c 'read -r _ <"$1"
	    exec nsenter -t "$2" -n tail -f /dev/null' - "$WORK/leave" \
	    "$HOLDER" 3>&- &
	RESIDENT=$!
	wait_until "$NETINST_PATIENCE" is_elsewhere "$RESIDENT"
	netns_in ln -s "/proc/$RESIDENT/ns/net" "$DIRECTORY/ni1"
	netns_await ni1 active
	nsip link add ni1 up type veth peer name inside netns "$RESIDENT"
	echo >"$WORK/leave"
	await_no_link ni1
	kill -0 "$RESIDENT"
	# It leads to where the daemon is at home now.
	netns_await ni1 ""
}

@test "a namespace that never had a name is found, held by its process, and goes" {
	local id inode

	NETNS_SETTINGS=('scan_interval = 100ms')
	start
	nsenter -t "$HOLDER" -m -n -- unshare -n tail -f /dev/null 3>&- &
	RESIDENT=$!
	wait_until "$NETINST_PATIENCE" is_elsewhere "$RESIDENT"
	inode=$(stat -L -c %i "/proc/$RESIDENT/ns/net")
	wait_until "$NETINST_PATIENCE" inode_is_there "$inode"
	id=$(instance_of_inode "$inode")
	[ "$(netns_member "$id" .name)" = "ns-$(netns_member "$id" .kernel.id)" ]
	hold_is "$id" "process $RESIDENT"
	nsip link add ni1 up type veth peer name inside netns "$RESIDENT"
	kill -KILL "$RESIDENT"
	await_no_link ni1
	netns_await_life "$id" "create shutdown destroy"
}

# Whether a process is neither at home nor in the machine's namespace.
is_elsewhere() {
	local it

	it=$(readlink "/proc/$1/ns/net")
	[ "$it" != "$(readlink "/proc/$HOLDER/ns/net")" ] &&
	    [ "$it" != "$(readlink /proc/self/ns/net)" ]
}

instance_of_inode() {
	netns_list | jq --argjson inode "$1" \
	    '.[] | select(.kernel.inode == $inode and .state == "active").id'
}

inode_is_there() {
	[ -n "$(instance_of_inode "$1")" ]
}
