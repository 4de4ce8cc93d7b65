# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# netinst.bash: what every .bats file starts from. It gives a test its private
# place, starts and stops a daemon in it, talks to the daemon, and waits for
# conditions with a deadline. Everything a test starts runs as a child of the
# test's own shell and is ended by its process id.
#
#   setup() { load lib/netinst; netinst_setup; }
#   teardown() { netinst_teardown; }
#
# Set by netinst_setup:
#   WORK         private directory of this test, mode 0700, gone afterwards
#   SOCKET       where the control socket of this test's daemon is
#   LOG          what the daemon wrote to standard error
#   NETINSTD NETINSTCTL PLUGIN_DIR FIXTURE_DIR TEST_BIN
#                what was built: the programs, the plugins, the plugins of
#                tests/plugins, and the directory of the programs of tests/lib
# Set by netinst_start: DAEMON (process id); by netinst_stop: STOP_STATUS.
#
# NETINST_BUILD chooses the build directory; the default is build.

NETINST_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
NETINST_BUILD=$(cd "$NETINST_TOP" && realpath -m "${NETINST_BUILD:-build}")

# Seconds a step may take that normally takes none: a loaded machine and the
# sanitizers are slow, and a deadline that passes is a failed test.
NETINST_PATIENCE=60

# compile_c ARGUMENT...: runs the C compiler, whose name may bring arguments of its
# own: CC='ccache gcc'.
compile_c() {
	local compiler

	read -ra compiler <<<"${CC:-cc}"
	"${compiler[@]}" "$@"
}

# Whether only this user and root can change what a path leads to: the same
# question that the daemon asks of a plugin's directories.
netinst_path_is_private() {
	local path=$1

	while :; do
		[ -z "$(find "$path" -maxdepth 0 \( -perm /022 -o \
		    ! -user root ! -user "$(id -u)" \))" ] || return 1
		[ "$path" != / ] || return 0
		path=$(dirname "$path")
	done
}

# Whether every user can get to what is below a path.
netinst_path_is_open() {
	local path=$1

	while [ "$path" != / ]; do
		[ -n "$(find "$path" -maxdepth 0 -perm -001)" ] || return 1
		path=$(dirname "$path")
	done
}

# Prints a new private directory: in NETINST_PLACE if that is set, else below
# the build directory or where one can be had. Places that other users can get
# to, if the test lets them, come first.
netinst_make_directory() {
	local parent open

	# Interrupted between making it and printing it, it would stay for ever.
	trap '' INT TERM HUP
	mkdir -p "$NETINST_BUILD/run"
	for open in netinst_path_is_open true; do
		for parent in ${NETINST_PLACE:+"$NETINST_PLACE"} \
		    "$NETINST_BUILD/run" "${XDG_RUNTIME_DIR:-/run}" "$HOME"; do
			[ -w "$parent" ] || continue
			netinst_path_is_private "$parent" || continue
			[ "$parent" = "${NETINST_PLACE:-}" ] ||
			    "$open" "$parent" || continue
			(umask 077 && mktemp -d "$parent/netinst.XXXXXX")
			return
		done
	done
	echo "no private directory: give one as NETINST_PLACE" >&2
	return 1
}

# Prints where plugins of a build directory can be loaded from: there, or
# copies of them in $WORK when others could write to the path. It need not be
# there: the demonstration has no plugins of the tests.
netinst_plugins_of() {
	local directory=$1 copy=$WORK/$2

	if [ ! -d "$directory" ] || netinst_path_is_private "$directory"; then
		echo "$directory"
		return
	fi
	mkdir -m 0755 "$copy"
	install -m 0644 "$directory"/*.so "$copy"
	echo "$copy"
}

netinst_setup() {
	umask 022
	WORK=$(netinst_make_directory)
	NETINST_SOCKET_DIR=$WORK
	# A socket's address holds 107 bytes.
	if [ $((${#WORK} + ${#NETINST_LONGEST_SOCKET})) -gt 107 ]; then
		NETINST_SOCKET_DIR=$(trap '' INT TERM HUP && umask 077 &&
		    mktemp -d /tmp/netinst.XXXXXX)
	fi
	SOCKET=$NETINST_SOCKET_DIR/control.sock
	LOG=$WORK/log
	: >"$LOG"
	NETINSTD=$NETINST_BUILD/netinstd
	NETINSTCTL=$NETINST_BUILD/netinstctl
	TEST_BIN=$NETINST_BUILD/tests
	PLUGIN_DIR=$(netinst_plugins_of "$NETINST_BUILD/plugins" plugins)
	FIXTURE_DIR=$(netinst_plugins_of "$NETINST_BUILD/tests/plugins" \
	    fixtures)
	DAEMON=
	unset NETINST_SOCKET NOTIFY_SOCKET
	export TMPDIR=$WORK
}

# The longest name a test may give a socket beside $SOCKET.
NETINST_LONGEST_SOCKET=/control.sock.0123456789

# netinst_start [ARGUMENT...]: starts netinstd, with no configuration file but
# one that the arguments name, and returns when it is ready: its plugins are
# loaded and it answers. Fails at once, with the log, when it ends instead.
# NETINST_SOURCE: whether it looks for the machine's namespaces; "off" unless a
# test has a reason. NETINST_RUN: the words of a command that becomes it.
netinst_start() {
	local from=$(($(wc -c <"$LOG") + 1)) source=()

	# shellcheck disable=SC2206 # words
	local become=(${NETINST_RUN:-})
	if netinst_has_source; then
		source=(--source "netns=${NETINST_SOURCE:-off}")
	fi
	"${become[@]}" "$NETINSTD" -c /dev/null -s "$SOCKET" "${source[@]}" \
	    "$@" 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_ready_or_ended "$from"
	netinst_ready "$from" && return
	cat "$LOG" >&2
	return 1
}

# Whether this netinstd knows that option.
netinst_has_source() {
	"$NETINSTD" --help | grep -q -e --source
}

# Whether the log says so, from a byte on.
netinst_ready() {
	tail -c "+$1" "$LOG" | grep -q ' info daemon: ready: '
}

netinst_ready_or_ended() {
	netinst_ready "$1" || netinst_ended "$DAEMON"
}

# Whether the daemon answers a request.
netinst_answers() {
	[ -S "$SOCKET" ] && rpc system.hello | grep -q '"result"'
}

# Whether a child is over (a zombie counts as over).
netinst_ended() {
	local line

	read -r line 2>/dev/null <"/proc/$1/stat" || return 0
	[[ ${line##*) } = Z* ]]
}

# children_of PID: the processes that any of its threads has made, one a line.
children_of() {
	cat /proc/"$1"/task/*/children 2>/dev/null | xargs -n 1
}

# The slowest answer the control socket may ever give.
LATENCY_LIMIT_US=100000

# probe_start: from now on somebody else asks every few milliseconds. What else
# this machine is busy with is not to count: the daemon's loop and the one who
# asks go first, where that is allowed.
probe_start() {
	rm -f "$WORK/latency"
	"$TEST_BIN/latency" "$SOCKET" >"$WORK/latency" 3>&- &
	PROBE=$!
	renice -n -15 -p "$DAEMON" "$PROBE" >/dev/null 2>&1 || true
	wait_until "$NETINST_PATIENCE" grep -sq asking "$WORK/latency"
	PROBE_BEGIN=${EPOCHREALTIME/./}
}

# answers_were_quick: fails unless all answers to the probe came in time, or in
# a tenth of the time that it has asked for, where everything takes that much
# longer.
answers_were_quick() {
	local worst count limit=$(((${EPOCHREALTIME/./} - PROBE_BEGIN) / 10))

	kill -TERM "$PROBE"
	wait "$PROBE"
	read -r worst count < <(tail -n 1 "$WORK/latency")
	echo "the slowest of $count answers took $worst us"
	[ "$limit" -gt "$LATENCY_LIMIT_US" ] || limit=$LATENCY_LIMIT_US
	[ "$count" -gt 0 ] && [ "$worst" -lt "$limit" ]
}

# netinst_stop: asks the daemon to stop, waits for its end, and leaves its exit
# status in STOP_STATUS.
netinst_stop() {
	kill -TERM "$DAEMON" || true
	netinst_wait
}

# netinst_wait: waits for the daemon's end, whoever asked for it.
netinst_wait() {
	wait_until "$NETINST_PATIENCE" netinst_ended "$DAEMON"
	STOP_STATUS=0
	wait "$DAEMON" || STOP_STATUS=$?
	DAEMON=
}

# netinst_teardown: ends every child of the test that still runs, shows the end
# of the log of a test that failed, and removes $WORK.
netinst_teardown() {
	netinst_end_children
	if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
		tail -n 100 "$LOG" | sed 's/^/log: /' >&2
	fi
	rm -rf "$NETINST_SOCKET_DIR" "$WORK"
}

netinst_end_children() {
	local child

	for child in $(jobs -p); do
		kill -TERM "$child" 2>/dev/null || true
	done
	for child in $(jobs -p); do
		netinst_end "$child"
	done
}

# Waits for a child that was asked to end, and kills one that does not.
netinst_end() {
	if ! wait_until 10 netinst_ended "$1" 2>/dev/null; then
		kill -KILL "$1" 2>/dev/null || true
	fi
	wait "$1" 2>/dev/null || true
}

# ctl ARGUMENT...: netinstctl, talking to this test's daemon.
ctl() {
	"$NETINSTCTL" -s "$SOCKET" "$@"
}

# rpc METHOD [PARAMS]: sends one raw request and prints the reply line.
rpc() {
	local request

	request=$(printf '{"jsonrpc":"2.0","id":1,"method":"%s"%s}' "$1" \
	    "${2:+,\"params\":$2}")
	printf '%s\n' "$request" |
	    timeout "$NETINST_PATIENCE" nc -N -U "$SOCKET"
}

# wait_until SECONDS COMMAND...: runs the command again and again until it
# succeeds; fails, naming the command, when the seconds have passed.
wait_until() {
	local seconds=$1 end=$((SECONDS + $1))

	shift
	until "$@"; do
		if [ "$SECONDS" -gt "$end" ]; then
			echo "still not true after $seconds s: $*" >&2
			return 1
		fi
		netinst_pause
	done
}

# Lets 20 ms pass: reading from a pipe that nobody writes to.
netinst_pause() {
	if [ -z "${NETINST_QUIET_PIPE:-}" ]; then
		exec {NETINST_QUIET_PIPE}<> <(:)
	fi
	read -rt 0.02 -u "$NETINST_QUIET_PIPE" || true
}

# log_has REGEX: whether the daemon has logged a line that matches.
log_has() {
	grep -qE -- "$1" "$LOG"
}
