#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# kstats of every type through the daemon: what kstat.read shows of them, what
# kstat.write changes and what it refuses, what stays when a plugin goes.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
	netinst_start -p "$FIXTURE_DIR/every_kstat.so"
	rpc instance.create '{"name":"blue"}' | jq -e '.result.id == 1' >"$WORK/created"
}

teardown() {
	netinst_teardown
}

# reading NAME [IP_INSTANCE]: the kstat of that name, in blue unless said.
reading() {
	rpc kstat.read "{\"ip_instance\":\"${2:-blue}\",\"name\":\"$1\"}" |
	    jq -e '.result.kstats | if length == 1 then .[0] else empty end'
}

# values NAME [IP_INSTANCE]: its statistics, as one object.
values() {
	reading "$@" | jq -c '[.statistics[] | {(.name): .value}] | add'
}

# writing NAME VALUES: the answer to kstat.write in blue.
writing() {
	rpc kstat.write "{\"ip_instance\":\"blue\",\"module\":\"kinds\",\
\"instance\":1,\"name\":\"$1\",\"values\":$2}"
}

# refused NAME VALUES ERROR: it answers with that error.
refused() {
	writing "$1" "$2" >"$WORK/answer"
	jq -e --arg name "$3" '.error.data.name == $name' "$WORK/answer"
}

@test "a raw kstat is one statistic: its size and hexadecimal digits" {
	[ "$(reading raw | jq -c '[.type, .statistics]')" = \
	    '["raw",[{"name":"raw","type":"raw","size":8,"value":"0001feff206e6574"}]]' ]
}

@test "an interrupt kstat has the five counters of kstat(8)" {
	[ "$(reading intr | jq -r .type)" = interrupt ]
	[ "$(values intr)" = '{"hard":4294967295,"soft":0,"watchdog":0,"spurious":0,"multiple_service":1}' ]
}

@test "an I/O kstat has the twelve values of kstat(8), numbers whole" {
	[ "$(reading io | jq -r .type)" = io ]
	[ "$(values io)" = '{"nread":"18446744073709551615","nwritten":4096,"reads":4294967295,"writes":1,"wtime":2000000000,"wlentime":0,"wlastupdate":0,"rtime":0,"rlentime":7,"rlastupdate":0,"wcnt":0,"rcnt":0}' ]
}

@test "a timer kstat has six values for each timer, with its name in front" {
	[ "$(reading timer | jq -c '[.type, (.statistics | length)]')" = '["timer",12]' ]
	[ "$(values timer | jq -c '[."connect num_events", ."connect elapsed_time",
	    ."connect min_time", ."connect max_time"]')" = '[2,30,10,20]' ]
	values timer | jq -e '."a_name_of_thirty_letters_exact stop_time" == 0'
	rpc kstat.read '{"ip_instance":"blue","statistic":"connect *_time"}' |
	    jq -e '.result.kstats[0].statistics | length == 5'
}

@test "kstat.write changes what it names, and answers with the kstat" {
	writing settings '{"limit":7,"level":-9,"ratio":0.25,"tag":"sixteen letters!","big":"18446744073709551615"}' >"$WORK/answer"
	jq -e '.result | [.ip_instance, .module, .instance, .name, .type] ==
	    ["blue", "kinds", 1, "settings", "named"]' "$WORK/answer"
	[ "$(values settings)" = "$(jq -c '[.result.statistics[] |
	    {(.name): .value}] | add' "$WORK/answer")" ]
	[ "$(values settings)" = '{"limit":7,"level":-9,"ratio":0.25,"tag":"sixteen letters!","big":"18446744073709551615"}' ]
	writing settings '{"limit":"8","ratio":"1e3"}' | jq -e .result
	[ "$(values settings | jq -c '[.limit, .level, .ratio]')" = '[8,-9,1000]' ]
}

@test "kstat.write changes raw bytes and I/O kstats by the names that are shown" {
	writing raw '{"raw":"00112233445566FF"}' | jq -e .result
	[ "$(values raw)" = '{"raw":"00112233445566ff"}' ]
	writing io '{"nread":0,"wtime":"-1"}' | jq -e .result
	values io | jq -e '.nread == 0 and .wtime == -1 and .nwritten == 4096'
}

@test "a text is written by way of the plugin's own snapshot" {
	[ "$(values motto)" = '{"text":"festina lente"}' ]
	writing motto '{"text":"carpe diem"}' | jq -e '.result.statistics[0].value == "carpe diem"'
	[ "$(values motto)" = '{"text":"carpe diem"}' ]
	refused motto "{\"text\":\"$(printf '%070d' 0)\"}" kstat-refused
	jq -e '.error.data.errno == 28' "$WORK/answer"
	[ "$(values motto)" = '{"text":"carpe diem"}' ]
}

@test "what the plugin refuses, or one value that does not fit, writes nothing" {
	before=$(values settings)
	refused settings '{"level":5,"limit":1001}' kstat-refused
	jq -e '.error.data.errno == 13' "$WORK/answer"
	[ "$(values settings)" = "$before" ]
	refused settings '{"level":5,"limit":-1}' kstat-wrong-value
	jq -e '.error.message | contains("limit")' "$WORK/answer"
	refused settings '{"level":5,"nosuch":1}' statistic-not-found
	jq -e '.error.message | contains("nosuch")' "$WORK/answer"
	[ "$(values settings)" = "$before" ]
}

@test "a value has to fit the statistic's type" {
	local value

	for value in '{"limit":4294967296}' '{"limit":1.5}' '{"limit":"7x"}' \
	    '{"limit":""}' '{"limit":" 7"}' '{"level":"9223372036854775808"}' \
	    '{"big":"18446744073709551616"}' '{"big":-1}' '{"ratio":"inf"}' \
	    '{"ratio":"nan"}' '{"tag":7}' '{"tag":"seventeen letters"}'; do
		refused settings "$value" kstat-wrong-value
	done
	refused raw '{"raw":"00"}' kstat-wrong-value
	refused raw '{"raw":"00112233445566zz"}' kstat-wrong-value
	[ "$(values settings)" = '{"limit":100,"level":0,"ratio":0,"tag":"","big":0}' ]
	[ "$(values raw)" = '{"raw":"0001feff206e6574"}' ]
}

@test "kstat.write says what there is not, and what cannot be written" {
	refused nosuch '{"limit":1}' kstat-not-found
	refused seen '{"value":1}' kstat-read-only
	refused settings '{}' invalid-params
	refused settings '{"limit":null}' invalid-params
	refused settings '{"limit":[1]}' invalid-params
	refused settings '[1]' invalid-params
	refused settings '{"limit":1,"limit":2}' invalid-params
	rpc kstat.write '{"ip_instance":"nosuch","module":"kinds","instance":1,"name":"settings","values":{"limit":1}}' |
	    jq -e '.error.data.name == "instance-not-found"'
	rpc kstat.write '{"ip_instance":"blue","module":"kinds","instance":"1","name":"settings","values":{"limit":1}}' |
	    jq -e '.error.data.name == "invalid-params"'
	values settings | jq -e '.limit == 100'
}

@test "a persistent kstat shows its last values when its plugin is gone" {
	values kept | jq -e '.updates == 1'
	rpc plugin.unload '{"plugin":"every_kstat"}' | jq -e .result
	values kept | jq -e '.updates == 2'
	values kept | jq -e '.updates == 2'
	rpc kstat.read '{"ip_instance":"blue"}' | jq -e '.result.kstats | length == 1'
	rpc plugin.load "{\"path\":\"$FIXTURE_DIR/every_kstat.so\"}" |
	    jq -e '.result.leftovers.kstats == 0'
	values kept | jq -e '.updates == 3'
	rpc instance.destroy '{"instance":"blue"}' | jq -e .result
	rpc plugin.show '{"plugin":"every_kstat"}' |
	    jq -e '.result.leftovers.kstats == 0'
}

@test "a kstat that visits another instance is read and named there too" {
	rpc kstat.read '{"ip_instance":"global","name":"seen"}' |
	    jq -e '[.result.kstats[] | [.ip_instance, .instance]] ==
	    [["global", 0], ["global", 1]]'
	reading seen | jq -e '.ip_instance == "blue" and .instance == 1'
	rpc instance.destroy '{"instance":"blue"}' | jq -e .result
	rpc kstat.read '{"ip_instance":"global","name":"seen"}' |
	    jq -e '.result.kstats | length == 1'
}
