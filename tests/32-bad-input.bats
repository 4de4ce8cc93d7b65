#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Requests whose content is wrong: each mistake has its own stable error name
# and a hint, and a request that is refused leaves no trace.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/protocol
	netinst_setup
	netinst_start
	succeeds instance.create '{"name":"blue"}' >/dev/null
	BEFORE=$(everything)
}

teardown() {
	netinst_teardown
}

# All that a client can change, as text.
everything() {
	succeeds instance.list
	succeeds plugin.list
	succeeds system.status | jq -c '[.instances, .plugins, .registrants]'
}

# Fails unless everything is as it was after setup, or after remember.
nothing_happened() {
	[ "$(everything)" = "$BEFORE" ]
}

remember() {
	BEFORE=$(everything)
}

# A string of so many x.
x() {
	head -c "$1" /dev/zero | tr '\0' x
}

@test "what is not JSON is a parse error, and the connection goes on" {
	for line in '{' 'nonsense' '{"jsonrpc":"2.0","id":1,"method":"system.hello"' \
	    '{"jsonrpc":"2.0","id":1,"method":"system.hello"} x' \
	    '{"jsonrpc":"2.0","id":1,"method":"system.hello",}' \
	    "{'jsonrpc':'2.0'}" '{"a":NaN}' '{"a":1e999}' '{"a":"\u0000"}' \
	    '{"a":"\ud800"}' '[1,'; do
		reply=$(ask "$line" "$(request 5 system.hello)")
		is_error -32700 parse-error "$(head -n 1 <<<"$reply")"
		[ "$(head -n 1 <<<"$reply" | jq .id)" = null ]
		[ "$(tail -n 1 <<<"$reply" | jq .id)" = 5 ]
	done
}

@test "what is JSON but no request is an invalid request" {
	for line in 1 '"system.hello"' null '{}' \
	    '{"jsonrpc":"1.0","method":"system.hello"}' \
	    '{"jsonrpc":"2.0","method":7}' \
	    '{"jsonrpc":"2.0","id":[],"method":"system.hello"}' \
	    '{"jsonrpc":"2.0","id":true,"method":"system.hello"}' \
	    '{"jsonrpc":"2.0","method":"system.hello","params":1}' \
	    '{"jsonrpc":"2.0","method":"system.hello","params":null}'; do
		is_error -32600 invalid-request "$(ask "$line")"
	done
	reply=$(ask '{"id":3,"method":"system.hello"}')
	is_error -32600 invalid-request "$reply"
	[ "$(jq .id <<<"$reply")" = 3 ]
}

@test "an id over 128 bytes is refused" {
	reply=$(ask "$(request "\"$(x 129)\"" system.hello)")
	is_error -32600 invalid-request "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 128 ]
}

@test "an unknown method is told so" {
	fails -32601 method-not-found no.such.method
	fails -32601 method-not-found System.Hello
	fails -32601 method-not-found ''
	fails -32601 method-not-found "$(x 5000)"
}

@test "parameters that are missing or of the wrong type are named" {
	check() {
		reply=$(rpc "$1" "$2")
		is_error -32602 invalid-params "$reply"
		[[ $(jq -r .error.message <<<"$reply") == *"$3"* ]]
	}
	check instance.create '{}' "parameter 'name' is missing"
	check instance.create '{"name":7}' "parameter 'name' must be a string"
	check instance.create '{"name":"a","protocols":"inet"}' \
	    "parameter 'protocols' must be an array of strings"
	check instance.create '{"name":"a","protocols":[1]}' \
	    "parameter 'protocols' must be an array of strings"
	check instance.create '{"name":"a","protocols":["inet","inet"]}' \
	    "parameter 'protocols' has 'inet' twice"
	check instance.create '{"name":"a","wait":"yes"}' \
	    "parameter 'wait' must be true or false"
	check instance.create '["a",["inet"],true,4]' \
	    "takes at most 3 parameters"
	check instance.show '{"instance":true}' \
	    "parameter 'instance' must be a name or an id"
	check instance.list '{"limit":0}' \
	    "parameter 'limit' must be from 1 to 10000"
	check instance.list '{"limit":10001}' \
	    "parameter 'limit' must be from 1 to 10000"
	check instance.list '{"state":"asleep"}' "there is no state 'asleep'"
	check instance.list '{"cursor":"i1x"}' "parameter 'cursor' is not"
	check instance.list "{\"match\":\"$(x 256)\"}" \
	    "parameter 'match' is too long"
	check instance.list '{"match":"[a"}' "parameter 'match' is no pattern"
	check kstat.read '{"module":"["}' "parameter 'module' is no pattern"
	check kstat.read '{"ip_instance":"a\\"}' \
	    "parameter 'ip_instance' is no pattern"
	check kstat.read '{"cursor":"i1"}' "parameter 'cursor' is not"
	check kstat.read "{\"module\":\"$(x 256)\"}" \
	    "parameter 'module' is too long"
	check plugin.load '{}' "give either parameter 'path' or parameter 'name'"
	check plugin.load '{"path":"/a.so","name":"a"}' \
	    "give either parameter 'path' or parameter 'name'"
	check plugin.load '{"path":"a.so"}' \
	    "parameter 'path' must be an absolute path"
	check plugin.load "{\"path\":\"/$(x 4095)\"}" \
	    "parameter 'path' is too long"
	check plugin.load '{"path":"/a.so","config":{"a":1}}' \
	    "parameter 'config' must be an object whose values are strings"
	check plugin.load '{"path":"/a.so","config":{"a":"1","a":"2"}}' \
	    "duplicate object key"
	nothing_happened
}

@test "instance names that cannot be are refused, each with a reason" {
	check() {
		reply=$(rpc instance.create "{\"name\":\"$1\"}")
		is_error 1004 invalid-name "$reply"
		[[ $(jq -r .error.message <<<"$reply") == *" $2" ]]
	}
	check '' "is empty"
	check "$(x 256)" "is too long"
	check "$(x 100000)" "is too long"
	check 'a/b' "holds a '/'"
	check . "is a directory's"
	check .. "is a directory's"
	check 'a\nb' "holds a control character"
	check '\u001b[31m' "holds a control character"
	check '\u007f' "holds a control character"
	check '\u0085' "holds a control character"
	check 12 "would be taken for an id"
	nothing_happened
	[ "$(succeeds instance.create "{\"name\":\"$(x 255)\"}" |
	    jq '.name | length')" = 255 ]
}

@test "protocol names that cannot be are refused, also when creating" {
	for name in '' INET 'in et' 'inet/6' "$(x 32)" 'café'; do
		fails 1004 invalid-name protocol.add \
		    "{\"instance\":\"blue\",\"protocol\":\"$name\"}"
		fails 1004 invalid-name instance.create \
		    "{\"name\":\"red\",\"protocols\":[\"inet\",\"$name\"]}"
	done
	nothing_happened
}

@test "more than 64 protocols are refused" {
	names=$(for i in {1..65}; do printf '"p%d",' "$i"; done)
	fails 5002 limit-reached instance.create \
	    "{\"name\":\"red\",\"protocols\":[${names%,}]}"
	nothing_happened
	names=$(for i in {1..64}; do printf '"p%d",' "$i"; done)
	succeeds instance.create "{\"name\":\"red\",\"protocols\":[${names%,}]}"
	remember
	fails 5002 limit-reached protocol.add \
	    '{"instance":"red","protocol":"one-more"}'
	nothing_happened
}

@test "an unknown instance is told so, by name and by id" {
	for instance in '"red"' '""' 99 '"99"' -1 2147483648 \
	    9223372036854775807; do
		for method in instance.show instance.shutdown \
		    instance.destroy protocol.list; do
			fails 1001 instance-not-found "$method" \
			    "{\"instance\":$instance}"
		done
		for method in protocol.add protocol.remove; do
			fails 1001 instance-not-found "$method" \
			    "{\"instance\":$instance,\"protocol\":\"inet\"}"
		done
	done
	fails 1001 instance-not-found kstat.read '{"ip_instance":"red"}'
	nothing_happened
}

@test "a name that is taken is refused" {
	fails 1002 instance-exists instance.create '{"name":"blue"}'
	fails 1002 instance-exists instance.create \
	    '{"name":"global","wait":false}'
	nothing_happened
}

@test "the global instance can be neither shut down nor destroyed" {
	for instance in '"global"' 0; do
		fails 1005 instance-protected instance.shutdown \
		    "{\"instance\":$instance}"
		fails 1005 instance-protected instance.destroy \
		    "{\"instance\":$instance,\"wait\":false}"
	done
	nothing_happened
}

@test "what an instance's state does not allow is refused" {
	succeeds instance.shutdown '{"instance":"blue"}'
	remember
	reply=$(rpc instance.shutdown '{"instance":"blue"}')
	is_error 1003 wrong-state "$reply"
	[[ $(jq -r .error.message <<<"$reply") == "instance 'blue' is down" ]]
	fails 1003 wrong-state protocol.add \
	    '{"instance":"blue","protocol":"video"}'
	fails 1003 wrong-state protocol.remove \
	    '{"instance":"blue","protocol":"inet"}'
	nothing_happened
}

@test "destroying an instance twice is refused the second time" {
	mkfifo "$WORK/gate"
	succeeds plugin.load "$(printf '{"path":"%s","config":{"callback":"destroy","instance":"2","gate":"%s"}}' \
	    "$FIXTURE_DIR/hangs.so" "$WORK/gate")"
	succeeds instance.create '{"name":"red"}'
	succeeds instance.destroy '{"instance":"red","wait":false}'
	fails 1003 wrong-state instance.destroy '{"instance":"red"}'
	fails 1003 wrong-state instance.shutdown '{"instance":"red"}'
	timeout "$NETINST_PATIENCE" tee "$WORK/gate" </dev/null
	wait_until "$NETINST_PATIENCE" fails 1001 instance-not-found instance.destroy \
	    '{"instance":"red"}'
}

@test "a protocol that is there, or is not, cannot be added, or removed" {
	fails 1007 protocol-exists protocol.add \
	    '{"instance":"blue","protocol":"inet"}'
	fails 1006 protocol-not-found protocol.remove \
	    '{"instance":"blue","protocol":"video"}'
	nothing_happened
}

@test "a protocol that a plugin provides cannot be removed" {
	succeeds plugin.load "{\"path\":\"$FIXTURE_DIR/provides.so\"}"
	remember
	fails 1008 protocol-protected protocol.remove \
	    '{"instance":"blue","protocol":"video"}'
	fails 1007 protocol-exists protocol.add \
	    '{"instance":"blue","protocol":"video"}'
	[ "$(everything | head -n 1)" = "$(head -n 1 <<<"$BEFORE")" ]
}

@test "an unknown plugin is told so" {
	for method in plugin.show plugin.unload plugin.reload plugin.retry; do
		fails 2001 plugin-not-found "$method" '{"plugin":"trace"}'
		fails 2001 plugin-not-found "$method" "{\"plugin\":\"$(x 300)\"}"
	done
	fails 2001 plugin-not-found plugin.load '{"path":"/no/such/file.so"}'
	fails 2001 plugin-not-found plugin.load '{"name":"no-such-plugin"}'
	nothing_happened
}

@test "plugin names that cannot be are refused" {
	for name in '' 'a/b' '../a' 'a\nb' "$(x 65)"; do
		fails 1004 invalid-name plugin.load "{\"name\":\"$name\"}"
	done
	nothing_happened
}

@test "a plugin that is loaded, untrusted, none or unwilling is refused" {
	succeeds plugin.load "{\"path\":\"$PLUGIN_DIR/trace.so\"}"
	remember
	fails 2002 plugin-exists plugin.load \
	    "{\"path\":\"$PLUGIN_DIR/trace.so\"}"
	install -m 0666 "$PLUGIN_DIR/template.so" "$WORK/untrusted.so"
	fails 2005 plugin-untrusted plugin.load \
	    "{\"path\":\"$WORK/untrusted.so\"}"
	echo "not ELF" >"$WORK/none.so"
	chmod 0644 "$WORK/none.so"
	fails 2004 plugin-refused plugin.load "{\"path\":\"$WORK/none.so\"}"
	fails 2006 plugin-failed plugin.load \
	    "{\"path\":\"$FIXTURE_DIR/load_fails.so\"}"
	[ "$(everything | jq -c '.plugins? | .[]?.name')" = '"trace"' ]
}

@test "a plugin that is being loaded is busy" {
	talk_open
	talk "$(request 1 plugin.load "$(slow_create)")"
	wait_until "$NETINST_PATIENCE" succeeds plugin.show \
	    '{"plugin":"slow_create"}'
	fails 2003 plugin-busy plugin.unload '{"plugin":"slow_create"}'
	open_gate
	hear
	[ "$(jq -r .result.name <<<"$HEARD")" = slow_create ]
}

@test "more settings than a plugin may have are refused" {
	settings=$(for i in {1..257}; do printf '"k%d":"v",' "$i"; done)
	fails 5002 limit-reached plugin.load \
	    "{\"path\":\"$PLUGIN_DIR/trace.so\",\"config\":{${settings%,}}}"
	nothing_happened
}

@test "while the daemon stops, changes are refused and questions answered" {
	load_slow_create
	talk_open
	talk "$(request 1 instance.create '{"name":"slow"}')"
	talk "$(request 2 system.stop)"
	hear
	[ "$(jq -c '[.id,.result]' <<<"$HEARD")" = '[2,{}]' ]
	wait_until "$NETINST_PATIENCE" log_has "a client asked for the stop"
	talk "$(request 3 instance.create '{"name":"late"}')"
	hear
	is_error 5004 shutting-down "$HEARD"
	talk "$(request 4 instance.show '{"instance":"slow"}')"
	hear
	[ "$(jq .id <<<"$HEARD")" = 4 ]
	open_gate
	hear
	[ "$(jq .id <<<"$HEARD")" = 1 ]
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
}

@test "strange bytes in names come back as valid JSON" {
	name='quote \" backslash \\ \u00e9 \ud83d\ude00 <script> %s %n'
	reply=$(rpc instance.create "{\"name\":\"$name\"}")
	[ "$(jq -r .result.name <<<"$reply")" = \
	    'quote " backslash \ é 😀 <script> %s %n' ]
	reply=$(rpc instance.create "{\"name\":\"$name\"}")
	is_error 1002 instance-exists "$reply"
	reply=$(rpc instance.show '{"instance":"\u001b[31m\n\u007f"}')
	is_error 1001 instance-not-found "$reply"
	[[ $reply != *$'\x1b'* ]]
}
