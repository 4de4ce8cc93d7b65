# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# protocol.bash: for tests that speak JSON-RPC themselves, line by line, and
# that look at how the daemon bears it.
#
#   setup() { load lib/netinst; load lib/protocol; netinst_setup; }

# request ID METHOD [PARAMS]: the text of a request; ID as JSON.
request() {
	printf '{"jsonrpc":"2.0","id":%s,"method":"%s"%s}' "$1" "$2" \
	    "${3:+,\"params\":$3}"
}

# ask LINE...: sends the lines on one connection, closes this side, and prints
# all that is answered.
ask() {
	printf '%s\n' "$@" | timeout "$NETINST_PATIENCE" nc -N -U "$SOCKET"
}

# is_error CODE NAME REPLY: whether the reply is that error, complete with a
# message and a hint.
is_error() {
	echo "$3"
	[ -n "$3" ] || return 1
	jq -e --argjson code "$1" --arg name "$2" \
	    '.jsonrpc == "2.0" and .error.code == $code and
	     .error.data.name == $name and (.error.message | length > 0) and
	     (.error.data.hint | length > 0) and (has("result") | not)' \
	    >/dev/null <<<"$3"
}

# fails CODE NAME METHOD [PARAMS]: calls, and expects that error.
fails() {
	is_error "$1" "$2" "$(rpc "${@:3}")"
}

# succeeds METHOD [PARAMS]: calls, and prints the result.
succeeds() {
	local reply

	reply=$(rpc "$@")
	jq -ce 'if has("result") then .result else error(.error.message) end' \
	    <<<"$reply"
}

# talk_open: a connection that stays; talk LINE sends on it, hear reads the
# next answer into $HEARD, talk_close closes this side of it.
talk_open() {
	coproc TALK { exec nc -N -U "$SOCKET" 3>&-; }
	TALKER=$TALK_PID
	# Bash forgets them when the process ends, read to the end or not.
	exec {TALK_IN}<&"${TALK[0]}" {TALK_OUT}>&"${TALK[1]}"
}

talk() {
	printf '%s\n' "$1" >&"$TALK_OUT"
}

hear() {
	HEARD=
	read -r -t "$NETINST_PATIENCE" -u "$TALK_IN" HEARD
}

talk_close() {
	exec {TALK_OUT}>&-
}

# load_slow_create: a plugin whose creates wait, on all but the global instance,
# until open_gate; those of instances that are there already do not.
load_slow_create() {
	open_gate
	succeeds plugin.load "$(slow_create)"
	rm "$WORK/gate"
}

# The parameters of plugin.load for it.
slow_create() {
	printf '{"path":"%s","config":{"gate":"%s"}}' \
	    "$FIXTURE_DIR/slow_create.so" "$WORK/gate"
}

open_gate() {
	: >"$WORK/gate"
}

# What the daemon's memory is, in KiB: now, and at the most so far.
memory_now() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$DAEMON/status"
}

memory_peak() {
	awk '$1 == "VmHWM:" { print $2 }' "/proc/$DAEMON/status"
}

# How much more the daemon may use for clients that misbehave, in KiB. The
# address sanitizer keeps up to 256 MiB of what was freed.
memory_allowed() {
	if grep -q __asan_init "$NETINSTD"; then
		echo $((400 << 10))
	else
		echo $((64 << 10))
	fi
}
