# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# netns.bash: for tests with real network namespaces, behind netinst.bash. A
# test has a world of its own: a mount namespace with an empty /run/netns, and
# a network namespace that its daemon is at home in. Nothing in it can be seen
# from outside, nor does the test see the machine's names and interfaces, so
# tests may run beside each other, and all of it goes with the processes in it.
#
#   setup() { load lib/netinst; load lib/netns; netinst_setup; netns_setup; }
#   teardown() { netns_teardown; }
#
# Set by netns_setup:
#   HOLDER    the process that keeps that world
#   PREFIX    what names of namespaces of this test begin with, all the same
#   DIRECTORY where they are: /run/netns
# For netns_start; a test may change them before it:
#   NETNS_SETTINGS  lines of the section "netns" of the configuration
#   NETNS_CONFIG    lines of the configuration outside of it

netns_setup() {
	PREFIX=ni-${BATS_TEST_NUMBER:-0}-
	DIRECTORY=/run/netns
	NETNS_SETTINGS=('directories = "/run/netns"' 'scan_interval = 0')
	NETNS_CONFIG=()
	mkfifo "$WORK/world"
	# It stays until it is told to end, or nobody could tell it any more.
	exec {NETNS_WORLD}<>"$WORK/world"
	# shellcheck disable=SC2016 # that bash is to see it
	unshare -m -n --propagation private bash -c '
	    mkdir -p /run/netns && mount -t tmpfs netns /run/netns &&
		ip link set lo up && : >"$1/world.made" && read -r _ <"$1/world"
	    ' - "$WORK" 3>&- {NETNS_WORLD}>&- &
	HOLDER=$!
	wait_until "$NETINST_PATIENCE" netns_made_or_ended
	[ -e "$WORK/world.made" ]
}

netns_made_or_ended() {
	[ -e "$WORK/world.made" ] || netinst_ended "$HOLDER"
}

# /run/netns itself stays: removing it would pull it from under other tests.
netns_teardown() {
	netinst_teardown
}

# netns_in COMMAND...: runs it in the test's world.
netns_in() {
	nsenter -t "$HOLDER" -m -n -- "$@"
}

# nsip ARGUMENT...: ip, there.
nsip() {
	netns_in ip "$@"
}

# netns_config: writes the configuration; prints its path.
netns_config() {
	{
		printf '%s\n' "${NETNS_CONFIG[@]}"
		printf 'netns {\n'
		printf '    %s\n' "${NETNS_SETTINGS[@]}"
		printf '}\n'
	} >"$WORK/netns.conf"
	echo "$WORK/netns.conf"
}

# netns_start [ARGUMENT...]: netinst_start in the test's world, with the source
# of real instances. NETNS_AS: the words of a command that becomes it there.
netns_start() {
	NETINST_SOURCE=on \
	    NETINST_RUN="nsenter -t $HOLDER -m -n -- ${NETNS_AS:-}" \
	    netinst_start -c "$(netns_config)" "$@"
}

# netns_list: the instances that are namespaces, without the daemon's own, as a
# JSON array.
netns_list() {
	ctl --json instance list |
	    jq -c '[.instances[] | select(.source == "netns" and .id != 0)]'
}

# netns_ids NAME: the ids of the instances that have that name, or show it as
# their last; one a line, oldest first.
netns_ids() {
	netns_list | jq -r --arg name "$1" \
	    'map(select(.name == $name or
		(.aliases // [] | index($name)))) | sort_by(.id)[].id'
}

# netns_states NAME: their states, separated by blanks.
netns_states() {
	netns_list | jq -r --arg name "$1" \
	    'map(select(.name == $name or
		(.aliases // [] | index($name)))) | sort_by(.id) |
		map(.state) | join(" ")'
}

netns_states_are() {
	[ "$(netns_states "$1")" = "$2" ]
}

# netns_await NAME STATES: until the instances of that name are in these states;
# "" means until there is none.
netns_await() {
	wait_until "$NETINST_PATIENCE" netns_states_are "$1" "$2" && return
	netns_list >&2
	return 1
}

# netns_id NAME: the id of the youngest instance of that name, once it is there.
netns_id() {
	wait_until "$NETINST_PATIENCE" netns_has "$1" &&
	    netns_ids "$1" | tail -n 1
}

netns_has() {
	[ -n "$(netns_ids "$1")" ]
}

# netns_add NAME: makes a namespace and waits for its instance.
netns_add() {
	nsip netns add "$1" && netns_await "$1" active
}

# netns_member ID FILTER: what jq's filter makes of an instance's description.
netns_member() {
	ctl --json instance show "$1" | jq -r "$2"
}

# netns_map: what is known of namespaces with names: for each active one a JSON
# array of the kernel's number and all its names, sorted.
netns_map() {
	netns_list | jq -c '.[] | select(.state == "active" and .named) |
	    [.kernel.id | tostring] + ([.name] + (.aliases // []) | sort)' |
	    sort
}

# netns_map_is FILE: whether it is what that file has.
netns_map_is() {
	cmp -s "$1" <(netns_map)
}

# netns_await_map FILE
netns_await_map() {
	wait_until "$NETINST_PATIENCE" netns_map_is "$1" && return
	diff "$1" <(netns_map) >&2
	return 1
}

# netns_count STATE: how many are in that state; "" for all.
netns_count() {
	netns_list | jq --arg state "$1" \
	    'map(select($state == "" or .state == $state)) | length'
}

netns_count_is() {
	[ "$(netns_count "$1")" = "$2" ]
}

# netns_await_count STATE NUMBER
netns_await_count() {
	wait_until "$NETINST_PATIENCE" netns_count_is "$1" "$2" && return
	echo "$(netns_count "$1") $1 instances, not $2" >&2
	return 1
}

# netns_life ID: the callbacks that the plugin trace had for an instance, in
# order.
netns_life() {
	sed -nE "s/.* info plugin trace: instance $1: (create|shutdown|destroy)$/\1/p" \
	    "$LOG" | paste -sd ' '
}

netns_life_is() {
	[ "$(netns_life "$1")" = "$2" ]
}

# netns_await_life ID CALLBACKS
netns_await_life() {
	wait_until "$NETINST_PATIENCE" netns_life_is "$1" "$2" && return
	echo "instance $1 had: $(netns_life "$1")" >&2
	return 1
}

# netns_lives: how many instances there were, according to the plugin trace,
# for each sequence of callbacks: lines "NUMBER CALLBACK...". Instance 0 is
# left out.
netns_lives() {
	awk '/ info plugin trace: instance [0-9]+: (create|shutdown|destroy)$/ {
		id = $(NF - 1)
		life[id] = life[id] (life[id] == "" ? "" : " ") $NF
	    }
	    END {
		delete life["0:"]
		for (id in life)
			count[life[id]]++
		for (sequence in count)
			print count[sequence], sequence
	    }' "$LOG" | sort -rn
}

# netns_maker ARGUMENT...: tests/lib/netnsmaker.c, in the test's world.
netns_maker() {
	netns_in "$TEST_BIN/netnsmaker" "$@"
}

# netns_make NAME: a namespace and its name, whatever bytes that has.
netns_make() {
	# shellcheck disable=SC2016 # that bash is to see it
	netns_in bash -c ': >"$1" && unshare "--net=$1" true' - \
	    "$DIRECTORY/$1"
}

# netns_bind FROM TO: the namespace named FROM gets the name TO as well.
netns_bind() {
	# shellcheck disable=SC2016 # likewise
	netns_in bash -c '[ -e "$2" ] || : >"$2"
	    mount --bind "$1" "$2"' - "$DIRECTORY/$1" "$DIRECTORY/$2"
}

# netns_kernel_id NAME: the kernel's number for the namespace of that name.
netns_kernel_id() {
	netns_maker identify "$DIRECTORY" "$1" | awk '{ print $2 }'
}

# netns_inode NAME: the inode of the namespace that a name leads to.
netns_inode() {
	netns_in stat -L -c %i "$DIRECTORY/$1"
}

# netns_start_in NAME COMMAND...: a process of the test in a namespace; its id
# is in $RESIDENT once it is there.
netns_start_in() {
	local inode

	inode=$(netns_inode "$1")
	nsenter -t "$HOLDER" -m -n -- ip netns exec "$@" 3>&- &
	RESIDENT=$!
	wait_until "$NETINST_PATIENCE" netns_is_in "$RESIDENT" "$inode"
}

# netns_is_in PROCESS INODE
netns_is_in() {
	[ "$(stat -L -c %i "/proc/$1/ns/net" 2>/dev/null)" = "$2" ]
}
