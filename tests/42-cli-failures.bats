#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl when something is wrong: every exit code, what it says and hints at,
# and daemons that misbehave.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	netinst_setup
}

teardown() {
	netinst_teardown
}

# --- exit codes -------------------------------------------------------------

@test "exit code 1 and a reason: the operation failed" {
	netinst_start
	ctl instance create blue
	expect 1 ctl instance create blue
	[[ ${stderr_lines[0]} = "netinstctl: instance create: "* ]]
	[ "${stderr_lines[1]}" = 'hint: take another name, or destroy that one first' ]
	[ -z "$output" ]
	expect 1 ctl instance create global
	[[ ${stderr_lines[0]} = *"'global' already, and is not one that can be destroyed" ]]
	[ "${stderr_lines[1]}" = 'hint: take another name' ]
	expect 1 ctl instance destroy global
	expect 1 ctl protocol add blue inet
	ctl instance shutdown blue
	expect 1 ctl instance shutdown blue
}

@test "exit code 2 and the usage: what was typed is wrong" {
	expect 2 ctl instance create
	said 'netinstctl: instance create: an operand is missing' \
	    'hint: usage: netinstctl instance create [--protocols LIST] [--no-wait] NAME...'
	expect 2 ctl protocol list blue red
	said "netinstctl: protocol list: 'red' is one operand too many" \
	    'hint: usage: netinstctl protocol list INSTANCE'
	expect 2 ctl instance list --sate active
	said 'netinstctl: instance list: there is no option --sate' \
	    'hint: did you mean --state?'
	expect 2 ctl instance --no-wait create blue
	said 'netinstctl: instance: there is no option --no-wait' \
	    'hint: options of a command stand behind the command'
	expect 2 ctl instance list --no-wait
	said 'netinstctl: instance list: there is no option --no-wait' \
	    "hint: 'netinstctl instance list --help' lists the options"
	expect 2 ctl instance list -x
	said 'netinstctl: instance list: there is no option -x' \
	    "hint: 'netinstctl instance list --help' lists the options"
	expect 2 ctl instance list --state
	said 'netinstctl: instance list: option --state needs STATE'
	expect 2 ctl status --json=yes
	said 'netinstctl: status: option --json takes no argument'
	expect 2 ctl --color=blue status
	[[ $stderr = *"not 'blue'"* ]]
	expect 2 ctl -t soon status
	[[ $stderr = *"not 'soon'"* ]]
	expect 2 ctl plugin load trace path
	[[ $stderr = *"'path' is not of the form KEY=VALUE"* ]]
	expect 2 ctl plugin load trace a=1 a=2
	[[ $stderr = *"'a' is given more than once"* ]]
	expect 2 ctl call system.status '{"a":'
	[[ $stderr = *'PARAMS is no JSON, from character'* ]]
	expect 2 ctl instance create $'\xff'
	[[ $stderr = *"'\\xff' is not UTF-8"* ]]
	expect 2 "$NETINSTCTL"
	[[ ${stderr_lines[0]} = 'usage: '* ]]
	expect 2 "$NETINSTCTL" plugin
	[[ $stderr = *'plugin load'* ]]
}

@test "exit code 2 and a hint: the daemon says that a request is wrong" {
	netinst_start
	expect 2 ctl instance create ''
	expect 2 ctl instance create a/b
	expect 2 ctl instance list --state asleep
	expect 2 ctl instance list --source kernel
	said "netinstctl: instance list: parameter 'source': there is no source 'kernel'" \
	    'hint: the sources are sim, for what was created here, and netns, for network namespaces'
	expect 2 ctl call no.such.method
	[[ $stderr = *'no.such.method'* ]]
	expect 2 ctl call instance.show color=blue
	[ "$(ctl --json instance list | jq '.instances | length')" = 1 ]
}

@test "a mistyped noun or verb brings what was probably meant" {
	expect 2 "$NETINSTCTL" instnace list
	said "netinstctl: there is no command 'instnace'" \
	    'hint: did you mean: instance?'
	expect 2 "$NETINSTCTL" instance craete
	said "netinstctl: instance: there is no verb 'craete'" \
	    'hint: did you mean: instance create?'
	expect 2 "$NETINSTCTL" list
	said "netinstctl: there is no command 'list'" \
	    'hint: did you mean: instance list, protocol list, nic list, plugin list?'
	expect 2 "$NETINSTCTL" frobnicate
	said "netinstctl: there is no command 'frobnicate'" \
	    "hint: 'netinstctl --help' lists the commands"
}

@test "exit code 3: which socket, why, and what to do" {
	expect 3 "$NETINSTCTL" -s "$WORK/none" status
	said "netinstctl: cannot reach netinstd at $WORK/none: there is no such \
socket" 'hint: start netinstd, or name another socket with -s or $NETINST_SOCKET'
	NETINST_SOCKET=$WORK/none expect 3 "$NETINSTCTL" status
	[[ $stderr = *"$WORK/none (from \$NETINST_SOCKET): there is no such"* ]]
	: >"$WORK/file"
	expect 3 "$NETINSTCTL" -s "$WORK/file" status
	[[ $stderr = *"$WORK/file: that is not a socket"* ]]
	netinst_start
	kill -KILL "$DAEMON"
	netinst_wait
	expect 3 ctl status
	[[ $stderr = *'no daemon listens to it'* ]]
}

@test "the socket of a user is below XDG_RUNTIME_DIR, and must be allowed" {
	local user=(setpriv --reuid 65534 --regid 65534 --clear-groups)

	netinst_start
	chmod 0711 "$NETINST_SOCKET_DIR"
	chmod 0600 "$SOCKET"
	cp "$NETINSTCTL" "$WORK/netinstctl"
	chmod 0711 "$WORK"
	expect 3 "${user[@]}" env -u XDG_RUNTIME_DIR "$WORK/netinstctl" status
	[[ $stderr = *'$XDG_RUNTIME_DIR is not set'* ]]
	expect 3 "${user[@]}" env XDG_RUNTIME_DIR=/none "$WORK/netinstctl" status
	[[ $stderr = *'/none/netinst/control.sock (from $XDG_RUNTIME_DIR)'* ]]
	expect 5 "${user[@]}" "$WORK/netinstctl" -s "$SOCKET" status
	[[ ${stderr_lines[0]} = *"$SOCKET: Permission denied" ]]
	[[ ${stderr_lines[1]} = 'hint: become root, or join the group'* ]]
}

@test "exit code 4: what was named is not there" {
	netinst_start
	expect 4 ctl instance show blue
	expect 4 ctl instance destroy blue red
	expect 4 ctl plugin show trace
	expect 4 ctl instance list 'bl*'
	said "netinstctl: instance list: no instance matches 'bl*'" \
	    "hint: 'netinstctl instance list' lists all there are"
	expect 4 ctl --json instance list blue
	[ "$output" = '{"instances":[]}' ]
	# Nobody was named.
	expect 0 ctl instance list --state down
	expect 4 ctl protocol remove global ipx
	[[ ${stderr_lines[0]} = 'netinstctl: protocol remove: '* ]]
}

@test "exit code 5: others may look but not touch" {
	local user=(setpriv --reuid 65534 --regid 65534 --clear-groups)

	netinst_start
	chmod 0711 "$NETINST_SOCKET_DIR" "$WORK"
	chmod 0666 "$SOCKET"
	cp "$NETINSTCTL" "$WORK/netinstctl"
	expect 5 "${user[@]}" "$WORK/netinstctl" -s "$SOCKET" instance create a
	expect 5 "${user[@]}" "$WORK/netinstctl" -s "$SOCKET" stop
	expect 0 "${user[@]}" "$WORK/netinstctl" -s "$SOCKET" instance list
}

@test "exit code 6: a daemon that does not answer is not waited for for ever" {
	SOCKET=$NETINST_SOCKET_DIR/silent.sock
	socat -u "UNIX-LISTEN:$SOCKET,fork" - >/dev/null 3>&- &
	wait_until "$NETINST_PATIENCE" listens "$SOCKET"
	expect 6 ctl --timeout 0.2 instance destroy slow
	said 'netinstctl: the daemon has not answered in time' \
	    "hint: what was asked for may still happen; 'netinstctl status' \
shows what the daemon is busy with" \
	    "netinstctl: instance destroy 'slow': no answer"
	expect 6 ctl -t 0.2 status
	[[ $stderr = *'has not answered in time'* ]]
}

@test "exit code 7: some operands failed, and each is named" {
	netinst_start
	expect 7 ctl instance create a 'b/c' d 'e/f' g
	printed 'created a (id 1)' 'created d (id 2)' 'created g (id 3)'
	[[ $stderr = *"netinstctl: instance create: "*"'b/c'"* ]]
	[[ $stderr = *"netinstctl: instance create: "*"'e/f'"* ]]
	expect 7 ctl --json instance destroy a b d
	[ "${#lines[@]}" = 2 ]
	expect 1 ctl instance destroy none global
	[[ $stderr = *"destroy: "*"'none'"* ]]
	[[ $stderr = *"destroy: "*"'global'"* ]]
}

# --- daemons that misbehave -------------------------------------------------

@test "answers that come out of order are shown in the order of operands" {
	pretend '{"jsonrpc":"2.0","id":2,"result":{"name":"b","id":2}}' \
	    '{"jsonrpc":"2.0","method":"events.event","params":{}}' \
	    '{"jsonrpc":"2.0","id":1,"result":{"name":"a","id":1}}'
	expect 0 ctl instance create a b
	printed 'created a (id 1)' 'created b (id 2)'
}

@test "a lost connection leaves no operand without a word" {
	pretend '{"jsonrpc":"2.0","id":2,"result":{"name":"b","id":2}}'
	expect 7 ctl instance create a b c
	printed 'created b (id 2)'
	[[ ${stderr_lines[0]} = *'it has closed the connection' ]]
	[[ $stderr = *"instance create 'a': no answer"* ]]
	[[ $stderr = *"instance create 'c': no answer"* ]]
}

@test "a daemon that refuses the connection is quoted" {
	pretend '{"jsonrpc":"2.0","id":null,"error":{"code":5002,"message":'\
'"256 clients are connected","data":{"name":"limit-reached","hint":"wait"}}}'
	expect 1 ctl status
	said 'netinstctl: the daemon refused: 256 clients are connected' \
	    'hint: wait'
}

@test "what does not speak the protocol is not taken for netinstd" {
	local answer

	for answer in 'HTTP/1.0 400 Bad Request' '{"jsonrpc":"2.0","id":1}' \
	    '{"jsonrpc":"2.0","id":1,"result":' '[]' $'\xff' \
	    '{"jsonrpc":"2.0","id":"1","result":{}}'; do
		pretend "$answer"
		expect 3 ctl status
		[[ $stderr = *"does not speak netinstd's protocol"* ]]
	done
}

@test "results of the wrong shape do no harm" {
	local answer

	for answer in 3 '[]' '{"instances":5}' '{"instances":[1,null,{}]}' \
	    '{"plugins":[1,{"registrants":3,"callbacks":[],"name":{}}]}' \
	    '{"kstats":[1,{},{"statistics":[1,{"name":"n","value":[]}]}]}' \
	    '{"module":"m","name":"n","statistics":[{},{"name":"s"}]}'; do
		for command in status hello 'instance list' 'instance show x' \
		    'plugin list' 'plugin show x' 'protocol list x' kstat \
		    'kstat -p' 'kstat -j' 'kstat-write m:0:n:s=1'; do
			pretend '{"jsonrpc":"2.0","id":1,"result":'"$answer}"
			# shellcheck disable=SC2086 # noun and verb
			run --separate-stderr ctl $command
			[ "$status" -le 1 ]
			[ "$command" != 'kstat -j' ] || jq -e . <<<"$output"
		done
	done
}
