#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The control protocol on the wire: framing, ids, notifications, batches, every
# method and what it answers with. What can be wrong with a request's content
# is in 32-bad-input.bats, what with a client in 31-hostile-clients.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/protocol
	netinst_setup
}

teardown() {
	netinst_teardown
}

# --- messages ----------------------------------------------------------------

@test "one line is one message, and one line answers it" {
	netinst_start
	reply=$(ask "$(request 7 system.hello)")
	[ "$(wc -l <<<"$reply")" = 1 ]
	[[ $reply == '{"jsonrpc":"2.0","id":7,"result":{'* ]]
}

@test "a carriage return before the end of a line and blank lines are ignored" {
	netinst_start
	reply=$(printf '\n\r\n  \n%s\r\n\n%s\n\n' "$(request 1 system.hello)" \
	    "$(request 2 system.hello)" | nc -N -U "$SOCKET")
	[ "$(jq -c .id <<<"$reply" | xargs)" = "1 2" ]
}

@test "closing its side, a client gets what it asked for, then the end" {
	netinst_start
	reply=$(printf '%s\n%s' "$(request 1 system.hello)" \
	    "$(request 2 system.hello)" | nc -N -U "$SOCKET")
	[ "$(jq -c .id <<<"$reply" | xargs)" = "1 2" ]
}

@test "requests sent in one piece are answered in order" {
	netinst_start
	lines=()
	for i in {1..500}; do
		lines+=("$(request "$i" instance.show '["global"]')")
	done
	reply=$(ask "${lines[@]}")
	[ "$(jq .id <<<"$reply" | xargs)" = "$(echo {1..500})" ]
	[ "$(jq -r .result.name <<<"$reply" | sort -u)" = global ]
}

@test "an id comes back as it was: a string, any number, null" {
	netinst_start
	for id in null 1.50 -0 1e2 0.1 9223372036854775808 \
	    123456789012345678901234567890; do
		[[ $(ask "$(request "$id" system.hello)") == \
		    '{"jsonrpc":"2.0","id":'"$id"',"result":{'* ]]
		# One that cannot be carried out, too, and in a batch.
		[[ $(ask "[$(request "$id" no.such),$(request "$id" system.stop '[1]')]") == \
		    '[{"jsonrpc":"2.0","id":'"$id"',"error":{'*'},{"jsonrpc":"2.0","id":'"$id"',"error":{'* ]]
	done
	for id in 0 -5 9007199254740993 -9223372036854775808 '"a \u00e9\n"' \
	    '""' "\"$(printf 'x%.0s' {1..128})\""; do
		reply=$(ask "$(request "$id" system.hello)")
		[[ $reply == *'"result":'* ]]
		[[ $(jq -c .id <<<"$reply") == "$(jq -c . <<<"$id")" ]]
	done
	[[ $(ask "$(request 9007199254740993 system.hello)") == \
	    '{"jsonrpc":"2.0","id":9007199254740993,'* ]]
}

@test "members of a request may come in any order, and unknown ones are ignored" {
	netinst_start
	reply=$(ask '{"params":{"instance":"global","colour":{"a":[1]}},"x":1,"method":"instance.show","id":1,"jsonrpc":"2.0"}')
	[ "$(jq -r .result.name <<<"$reply")" = global ]
}

@test "parameters may come by position" {
	netinst_start
	[ "$(succeeds instance.create '["blue",["inet"],true]' |
	    jq -c .protocols)" = '["inet"]' ]
	[ "$(succeeds protocol.list '["blue"]' | jq -c .protocols)" = \
	    '["inet"]' ]
}

@test "a notification is carried out and not answered" {
	netinst_start
	reply=$(ask '{"jsonrpc":"2.0","method":"instance.create","params":{"name":"quiet"}}' \
	    '{"jsonrpc":"2.0","method":"no.such.method"}' \
	    "$(request 1 system.hello)")
	[ "$(jq -c .id <<<"$reply")" = 1 ]
	wait_until "$NETINST_PATIENCE" succeeds instance.show '{"instance":"quiet"}'
}

@test "a batch is answered on one line, in order, without its notifications" {
	netinst_start
	batch="[$(request 1 instance.create '{"name":"blue"}')"
	batch+=",$(request '"two"' instance.show '{"instance":"none"}')"
	batch+=',{"jsonrpc":"2.0","method":"system.hello"},17'
	reply=$(ask "$batch,$(request 3 instance.list)]")
	[ "$(wc -l <<<"$reply")" = 1 ]
	[ "$(jq -c '[.[].id]' <<<"$reply")" = '[1,"two",null,3]' ]
	[ "$(jq -c '[.[].error.code]' <<<"$reply")" = \
	    '[null,1001,-32600,null]' ]
}

@test "a batch of notifications gets no answer, an empty one an error" {
	netinst_start
	[ -z "$(ask '[{"jsonrpc":"2.0","method":"system.hello"}]')" ]
	is_error -32600 invalid-request "$(ask '[]')"
}

@test "a batch of 100 requests is served, one of 101 is not" {
	netinst_start
	batch=$(for i in {1..100}; do request "$i" system.hello; printf ,; done)
	[ "$(ask "[${batch%,}]" | jq length)" = 100 ]
	reply=$(ask "[${batch}1]" "$(request 1 system.hello)")
	is_error -32600 invalid-request "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 100 ]
	[ "$(jq .id <<<"$reply")" = null ]
}

@test "a line of 1 MiB is served" {
	netinst_start
	head=$(request 1 system.hello)
	reply=$({
		printf '%s' "$head"
		head -c $((1048576 - ${#head})) /dev/zero | tr '\0' ' '
		echo
	} | nc -N -U "$SOCKET")
	[ "$(jq .result.protocol <<<"$reply")" = 1 ]
}

# --- waiting -----------------------------------------------------------------

@test "a request that waits holds up no other, on the same connection either" {
	netinst_start
	load_slow_create
	talk_open
	talk "$(request 1 instance.create '{"name":"slow"}')"
	talk "$(request 2 instance.show '{"instance":"slow"}')"
	hear
	[ "$(jq -c '[.id,.result.state]' <<<"$HEARD")" = '[2,"creating"]' ]
	open_gate
	hear
	[ "$(jq -c '[.id,.result.state]' <<<"$HEARD")" = '[1,"active"]' ]
}

@test "without wait the answer comes before the change is through" {
	netinst_start
	load_slow_create
	[ "$(succeeds instance.create '{"name":"slow","wait":false}' |
	    jq -r .state)" = creating ]
	open_gate
	wait_until "$NETINST_PATIENCE" is_active slow
}

is_active() {
	[ "$(succeeds instance.show "{\"instance\":\"$1\"}" |
	    jq -r .state)" = active ]
}

@test "a cancelled request is answered once, and what it asked for goes on" {
	netinst_start
	load_slow_create
	talk_open
	talk "$(request '"job"' instance.create '{"name":"slow"}')"
	talk '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"job"}}'
	hear
	is_error -32800 cancelled "$HEARD"
	[ "$(jq -r .id <<<"$HEARD")" = job ]
	talk "$(request 0.5 instance.create '{"name":"slower"}')"
	talk '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":0.5}}'
	hear
	is_error -32800 cancelled "$HEARD"
	[ "$(jq .id <<<"$HEARD")" = 0.5 ]
	talk "$(request 2 '$/cancelRequest' '{"id":"job"}')"
	hear
	[ "$(jq -c '[.id,.result]' <<<"$HEARD")" = '[2,{}]' ]
	open_gate
	wait_until "$NETINST_PATIENCE" is_active slow
	talk_close
	run hear
	[ "$status" != 0 ]
}

@test "more than 64 requests in flight are refused, and the others answered" {
	netinst_start
	load_slow_create
	succeeds instance.create '{"name":"slow","protocols":[],"wait":false}'
	lines=()
	for i in {1..65}; do
		lines+=("$(request "$i" protocol.add \
		    "{\"instance\":\"slow\",\"protocol\":\"p$i\"}")")
	done
	ask "${lines[@]}" >"$WORK/replies" 3>&- &
	asker=$!
	wait_until "$NETINST_PATIENCE" grep -q '"error"' "$WORK/replies"
	open_gate
	wait "$asker"
	reply=$(cat "$WORK/replies")
	refused=$(jq -c 'select(.error)' <<<"$reply")
	is_error 5002 limit-reached "$refused"
	[ "$(jq -c '[.id,.error.data.limit]' <<<"$refused")" = '[65,64]' ]
	[ "$(jq -c 'select(.result)' <<<"$reply" | wc -l)" = 64 ]
	[ "$(succeeds protocol.list '{"instance":"slow"}' |
	    jq -r '.protocols[-1]')" = p64 ]
}

# --- methods -----------------------------------------------------------------

@test "system.hello tells who answers and what the limits are" {
	netinst_start
	hello=$(succeeds system.hello)
	[ "$(jq .protocol <<<"$hello")" = 1 ]
	[ "$(jq .pid <<<"$hello")" = "$DAEMON" ]
	jq -e '.boot_id | test("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")' <<<"$hello"
	jq -e '.features | index("batch") != null' <<<"$hello"
	[ "$(jq -cS .limits <<<"$hello")" = '{"batch":100,"connections":256,"connections_reserved":32,"connections_user":64,"depth":32,"id":128,"in_flight":64,"line":1048576,"page":10000,"reply":16777216}' ]
	netinst_stop
	netinst_start
	[ "$(jq .boot_id <<<"$hello")" != "$(succeeds system.hello |
	    jq .boot_id)" ]
}

@test "system.status counts instances, plugins, workers and clients" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	succeeds instance.create '{"name":"blue"}'
	status=$(succeeds system.status)
	jq -e '.uptime_seconds > 0 and .workers.total >= 2 and
	    .workers.hung == 0 and .clients == 1 and .overdue == [] and
	    .callbacks_overdue == 0 and .log_lost == 0 and .queued == 0' \
	    <<<"$status"
	[ "$(jq -c .instances <<<"$status")" = '{"creating":0,"active":2,"shutting-down":0,"down":0,"destroying":0}' ]
	[ "$(jq -c '[.plugins,.registrants,.pid]' <<<"$status")" = \
	    "[1,1,$DAEMON]" ]
}

@test "an instance goes through its life, and each answer shows it" {
	netinst_start
	created=$(succeeds instance.create '{"name":"blue","protocols":["arp"]}')
	[ "$(jq -c '[.id,.name,.source,.state,.protocols]' <<<"$created")" = \
	    '[1,"blue","sim","active",["arp"]]' ]
	jq -e '.created | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{9}Z$")' <<<"$created"
	[ "$(succeeds protocol.add '{"instance":1,"protocol":"inet"}' |
	    jq -c .protocols)" = '["arp","inet"]' ]
	[ "$(succeeds protocol.remove '{"instance":"1","protocol":"arp"}' |
	    jq -c .protocols)" = '["inet"]' ]
	[ "$(succeeds instance.shutdown '{"instance":"blue"}' |
	    jq -c '[.state,.protocols]')" = '["down",[]]' ]
	[ "$(succeeds instance.destroy '{"instance":"blue"}' |
	    jq -c '[.state,.protocols]')" = '["destroying",[]]' ]
	fails 1001 instance-not-found instance.show '{"instance":"blue"}'
}

@test "instance.show tells the pairs and counts the kstats" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	succeeds instance.create '{"name":"blue"}'
	shown=$(succeeds instance.show '{"instance":"blue"}')
	[ "$(jq -c .pairs <<<"$shown")" = '[{"plugin":"trace","registrant":"trace","state":"active"}]' ]
	[ "$(jq .kstats <<<"$shown")" = 1 ]
}

@test "instance.list gives pages that add up to every instance once" {
	netinst_start
	for i in {1..24}; do
		succeeds instance.create "{\"name\":\"n$i\"}" >/dev/null
	done
	cursor='' names='' pages=0
	while :; do
		page=$(succeeds instance.list "{\"limit\":10${cursor:+,\"cursor\":\"$cursor\"}}")
		names+=" $(jq -r '.instances[].name' <<<"$page" | xargs)"
		pages=$((pages + 1))
		cursor=$(jq -r '.cursor // empty' <<<"$page")
		[ -n "$cursor" ] || break
	done
	[ "$pages" = 3 ]
	[ "$(xargs <<<"$names")" = "global $(echo n{1..24})" ]
	[ "$(succeeds instance.list '{"limit":25}' | jq 'has("cursor")')" = \
	    false ]
}

@test "instance.list filters by state, source and name" {
	netinst_start
	for name in red reed blue; do
		succeeds instance.create "{\"name\":\"$name\"}" >/dev/null
	done
	succeeds instance.shutdown '{"instance":"reed"}'
	list() {
		succeeds instance.list "$1" | jq -c '[.instances[].name]'
	}
	[ "$(list '{"match":"r*d"}')" = '["red","reed"]' ]
	[ "$(list '{"match":"r[a-e]d"}')" = '["red"]' ]
	[ "$(list '{"state":"down"}')" = '["reed"]' ]
	[ "$(list '{"state":"active","source":"sim"}')" = \
	    '["global","red","blue"]' ]
	[ "$(list '{"source":"netns"}')" = '[]' ]
}

@test "plugins are loaded, shown, listed, reloaded and unloaded" {
	netinst_start
	loaded=$(succeeds plugin.load "{\"path\":\"$PLUGIN_DIR/trace.so\"}")
	[ "$(jq -c '[.name,.abi,.state,.loads,.path]' <<<"$loaded")" = \
	    "[\"trace\",\"1.2\",\"loaded\",1,\"$PLUGIN_DIR/trace.so\"]" ]
	[ "$(jq -c .registrants <<<"$loaded")" = '[{"name":"trace","active":1,"failed":0,"leaving":false}]' ]
	[ "$(jq -c '.callbacks | keys_unsorted' <<<"$loaded")" = '["create","shutdown","destroy","notify","kstat_update","timeout","hook"]' ]
	jq -e '.callbacks.create | .calls == 1 and .failures == 0 and
	    .running == 0 and .overdue == 0 and .max_ns > 0 and
	    .p50_ns <= .p99_ns and .p99_ns <= .max_ns' <<<"$loaded"
	[ "$(jq -c .leftovers <<<"$loaded")" = \
	    '{"kstats":0,"notifies":0,"protocols":0,"hooks":0}' ]
	[ "$(succeeds plugin.reload '{"plugin":"trace"}' | jq .loads)" = 2 ]
	[ "$(succeeds plugin.retry '{"plugin":"trace"}' | jq -r .name)" = trace ]
	[ "$(succeeds plugin.show '{"plugin":"trace"}' | jq -r .name)" = trace ]
	[ "$(succeeds plugin.list | jq -c '[.plugins[].name]')" = '["trace"]' ]
	[ "$(succeeds plugin.unload '{"plugin":"trace"}')" = '{}' ]
	[ "$(succeeds plugin.list)" = '{"plugins":[]}' ]
}

@test "plugin.load finds a plugin by name and hands it its settings" {
	cat >"$WORK/config" <<-END
		plugin_directory = "$FIXTURE_DIR"
	END
	netinst_start -c "$WORK/config"
	[ "$(succeeds plugin.load '{"name":"slow_create","config":{"any":"thing"}}' |
	    jq -r .name)" = slow_create ]
}

@test "kstat.read shows statistics of every type exactly" {
	netinst_start -p "$FIXTURE_DIR/every_statistic.so"
	read=$(rpc kstat.read '{"name":"types"}')
	[[ $read == *'"name":"uint64","type":"uint64","value":"18446744073709551615"'* ]]
	[[ $read == *'"name":"int64","type":"int64","value":"-9223372036854775808"'* ]]
	[[ $read == *'"name":"exact","type":"uint64","value":9007199254740991'* ]]
	[[ $read == *'"name":"double","type":"double","value":0.1}'* ]]
	[[ $read == *'"name":"endless","type":"double","value":null'* ]]
	[[ $read == *'"name":"char","type":"char","value":"sixteen letters!"'* ]]
	[[ $read == *'"value":"red \u001b[31m, two\nlines, grün"'* ]]
	kstat=$(jq -c '.result.kstats[0]' <<<"$read")
	[ "$(jq -c '[.ip_instance,.ip_instance_id,.module,.instance,.name,.class,.type]' <<<"$kstat")" = \
	    '["global",0,"every",10,"types","test","named"]' ]
	jq -e '.crtime > 0 and .snaptime >= .crtime' <<<"$kstat"
}

@test "kstat.read picks by patterns for each part" {
	netinst_start -p "$FIXTURE_DIR/every_statistic.so"
	succeeds instance.create '{"name":"blue"}'
	read_names() {
		succeeds kstat.read "$1" | jq -c '[.kstats[] |
		    [.ip_instance_id, .name, .statistics[0].name]]'
	}
	[ "$(read_names '{"ip_instance":"b*","statistic":"Zero"}')" = \
	    '[[1,"Types","Zero"],[1,"broken",null]]' ]
	[ "$(read_names '{"ip_instance":"1","class":"other"}')" = \
	    '[[1,"Types","Zero"]]' ]
	[ "$(read_names '{"module":"ev*","instance":"1?","statistic":"exact"}')" = \
	    '[[0,"types","exact"],[1,"types","exact"]]' ]
	[ "$(read_names '{"module":"nothing"}')" = '[]' ]
}

@test "kstat.read gives pages that add up to every kstat once" {
	netinst_start -p "$FIXTURE_DIR/every_statistic.so"
	succeeds instance.create '{"name":"blue"}'
	cursor='' names=''
	while :; do
		page=$(succeeds kstat.read "{\"limit\":2${cursor:+,\"cursor\":\"$cursor\"}}")
		names+=" $(jq -r '.kstats[] | "\(.ip_instance_id)/\(.name)"' <<<"$page" | xargs)"
		cursor=$(jq -r '.cursor // empty' <<<"$page")
		[ -n "$cursor" ] || break
	done
	[ "$(xargs -n 1 <<<"$names" | sort | xargs)" = \
	    "0/Types 0/broken 0/types 1/Types 1/broken 1/types" ]
}

@test "a kstat that cannot be updated is shown with the error" {
	netinst_start -p "$FIXTURE_DIR/every_statistic.so"
	[ "$(succeeds kstat.read '{"name":"broken"}' |
	    jq -c '.kstats[0] | [.error,.statistics]')" = \
	    '[{"name":"kstat-unavailable","errno":5},[]]' ]
}

@test "kstats of a plugin that does not come back are given up in time" {
	mkfifo "$WORK/gate"
	# A busy machine may keep the others, too, for a while.
	cat >"$WORK/config" <<-END
		callback_deadline = "5s"
	END
	netinst_start -c "$WORK/config"
	succeeds plugin.load "{\"path\":\"$FIXTURE_DIR/provides.so\",\"config\":{\"gate\":\"$WORK/gate\",\"instance\":\"1\"}}"
	succeeds instance.create '{"name":"stuck"}'
	succeeds instance.create '{"name":"well"}'
	probe_start
	read=$(succeeds kstat.read '{"module":"*"}')
	echo "$read"
	[ "$(jq -c '[.kstats[] | [.ip_instance, .error.name, .statistics[0].value]]' <<<"$read")" = \
	    '[["global",null,1],["stuck","kstat-unavailable",null],["well",null,1]]' ]
	answers_were_quick
	: >"$WORK/gate"
	wait_until "$NETINST_PATIENCE" kstat_is_back
}

kstat_is_back() {
	[ "$(succeeds kstat.read '{"ip_instance":"stuck"}' |
	    jq '.kstats[0].statistics | length')" = 1 ]
}

@test "rpc.discover describes every method, and each can be called as described" {
	netinst_start
	document=$(succeeds rpc.discover)
	[ "$(jq -r .openrpc <<<"$document")" = 1.2.6 ]
	jq -e '.info.title == "netinst" and (.methods | length > 15) and
	    all(.methods[]; (.name | length > 0) and
		(.summary | length > 0) and (.result.schema | type == "object")
		and all(.params[]; (.name | length > 0) and
		    (.description | length > 0) and
		    (.required | type == "boolean") and .schema.type != null))' \
	    <<<"$document"
	for name in $(jq -r '.methods[].name' <<<"$document"); do
		[ "$name" != system.stop ] || continue
		reply=$(rpc "$name" '{}')
		[ "$(jq '.error.code == -32601' <<<"$reply")" = false ]
		required=$(jq -c --arg name "$name" \
		    '[.methods[] | select(.name == $name).params[] |
		      select(.required).name] | length' <<<"$document")
		if [ "$required" != 0 ]; then
			is_error -32602 invalid-params "$reply"
		fi
	done
	jq -e '.components.errors["instance-not-found"].code == 1001' \
	    <<<"$document"
}

@test "doc/protocol.md has a row for every method and every error" {
	netinst_start
	document=$(succeeds rpc.discover)
	methods=$(jq -r '.methods[].name' <<<"$document")
	errors=$(jq -r '.components.errors | to_entries[] |
	    "| \(.value.code) | `\(.key)` |"' <<<"$document")
	[ -n "$methods" ] && [ -n "$errors" ]
	while read -r method; do
		grep -qE "^\|.*\`${method//./\\.}\`" \
		    "$NETINST_TOP/doc/protocol.md"
	done <<<"${methods//\$/\\$}"
	while read -r row; do
		grep -qF "$row" "$NETINST_TOP/doc/protocol.md"
	done <<<"$errors"
}

@test "system.stop is answered, then the daemon stops" {
	netinst_start -p "$PLUGIN_DIR/trace.so"
	[ "$(succeeds system.stop)" = '{}' ]
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
	[ ! -e "$SOCKET" ]
	[ ! -e "$SOCKET.lock" ]
}
