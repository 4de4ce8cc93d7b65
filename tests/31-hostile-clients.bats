#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Clients that are slow, greedy, broken or gone. In each test somebody else
# asks the daemon something every few milliseconds meanwhile: all of those
# answers must come within 100 ms.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/protocol
	netinst_setup
	OUTSIDE=
}

teardown() {
	netinst_teardown
	[ -z "$OUTSIDE" ] || rm -rf "$OUTSIDE"
}

# A daemon, and somebody who keeps asking it.
start() {
	netinst_start
	probe_start
}

hostile() {
	"$TEST_BIN/hostile" "$@" 3>&-
}

# others_are_served: quick answers, and nothing is left of the client.
others_are_served() {
	answers_were_quick
	netinst_answers
	wait_until "$NETINST_PATIENCE" clients_are 1
}

clients_are() {
	[ "$(succeeds system.status | jq .clients)" = "$1" ]
}

@test "a request that comes one byte at a time is answered" {
	start
	reply=$(for i in {1..20}; do
		request "$i" instance.show '{"instance":"global"}'
		echo
	done | hostile trickle "$SOCKET")
	[ "$(jq .id <<<"$reply" | xargs)" = "$(echo {1..20})" ]
	others_are_served
}

@test "half a request, then silence, is cut off after 30 seconds with an error" {
	start
	begin=$SECONDS
	reply=$(printf '%s\n{"jsonrpc":"2.0","id":2,' "$(request 1 system.hello)" |
	    timeout 60 "$TEST_BIN/hostile" stall "$SOCKET" 3>&-)
	[ $((SECONDS - begin)) -ge 29 ]
	[ "$(wc -l <<<"$reply")" = 2 ]
	is_error -32600 invalid-request "$(tail -n 1 <<<"$reply")"
	[ "$(tail -n 1 <<<"$reply" | jq .error.data.limit)" = 30 ]
	others_are_served
}

@test "a client that asks for long lists and never reads is not read either" {
	start
	for i in {0..9}; do
		ask "[$(for j in {0..99}; do
			request "$j" instance.create \
			    "{\"name\":\"a-name-of-some-length-$i-$j\"}"
			printf ,
		done | sed 's/,$//')]" >/dev/null
	done
	for i in {1..50}; do
		request "$i" instance.list '{"limit":10000}'
		echo
	done >"$WORK/lists"
	before=$(memory_now)
	for i in {1..4}; do
		"$TEST_BIN/hostile" deaf "$SOCKET" 60 <"$WORK/lists" \
		    >"$WORK/deaf.$i" 3>&- &
		deaf[i]=$!
	done
	for i in {1..4}; do
		wait_until "$NETINST_PATIENCE" grep -q stuck "$WORK/deaf.$i"
	done
	answers_were_quick
	echo "memory: $before KiB before, $(memory_peak) KiB at the most"
	[ $(($(memory_peak) - before)) -lt "$(memory_allowed)" ]
	kill "${deaf[@]}"
	wait_until "$NETINST_PATIENCE" clients_are 1
}

@test "a client that never reads the errors it gets is not read either" {
	start
	before=$(memory_now)
	{
		request 1 no.such.method
		echo
	} >"$WORK/line"
	"$TEST_BIN/hostile" deaf "$SOCKET" 60 <"$WORK/line" >"$WORK/deaf" 3>&- &
	client=$!
	wait_until "$NETINST_PATIENCE" grep -q stuck "$WORK/deaf"
	answers_were_quick
	[ $(($(memory_peak) - before)) -lt "$(memory_allowed)" ]
	kill "$client"
	wait_until "$NETINST_PATIENCE" clients_are 1
}

@test "a line over 1 MiB gets one error, and then the end" {
	start
	reply=$({
		request 1 system.hello
		echo
		head -c 1048577 /dev/zero | tr '\0' x
		echo
		request 2 system.hello
		echo
	} | hostile stall "$SOCKET")
	[ "$(wc -l <<<"$reply")" = 2 ]
	[ "$(head -n 1 <<<"$reply" | jq .id)" = 1 ]
	is_error -32600 invalid-request "$(tail -n 1 <<<"$reply")"
	[ "$(tail -n 1 <<<"$reply" | jq .error.data.limit)" = 1048576 ]
	others_are_served
}

@test "a line that goes on and on is cut off without being kept" {
	start
	before=$(memory_now)
	reply=$(head -c 4000000 /dev/zero | tr '\0' x |
	    hostile stall "$SOCKET")
	is_error -32600 invalid-request "$reply"
	[ $(($(memory_peak) - before)) -lt "$(memory_allowed)" ]
	others_are_served
}

@test "lines of 1 MiB, one after the other, leave time for everybody else" {
	start
	{
		printf '{"jsonrpc":"2.0","id":1,"method":"system.hello","params":{"a":"'
		head -c 1048000 /dev/zero | tr '\0' a
		printf '"}}\n'
	} >"$WORK/line"
	for i in 1 2 3; do
		"$TEST_BIN/hostile" deaf "$SOCKET" 3 <"$WORK/line" \
		    >"$WORK/deaf.$i" 3>&- &
		deaf[i]=$!
	done
	for i in 1 2 3; do
		wait_until "$NETINST_PATIENCE" test -s "$WORK/deaf.$i"
	done
	answers_were_quick
	kill "${deaf[@]}"
	wait_until "$NETINST_PATIENCE" clients_are 1
}

@test "a line of half a million values is one error" {
	start
	reply=$({
		printf '{"jsonrpc":"2.0","id":1,"method":"system.hello","params":['
		head -c 500000 /dev/zero | sed 's/\x0/1,/g'
		printf '1]}\n'
	} | hostile stall "$SOCKET")
	is_error -32600 invalid-request "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 65536 ]
	others_are_served
}

@test "100,000 opening brackets are an error, not a crash" {
	start
	reply=$({
		head -c 100000 /dev/zero | tr '\0' '['
		echo
	} | hostile stall "$SOCKET")
	is_error -32600 invalid-request "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 32 ]
	others_are_served
}

@test "bytes that are not UTF-8 are a parse error" {
	start
	for bytes in '\xff' '\xc0\xaf' '\xed\xa0\x80' '\xf4\x90\x80\x80' '\xe2\x82'; do
		reply=$(printf '{"jsonrpc":"2.0","id":1,"method":"a%b"}\n' \
		    "$bytes" | nc -N -U "$SOCKET")
		is_error -32700 parse-error "$reply"
		[ "$(jq .id <<<"$reply")" = null ]
	done
	others_are_served
}

@test "equal names of members are a parse error" {
	start
	for line in \
	    '{"jsonrpc":"2.0","id":1,"id":2,"method":"system.hello"}' \
	    '{"jsonrpc":"2.0","id":1,"method":"system.stop","method":"system.hello"}' \
	    '{"jsonrpc":"2.0","id":1,"method":"instance.show","params":{"instance":0,"instance":0}}'; do
		is_error -32700 parse-error "$(ask "$line")"
	done
	netinst_answers
	others_are_served
}

@test "a batch of 1000 requests is one error, and none of it is carried out" {
	start
	batch=$(for i in {1..1000}; do
		request "$i" instance.create "{\"name\":\"n$i\"}"
		printf ,
	done)
	reply=$(ask "[${batch%,}]")
	is_error -32600 invalid-request "$reply"
	[ "$(jq .error.data.limit <<<"$reply")" = 100 ]
	[ "$(succeeds instance.list | jq '.instances | length')" = 1 ]
	others_are_served
}

@test "of 300 connections as many as allowed are served, the others told why not" {
	start
	wait_until "$NETINST_PATIENCE" clients_are 2
	"$TEST_BIN/hostile" crowd "$SOCKET" 300 >"$WORK/crowd" 3>&- &
	crowd=$!
	wait_until "$NETINST_PATIENCE" grep -q open "$WORK/crowd"
	[ "$(tail -n 1 "$WORK/crowd")" = "open 255" ]
	[ "$(grep -c '"limit":256' "$WORK/crowd")" = 45 ]
	is_error -32600 invalid-request "$(head -n 1 "$WORK/crowd")"
	kill "$crowd"
	wait_until "$NETINST_PATIENCE" clients_are 2
	others_are_served
}

@test "a user who may only look takes no connection from others, least of all from root" {
	printf 'control { mode = 0666 }\n' >"$WORK/conf"
	netinst_start -c "$WORK/conf"
	install -m 0755 "$TEST_BIN/hostile" "$NETINST_SOCKET_DIR/hostile"
	chmod 0755 "$NETINST_SOCKET_DIR"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$NETINST_SOCKET_DIR/hostile" crowd "$SOCKET" 300 >"$WORK/crowd" 3>&- &
	wait_until "$NETINST_PATIENCE" grep -q open "$WORK/crowd"
	[ "$(tail -n 1 "$WORK/crowd")" = "open 64" ]
	[ "$(grep -c '"limit":64' "$WORK/crowd")" = 236 ]
	log_has 'clients are refused: there are too many connections of one user'
	# Others who may only look fill what there is for them.
	for user in 65531 65532 65533; do
		setpriv --reuid $user --regid 65534 --clear-groups \
		    "$NETINST_SOCKET_DIR/hostile" crowd "$SOCKET" 70 >"$WORK/crowd.$user" 3>&- &
		wait_until "$NETINST_PATIENCE" grep -q open "$WORK/crowd.$user"
	done
	[ "$(tail -n 1 "$WORK/crowd.65533")" = "open 32" ]
	grep -q '"limit":224' "$WORK/crowd.65533"
	[ "$(ctl -t 10 --json status | jq .clients)" = 225 ]
	ctl -t 10 instance create blue
	ctl -t 10 stop
	netinst_wait
	[ "$STOP_STATUS" = 0 ]
}

@test "a client that the kernel has no memory for is refused, and all else goes on" {
	load lib/failing
	failing_is_possible || return 0
	failing_setup
	netinst_start
	failing_arm epoll 1
	# It says nothing, so that what it is told is not cut off by that.
	reply=$(timeout "$NETINST_PATIENCE" nc -d -U "$SOCKET")
	is_error 5005 out-of-memory "$reply"
	[ "$(jq .error.data.errno <<<"$reply")" = 12 ]
	log_has 'clients are refused: Cannot allocate memory'
	run ! failing_is_due epoll
	netinst_answers
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "out of file descriptors, clients are served on, others told why not" {
	netinst_start
	prlimit --pid "$DAEMON" --nofile=64:64
	probe_start
	talk_open
	talk "$(request 1 system.hello)"
	hear
	"$TEST_BIN/hostile" crowd "$SOCKET" 500 >"$WORK/crowd" 3>&- &
	crowd=$!
	wait_until "$NETINST_PATIENCE" grep -q open "$WORK/crowd"
	tail -n 1 "$WORK/crowd"
	read -r _ open < <(tail -n 1 "$WORK/crowd")
	[ "$open" -gt 10 ] && [ "$open" -lt 64 ]
	[ "$(grep -c 'Too many open files' "$WORK/crowd")" = \
	    $((500 - open)) ]
	is_error 5002 limit-reached "$(head -n 1 "$WORK/crowd")"
	talk "$(request 2 system.status)"
	hear
	[ "$(jq .id <<<"$HEARD")" = 2 ]
	answers_were_quick
	kill "$crowd"
	wait_until "$NETINST_PATIENCE" netinst_answers
	wait_until "$NETINST_PATIENCE" clients_are 2
}

@test "without any file descriptor at all, accepting pauses and goes on later" {
	netinst_start
	talk_open
	talk "$(request 1 system.hello)"
	hear
	prlimit --pid "$DAEMON" --nofile=3:1024
	request 2 system.hello | nc -N -U "$SOCKET" >"$WORK/late" 3>&- &
	wait_until "$NETINST_PATIENCE" log_has "clients are refused: Too many open files"
	talk "$(request 3 system.hello)"
	hear
	[ "$(jq .id <<<"$HEARD")" = 3 ]
	[ ! -s "$WORK/late" ]
	prlimit --pid "$DAEMON" --nofile=1024:1024
	wait_until "$NETINST_PATIENCE" test -s "$WORK/late"
	[ "$(jq .id "$WORK/late")" = 2 ]
}

@test "a client that leaves while its request waits leaves nothing behind" {
	start
	load_slow_create
	for i in 1 2 3; do
		request 1 instance.create "{\"name\":\"one-$i\"}" |
		    hostile leave "$SOCKET"
		printf '[%s,%s]\n' \
		    "$(request 1 instance.create "{\"name\":\"two-$i\"}")" \
		    "$(request 2 instance.list)" | hostile leave "$SOCKET"
	done
	open_gate
	wait_until "$NETINST_PATIENCE" all_are_active 7
	others_are_served
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

all_are_active() {
	[ "$(succeeds instance.list '{"state":"active"}' |
	    jq '.instances | length')" = "$1" ]
}

@test "a client that floods is answered, and so is everybody else" {
	start
	line=$(request 1 instance.show '["global"]')
	yes "$line" | head -n 50000 >"$WORK/flood"
	for i in 1 2 3; do
		nc -N -U "$SOCKET" <"$WORK/flood" >"$WORK/flood.$i" 3>&- &
		flood[i]=$!
	done
	wait "${flood[@]}"
	for i in 1 2 3; do
		[ "$(wc -l <"$WORK/flood.$i")" = 50000 ]
	done
	others_are_served
}

@test "a second daemon on the same socket is refused with a reason" {
	start
	run "$NETINSTD" -s "$SOCKET"
	[ "$status" = 1 ]
	[[ $output == *"cannot serve $SOCKET: another netinstd does, it holds $SOCKET.lock"* ]]
	[ -S "$SOCKET" ]
	others_are_served
}

@test "a socket left by a daemon that was killed is taken over" {
	netinst_start
	kill -KILL "$DAEMON"
	wait_until "$NETINST_PATIENCE" netinst_ended "$DAEMON"
	[ -S "$SOCKET" ]
	start
	log_has "removed the stale socket $SOCKET"
	others_are_served
}

@test "a file that is no socket is not removed" {
	echo precious >"$SOCKET"
	run "$NETINSTD" -s "$SOCKET"
	[ "$status" = 1 ]
	[[ $output == *"cannot serve $SOCKET: there is a file of that name that is no socket"* ]]
	[ "$(cat "$SOCKET")" = precious ]
}

@test "a socket that another program listens on is not taken away" {
	nc -l -k -U "$SOCKET" >/dev/null 3>&- &
	wait_until "$NETINST_PATIENCE" test -S "$SOCKET"
	run "$NETINSTD" -s "$SOCKET"
	[ "$status" = 1 ]
	[[ $output == *"cannot serve $SOCKET: another program does"* ]]
	[ -S "$SOCKET" ]
}

@test "a socket that cannot be made is refused with a reason" {
	run "$NETINSTD" -s "$WORK/none/none/control.sock"
	[ "$status" = 1 ]
	[[ $output == *"cannot serve $WORK/none/none/control.sock: making its directory: No such file or directory"* ]]
	long=$WORK/$(printf 'x%.0s' {1..120})
	run "$NETINSTD" -s "$long"
	[ "$status" = 1 ]
	[[ $output == *"cannot serve $long: a socket's path has 1 to 107 bytes"* ]]
}

# start_for_others: a daemon whose socket everybody may connect to, with the
# admin group "games" (some group that every Debian has).
start_for_others() {
	OUTSIDE=$(mktemp -d /tmp/netinst.XXXXXX)
	chmod 0755 "$OUTSIDE"
	SOCKET=$OUTSIDE/control.sock
	cat >"$WORK/config" <<-END
		control {
			mode = "0666"
			admin_group = "games"
		}
	END
	netinst_start -c "$WORK/config"
}

# as UID GID GROUPS METHOD [PARAMS]: calls as somebody else.
as() {
	request 1 "${@:4}" | setpriv --reuid="$1" --regid="$2" "$3" \
	    nc -N -U "$SOCKET"
}

@test "who is not root, nor in the admin group, may read but not change" {
	start_for_others
	[ "$(stat -c '%a %G' "$SOCKET")" = "666 games" ]
	reply=$(as 65534 65534 --clear-groups instance.create '{"name":"x"}')
	is_error 5001 permission-denied "$reply"
	for method in system.stop plugin.unload instance.destroy; do
		is_error 5001 permission-denied \
		    "$(as 65534 65534 --clear-groups "$method" '{}')"
	done
	[ "$(as 65534 65534 --clear-groups instance.list |
	    jq '.result.instances | length')" = 1 ]
}

@test "members of the admin group may change things, by any of their groups" {
	start_for_others
	games=$(getent group games | cut -d : -f 3)
	[ "$(as 65534 "$games" --clear-groups instance.create \
	    '{"name":"a"}' | jq .result.id)" = 1 ]
	[ "$(as 65534 65534 "--groups=$games" instance.create \
	    '{"name":"b"}' | jq .result.id)" = 2 ]
	[ "$(as 65534 65534 "--groups=$(seq -s, 10001 10200),$games" \
	    instance.create '{"name":"c"}' | jq .result.id)" = 3 ]
	is_error 5001 permission-denied "$(as 65534 65534 \
	    "--groups=$(seq -s, 10001 10200)" instance.create '{"name":"d"}')"
}
