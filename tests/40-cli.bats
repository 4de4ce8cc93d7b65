#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl: help, every command, its output for people and as JSON, its exit
# codes, what it says when something is wrong, and daemons that misbehave.
# The kstat command has 41-kstat-command.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
}

teardown() {
	netinst_teardown
}

# expect STATUS COMMAND...: runs it; fails, showing what it printed, when it
# exits with another code. Standard error is in $stderr.
expect() {
	local code=$1

	shift
	run --separate-stderr "$@"
	[ "$status" = "$code" ] && return
	printf '%s\n' "exit code $status, not $code: $*" "$output" "$stderr"
	return 1
}

# said TEXT...: whether standard error, as a whole, is these lines.
said() {
	diff <(printf '%s\n' "$@") <(printf '%s\n' "$stderr")
}

# printed TEXT...: likewise of standard output.
printed() {
	diff <(printf '%s\n' "$@") <(printf '%s\n' "$output")
}

# The result of a raw request, byte by byte.
raw_result() {
	rpc "$@" | sed 's/^{"jsonrpc":"2.0","id":1,"result"://; s/}$//'
}

# pretend LINE...: a daemon of one connection that reads a line, answers with
# these, and closes.
pretend() {
	SOCKET=$NETINST_SOCKET_DIR/pretended.sock
	printf '%s\n' "$@" >"$WORK/answer"
	printf '#!/bin/bash\nread -r line\ncat "%s"\n' "$WORK/answer" \
	    >"$WORK/pretend"
	chmod +x "$WORK/pretend"
	socat "UNIX-LISTEN:$SOCKET" "EXEC:$WORK/pretend" 2>/dev/null 3>&- &
	wait_until 10 test -S "$SOCKET"
}

# The commands that --help lists, one a line, without their operands.
commands() {
	"$NETINSTCTL" --help |
	    sed -n '/^commands:/,/^$/{/^  /{s/^  //;s/  .*//;p}}' |
	    sed 's/ [[A-Z].*//'
}

# --- help -------------------------------------------------------------------

@test "the help of the top lists every noun and verb" {
	run commands
	[ "${#lines[@]}" = 20 ]
	for command in status 'instance create' 'instance shutdown' \
	    'instance destroy' 'instance show' 'instance list' \
	    'protocol add' 'protocol remove' 'protocol list' 'plugin load' \
	    'plugin unload' 'plugin reload' 'plugin retry' 'plugin show' \
	    'plugin list' kstat call hello stop help; do
		grep -qx "$command" <<<"$output"
	done
}

@test "every command has help with its usage, in three ways, without a daemon" {
	while read -r -a words; do
		expect 0 "$NETINSTCTL" "${words[@]}" --help
		[[ ${lines[0]} = "usage: netinstctl ${words[*]}"* ]]
		[ -z "$stderr" ]
		local asked=$output
		expect 0 "$NETINSTCTL" "${words[@]}" -h
		[ "$output" = "$asked" ]
		expect 0 "$NETINSTCTL" help "${words[@]}"
		[ "$output" = "$asked" ]
	done < <(commands)
}

@test "the help of a noun lists its verbs" {
	for noun in instance protocol plugin; do
		expect 0 "$NETINSTCTL" "$noun" --help
		local listed=$output
		while read -r -a words; do
			[[ $listed = *"  ${words[*]} "* ]]
		done < <(commands | grep "^$noun ")
	done
}

@test "no line of help is wider than 80 columns" {
	"$NETINSTCTL" --help >"$WORK/help"
	while read -r -a words; do
		"$NETINSTCTL" "${words[0]}" --help
		"$NETINSTCTL" "${words[@]}" --help
	done < <(commands) >>"$WORK/help"
	[ "$(wc -l <"$WORK/help")" -gt 400 ]
	run ! grep -E '.{81}' "$WORK/help"
}

@test "every method of the daemon has a command, rpc.discover by call" {
	netinst_start
	while read -r -a words; do
		"$NETINSTCTL" "${words[@]}" --help |
		    sed -n 's/^method of the daemon: //p'
	done < <(commands) | sort >"$WORK/methods"
	ctl --json call rpc.discover | jq -r '.methods[].name' |
	    grep -v '^rpc\.discover$' | sort >"$WORK/discovered"
	[ -s "$WORK/discovered" ]
	diff "$WORK/methods" "$WORK/discovered"
}

@test "--version tells product, plugin interface and protocol" {
	expect 0 "$NETINSTCTL" --version
	[[ ${lines[0]} =~ ^netinstctl\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[[ ${lines[1]} =~ ^plugin\ interface\ [0-9]+\.[0-9]+$ ]]
	[[ ${lines[2]} =~ ^control\ protocol\ [0-9]+$ ]]
	local version=$output
	expect 0 "$NETINSTCTL" instance list -V
	[ "$output" = "$version" ]
}

# --- every command ----------------------------------------------------------

@test "instances are created, listed, shown, shut down and destroyed" {
	netinst_start
	expect 0 ctl instance create blue red
	printed 'created blue (id 1)' 'created red (id 2)'
	expect 0 ctl instance list
	[[ ${lines[0]} =~ ^ID\ +NAME\ +STATE\ +SOURCE\ +CREATED\ +PROTOCOLS$ ]]
	[[ ${lines[1]} =~ ^\ 0\ +global\ +active ]]
	[[ ${lines[2]} =~ ^\ 1\ +blue\ +active\ +sim\ +20[0-9TZ:-]+\ +inet\ inet6\ arp$ ]]
	[ "${#lines[@]}" = 4 ]
	expect 0 ctl instance show blue
	[[ $output = *'name       blue'* ]]
	[[ $output = *'protocols  inet inet6 arp'* ]]
	expect 0 ctl instance shutdown blue
	printed 'shut down blue (id 1)'
	expect 0 ctl -H instance list --state down
	[[ ${lines[0]} =~ ^1\ +blue\ +down ]]
	expect 0 ctl instance destroy blue 2
	printed 'destroyed blue (id 1)' 'destroyed red (id 2)'
	expect 0 ctl -H instance list
	[ "${#lines[@]}" = 1 ]
}

@test "an instance starts with the protocols that were asked for" {
	netinst_start
	ctl instance create --protocols arp,inet one
	ctl instance create two --protocols ''
	expect 0 ctl protocol list one
	printed arp inet
	expect 0 ctl protocol list two
	[ -z "$output" ]
}

@test "--no-wait answers before the callbacks are done" {
	netinst_start -p "$FIXTURE_DIR/sleeps.so"
	expect 0 ctl -t 1.5 instance create --no-wait slow
	printed 'creating slow (id 1)'
	expect 6 ctl -t 0.2 instance destroy slow
	said 'netinstctl: the daemon has not answered in time' \
	    "hint: what was asked for may still happen; 'netinstctl status' \
shows what the daemon is busy with" \
	    'netinstctl: instance destroy slow: no answer'
}

@test "a list is narrowed by pattern, state and source" {
	netinst_start
	ctl instance create web-1 web-2 db-1
	ctl instance shutdown web-2
	expect 0 ctl -H instance list 'web-*'
	[ "${#lines[@]}" = 2 ]
	expect 0 ctl -H instance list 'web-*' --state active
	[[ $output =~ ^2\ *web-1|^1\ *web-1 ]]
	[ "${#lines[@]}" = 1 ]
	expect 0 ctl instance list --source sim nothing
	[ -z "$output" ]
}

@test "protocols are added, listed and removed" {
	netinst_start
	ctl instance create blue
	expect 0 ctl protocol add blue ipx decnet
	printed 'added ipx to blue (id 1)' 'added decnet to blue (id 1)'
	expect 0 ctl protocol remove 1 inet
	printed 'removed inet from blue (id 1)'
	expect 0 ctl protocol list blue
	printed inet6 arp ipx decnet
}

@test "plugins are loaded, listed, shown, retried, reloaded and unloaded" {
	netinst_start
	ctl instance create blue
	cd "$FIXTURE_DIR"
	expect 0 ctl plugin load ./fails_on_odd.so
	printed 'loaded fails_on_odd 1.0.0: active on 1 instance, failed on 1'
	expect 0 ctl plugin list
	[[ ${lines[0]} =~ ^NAME\ +VERSION\ +STATE\ +ACTIVE\ +FAILED\ +SUMMARY$ ]]
	[[ ${lines[1]} =~ ^fails_on_odd\ +1.0.0\ +loaded\ +1\ +1\ +create ]]
	expect 0 ctl instance show blue
	[[ $output =~ fails_on_odd\ +fails_on_odd\ +failed ]]
	expect 0 ctl plugin retry fails_on_odd
	printed 'retried fails_on_odd 1.0.0: active on 2 instances'
	expect 0 ctl plugin show fails_on_odd
	[[ $output =~ create\ +3\ +1\ +0 ]]
	[[ $output =~ 'left behind  nothing' ]]
	expect 0 ctl plugin reload fails_on_odd
	[[ $output = 'reloaded fails_on_odd 1.0.0: active on '* ]]
	expect 0 ctl plugin unload fails_on_odd
	printed 'unloaded fails_on_odd'
	expect 0 ctl plugin list
	[ -z "$output" ]
}

@test "a word that ends in .so is a path below where netinstctl runs" {
	netinst_start
	cd "$PLUGIN_DIR"
	expect 0 ctl plugin load trace.so
	expect 4 ctl plugin load ../no-such-plugin.so
	[[ $stderr = *no-such-plugin.so* ]]
}

@test "status shows what there is" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	ctl instance shutdown blue
	expect 0 ctl status
	[[ $output =~ pid\ +"$DAEMON" ]]
	[[ $output =~ instances\ +2:\ 1\ active,\ 1\ down ]]
	[[ $output =~ workers\ +[0-9]+:\ 0\ busy,\ 0\ hung ]]
	[[ $output =~ plugins\ +1 ]]
}

@test "status names the callback that is overdue" {
	printf 'callback_deadline = 0.1\n' >"$WORK/netinst.conf"
	netinst_start -c "$WORK/netinst.conf" -p "$FIXTURE_DIR/sleeps.so"
	ctl instance create --no-wait slow
	overdue() {
		ctl status | grep -E '^sleeps +sleeps +create +1 +[0-9]'
	}
	wait_until "$NETINST_PATIENCE" overdue
}

@test "hello shows versions and limits" {
	netinst_start
	expect 0 ctl hello
	[[ $output =~ protocol\ +1 ]]
	[[ $output =~ limit\ of\ in_flight\ +64 ]]
}

@test "stop returns when the daemon is no more" {
	netinst_start
	ctl instance create blue
	expect 0 ctl stop
	printed 'netinstd has stopped'
	netinst_ended "$DAEMON"
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
}

@test "stop --no-wait only asks for it" {
	netinst_start
	expect 0 ctl stop --no-wait
	printed 'netinstd stops'
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
}

@test "call takes words or JSON and prints indented JSON" {
	netinst_start
	ctl instance create 7
	expect 0 ctl call instance.show instance='"7"'
	[ "${lines[0]}" = '{' ]
	[ "${lines[2]}" = '  "name": "7",' ]
	local shown=$output
	expect 0 ctl call instance.show '{"instance": "7"}'
	[ "$output" = "$shown" ]
	expect 0 ctl --json call instance.show instance=1
	[ "$output" = "$(raw_result instance.show '{"instance":"7"}')" ]
	expect 0 ctl call instance.list match=7 limit=1
	[ "$(jq -r '.instances[].name' <<<"$output")" = 7 ]
}

# --- JSON -------------------------------------------------------------------

@test "--json is the daemon's own result, byte by byte" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	expect 0 ctl --json instance show blue
	[ "$output" = "$(raw_result instance.show '{"instance":"blue"}')" ]
	expect 0 ctl hello --json
	[ "$output" = "$(raw_result system.hello)" ]
	expect 0 ctl --json instance list
	[ "$output" = "$(raw_result instance.list)" ]
	expect 0 ctl --json protocol list blue
	[ "$output" = "$(raw_result protocol.list '{"instance":"blue"}')" ]
	expect 0 ctl plugin list --json
	[ "$output" = "$(raw_result plugin.list)" ]
	expect 0 ctl --json plugin show trace
	[ "$output" = "$(raw_result plugin.show '{"plugin":"trace"}')" ]
	expect 0 ctl --json status
	jq -e '.instances.active == 2' <<<"$output"
	expect 0 ctl --json stop
	[ "$output" = '{}' ]
}

@test "with --json several operands make a line each" {
	netinst_start
	expect 0 ctl --json instance create blue red
	[ "${#lines[@]}" = 2 ]
	[ "$(jq -r .name <<<"$output" | paste -sd' ')" = 'blue red' ]
}

@test "a list of many pages is one table and one JSON object" {
	netinst_start
	seq -f 'i%g' 2500 | xargs "$NETINSTCTL" -s "$SOCKET" \
	    instance create >"$WORK/created"
	[ "$(wc -l <"$WORK/created")" = 2500 ]
	[ "$(head -n 1 "$WORK/created")" = 'created i1 (id 1)' ]
	[ "$(tail -n 1 "$WORK/created")" = 'created i2500 (id 2500)' ]
	expect 0 ctl instance list
	[ "${#lines[@]}" = 2502 ]
	[ "$(grep -c NAME <<<"$output")" = 1 ]
	expect 0 ctl --json instance list
	jq -e '(.instances | length) == 2501 and (has("cursor") | not)' \
	    <<<"$output"
	[ "$(jq '[.instances[].id] | unique | length' <<<"$output")" = 2501 ]
}

@test "a real number keeps its spelling" {
	pretend '{"jsonrpc":"2.0","id":1,"result":{"a":1.50,"b":[1e2, 0.1]}}'
	expect 0 ctl --json call any.method
	[ "$output" = '{"a":1.50,"b":[1e2, 0.1]}' ]
}

# --- output -----------------------------------------------------------------

@test "names from outside cannot drive the terminal" {
	local evil='e\u001b[2Jvil\u202e\nname'

	pretend '{"jsonrpc":"2.0","id":1,"result":{"instances":[{"id":1,
	    "name":"'"$evil"'","state":"active","source":"grün"}]}}'
	printf '%s' "$(<"$WORK/answer")" | tr -d '\n\t' >"$WORK/one"
	echo >>"$WORK/one"
	mv "$WORK/one" "$WORK/answer"
	expect 0 ctl instance list
	[[ ${lines[1]} = *'e\x1b[2Jvil\xe2\x80\xae\x0aname'* ]]
	[[ ${lines[1]} = *'grün'* ]]
	[ "${#lines[@]}" = 2 ]
}

@test "errors from outside cannot drive the terminal" {
	pretend '{"jsonrpc":"2.0","id":1,"error":{"code":1001,"message":'\
'"a\u001bb\nnetinstctl: all is well","data":{"name":"x","hint":"\u009b"}}}'
	expect 1 ctl status
	said 'netinstctl: status: a\x1bb\x0anetinstctl: all is well' \
	    'hint: \xc2\x9b'
	expect 2 ctl $'in\estance' list
	[[ $stderr = *'in\x1bstance'* ]]
}

@test "tables have headings unless -H says otherwise" {
	netinst_start
	expect 0 ctl instance list
	[[ ${lines[0]} = *NAME* ]]
	expect 0 ctl -H instance list
	[[ $output != *NAME* ]]
	expect 0 ctl instance list --no-headings
	[[ $output != *NAME* ]]
}

@test "states have colors when asked for, or on a terminal that is not dumb" {
	netinst_start
	expect 0 ctl --color=always instance list
	[[ $output = *$'\e[32mactive'* ]]
	expect 0 ctl instance list
	[[ $output != *$'\e'* ]]
	on_terminal() {
		socat - "EXEC:env $1 $NETINSTCTL -s $SOCKET $2 instance list,pty"
	}
	[[ $(on_terminal TERM=xterm '') = *$'\e[32mactive'* ]]
	[[ $(on_terminal TERM=dumb '') != *$'\e'* ]]
	[[ $(on_terminal 'TERM=xterm NO_COLOR=1' '') != *$'\e'* ]]
	[[ $(on_terminal TERM=xterm --color=never) != *$'\e'* ]]
}

@test "numbers and letters look the same in every locale" {
	netinst_start
	expect 0 env LC_ALL=C "$NETINSTCTL" -s "$SOCKET" instance create grün
	printed 'created grün (id 1)'
	expect 0 env LC_ALL=de_DE.UTF-8 "$NETINSTCTL" -s "$SOCKET" -t 1.5 status
	expect 0 env LC_ALL=C "$NETINSTCTL" -s "$SOCKET" instance list
	[[ $output = *grün* ]]
}

@test "a reader who goes away ends a list quietly" {
	netinst_start
	seq -f 'i%g' 1500 | xargs "$NETINSTCTL" -s "$SOCKET" \
	    instance create >/dev/null
	ctl instance list 2>"$WORK/said" | head -n 1
	[ "${PIPESTATUS[0]}" = 0 ]
	ctl --json instance list 2>>"$WORK/said" | head -c 1
	[ "${PIPESTATUS[0]}" = 0 ]
	[ ! -s "$WORK/said" ]
}

@test "output that cannot be written is a failure" {
	netinst_start
	run --separate-stderr bash -c "'$NETINSTCTL' --help >/dev/full"
	[ "$status" = 1 ]
	said 'netinstctl: cannot write all of the output: No space left on device'
	run --separate-stderr bash -c \
	    "'$NETINSTCTL' -s '$SOCKET' instance list >&-"
	[ "$status" = 1 ]
	said 'netinstctl: cannot write all of the output: Bad file descriptor'
}

# --- failures ---------------------------------------------------------------

@test "exit code 1 and a reason: the operation failed" {
	netinst_start
	ctl instance create blue
	expect 1 ctl instance create blue
	[[ ${stderr_lines[0]} = "netinstctl: instance create blue: "* ]]
	[[ ${stderr_lines[1]} = 'hint: '* ]]
	[ -z "$output" ]
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
	    'hint: did you mean: instance list, protocol list, plugin list?'
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
	expect 3 "${user[@]}" "$WORK/netinstctl" -s "$SOCKET" status
	[[ ${stderr_lines[0]} = *"$SOCKET: Permission denied" ]]
	[[ ${stderr_lines[1]} = 'hint: become root, or join the group'* ]]
}

@test "exit code 4: what was named is not there" {
	netinst_start
	expect 4 ctl instance show blue
	expect 4 ctl instance destroy blue red
	expect 4 ctl plugin show trace
	expect 4 ctl protocol remove global ipx
	[[ ${stderr_lines[0]} = 'netinstctl: protocol remove ipx: '* ]]
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
	wait_until 10 test -S "$SOCKET"
	expect 6 ctl --timeout 0.2 status
	[[ $stderr = *'has not answered in time'* ]]
}

@test "exit code 7: some operands failed, and each is named" {
	netinst_start
	expect 7 ctl instance create a 'b/c' d 'e/f' g
	printed 'created a (id 1)' 'created d (id 2)' 'created g (id 3)'
	[[ $stderr = *'netinstctl: instance create b/c: '* ]]
	[[ $stderr = *'netinstctl: instance create e/f: '* ]]
	expect 7 ctl --json instance destroy a b d
	[ "${#lines[@]}" = 2 ]
	expect 1 ctl instance destroy none global
	[[ $stderr = *'destroy none: '* ]]
	[[ $stderr = *'destroy global: '* ]]
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
	[[ $stderr = *'instance create a: no answer'* ]]
	[[ $stderr = *'instance create c: no answer'* ]]
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
		rm -f "$SOCKET"
	done
}

@test "results of the wrong shape do no harm" {
	local answer

	for answer in 3 '[]' '{"instances":5}' '{"instances":[1,null,{}]}' \
	    '{"plugins":[1,{"registrants":3,"callbacks":[],"name":{}}]}' \
	    '{"kstats":[1,{},{"statistics":[1,{"name":"n","value":[]}]}]}'; do
		for command in status hello 'instance list' 'instance show x' \
		    'plugin list' 'plugin show x' 'protocol list x' kstat; do
			pretend '{"jsonrpc":"2.0","id":1,"result":'"$answer}"
			# shellcheck disable=SC2086 # noun and verb
			run ctl $command
			[ "$status" -le 1 ]
			rm -f "$SOCKET"
		done
	done
}
