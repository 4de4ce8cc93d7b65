#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# What keeps a namespace alive, what netinstd holds itself, and what hinders it:
# why-alive, pins and doctor against real namespaces, in a world of the test's
# own.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
	NAME=${PREFIX}a
}

teardown() {
	netns_teardown
}

# hold_open NAME: a process of the test that is elsewhere and has a descriptor
# of the namespace, number 8; its id is in $KEEPER.
hold_open() {
	mkfifo "$WORK/keeper"
	exec {KEEPER_PIPE}<>"$WORK/keeper"
	# shellcheck disable=SC2016 # that bash is to see it
	nsenter -t "$HOLDER" -m -n -- \
	    bash -c 'exec 8<"$1"; : >"$2/keeper.has"; read -r _ <"$2/keeper"' \
	    - "$DIRECTORY/$1" "$WORK" 3>&- {KEEPER_PIPE}>&- &
	KEEPER=$!
	wait_until "$NETINST_PATIENCE" test -e "$WORK/keeper.has"
}

# end PROCESS: of the test's own.
end() {
	kill -KILL "$1"
	wait "$1" 2>/dev/null || true
}

# Of holders, those of the test: not the daemon, nor another one on the machine
# that looks at every namespace it finds.
OURS='map(select(.kind == "mount" or ((.kind != "netinstd") and
    (.command | test("/netinstd ") | not))))'

# holders INSTANCE: KIND:PID of each that is the test's, on one line. Which
# process stands for a mount depends on their ids.
holders() {
	ctl --json why-alive "$1" | jq -r "[.holders | $OURS | .[] |
	    if .kind == \"mount\" then .kind else \"\(.kind):\(.pid)\" end] |
	    join(\" \")"
}

holders_are() {
	[ "$(holders "$1")" = "$2" ]
}

# await_holders INSTANCE HOLDERS
await_holders() {
	wait_until "$NETINST_PATIENCE" holders_are "$@" && return
	ctl why-alive "$1" >&2
	return 1
}

# show INSTANCE FILTER
show() {
	ctl --json instance show "$1" | jq -r "$2"
}

shows() {
	[ "$(show "$1" "$2")" = "$3" ]
}

# finding NAME FILTER: of the findings of that name, one a line.
finding() {
	ctl --json doctor >"$WORK/doctor" || true
	jq -r --arg name "$1" ".findings[] | select(.name == \$name) | $2" \
	    "$WORK/doctor"
}

@test "a process, then a descriptor keep a namespace that has lost its name" {
	local id

	netns_start -p "$PLUGIN_DIR/trace.so" -p "$PLUGIN_DIR/ipstat.so"
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	nsip -n "$NAME" link set lo up
	netns_start_in "$NAME" tail -f /dev/null
	hold_open "$NAME"
	nsip netns del "$NAME"

	wait_until "$NETINST_PATIENCE" shows "$id" .named false
	shows "$id" .state active
	shows "$id" .kernel.hold process
	shows "$id" .kernel.holder "$RESIDENT"
	shows "$id" .name "$NAME"
	await_holders "$id" "process:$RESIDENT descriptor:$KEEPER"
	run -0 ctl instance list
	[[ $output == *"$NAME (nameless)  active"* ]]
	# The age is that of the process, and grows.
	wait_until "$NETINST_PATIENCE" is_older_than 1 "$id"

	end "$RESIDENT"
	netns_await "$NAME" down
	await_holders "$id" "descriptor:$KEEPER"
	# By the name that it had, too, as nobody else is called so.
	run -0 ctl why-alive "$NAME"
	[[ $output == *"$NAME (id $id, kernel id "*") is down"* ]]
	[[ $output =~ descriptor\ +$KEEPER\ .*descriptor\ 8\ .*kill\ $KEEPER ]]
	run -0 ctl instance show "$id"
	[[ $output == *"netinstctl why-alive $id tells what still holds it"* ]]
	netns_await_life "$id" "create shutdown"
	# Its last counters were read, but who has the descriptor may go on.
	wait_until "$NETINST_PATIENCE" is_recorded_as last-sample "$NAME"

	end "$KEEPER"
	netns_await "$NAME" ""
	netns_await_life "$id" "create shutdown destroy"
}

# is_older_than SECONDS INSTANCE: whether all that holds it is.
is_older_than() {
	ctl --json why-alive "$2" | jq -e ".holders | $OURS |
	    all(.[]; .age_seconds > $1 and .age_seconds < 600)"
}

# is_recorded_as COMPLETENESS NAME
is_recorded_as() {
	ctl --json history "$2" |
	    jq -e --arg word "$1" '[.records[].completeness] == [$word]'
}

@test "the command that why-alive gives frees the namespace" {
	local id command

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	await_holders "$id" mount
	command=$(ctl --json why-alive "$id" |
	    jq -r '.holders[] | select(.kind == "mount") | .remedy')
	# The test's mount namespace is not that of process 1.
	[[ $command =~ ^umount\ -N\ [0-9]+\ -l\ /run/netns/$NAME$ ]]
	bash -c "$command"
	netns_await "$NAME" ""
}

# remedy INSTANCE KIND PID: what to do about that holder.
remedy() {
	ctl --json why-alive "$1" | jq -r --arg kind "$2" --argjson pid "$3" \
	    '.holders[] | select(.kind == $kind and .pid == $pid).remedy'
}

@test "the commands for a process and for a descriptor free the namespace, too" {
	local id

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	hold_open "$NAME"
	netns_start_in "$NAME" tail -f /dev/null
	nsip netns del "$NAME"
	await_holders "$id" "process:$RESIDENT descriptor:$KEEPER"
	bash -c "$(remedy "$id" process "$RESIDENT")"
	netns_await "$NAME" down
	bash -c "$(remedy "$id" descriptor "$KEEPER")"
	netns_await "$NAME" ""
	run -0 ctl status
}

@test "a mount that something hides has no command, that would hit another" {
	local id

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	netns_in mount -t tmpfs over "$DIRECTORY"
	netns_await "$NAME" down
	nsip netns add "$NAME"
	netns_await "$NAME" "down active"
	run -0 ctl --json why-alive "$id"
	jq -e '[.holders[] | select(.kind == "mount")] | length == 1 and
	    .[0].reason == "hidden" and .[0].remedy == null' <<<"$output"
	run -0 ctl why-alive "$id"
	[[ $output == *"/run/netns/$NAME, which something hides"* ]]
	# Once it can be seen there is one.
	netns_in umount -l "$DIRECTORY"
	netns_await "$NAME" active
	id=$(netns_id "$NAME")
	bash -c "$(ctl --json why-alive "$id" | jq -r \
	    '.holders[] | select(.kind == "mount").remedy')"
	netns_await "$NAME" ""
}

# Runs in a PID and a mount namespace of its own, whose process 1 it is. The work
# directory may be below /run: it stays the current one when that is hidden.
# shellcheck disable=SC2016 # that bash is to see it
WITH_PROCESS_1='
	build=$1 name=$3
	cd "$2" && mount -t tmpfs own /run && mkdir /run/netns /run/other && ip link set lo up
	"$build/netinstd" -c /dev/null -s own.sock --state none \
	    --source netns=on >own.log 2>&1 &
	ctl() { "$build/netinstctl" -s own.sock "$@"; }
	soon() { for i in {1..600}; do "$@" && return; pause; done; return 1; }
	exec 5<> <(:)
	pause() { read -rt 0.1 <&5 || :; }
	remedy() {
		ctl --json why-alive "$1" |
		    jq -r ".holders[] | select(.kind == \"mount\").remedy"
	}
	state_is() {
		[ "$(ctl --json instance list | jq -r ".instances[] |
		    select(.name == \"$name\").state")" = "$1" ]
	}
	soon ctl status >own.status 2>&1 && ip netns add "$name" &&
	    soon state_is active && remedy "$name" && bash -c "$(remedy "$name")" &&
	    soon state_is "" && [ ! -e "/run/netns/$name" ] &&
	    ip netns add "$name" && soon state_is active &&
	    : >/run/other/x && mount --bind "/run/netns/$name" /run/other/x &&
	    ip netns del "$name" && soon state_is down && remedy "$name" &&
	    bash -c "$(remedy "$name")" && soon state_is "" && ctl status | grep -c up'

@test "in the mount namespace of process 1 the commands are the plain ones" {
	run -0 timeout 120 unshare -mnpf --mount-proc --kill-child \
	    --propagation private bash -c "$WITH_PROCESS_1" - "$NETINST_BUILD" \
	    "$WORK" "$NAME"
	[ "${lines[0]}" = "ip netns delete $NAME" ]
	[ "${lines[1]}" = "umount -l /run/other/x" ]
	# It is not ended by any of them.
	[ "${lines[2]}" = 1 ]
}

@test "what the daemon was started with is let go of, and nobody is blamed" {
	netns_in ip netns add "$NAME"
	exec {open}<"/proc/$HOLDER/root$DIRECTORY/$NAME"
	netns_start -p "$FIXTURE_DIR/inside.so"
	exec {open}<&-
	log_has "descriptor [0-9]*, inherited from whoever started netinstd, led"
	netns_await "$NAME" active
	nsip netns del "$NAME"
	netns_await "$NAME" ""
	run ! log_has 'of netinstd are left in its namespace'
}

@test "what it cannot let go of is shown as inherited, and nobody is blamed" {
	local id

	netns_in ip netns add "$NAME"
	cat >"$WORK/with" <<-E
		exec "\$@" <"$DIRECTORY/$NAME"
	E
	NETNS_AS="bash $WORK/with"
	netns_start -p "$FIXTURE_DIR/inside.so"
	netns_await "$NAME" active
	id=$(netns_id "$NAME")
	nsip netns del "$NAME"
	netns_await "$NAME" down
	run -0 ctl --json why-alive "$id"
	jq -e '[.holders[] | select(.kind == "netinstd") |
	    .reason, .fd, .remedy] == ["inherited", 0, null]' <<<"$output"
	# When others of the time are blamed, it is not.
	nsip netns add "${PREFIX}b"
	netns_await "${PREFIX}b" active
	nsip netns del "${PREFIX}b"
	netns_await "${PREFIX}b" ""
	run ! log_has 'of netinstd are left in its namespace'
}

@test "a mount in another mount namespace is found, with a process that sees it" {
	local id other

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	# shellcheck disable=SC2016 # that bash is to see it
	nsenter -t "$HOLDER" -m -n -- unshare -m --propagation private bash -c '
	    mount -t tmpfs other /mnt && : >"/mnt/it is here" &&
	    mount --bind "$1" "/mnt/it is here" && umount -l "$1" &&
	    : >"$2/mounted" && exec tail -f /dev/null
	    ' - "$DIRECTORY/$NAME" "$WORK" 3>&- &
	other=$!
	wait_until "$NETINST_PATIENCE" test -e "$WORK/mounted"
	nsip netns del "$NAME"
	netns_await "$NAME" down
	await_holders "$id" mount
	run -0 ctl --json why-alive "$id"
	jq -e --arg space "$(stat -Lc %i "/proc/$other/ns/mnt")" \
	    --argjson pid "$other" "(.holders | $OURS)[0] |
		.path == \"/mnt/it is here\" and .pid == \$pid and
		.mount_namespace == (\$space | tonumber)" <<<"$output"
	run -0 bash -c "$(jq -r "(.holders | $OURS)[0].remedy" <<<"$output")"
	netns_await "$NAME" ""
	end "$other"
}

@test "pins lists what netinstd holds, for whose sake, and nothing that is down" {
	local id

	netns_start
	netns_add "$NAME"
	netns_add "${PREFIX}b"
	id=$(netns_id "$NAME")
	netns_start_in "$NAME" tail -f /dev/null
	run -0 ctl --json pins
	jq -e --arg a "$NAME" --arg b "${PREFIX}b" '[.pins[] | .name, .reason] ==
	    [$a, "name", $b, "name"]' <<<"$output"
	jq -e 'all(.pins[]; .age_seconds >= 0 and .state == "active")' \
	    <<<"$output"
	nsip netns del "$NAME"
	wait_until "$NETINST_PATIENCE" shows "$id" .kernel.hold process
	run -0 ctl -H pins
	[[ ${lines[0]} =~ $NAME\ +active\ +[0-9]+\ +process\ +$RESIDENT ]]
	# In pages, each is listed once.
	run -0 rpc netns.pins '{"limit":1}'
	jq -e --argjson id "$id" '.result | (.pins | length) == 1 and
	    .pins[0].instance == $id and .cursor != null' <<<"$output"
	run -0 rpc netns.pins \
	    "$(jq -c '{limit: 1, cursor: .result.cursor}' <<<"$output")"
	jq -e --arg b "${PREFIX}b" '.result | [.pins[].name] == [$b] and
	    .cursor == null' <<<"$output"

	hold_open "${PREFIX}b"
	nsip netns del "${PREFIX}b"
	netns_await "${PREFIX}b" down
	run -0 ctl --json pins
	jq -e --argjson id "$id" '[.pins[].instance] == [$id]' <<<"$output"
	# What is down is not held by netinstd.
	run -0 ctl --json why-alive "${PREFIX}b"
	jq -e "all(.holders[]; .kind != \"netinstd\") and
	    (.holders | $OURS | map(.kind)) == [\"descriptor\"]" <<<"$output"
}

@test "names and commands that would drive a terminal are shown escaped" {
	local name=$'\e[31mred' id

	netns_start
	nsip netns add "$name"
	netns_await_count active 1
	id=$(netns_list | jq '.[0].id')
	run -0 ctl why-alive "$id"
	[[ $output == *'/run/netns/\x1b[31mred'* ]]
	[[ $output != *$'\e'* ]]
	# What is to be typed is the same to a shell.
	bash -c "$(ctl --json why-alive "$id" |
	    jq -r '.holders[] | select(.kind == "mount") | .remedy')"
	netns_await_count "" 0
}

@test "the command is right for a name that is not UTF-8, too" {
	local name=$'x\xff\xc3\xa4' id

	netns_start
	nsip netns add "$name"
	netns_await_count active 1
	id=$(netns_list | jq '.[0].id')
	bash -c "$(ctl --json why-alive "$id" |
	    jq -r '.holders[] | select(.kind == "mount") | .remedy')"
	netns_await_count "" 0
}

@test "two that had the same name are told apart by their ids" {
	local old new

	netns_start
	netns_add "$NAME"
	old=$(netns_id "$NAME")
	netns_start_in "$NAME" tail -f /dev/null
	nsip netns del "$NAME"
	wait_until "$NETINST_PATIENCE" shows "$old" .named false
	nsip netns add "$NAME"
	netns_await "$NAME" "active active"
	new=$(netns_id "$NAME")
	[ "$old" != "$new" ]
	# The process sees the new name's mount, too.
	run -0 ctl --json why-alive "$NAME"
	jq -e --argjson id "$new" ".instance.id == \$id and
	    (.holders | $OURS | map(.kind) | unique) == [\"mount\"]" <<<"$output"
	await_holders "$old" "process:$RESIDENT"
	netns_start_in "$NAME" tail -f /dev/null
	nsip netns del "$NAME"
	wait_until "$NETINST_PATIENCE" shows "$new" .named false
	# The youngest of those that are called by their last name.
	run -0 ctl --json why-alive "$NAME"
	jq -e --argjson id "$new" '.instance.id == $id' <<<"$output"
}

@test "all names of a namespace are shown, and each of them holds it" {
	local id second=${PREFIX}b

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	netns_in touch "$DIRECTORY/$second"
	netns_in mount --bind "$DIRECTORY/$NAME" "$DIRECTORY/$second"
	wait_until "$NETINST_PATIENCE" shows "$id" '.aliases | join(" ")' \
	    "$second"
	run -0 ctl -H instance list "$NAME"
	[[ $output == *" $NAME, $second  active "* ]]
	run -0 ctl instance show "$second"
	[[ $output =~ also\ named\ +$second ]]
	await_holders "$id" "mount mount"
	nsip netns del "$NAME"
	wait_until "$NETINST_PATIENCE" shows "$id" .name "$second"
	shows "$id" .aliases null
	await_holders "$id" mount
}

@test "what is no namespace has no holders, and why-alive says so" {
	netns_start
	ctl instance create blue
	run -1 --separate-stderr ctl why-alive blue
	[[ $stderr == *"instance 'blue' is no network namespace"* ]]
	run -4 ctl why-alive nobody
	run -2 ctl why-alive
}

@test "many questions at once are answered, and none holds up another request" {
	local i id

	netns_start
	netns_add "$NAME"
	id=$(netns_id "$NAME")
	for i in {1..50}; do
		printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}\n' \
		    "$i" instance.holders "\"instance\":$id"
	done >"$WORK/questions"
	printf '{"jsonrpc":"2.0","id":99,"method":"system.hello"}\n' \
	    >>"$WORK/questions"
	timeout "$NETINST_PATIENCE" nc -N -U "$SOCKET" <"$WORK/questions" \
	    >"$WORK/answers"
	[ "$(jq -c 'select(.result.holders | length > 0)' "$WORK/answers" |
	    wc -l)" -eq 50 ]
	jq -es 'map(select(.id == 99))[0].result.pid' "$WORK/answers"
}

@test "a question that is being answered does not keep the daemon from ending" {
	netns_start
	netns_add "$NAME"
	for _ in {1..20}; do
		printf '{"jsonrpc":"2.0","id":1,"method":"instance.holders",'
		printf '"params":{"instance":"%s"}}\n' "$NAME"
		printf '{"jsonrpc":"2.0","id":1,"method":"system.doctor"}\n'
	done | timeout "$NETINST_PATIENCE" nc -N -U "$SOCKET" >"$WORK/answers" &
	wait_until "$NETINST_PATIENCE" test -s "$WORK/answers"
	netinst_stop
	[ "$STOP_STATUS" -eq 0 ]
}

@test "doctor: a mount namespace of one's own sees no names, only ghosts" {
	NETINST_SOURCE=on \
	    NETINST_RUN="nsenter -t $HOLDER -m -n -- unshare -m --propagation private --" \
	    netinst_start -c "$(netns_config)"
	nsip netns add "$NAME"
	wait_until "$NETINST_PATIENCE" is_ghost "$NAME"
	run -1 ctl doctor
	[[ $output =~ problem\ +mount-propagation:\ /run/netns:\ .*does\ not\ come\ in ]]
	[[ $output == *"remedy   run netinstd in the mount namespace of"* ]]
	# Nothing else breaks.
	ctl instance create blue
	netns_await_count "" 0
	[ "$(ctl --json status | jq .netns.ghosts)" -ge 1 ]
}

# Whether doctor shows a ghost of that name.
is_ghost() {
	finding ghost .text | grep -qF "/$1 is no network namespace"
}

@test "doctor: a file that is no namespace is shown with the reason and goes again" {
	netns_in touch "$DIRECTORY/plain"
	netns_start
	wait_until "$NETINST_PATIENCE" is_ghost plain
	[ "$(finding ghost .severity)" = warning ]
	[ -n "$(finding ghost .remedy)" ]
	netns_add "$NAME"
	netns_in rm "$DIRECTORY/plain"
	no_ghost() { [ -z "$(finding ghost .text)" ]; }
	wait_until "$NETINST_PATIENCE" no_ghost
}

@test "doctor: of ten thousand plain files some are shown and the rest is counted" {
	# shellcheck disable=SC2016 # that bash is to see it
	netns_in bash -c 'cd "$1" && for i in {1..10000}; do : >"f$i"; done' - \
	    "$DIRECTORY"
	netns_start
	wait_until "$NETINST_PATIENCE" counts_ghosts 10000
	[ "$(finding ghost .text | wc -l)" -eq 17 ]
	finding ghost .text | grep -qx \
	    '9984 more entries of the directories are no network namespaces'
	netns_add "$NAME"
}

counts_ghosts() {
	[ "$(ctl --json status | jq .netns.ghosts)" -eq "$1" ]
}

@test "doctor: a directory that is a symbolic link is followed, and said so" {
	ln -s /run/netns "$WORK/link"
	NETNS_SETTINGS=("directories = \"$WORK/link:$WORK/missing\""
	    'scan_interval = 0')
	netns_start
	netns_add "$NAME"
	finding directory .text | grep -qFx \
	    "$WORK/link is watched; it leads to /run/netns"
	finding directory .text | grep -qFx \
	    "$WORK/missing is not there; it is waited for"
	[ "$(finding directory .severity | sort -u)" = ok ]
}

@test "doctor: names that a mount over the directory hides are told" {
	netns_start
	netns_add "$NAME"
	[ -z "$(finding shadowed .text)" ]
	netns_in mount -t tmpfs over "$DIRECTORY"
	[[ $(finding shadowed .text) == \
	    "/run/netns: something is mounted over it and hides names (1): $NAME" ]]
	[ "$(finding shadowed .severity)" = problem ]
	[[ $(finding shadowed .remedy) == *"umount /run/netns"* ]]
	# What is made now is found; what is seen again, too.
	netns_add "${PREFIX}b"
	netns_in umount -l "$DIRECTORY"
	[ -z "$(finding shadowed .text)" ]
	netns_await "$NAME" active
}

@test "without CAP_SYS_ADMIN who has it open is named, and it is not said to be gone" {
	NETNS_AS="setpriv --bounding-set -sys_admin --inh-caps -sys_admin --"
	netns_start
	nsip netns add "$NAME"
	netns_await "$NAME" active
	[ "$(finding handle .severity)" = warning ]
	finding nsid-space .text | grep -q 'ip netns set cannot number them'
	exec {open}<"/proc/$HOLDER/root$DIRECTORY/$NAME"
	nsip netns del "$NAME"
	netns_await "$NAME" down
	run -0 ctl --json why-alive "$NAME"
	jq -e --argjson pid $$ '.alive and (.holders | map(select(
	    .kind == "descriptor" and .pid == $pid)) | length == 1)' \
	    <<<"$output"
	exec {open}<&-
	netns_await "$NAME" ""
}

@test "doctor tells what watches at this moment, not what could" {
	# In a user namespace of its own, that the limit is nobody else's.
	cat >"$WORK/few" <<-'E'
		echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"
	E
	NETNS_AS="unshare -Urmn bash $WORK/few"
	netns_start
	in_it() { nsenter -t "$DAEMON" -U -m -n --preserve-credentials "$@"; }
	finding watch-names .text | grep -q '^inotify does not tell of names'
	finding watch-names .remedy | grep -q max_user_instances
	finding directory .text | grep -q '^/run/netns is only looked at now'
	[ "$(finding directory .severity | head -n 1)" = warning ]
	# Another way tells of it, and all is well again by itself.
	in_it ip netns add "$NAME"
	netns_await "$NAME" active
	in_it bash -c 'echo 128 >/proc/sys/user/max_inotify_instances'
	is_well() { [ -z "$(finding watch-names .text)" ]; }
	wait_until "$NETINST_PATIENCE" is_well
	finding directory .text | grep -qx '/run/netns is watched'
	log_has 'watch-names: works again'
	in_it ip netns del "$NAME"
	netns_await "$NAME" ""
}

@test "doctor names the capabilities that are missing, and what they are for" {
	NETNS_AS="setpriv --bounding-set -sys_ptrace,-net_admin --"
	netns_start
	netns_add "$NAME"
	finding capabilities .text | grep -q '^CAP_SYS_PTRACE is missing'
	finding capabilities .text | grep -q '^CAP_NET_ADMIN is missing'
	[ "$(finding capabilities .severity | sort -u)" = warning ]
	[ "$(finding capabilities .text | wc -l)" -eq 2 ]
	[ "$(finding nsid .severity)" = warning ]
	ctl --json status | jq -e '.netns.missing | index("nsid") != null'
	# Whom it may not look at is counted, and the rest is told.
	run -0 ctl --json why-alive "$NAME"
	jq -e '.hidden > 0 and .alive' <<<"$output"
}

@test "doctor without the source says so, and is not alarmed" {
	netinst_start
	run -0 ctl --json doctor
	jq -e '.findings | map(select(.name == "source"))[0] |
	    .severity == "warning" and (.remedy | contains("--source netns=on"))' \
	    <<<"$output"
	jq -e '.findings | map(select(.name == "mount-events")) | length == 0' \
	    <<<"$output"
}
