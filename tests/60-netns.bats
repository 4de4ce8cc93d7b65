#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Real instances: names of network namespaces come and go, alone and in all the
# ways that confuse: several names, names that move, names that come back, names
# that are no names.

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

bats_require_minimum_version 1.5.0

# Bytes that a terminal might obey; a line's end is none.
CONTROL=$'[\001-\011\013-\037\177]'

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
}

teardown() {
	netns_teardown
}

start() {
	netns_start -p "$PLUGIN_DIR/trace.so" -p "$FIXTURE_DIR/identity.so"
}

@test "a namespace with a name is an instance, and ends with it" {
	local id kernel

	start
	nsip netns add "${PREFIX}blue"
	id=$(netns_id "${PREFIX}blue")
	netns_await "${PREFIX}blue" active
	kernel=$(netns_kernel_id "${PREFIX}blue")
	[ "$(netns_member "$id" .kernel.id)" = "$kernel" ]
	[ "$(netns_member "$id" .named)" = true ]
	[ "$(netns_member "$id" .kernel.hold)" = name ]
	[ "$(netns_member "$id" '.protocols | sort | join(" ")')" = \
	    "arp inet inet6" ]
	wait_until "$NETINST_PATIENCE" log_has \
	    "plugin identity: instance $id: create in $kernel\$"
	nsip netns del "${PREFIX}blue"
	netns_await "${PREFIX}blue" ""
	netns_life_is "$id" "create shutdown destroy"
	log_has "plugin identity: instance $id: shutdown in $kernel\$"
}

@test "ip netns set NAME ID works as without the daemon, and is shown" {
	start
	nsip netns add "${PREFIX}before"
	nsip netns set "${PREFIX}before" 70
	netns_add "${PREFIX}blue"
	[ "$(netns_member "${PREFIX}blue" .kernel.nsid)" = null ]
	nsip netns set "${PREFIX}blue" 77
	wait_until "$NETINST_PATIENCE" nsid_is "${PREFIX}blue" 77
	wait_until "$NETINST_PATIENCE" nsid_is "${PREFIX}before" 70
	# Those who came with a number, too; and none is given by the daemon.
	netns_add "${PREFIX}late"
	nsip netns list-id | sort >"$WORK/ids"
	printf 'nsid %s (iproute2 netns name: %s)\n' 70 "${PREFIX}before" 77 \
	    "${PREFIX}blue" | diff - <(sed 's/ *$//' "$WORK/ids")
	netinst_stop
	start
	netns_await "${PREFIX}blue" active
	nsid_is "${PREFIX}blue" 77
}

# nsid_is NAME NSID
nsid_is() {
	[ "$(netns_member "$1" .kernel.nsid)" = "$2" ]
}

@test "what is there before the daemon is found, also by the next daemon" {
	local name

	nsip netns add "${PREFIX}early"
	nsip netns add "${PREFIX}blue"
	start
	for name in early blue; do
		netns_await "$PREFIX$name" active
		wait_until "$NETINST_PATIENCE" log_has ": create in $(
		    netns_kernel_id "$PREFIX$name")\$"
	done
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	[ "$(nsip netns list | wc -l)" = 2 ]
	nsip netns del "${PREFIX}early"
	nsip netns add "${PREFIX}late"
	start
	netns_await "${PREFIX}blue" active
	netns_await "${PREFIX}late" active
	netns_count_is "" 2
}

@test "the daemon's end is the end of its instances, not of the namespaces" {
	local id

	start
	netns_add "${PREFIX}blue"
	id=$(netns_id "${PREFIX}blue")
	kill -INT "$DAEMON"
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
	netns_life_is "$id" "create shutdown destroy"
	[ "$(netns_in ls "$DIRECTORY")" = "${PREFIX}blue" ]
	nsip -n "${PREFIX}blue" link show lo
	log_has ' info daemon: stopped'
}

@test "several names of one namespace are one instance, until the last goes" {
	local id

	start
	netns_add "${PREFIX}blue"
	id=$(netns_id "${PREFIX}blue")
	netns_bind "${PREFIX}blue" "${PREFIX}azure"
	wait_until "$NETINST_PATIENCE" alias_is "$id" "${PREFIX}azure"
	netns_bind "${PREFIX}azure" "${PREFIX}cyan"
	wait_until "$NETINST_PATIENCE" alias_is "$id" "${PREFIX}azure ${PREFIX}cyan"
	# The first goes, and another takes its place.
	nsip netns del "${PREFIX}blue"
	wait_until "$NETINST_PATIENCE" alias_is "$id" "${PREFIX}cyan"
	[ "$(netns_member "$id" .name)" = "${PREFIX}azure" ]
	nsip netns del "${PREFIX}azure"
	wait_until "$NETINST_PATIENCE" alias_is "$id" ""
	[ "$(netns_member "$id" '.name + " " + .state')" = \
	    "${PREFIX}cyan active" ]
	nsip netns del "${PREFIX}cyan"
	netns_await_count "" 0
	netns_life_is "$id" "create shutdown destroy"
}

# alias_is ID NAMES
alias_is() {
	[ "$(netns_member "$1" '.aliases // [] | sort | join(" ")')" = "$2" ]
}

@test "a name that is moved to another file takes its instance with it" {
	local id

	start
	netns_make "${PREFIX}from"
	id=$(netns_id "${PREFIX}from")
	netns_in touch "$DIRECTORY/${PREFIX}to"
	netns_in mount --move "$DIRECTORY/${PREFIX}from" \
	    "$DIRECTORY/${PREFIX}to"
	netns_await "${PREFIX}to" active
	[ "$(netns_id "${PREFIX}to")" = "$id" ]
	netns_life_is "$id" create
	netns_count_is "" 1
}

@test "a name made again while a process keeps the old one is another instance" {
	local old young

	start
	netns_add "${PREFIX}blue"
	old=$(netns_id "${PREFIX}blue")
	netns_start_in "${PREFIX}blue" tail -f /dev/null
	nsip netns del "${PREFIX}blue"
	nsip netns add "${PREFIX}blue"
	netns_await "${PREFIX}blue" "active active"
	young=$(netns_id "${PREFIX}blue")
	[ "$young" != "$old" ]
	wait_until "$NETINST_PATIENCE" netns_hold_is "$old" process
	[ "$(netns_member "$old" '"\(.named) \(.kernel.holder)"')" = \
	    "false $RESIDENT" ]
	[ "$(netns_member "$young" '"\(.named) \(.kernel.hold)"')" = \
	    "true name" ]
	kill -KILL "$RESIDENT"
	netns_await_life "$old" "create shutdown destroy"
	netns_life_is "$young" create
	netns_await "${PREFIX}blue" active
}

netns_hold_is() {
	[ "$(netns_member "$1" .kernel.hold)" = "$2" ]
}

@test "a namespace that only a descriptor keeps is down until that is closed" {
	local old young

	start
	netns_add "${PREFIX}blue"
	old=$(netns_id "${PREFIX}blue")
	keep_open "${PREFIX}blue"
	nsip netns del "${PREFIX}blue"
	netns_await "${PREFIX}blue" down
	nsip netns add "${PREFIX}blue"
	netns_await "${PREFIX}blue" "down active"
	young=$(netns_id "${PREFIX}blue")
	netns_life_is "$old" "create shutdown"
	kill -KILL "$KEEPER"
	netns_await_life "$old" "create shutdown destroy"
	netns_life_is "$young" create
}

# keep_open NAME: $KEEPER has the namespace open and is not in it.
keep_open() {
	# shellcheck disable=SC2016 # that bash is to see it
	nsenter -t "$HOLDER" -m -n -- bash -c 'exec 9<"$1"
	    : >"$2" && exec tail -f /dev/null' - "$DIRECTORY/$1" \
	    "$WORK/kept" 3>&- &
	KEEPER=$!
	wait_until "$NETINST_PATIENCE" test -e "$WORK/kept"
}

@test "a name for a namespace that is down is a new life of it" {
	local kernel old young

	start
	netns_make "${PREFIX}blue"
	old=$(netns_id "${PREFIX}blue")
	kernel=$(netns_kernel_id "${PREFIX}blue")
	# Something else comes to be seen by that name; its own is below.
	netns_make "${PREFIX}red"
	netns_bind "${PREFIX}red" "${PREFIX}blue"
	netns_await_life "$old" "create shutdown"
	netns_in umount "$DIRECTORY/${PREFIX}blue"
	netns_await_life "$old" "create shutdown destroy"
	young=$(netns_id "${PREFIX}blue")
	[ "$young" != "$old" ]
	netns_await "${PREFIX}blue" active
	[ "$(netns_member "$young" .kernel.id)" = "$kernel" ]
	[ "$(netns_member "$(netns_id "${PREFIX}red")" .aliases)" = null ]
}

@test "a name of the daemon's own namespace is one of the global instance" {
	start
	netns_in touch "$DIRECTORY/${PREFIX}home"
	netns_in mount --bind /proc/self/ns/net "$DIRECTORY/${PREFIX}home"
	wait_until "$NETINST_PATIENCE" alias_is 0 "${PREFIX}home"
	[ "$(netns_member 0 '.name + " " + .source')" = "global netns" ]
	[ "$(netns_member 0 .kernel.id)" = \
	    "$(netns_kernel_id "${PREFIX}home")" ]
	netns_count_is "" 0
	nsip netns del "${PREFIX}home"
	wait_until "$NETINST_PATIENCE" alias_is 0 ""
	[ "$(netns_member 0 .state)" = active ]
}

@test "names of any bytes are instances, and are shown without harm" {
	# shellcheck disable=SC1003 # that is a backslash
	local shown hostile=($'\e[2J\e]0;x\a' $'a\nb\tc' $'\xff\xfe' $'\x7f'
	    $'\xc3\xa9' '"\' '%s%n' ' ' '-h' "$(printf '%0254d' 7)"
	    $'\xed\xa0\x80' $'\u202e')
	# shellcheck disable=SC1003 # likewise
	local expected=('\x1b[2J\x1b]0;x\x07' 'a\x0ab\x09c' '\xff\xfe' '\x7f'
	    $'\xc3\xa9' '"\' '%s%n' ' ' '-h' "$(printf '%0254d' 7)"
	    '\xed\xa0\x80' $'\u202e')
	local i

	start
	for i in "${!hostile[@]}"; do
		netns_maker make "$DIRECTORY" "${hostile[i]}" 1 1 >/dev/null
		netns_await "${expected[i]}0" active
	done
	netns_await_count active "${#hostile[@]}"
	# A person sees them all, on one line each, and no byte does anything.
	shown=$(ctl instance list)
	[ "$(wc -l <<<"$shown")" = $((${#hostile[@]} + 2)) ]
	run ! env LC_ALL=C grep -a "$CONTROL" <<<"$shown"
	run ! env LC_ALL=C grep -a "$CONTROL" "$LOG"
	for i in "${!hostile[@]}"; do
		netns_maker remove "$DIRECTORY" "${hostile[i]}" 1 1
	done
	netns_await_count "" 0
}

@test "a name of 255 bytes that are all escaped is cut to fit" {
	local long

	start
	# Written as \x01, each is four bytes.
	long=$(printf '\001%.0s' {1..254})
	netns_maker make "$DIRECTORY" "$long" 1 1 >/dev/null
	netns_await_count active 1
	[ "$(netns_list | jq -r '.[0].name | length')" -le 255 ]
	[[ $(netns_list | jq -r '.[0].name') = '\x01\x01\x01'* ]]
	netns_maker remove "$DIRECTORY" "$long" 1 1
	netns_await_count "" 0
}

@test "two names that look the same are two instances" {
	start
	netns_make "${PREFIX}"$'\x01'
	netns_make "${PREFIX}\\x01"
	netns_await "${PREFIX}\\x01" "active active"
	netns_in umount "$DIRECTORY/${PREFIX}\\x01"
	netns_await "${PREFIX}\\x01" active
	[ "$(netns_list | jq '.[0].kernel.id')" = \
	    "$(netns_kernel_id "${PREFIX}"$'\x01')" ]
}

@test "10,000 plain files are no instances and hold nothing up" {
	netns_maker files "$DIRECTORY" plain 10000 2
	start
	netns_add "${PREFIX}blue"
	netns_count_is "" 1
	netns_maker noise "$DIRECTORY" noise 10000 2
	nsip netns del "${PREFIX}blue"
	netns_await_count "" 0
	# One of them becomes a namespace.
	netns_in unshare "--net=$DIRECTORY/plain5000" true
	netns_await plain5000 active
	netns_in bash -c 'cd /run/netns && rm -f plain*' || true
	netns_await_count "" 1
}

@test "a file that is not a network namespace is none, whatever it is" {
	start
	netns_in mkfifo "$DIRECTORY/${PREFIX}fifo"
	netns_in mkdir "$DIRECTORY/${PREFIX}directory"
	netns_in mknod "$DIRECTORY/${PREFIX}device" c 5 1
	netns_in ln -s /proc/self/ns/uts "$DIRECTORY/${PREFIX}link"
	netns_in ln -s "${PREFIX}loop" "$DIRECTORY/${PREFIX}loop"
	netns_in touch "$DIRECTORY/${PREFIX}uts"
	netns_in mount --bind /proc/self/ns/uts "$DIRECTORY/${PREFIX}uts"
	netns_in touch "$DIRECTORY/${PREFIX}file"
	netns_in mount --bind /dev/zero "$DIRECTORY/${PREFIX}file"
	netns_add "${PREFIX}blue"
	netns_count_is "" 1
	[ "$(ctl --json status | jq .netns.ghosts)" = 7 ]
}

@test "a directory that comes later is watched from then on" {
	netns_in mkdir "$WORK/parent"
	NETNS_SETTINGS=("directories = \"$WORK/parent/child:/run/netns\""
	    'scan_interval = 0')
	start
	netns_in mkdir "$WORK/parent/child"
	DIRECTORY=$WORK/parent/child
	netns_make "${PREFIX}late"
	netns_await "${PREFIX}late" active
	netns_in umount "$DIRECTORY/${PREFIX}late"
	netns_await_count "" 0
	# Likewise a whole way that is not there, and comes back.
	netns_in rm -r "$WORK/parent"
	netns_in mkdir -p "$WORK/parent/child"
	netns_make "${PREFIX}again"
	netns_await "${PREFIX}again" active
}

@test "a directory that is mounted over shows what is there then" {
	local id

	start
	netns_add "${PREFIX}below"
	id=$(netns_id "${PREFIX}below")
	netns_in mount -t tmpfs above "$DIRECTORY"
	netns_make "${PREFIX}above"
	netns_await "${PREFIX}above" active
	netns_await_life "$id" "create shutdown"
	netns_in umount "$DIRECTORY/${PREFIX}above"
	netns_in umount "$DIRECTORY"
	netns_await "${PREFIX}below" active
	netns_await_count "" 1
}

@test "without the source nothing of the machine is seen" {
	nsip netns add "${PREFIX}blue"
	NETINST_SOURCE=off NETINST_RUN="nsenter -t $HOLDER -m -n --" \
	    netinst_start -p "$PLUGIN_DIR/trace.so"
	[ "$(ctl --json instance list | jq '.instances | length')" = 1 ]
	[ "$(netns_member 0 .source)" = sim ]
	nsip netns add "${PREFIX}red"
	ctl instance create green
	[ "$(ctl --json instance list | jq '.instances | length')" = 2 ]
}

@test "a number that is a name here and an id there does not hit the wrong one" {
	local name

	start
	ctl instance create made-here
	nsip netns add 1
	nsip netns add 4000
	netns_await 1 active
	netns_await 4000 active
	# The name goes before the id, unless somebody was told that id.
	[ "$(ctl --json instance show made-here | jq .id)" = 1 ]
	run -2 ctl instance show 1
	[[ $output == *"'1' is the name of the instance "*" and the id of the instance 'made-here'"* ]]
	[ "$(ctl --json instance show 4000 | jq -r .source)" = netns ]
	name=$(ctl --json instance show "$(netns_id 1)" | jq -r .name)
	[ "$name" = 1 ]
	nsip netns del 1
	netns_await 1 ""
	[ "$(ctl --json instance show 1 | jq -r .name)" = made-here ]
}
