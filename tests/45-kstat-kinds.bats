#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl kstat on kstats of every type, and netinstctl kstat-write, which
# changes those that are writable.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	netinst_setup
}

teardown() {
	netinst_teardown
}

start() {
	netinst_start -p "$FIXTURE_DIR/many_kstats.so"
	ctl instance create blue
}

# write_exits STATUS ARGUMENT...: netinstctl kstat-write, and how it must exit.
write_exits() {
	local code=$1

	shift
	expect "$code" ctl kstat-write "$@"
}

# knob NAME: its value on blue.
knob() {
	ctl kstat -pV -I blue -m knob -n knobs -s "$1"
}

# --- types ------------------------------------------------------------------

@test "an interrupt kstat has its five counters" {
	start
	stat_exits 0 -p -I blue kind::interrupt:[!cs]* kind::interrupt:s[op]*
	printed $'kind:0:interrupt:hard\t1' \
	    $'kind:0:interrupt:multiple_service\t4294967295' \
	    $'kind:0:interrupt:watchdog\t3' \
	    $'kind:0:interrupt:soft\t2' $'kind:0:interrupt:spurious\t4'
	stat_exits 0 -j -I blue kind::interrupt
	[ "$(jq -c '.[] | [.type, .data.hard, .data.soft]' <<<"$output")" = \
	    '[2,1,2]' ]
}

@test "an io kstat has its counters, and times in nanoseconds" {
	start
	stat_exits 0 -p -I blue -n io -s '/^(n|r|w)/'
	printed $'kind:0:io:nread\t18446744073709551615' \
	    $'kind:0:io:nwritten\t512' $'kind:0:io:rcnt\t0' \
	    $'kind:0:io:reads\t3' $'kind:0:io:rlastupdate\t10' \
	    $'kind:0:io:rlentime\t9' $'kind:0:io:rtime\t8' \
	    $'kind:0:io:wcnt\t0' $'kind:0:io:wlastupdate\t7' \
	    $'kind:0:io:wlentime\t6' $'kind:0:io:writes\t4' \
	    $'kind:0:io:wtime\t1000000001'
	stat_exits 0 -j -I blue kind::io
	[ "$(jq -c '.[] | [.type, .data.nwritten, .data.wtime]' \
	    <<<"$output")" = '[3,512,1000000001]' ]
}

@test "a timer kstat has each timer's numbers, under its name" {
	start
	stat_exits 0 -p -I blue -n timer -s '/^(first|second) /'
	[ "${#lines[@]}" = 6 ]
	stat_exits 0 -p -I blue -n timer -s '* *'
	printed $'kind:0:timer:First elapsed_time\t5' \
	    $'kind:0:timer:First max_time\t5' \
	    $'kind:0:timer:First min_time\t5' \
	    $'kind:0:timer:First num_events\t1' \
	    $'kind:0:timer:First start_time\t50' \
	    $'kind:0:timer:First stop_time\t55' \
	    $'kind:0:timer:second elapsed_time\t30' \
	    $'kind:0:timer:second max_time\t20' \
	    $'kind:0:timer:second min_time\t10' \
	    $'kind:0:timer:second num_events\t2' \
	    $'kind:0:timer:second start_time\t100' \
	    $'kind:0:timer:second stop_time\t120'
	stat_exits 0 -j -I blue kind::timer
	[ "$(jq -c '.[] | [.type, .data["second num_events"]]' \
	    <<<"$output")" = '[4,2]' ]
}

@test "raw kstats are not shown, but are in the daemon's result" {
	start
	stat_exits 1 -p -I blue kind::raw
	[ -z "$output" ]
	stat_exits 1 -q -I blue kind::raw
	stat_exits 1 -j -I blue kind::raw
	[ "$output" = '[]' ]
	stat_exits 0 --json -I blue kind::raw
	[ "$(jq -c '.kstats[].statistics' <<<"$output")" = \
	    '[{"name":"raw","type":"raw","size":4,"value":"007f80ff"}]' ]
}

@test "kstats named kstat_..., and what has no name, are not shown" {
	start
	stat_exits 0 -l -I blue own:::
	printed own:0:odd:class own:0:odd:crtime own:0:odd:snaptime \
	    'own:0:odd:what?'
	stat_exits 1 ::kstat_own
	stat_exits 1 -n '/^kstat_/'
	stat_exits 0 --json -I blue ::kstat_own
}

@test "-j escapes what JSON wants escaped, and nothing else" {
	start
	stat_exits 0 -j -I blue -m own -n odd -s 'what[?]'
	[[ $output = *'"data":{"what?":"a \"?\" \\ b"}}]' ]]
	[ "$(jq -r '.[].data["what?"]' <<<"$output")" = 'a "?" \ b' ]
}

# --- writing ----------------------------------------------------------------

@test "kstat-write changes statistics of an instance, and shows them" {
	start
	write_exits 0 -I blue knob:-1:knobs:limit=20
	printed $'blue/knob:-1:knobs:limit\t20'
	[ -z "$stderr" ]
	[ "$(knob limit)" = 20 ]
	[ "$(ctl kstat -pV -I global -n knobs -s limit)" = 10 ]
	write_exits 0 -I 1 knob:-1:knobs:limit=4294967295
	[ "$(knob limit)" = 4294967295 ]
}

@test "without -I, kstat-write means the global instance" {
	start
	write_exits 0 knob:-1:knobs:limit=7
	printed $'global/knob:-1:knobs:limit\t7'
	[ "$(ctl kstat -pV -I global -n knobs -s limit)" = 7 ]
	[ "$(knob limit)" = 10 ]
}

@test "kstat-write takes values of every type, in all their digits" {
	start
	write_exits 0 -I blue knob:-1:knobs:level=-9223372036854775808 \
	    knob:-1:knobs:top=18446744073709551615 \
	    knob:-1:knobs:ratio=1e300 'knob:-1:knobs:mode=a=b: "c"' \
	    knob:-1:knobs:a:b=-5
	printed $'blue/knob:-1:knobs:level\t-9223372036854775808' \
	    $'blue/knob:-1:knobs:top\t18446744073709551615' \
	    $'blue/knob:-1:knobs:ratio\t1e+300' \
	    $'blue/knob:-1:knobs:mode\ta=b: "c"' \
	    $'blue/knob:-1:knobs:a:b\t-5'
	[ "$(knob mode)" = 'a=b: "c"' ]
	write_exits 0 -I blue kind:0:interrupt:soft=9 kind:0:raw:raw=01020304
	printed $'blue/kind:0:interrupt:soft\t9' $'blue/kind:0:raw:raw\t01020304'
	[ "$(ctl kstat -pV -I blue ::interrupt:soft)" = 9 ]
}

@test "values of one kstat are written all or none" {
	start
	write_exits 2 -I blue knob:-1:knobs:limit=20 knob:-1:knobs:level=x
	[ -z "$output" ]
	[[ ${stderr_lines[0]} = "netinstctl: kstat-write: "*"'level'"* ]]
	[ "$(knob limit)" = 10 ]
	write_exits 4 -I blue knob:-1:knobs:limit=20 knob:-1:knobs:nosuch=1
	[ "$(knob limit)" = 10 ]
}

@test "of several kstats, those that can be written are" {
	start
	write_exits 7 -I blue knob:-1:knobs:limit=20 knob:0:nosuch:limit=1 \
	    knob:-1:knobs:level=3
	printed $'blue/knob:-1:knobs:limit\t20' $'blue/knob:-1:knobs:level\t3'
	[ "${#stderr_lines[@]}" = 2 ]
	[[ ${stderr_lines[0]} = *'knob:0:nosuch'* ]]
	[ "$(knob limit)" = 20 ]
}

@test "a write that is refused says why" {
	start
	write_exits 1 -I blue knob:0:locked:limit=1
	[[ ${stderr_lines[0]} = *'knob:0:locked'*'Permission denied' ]]
	write_exits 1 -I blue every:9:Types:Zero=1
	[[ ${stderr_lines[0]} = *'every:9:Types'*'cannot be written' ]]
	write_exits 2 -I blue knob:-1:knobs:limit=-1
	write_exits 2 -I blue knob:-1:knobs:limit=4294967296
	write_exits 2 -I blue knob:-1:knobs:mode=seventeen-letters
	write_exits 2 -I blue kind:0:raw:raw=0102
	write_exits 4 -I blue knob:-1:nosuch:limit=1
	write_exits 4 -I nosuch knob:-1:knobs:limit=1
	write_exits 4 -I '*' knob:-1:knobs:limit=1
	[ "$(knob limit)" = 10 ]
}

@test "what is no statistic and value is wrong usage" {
	expect 2 "$NETINSTCTL" kstat-write
	for operand in limit=1 knob:-1:knobs:limit knob::knobs:limit=1 \
	    'knob:*:knobs:limit=1' knob:-1:knobs:=1 :-1:knobs:limit=1; do
		expect 2 "$NETINSTCTL" kstat-write knob:0:a:b=1 "$operand"
		[ "${stderr_lines[0]}" = "netinstctl: kstat-write: '$operand' is not of the form MODULE:INST:NAME:STAT=VALUE" ]
	done
	expect 2 "$NETINSTCTL" kstat-write a:0:b:c=1 a:0:b:d=1 a:0:b:c=2
	[ "${stderr_lines[0]}" = "netinstctl: kstat-write: 'a:0:b:c=2' is a second value for the same statistic" ]
}

@test "kstat-write --json is the daemon's result, an object for each kstat" {
	start
	write_exits 0 --json -I blue knob:-1:knobs:limit=3 \
	    kind:0:interrupt:soft=1 knob:-1:knobs:level=4
	[ "${#lines[@]}" = 2 ]
	[ "$(jq -c '[.name, .ip_instance, ([.statistics[] |
	    select(.name == "limit" or .name == "level" or .name == "soft") |
	    .value])]' <<<"$output" | xargs)" = \
	    '[knobs,blue,[3,4]] [interrupt,blue,[1]]' ]
}
