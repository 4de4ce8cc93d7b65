# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # what run --separate-stderr sets
#
# netinstctl.bash: for tests of netinstctl, behind netinst.bash: runs it, looks
# at what it printed where, and plays the daemon.

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

# stat_exits STATUS ARGUMENT...: netinstctl kstat, and how it must exit.
stat_exits() {
	local code=$1

	shift
	expect "$code" ctl kstat "$@"
}

# The result of a raw request, byte by byte.
raw_result() {
	rpc "$@" | sed 's/^{"jsonrpc":"2.0","id":1,"result"://; s/}$//'
}

# Whether somebody listens to a socket: it is there a moment before.
listens() {
	grep -q " 00010000 .* $1\$" /proc/net/unix
}

# pretend LINE...: a daemon of one connection that reads a line, answers with
# these, and closes. Each has a socket of its own.
pretend() {
	PRETENDED=$((${PRETENDED:-0} + 1))
	SOCKET=$NETINST_SOCKET_DIR/pretended.$PRETENDED
	printf '%s\n' "$@" >"$WORK/answer"
	printf '#!/bin/bash\nread -r line\ncat "%s"\n' "$WORK/answer" \
	    >"$WORK/pretend"
	chmod +x "$WORK/pretend"
	socat "UNIX-LISTEN:$SOCKET" "EXEC:$WORK/pretend" 2>/dev/null 3>&- &
	wait_until "$NETINST_PATIENCE" listens "$SOCKET"
}

# Loads a plugin whose create callback waits for open_gate on instance 1.
load_hanging() {
	mkfifo "$WORK/gate"
	ctl plugin load "$FIXTURE_DIR/hangs.so" callback=create instance=1 \
	    gate="$WORK/gate"
}

open_gate() {
	# shellcheck disable=SC2034 # held open until the test ends
	exec {GATE}<>"$WORK/gate"
}
