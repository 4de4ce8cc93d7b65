#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck disable=SC2154 # what run --separate-stderr sets
#
# netinstctl kstat against the table of options of kstat(8): a test for each
# row, named after it. Nothing here depends on how long a report takes: the
# tests of intervals look at what is printed, not when.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/netinstctl
	netinst_setup
	tab=$'\t'
	time='[0-9]+\.[0-9]{9}'
}

teardown() {
	netinst_teardown
}

# A daemon with statistics in modules every (9, 10) and trace (0), and the
# instances global and blue.
start() {
	netinst_start -p "$PLUGIN_DIR/trace.so" \
	    -p "$FIXTURE_DIR/many_kstats.so"
	ctl instance create blue
}

# is_misuse TEXT ARGUMENT...: the arguments are refused, with this reason.
is_misuse() {
	local text=$1

	shift
	expect 2 ctl kstat "$@"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "netinstctl: kstat: $text" ]
	[[ ${stderr_lines[1]} = 'hint: usage: netinstctl kstat '* ]]
}

# start_reports ARGUMENT...: netinstctl kstat, left to run; its process id is
# in REPORTS, what it prints in $WORK/reports.
start_reports() {
	rm -f "$WORK/reports"
	env --default-signal=INT "$NETINSTCTL" --socket "$SOCKET" kstat "$@" \
	    >"$WORK/reports" 2>"$WORK/said" 3>&- &
	REPORTS=$!
}

# reports_have REGEX: whether one of the lines so far is that.
reports_have() {
	grep -sqxE -- "$1" "$WORK/reports"
}

# reports_end STATUS: waits until they do, by themselves.
reports_end() {
	local code=0

	wait_until "$NETINST_PATIENCE" netinst_ended "$REPORTS"
	wait "$REPORTS" || code=$?
	[ "$code" = "$1" ] && return
	echo "exit code $code, not $1"
	return 1
}

# --- -c -m -i -n -s ---------------------------------------------------------

@test "-m MODULE: a shell pattern or a regular expression" {
	start
	stat_exits 0 -p -I blue -m trace -s protocols
	printed $'trace:0:callbacks:protocols\t3'
	stat_exits 0 -p -I blue -m 't[!a]*' -s protocols
	[ "${#lines[@]}" = 1 ]
	stat_exits 0 -p -I blue -m '/^t.*e$/' -s protocols
	[ "${#lines[@]}" = 1 ]
	stat_exits 0 -l -I blue --module /e/ -s crtime -i '[1-9]*'
	printed every:9:Types:crtime every:10:types:crtime
	stat_exits 1 -m race
}

@test "-i INSTANCE: a shell pattern or a regular expression of the number" {
	start
	stat_exits 0 -l -I blue -s class -i 10
	printed every:10:types:class
	stat_exits 0 -l -I blue -s class -i '?' -c '[no]*[rt]'
	printed every:9:Types:class trace:0:callbacks:class
	stat_exits 0 -l -I blue -s class -i '/^(9|10)$/'
	printed every:9:Types:class every:10:types:class
	stat_exits 1 -i 1
}

@test "-n NAME: a shell pattern or a regular expression" {
	start
	stat_exits 0 -l -I blue -s class -n '[tT]ypes'
	printed every:9:Types:class every:10:types:class
	stat_exits 0 -l -I blue -s class -n /ypes/
	printed every:9:Types:class every:10:types:class
	stat_exits 0 -l -I blue -s class -n '/^[[:lower:]]+$/' -c 'n*'
	printed trace:0:callbacks:class
	stat_exits 1 -n ypes
}

@test "-s STATISTIC: a shell pattern or a regular expression" {
	start
	stat_exits 0 -p -I blue -s '*32'
	printed $'every:10:types:int32\t-2147483648' \
	    $'every:10:types:uint32\t4294967295'
	stat_exits 0 -p -I blue -s '/^u?int32$/'
	printed $'every:10:types:int32\t-2147483648' \
	    $'every:10:types:uint32\t4294967295'
	stat_exits 0 -l -I blue -m trace -s '/time$|^pro/'
	printed trace:0:callbacks:crtime trace:0:callbacks:protocols \
	    trace:0:callbacks:snaptime
	stat_exits 1 -s int
}

@test "-c CLASS: a shell pattern or a regular expression" {
	start
	stat_exits 0 -l -I blue -s class -c net
	printed trace:0:callbacks:class
	stat_exits 0 -l -I blue -s class -c '[ot]*t*'
	printed every:9:Types:class every:10:types:class
	stat_exits 0 -l -I blue -s class -c '/^(other|net)$/'
	printed every:9:Types:class trace:0:callbacks:class
	stat_exits 1 -c e
}

@test "conditions are met all at once, also with operands" {
	start
	stat_exits 0 -p -I blue -m every -i '/^1/' -n types -s exact -c test
	printed $'every:10:types:exact\t9007199254740991'
	stat_exits 1 -m every -i 10 -n types -s exact -c other
	stat_exits 1 -m trace -i 10
	stat_exits 0 -l -I blue -c /test/ :::exact :::Zero :::protocols
	printed every:10:types:exact
}

@test "an expression that is none is wrong usage" {
	is_misuse "'/(/' is no regular expression: Unmatched ( or \\(" -c '/(/'
	is_misuse "'/[/' is no regular expression: Invalid regular expression" \
	    -m '/[/'
	is_misuse "'/+/' is no regular expression: Invalid preceding regular expression" \
	    'a:0:/+/'
}

# --- operands ---------------------------------------------------------------

@test "module[:instance[:name[:statistic]]]: patterns of both kinds" {
	start
	stat_exits 0 -p -I blue 'e*:/^1/:types:/^u.*32$/'
	printed $'every:10:types:uint32\t4294967295'
	stat_exits 0 -l -I blue '/^.{5}$/:?:[!T]*:proto*'
	printed trace:0:callbacks:protocols
	# An expression holds the part of an operand up to the colon.
	stat_exits 0 -l -I blue '/e/:9:/^./:Zero'
	printed every:9:Types:Zero
}

@test "an empty field, or one that is left out, is *" {
	start
	stat_exits 0 -l -I blue :::Zero
	printed every:9:Types:Zero
	stat_exits 0 -l -I blue '*:*:*:Zero'
	printed every:9:Types:Zero
	stat_exits 0 -l -I blue every:9
	printed every:9:Types:class every:9:Types:crtime \
	    every:9:Types:snaptime every:9:Types:Zero
	local all=$output
	stat_exits 0 -l -I blue every:9::
	[ "$output" = "$all" ]
	stat_exits 0 -l -I blue -i 9 -m '' -s '*'
	[ "$output" = "$all" ]
}

@test "more than four fields are wrong usage" {
	is_misuse "'a:b:c:d:e' has more parts than MODULE:INST:NAME:STAT" \
	    trace a:b:c:d:e
	is_misuse "'::::' has more parts than MODULE:INST:NAME:STAT" ::::
}

@test "operands together with -m -i -n -s are wrong usage" {
	for option in -m -i -n -s; do
		is_misuse "-m, -i, -n and -s exclude operands, as 'trace'" \
		    "$option" x trace
	done
	start
	stat_exits 0 -p -I blue -m trace -s protocols 1 1
	[ "${#lines[@]}" = 1 ]
}

@test "several operands: output for each, in order, duplicates kept" {
	start
	stat_exits 0 -p trace:::protocols :::Zero trace:::protocols
	printed $'global/trace:0:callbacks:protocols\t3' \
	    $'blue/trace:0:callbacks:protocols\t3' \
	    $'global/every:9:Types:Zero\t0' $'blue/every:9:Types:Zero\t0' \
	    $'global/trace:0:callbacks:protocols\t3' \
	    $'blue/trace:0:callbacks:protocols\t3'
}

# --- forms ------------------------------------------------------------------

@test "without an option: the layout for people" {
	start
	stat_exits 0 -I blue every:9
	[ "${lines[0]}" = 'module: every                           instance: 9     ' ]
	[ "${lines[1]}" = 'name:   Types                           class:    other' ]
	[[ ${lines[2]} =~ ^${tab}crtime\ {26}$time$ ]]
	[[ ${lines[3]} =~ ^${tab}snaptime\ {24}$time$ ]]
	[ "${lines[4]}" = $'\tZero                            0' ]
	[ "${#lines[@]}" = 5 ]
	[ "$(ctl kstat -I blue every:9 | tail -n 1)" = '' ]
	stat_exits 0 every:9
	[ "${lines[0]}" = 'ip instance: global                     id:       0' ]
}

@test "-p: module:instance:name:statistic, tab, value" {
	start
	stat_exits 0 -p -I blue every:9
	[ "${lines[0]}" = $'every:9:Types:class\tother' ]
	[[ ${lines[1]} =~ ^every:9:Types:crtime$tab$time$ ]]
	[[ ${lines[2]} =~ ^every:9:Types:snaptime$tab$time$ ]]
	[ "${lines[3]}" = $'every:9:Types:Zero\t0' ]
	[ "${#lines[@]}" = 4 ]
	stat_exits 0 -p :::Zero
	printed $'global/every:9:Types:Zero\t0' $'blue/every:9:Types:Zero\t0'
}

@test "-C: the same, with a colon before the value" {
	start
	stat_exits 0 -C -I blue trace:::/^p/ every:9::[!s]*s*
	printed trace:0:callbacks:protocols:3 every:9:Types:class:other
	stat_exits 0 -Cp :::Zero
	printed global/every:9:Types:Zero:0 blue/every:9:Types:Zero:0
}

@test "-l: only names" {
	start
	stat_exits 0 -l -I blue every:9
	printed every:9:Types:class every:9:Types:crtime \
	    every:9:Types:snaptime every:9:Types:Zero
	stat_exits 0 -l :::Zero
	printed global/every:9:Types:Zero blue/every:9:Types:Zero
	stat_exits 0 -lpC -I blue :::Zero
	printed every:9:Types:Zero
}

@test "-p -V: only values" {
	start
	stat_exits 0 -p -V -I blue trace:::protocols :::int32 :::Zero
	printed 3 -2147483648 0
	stat_exits 0 -pV :::Zero
	printed 0 0
	is_misuse '-V needs -p' -V
	is_misuse '-V needs -p' -V -C
	is_misuse '-V prints no names, -l nothing else' -p -V -l
}

@test "-q: nothing is printed, the exit status tells" {
	start
	stat_exits 0 -q
	[ -z "$output$stderr" ]
	stat_exits 0 -q nosuch :::Zero
	[ -z "$output$stderr" ]
	stat_exits 1 -q nosuch
	[ -z "$output$stderr" ]
	stat_exits 0 -q -T u :::Zero 1 1
	[ -z "$output$stderr" ]
}

@test "-q excludes -l, -p, -j, also -C and --json" {
	for option in -l -p -j -C --json; do
		is_misuse '-q prints nothing, -C, -j, -l, -p and --json do' \
		    -q "$option"
	done
}

@test "-j: one array of objects as those of kstat(8), with the instance" {
	start
	stat_exits 0 -j -I blue every:9 trace
	[ "${#lines[@]}" = 1 ]
	jq -e 'type == "array" and length == 2' <<<"$output"
	[ "$(jq -c 'map(del(.snaptime, .data))' <<<"$output")" = \
	    '[{"ip_instance":"blue","module":"every","instance":9,"name":"Types","class":"other","type":1},{"ip_instance":"blue","module":"trace","instance":0,"name":"callbacks","class":"net","type":1}]' ]
	jq -e 'all(.snaptime == .data.snaptime)' <<<"$output"
	jq -e 'all(.data.crtime > 0 and .data.crtime <= .snaptime)' \
	    <<<"$output"
	[[ $output =~ \"snaptime\":$time, ]]
	[ "$(jq -c 'map(.data | del(.crtime, .snaptime))' <<<"$output")" = \
	    '[{"Zero":0},{"notifies":3,"protocols":3}]' ]
	stat_exits 0 -j :::Zero
	[ "$(jq -c 'map([.ip_instance, .data])' <<<"$output")" = \
	    '[["global",{"Zero":0}],["blue",{"Zero":0}]]' ]
}

@test "-j: numbers are numbers in all their digits, texts are texts" {
	start
	LC_ALL=de_DE.UTF-8 stat_exits 0 -j -I blue every:10
	for pair in '"uint64":18446744073709551615' \
	    '"int64":-9223372036854775808' '"exact":9007199254740991' \
	    '"double":0.1' '"float":0.5' '"endless":null' \
	    '"char":"sixteen letters!"'; do
		[[ $output = *"$pair"[,\}]* ]]
	done
	[ "$(jq -r '.[].data.string' <<<"$output")" = \
	    $'red \e[31m, two\nlines, grün' ]
	[ -z "$(tr -d '\n[:print:]' <<<"$output")" ]
}

@test "-j: also what matches nothing, and what is none, is an array" {
	start
	stat_exits 1 -j nosuch
	[ "$output" = '[]' ]
	stat_exits 0 -j -I blue nosuch :::Zero nosuch
	[ "$(jq length <<<"$output")" = 1 ]
	stat_exits 4 -j -I nosuch
	[ -z "$output" ]
}

@test "-j is the form, whatever -p, -l and -C say" {
	start
	stat_exits 0 -jplC -I blue :::Zero
	[ "$(jq -c 'map(.data)' <<<"$output")" = '[{"Zero":0}]' ]
}

@test "--json is the daemon's own result, which knows no expressions" {
	start
	stat_exits 0 --json -I blue :::Zero
	local params='{"ip_instance":"blue","statistic":"Zero"}'
	[ "$(jq -c 'del(.kstats[].snaptime)' <<<"$output")" = \
	    "$(raw_result kstat.read "$params" |
	        jq -c 'del(.kstats[].snaptime)')" ]
	is_misuse 'with --json, what is printed is selected by the daemon, which has no regular expressions; -j prints JSON, too' \
	    --json -m /every/
}

@test "-h and -?: usage on standard error" {
	for option in -h '-?' --usage; do
		expect 0 "$NETINSTCTL" kstat "$option"
		[ -z "$output" ]
		[[ ${stderr_lines[0]} = 'usage: netinstctl kstat ['* ]]
	done
	expect 0 "$NETINSTCTL" kstat --help
	[ -z "$stderr" ]
	local letter
	for letter in C j l p q V T c m i n s I h; do
		grep -qE "^  -$letter, --" <<<"$output"
	done
	# Those that are global options elsewhere have another letter's help.
	grep -q '^      --socket SOCKET ' <<<"$output"
	[ "$(grep -c '^  -s,' <<<"$output")" = 1 ]
}

@test "an unknown option exits 2" {
	for option in -x -Z --nosuch -pz; do
		expect 2 "$NETINSTCTL" kstat "$option"
		[ -z "$output" ]
		[[ ${stderr_lines[0]} = 'netinstctl: kstat: there is no option '* ]]
	done
	expect 2 "$NETINSTCTL" kstat -c
	expect 2 "$NETINSTCTL" kstat -p -T
}

# --- what is shown ----------------------------------------------------------

@test "the order is module, instance, name, statistic, in either case" {
	start
	stat_exits 0 -l -I blue ':[1-9]*' trace:::class
	printed every:9:Types:class every:9:Types:crtime \
	    every:9:Types:snaptime every:9:Types:Zero \
	    every:10:types:char every:10:types:class every:10:types:crtime \
	    every:10:types:double every:10:types:endless \
	    every:10:types:exact every:10:types:float every:10:types:int32 \
	    every:10:types:int64 every:10:types:snaptime \
	    every:10:types:string every:10:types:uint32 \
	    every:10:types:uint64 trace:0:callbacks:class
	stat_exits 0 -l -I blue -s '/^z|^c/' -m every -i '/./' -c '/e.t/'
	printed every:10:types:char every:10:types:class every:10:types:crtime
}

@test "crtime and snaptime always, class only with -p, -l, -C" {
	start
	for form in -p -l -C; do
		stat_exits 0 "$form" -I blue -m trace -s '/^class$|time$/'
		[ "${#lines[@]}" = 3 ]
	done
	stat_exits 0 -I blue -m trace -s '/^class$|time$/'
	[ "${#lines[@]}" = 4 ]
	stat_exits 1 -I blue -s class
	stat_exits 0 -j -I blue -m trace -s '/^class$|time$/'
	[ "$(jq -c '.[].data | keys' <<<"$output")" = '["crtime","snaptime"]' ]
}

# --- interval and count -----------------------------------------------------

@test "interval and count: so many reports, a blank line between them" {
	start
	stat_exits 0 -p -I blue :::Zero 1 3
	printed $'every:9:Types:Zero\t0' '' $'every:9:Types:Zero\t0' '' \
	    $'every:9:Types:Zero\t0'
	[ "$(ctl kstat -I blue 1 2 :::Zero | grep -c '^$')" = 3 ]
}

@test "interval and count stand anywhere among the operands" {
	start
	stat_exits 0 -p -I blue 1 :::Zero 2 :::int32
	local all=$output
	[ "${#lines[@]}" = 4 ]
	stat_exits 0 -p -I blue :::Zero 1 :::int32 2
	[ "$output" = "$all" ]
	stat_exits 0 1 -p :::Zero -I blue :::int32 2
	[ "$output" = "$all" ]
	stat_exits 0 -l -I blue 5: trace:::class 9 1
	[ "$output" = trace:0:callbacks:class ]
}

@test "0, an overflow and a third number are wrong usage" {
	is_misuse 'an interval or a count is 1 to 2147483647, not 0' 0
	is_misuse 'an interval or a count is 1 to 2147483647, not 0' 1 0
	is_misuse 'an interval or a count is 1 to 2147483647, not 2147483648' \
	    2147483648
	is_misuse \
	    'an interval or a count is 1 to 2147483647, not 99999999999999999999' \
	    1 99999999999999999999
	is_misuse '3 is a third number, behind interval and count' 1 trace 2 3
}

@test "an interval alone: for ever, and each time all is read again" {
	start
	start_reports -p :::protocols 1
	wait_until "$NETINST_PATIENCE" reports_have 'blue/trace.*'
	run ! reports_have 'red/trace.*'
	ctl instance create red
	wait_until "$NETINST_PATIENCE" reports_have 'red/trace.*'
	ctl instance destroy blue
	ctl protocol add red sctp
	wait_until "$NETINST_PATIENCE" reports_have \
	    "red/trace:0:callbacks:protocols${tab}4"
	[ "$(tail -n 2 "$WORK/reports" | cut -d / -f 1 | xargs)" = 'global red' ]
	kill -TERM "$REPORTS"
	reports_end 3
	[ ! -s "$WORK/said" ]
}

@test "an interval goes on when nothing matches, and says so once" {
	start
	start_reports -p -I 'r*' trace:::protocols 1
	wait_until "$NETINST_PATIENCE" grep -q 'nothing matches' "$WORK/said"
	ctl instance create red
	wait_until "$NETINST_PATIENCE" reports_have 'red/trace.*'
	ctl instance destroy red
	ctl instance create rose
	wait_until "$NETINST_PATIENCE" reports_have 'rose/trace.*'
	[ "$(grep -c 'nothing matches' "$WORK/said")" = 1 ]
	kill -TERM "$REPORTS"
	reports_end 3
}

@test "-j with an interval: every report is valid JSON by itself" {
	start
	stat_exits 0 -j -I blue trace every:9 1 3
	[ "${#lines[@]}" = 3 ]
	for line in "${lines[@]}"; do
		[[ $line = '['*']' ]]
		[ "$(jq -c 'map(.name)' <<<"$line")" = '["callbacks","Types"]' ]
	done
	[ "$(jq -s 'map(.[0].snaptime) | . == (. | sort) and (unique | length == 3)' \
	    <<<"$output")" = true ]
	stat_exits 1 -j nosuch 1 2
	printed '[]' '[]'
}

@test "-T u and -T d: the time before each report" {
	start
	stat_exits 0 -p -T u -I blue :::Zero 1 2
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[0]} =~ ^[0-9]{10}$ ]]
	[ "${lines[1]}" = $'every:9:Types:Zero\t0' ]
	[[ ${lines[2]} =~ ^[0-9]{10}$ ]]
	[ "${lines[2]}" -gt "${lines[0]}" ]
	export TZ=UTC0
	stat_exits 0 -p -T d -I blue :::Zero
	[[ ${lines[0]} =~ ^[A-Z][a-z]{2}\ [A-Z][a-z]{2}\ [\ 0-9]{2}\ ([0-9]{2}:){2}[0-9]{2}\ UTC\ [0-9]{4}$ ]]
	[ "${lines[1]}" = $'every:9:Types:Zero\t0' ]
	is_misuse "-T takes u, for seconds since 1970, or d, for the date, not 'x'" \
	    -T x
	is_misuse 'a line of -T is no JSON; snaptime is in the report' -j -T d
}

# --- exit status ------------------------------------------------------------

@test "exit 0: something matched, also in one operand or report only" {
	start
	stat_exits 0 -p :::Zero
	stat_exits 0 -p nosuch :::Zero
	start_reports -p -I 'r*' trace:::protocols 1 1000000
	wait_until "$NETINST_PATIENCE" grep -q 'nothing matches' "$WORK/said"
	kill -INT "$REPORTS"
	reports_end 3
}

@test "exit 1: nothing matched" {
	start
	stat_exits 1 nosuch
	stat_exits 1 -q nosuch
	stat_exits 1 -p nosuch 1 2
	[ -z "${output//$'\n'/}" ]
	[ "$(grep -c 'nothing matches' <<<"$stderr")" = 1 ]
}

@test "exit 3: no daemon, also when it goes between two reports" {
	SOCKET=$WORK/none stat_exits 3 -p
	[ -z "$output" ]
	SOCKET=$WORK/none stat_exits 3 -j
	[ -z "$output" ]
	start
	start_reports -p -I blue :::Zero 1
	wait_until "$NETINST_PATIENCE" reports_have 'every:9:Types:Zero.*'
	netinst_stop
	reports_end 3
}

@test "exit 3: a signal ended an interval, and what was reported is whole" {
	start
	for signal in INT TERM; do
		start_reports -j -I blue :::Zero 1000000
		wait_until "$NETINST_PATIENCE" reports_have '\[.*\]'
		kill "-$signal" "$REPORTS"
		reports_end 3
		[ "$(jq -c 'map(.data)' "$WORK/reports")" = '[{"Zero":0}]' ]
		[ ! -s "$WORK/said" ]
	done
}

@test "a reader that has enough ends the reports, quietly" {
	start
	run --separate-stderr bash -c "set -o pipefail
	    '$NETINSTCTL' -s '$SOCKET' kstat -p -I blue :::Zero 1 | head -n 1"
	[ "$status" = 0 ]
	[ "$output" = $'every:9:Types:Zero\t0' ]
	[ -z "$stderr" ]
}
