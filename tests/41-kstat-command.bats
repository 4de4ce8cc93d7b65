#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl kstat: both layouts of kstat(8), which statistics it picks, in
# which order, numbers of every size, and its exit codes. Its options, one by
# one, are in 44-kstat-options.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	netinst_setup
	tab=$'\t'
}

teardown() {
	netinst_teardown
}

# start_with PLUGIN: a daemon with it, and two instances beside the global one.
start_with() {
	netinst_start -p "$1"
	ctl instance create blue red
}

@test "the human form has the layout of kstat(8)" {
	start_with "$PLUGIN_DIR/trace.so"
	stat_exits 0 -I blue
	[ "${lines[0]}" = 'module: trace                           instance: 0     ' ]
	[ "${lines[1]}" = 'name:   callbacks                       class:    net' ]
	[[ ${lines[2]} =~ ^${tab}crtime\ {26}[0-9]+\.[0-9]{9}$ ]]
	[ "${lines[3]}" = $'\tnotifies                        3' ]
	[ "${lines[4]}" = $'\tprotocols                       3' ]
	[[ ${lines[5]} =~ ^${tab}snaptime\ {24}[0-9]+\.[0-9]{9}$ ]]
	[ "${#lines[@]}" = 6 ]
	[ "$(ctl kstat -I blue | tail -n 1)" = '' ]
}

@test "the parseable form is module:instance:name:statistic, tab, value" {
	start_with "$PLUGIN_DIR/trace.so"
	stat_exits 0 -p -I blue
	[ "${lines[0]}" = $'trace:0:callbacks:class\tnet' ]
	[[ ${lines[1]} =~ ^trace:0:callbacks:crtime${tab}[0-9]+\.[0-9]{9}$ ]]
	[ "${lines[2]}" = $'trace:0:callbacks:notifies\t3' ]
	[ "${lines[3]}" = $'trace:0:callbacks:protocols\t3' ]
	[[ ${lines[4]} =~ ^trace:0:callbacks:snaptime${tab}[0-9]+\.[0-9]{9}$ ]]
	[ "${#lines[@]}" = 5 ]
}

@test "of several instances, every statistic says of which it is" {
	start_with "$PLUGIN_DIR/trace.so"
	ctl protocol remove red arp
	stat_exits 0 -p :::notifies
	printed $'global/trace:0:callbacks:notifies\t3' \
	    $'blue/trace:0:callbacks:notifies\t3' \
	    $'red/trace:0:callbacks:notifies\t4'
	stat_exits 0 -p -I '[br]*' trace
	[ "${#lines[@]}" = 10 ]
	stat_exits 0 -I 'r*' :::notifies
	[ "${lines[0]}" = 'ip instance: red                        id:       2' ]
}

@test "-I takes a name, a pattern or an id" {
	start_with "$PLUGIN_DIR/trace.so"
	ctl protocol add red ipx
	stat_exits 0 -p -I 2 :::protocols
	printed $'trace:0:callbacks:protocols\t4'
	stat_exits 0 -p -I red :::protocols
	printed $'trace:0:callbacks:protocols\t4'
	stat_exits 0 -p --instance '*l*' :::protocols
	printed $'global/trace:0:callbacks:protocols\t3' \
	    $'blue/trace:0:callbacks:protocols\t3'
}

@test "operands are patterns, and a part that is left out matches all" {
	start_with "$FIXTURE_DIR/every_statistic.so"
	stat_exits 0 -p -I blue every:10:types:uint32
	printed $'every:10:types:uint32\t4294967295'
	stat_exits 0 -p -I blue 'ev*:1?:t[xy]pes:*32'
	printed $'every:10:types:int32\t-2147483648' \
	    $'every:10:types:uint32\t4294967295'
	stat_exits 0 -p -I blue ':9::Z*'
	printed $'every:9:Types:Zero\t0'
	stat_exits 0 -p -I blue ':::cl*' -c other
	printed $'every:9:Types:class\tother'
}

@test "every operand has its own output, in their order, also twice" {
	start_with "$PLUGIN_DIR/trace.so"
	stat_exits 0 -p -I blue :::protocols trace:0:callbacks:notifies \
	    :::protocols
	printed $'trace:0:callbacks:protocols\t3' \
	    $'trace:0:callbacks:notifies\t3' \
	    $'trace:0:callbacks:protocols\t3'
}

@test "numbers are whole and texts are harmless" {
	start_with "$FIXTURE_DIR/every_statistic.so"
	stat_exits 0 -p -I blue every:10:types:[!cs]*
	printed $'every:10:types:double\t0.1' \
	    $'every:10:types:endless\tnan' \
	    $'every:10:types:exact\t9007199254740991' \
	    $'every:10:types:float\t0.5' \
	    $'every:10:types:int32\t-2147483648' \
	    $'every:10:types:int64\t-9223372036854775808' \
	    $'every:10:types:uint32\t4294967295' \
	    $'every:10:types:uint64\t18446744073709551615'
	stat_exits 0 -p -I blue every:10::char every:10::string
	printed $'every:10:types:char\tsixteen letters!' \
	    "every:10:types:string${tab}red \\x1b[31m, two\\x0alines, grün"
}

@test "kstats are sorted by module, number and name, not by their making" {
	netinst_start -p "$PLUGIN_DIR/trace.so" \
	    -p "$FIXTURE_DIR/every_statistic.so"
	stat_exits 0 -p -I global ':[1-9]*::class' trace:::class
	printed $'every:9:Types:class\tother' \
	    $'every:10:types:class\ttest' $'trace:0:callbacks:class\tnet'
}

@test "a kstat that cannot be read is named, and the others are shown" {
	start_with "$FIXTURE_DIR/every_statistic.so"
	stat_exits 7 -p -I blue :::crtime
	[ "${#lines[@]}" = 2 ]
	[[ ${stderr_lines[0]} = 'netinstctl: kstat blue/every:0:broken: cannot be read: Input/output error' ]]
	stat_exits 6 -p -I blue ::broken
	[ -z "$output" ]
}

@test "an instance that hangs is named, and the others are shown" {
	printf 'callback_deadline = 100ms\n' >"$WORK/netinst.conf"
	netinst_start -c "$WORK/netinst.conf" \
	    -p "$FIXTURE_DIR/every_statistic.so"
	load_hanging
	ctl instance create --no-wait slow
	stat_exits 7 -p :::Zero
	printed $'global/every:9:Types:Zero\t0'
	[[ $stderr = *'kstat: instance slow is busy, and was not waited for'* ]]
	stat_exits 7 --json :::Zero
	jq -e '[.kstats[] | select(.error == null).ip_instance] == ["global"]' \
	    <<<"$output"
	open_gate
}

@test "exit code 1 when nothing matches, 0 when one operand does" {
	start_with "$PLUGIN_DIR/trace.so"
	stat_exits 1 nosuch
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'netinstctl: kstat: nothing matches nosuch' ]
	stat_exits 1 -I 'nosuch*'
	[ "${stderr_lines[0]}" = 'netinstctl: kstat: nothing matches in instance nosuch*' ]
	stat_exits 4 -I nosuch
	[ "${stderr_lines[0]}" = "netinstctl: kstat: no instance is named 'nosuch'" ]
	stat_exits 1 -p -c nosuch
	stat_exits 1 -p trace:0:callbacks:nosuch
	stat_exits 0 -p nosuch :::protocols
	[ "${#lines[@]}" = 3 ]
	[[ $stderr = *'nothing matches nosuch'* ]]
}

@test "an operand with too many parts is wrong usage" {
	stat_exits 2 a:b:c:d:e
	[ "${stderr_lines[0]}" = "netinstctl: kstat: 'a:b:c:d:e' has more parts than MODULE:INST:NAME:STAT" ]
}

@test "--json is the daemon's result, an object for each operand" {
	start_with "$FIXTURE_DIR/every_statistic.so"
	stat_exits 0 --json -I blue every:10
	jq -e '.kstats | length == 1' <<<"$output"
	jq -e '[.kstats[0].statistics[] | select(.name == "uint64")] ==
	    [{"name": "uint64", "type": "uint64",
	      "value": "18446744073709551615"}]' <<<"$output"
	jq -e '[.kstats[0].statistics[] | select(.name == "endless").value] ==
	    [null]' <<<"$output"
	stat_exits 0 --json every:10 every:9:Types
	[ "${#lines[@]}" = 2 ]
	stat_exits 1 --json nosuch
	[ "$output" = '{"kstats":[]}' ]
}

@test "statistics of more instances than a page holds are all shown" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	seq -f 'i%g' 1500 | xargs "$NETINSTCTL" -s "$SOCKET" \
	    instance create >/dev/null
	stat_exits 0 -p trace:0:callbacks:protocols
	[ "${#lines[@]}" = 1501 ]
	[ "${lines[1500]}" = $'i1500/trace:0:callbacks:protocols\t3' ]
}
