#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl: help, every command, and its output for people and as JSON. The
# kstat command is in 41-kstat-command.bats, failures in 42-cli-failures.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	netinst_setup
}

teardown() {
	netinst_teardown
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
	[ "${#lines[@]}" = 42 ]
	for command in status 'instance create' 'instance shutdown' \
	    'instance destroy' 'instance show' 'instance list' \
	    'protocol add' 'protocol remove' 'protocol list' 'plugin load' \
	    'plugin unload' 'plugin reload' 'plugin retry' 'plugin show' \
	    'plugin list' 'nic add' 'nic del' 'nic up' 'nic down' 'nic mtu' \
	    'nic index' 'nic rename' 'nic list' 'nic addr add' 'nic addr del' \
	    'nic addr set' 'nic addr up' 'nic addr down' 'nic route add' \
	    'nic route del' 'nic route list' 'packet replay' kstat \
	    kstat-write history why-alive pins doctor call hello stop help; do
		grep -qx "$command" <<<"$output"
	done
}

@test "every command has help with its usage, in three ways, without a daemon" {
	while read -r -a words; do
		expect 0 "$NETINSTCTL" "${words[@]}" --help
		[[ ${lines[0]} = "usage: netinstctl ${words[*]}"* ]]
		[ -z "$stderr" ]
		local asked=$output
		if [ "${words[*]}" != kstat ]; then # its -h is that of kstat(8)
			expect 0 "$NETINSTCTL" "${words[@]}" -h
			[ "$output" = "$asked" ]
		fi
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
	done < <(commands) | sort -u >"$WORK/methods"
	ctl --json call rpc.discover | jq -r '.methods[].name' |
	    grep -vE '^(rpc\.discover|\$/.*)$' | sort >"$WORK/discovered"
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
	netinst_start
	load_hanging
	expect 0 ctl instance create --no-wait slow
	printed 'creating slow (id 1)'
	expect 0 ctl -H instance list slow
	[[ $output =~ ^1\ +slow\ +creating ]]
	expect 0 ctl instance destroy --no-wait slow
	printed 'destroying slow (id 1)'
	open_gate
	gone() {
		[ -z "$(ctl instance list slow)" ]
	}
	wait_until "$NETINST_PATIENCE" gone
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
	expect 0 ctl -H instance list --source sim 'db-*'
	[ "${#lines[@]}" = 1 ]
	expect 0 ctl instance list --source netns
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
	cd /
	expect 4 ctl plugin load ./no-such-plugin.so
	[[ $stderr = *"there is no file /no-such-plugin.so"* ]]
	expect 4 ctl plugin load .//./no-such/plugin.so
	[[ $stderr = *" /no-such"* ]]
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
	printf 'callback_deadline = 100ms\n' >"$WORK/netinst.conf"
	netinst_start -c "$WORK/netinst.conf"
	load_hanging
	ctl instance create --no-wait slow
	overdue() {
		ctl status | grep -E '^hangs +hangs +create +1 +[0-9]'
	}
	wait_until "$NETINST_PATIENCE" overdue
	open_gate
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
	ctl instance create blue
	expect 0 ctl call instance.show instance=blue
	[ "${lines[0]}" = '{' ]
	[ "${lines[2]}" = '  "name": "blue",' ]
	local shown=$output
	expect 0 ctl call instance.show '{"instance": "blue"}'
	[ "$output" = "$shown" ]
	expect 0 ctl --json call instance.show instance=1
	[ "$output" = "$(raw_result instance.show '{"instance":1}')" ]
	expect 0 ctl call instance.list match='b*' limit=1
	[ "$(jq -r '.instances[].name' <<<"$output")" = blue ]
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
	expect 0 env LC_ALL=de_DE.UTF-8 "$NETINSTCTL" -s "$SOCKET" -t 60.5 status
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
