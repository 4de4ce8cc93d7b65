#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# netinstd as a process: its options, its configuration file, its readiness,
# what SIGHUP changes. How it ends is in 11-stop.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
	CONFIG=$WORK/netinst.conf
	OTHER=
}

teardown() {
	netinst_teardown
	[ -z "$OTHER" ] || rm -rf "$OTHER"
}

# Checks what is written to the configuration file; -t's own output and status
# are in $output and $status.
check_config() {
	cat >"$CONFIG"
	run "$NETINSTD" -t -c "$CONFIG"
}

# Listens as a service manager would; what it is told goes to $WORK/told.
listen_as_manager() {
	socat -u "UNIX-RECV:$WORK/notify" "OPEN:$WORK/told,creat,append" 3>&- &
	wait_until "$NETINST_PATIENCE" test -S "$WORK/notify"
}

@test "a daemon that is told to start says that it is ready and answers" {
	netinst_start
	netinst_answers
	log_has 'info daemon: netinstd [0-9.]+ starts, libevent 2\.'
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	[ ! -e "$SOCKET" ]
}

@test "--version and --help answer on standard output and exit 0" {
	run "$NETINSTD" --version
	[ "$status" = 0 ]
	[[ ${lines[0]} =~ ^netinstd\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "${lines[1]}" = "plugin interface 1.2" ]
	run "$NETINSTD" --help
	[ "$status" = 0 ]
	for option in -c -s -p -t --version --help; do
		[[ $output == *"$option"* ]]
	done
}

@test "an unknown option and a stray argument are usage errors" {
	run "$NETINSTD" --no-such-option
	[ "$status" = 2 ]
	run "$NETINSTD" stray
	[ "$status" = 2 ]
	[[ $output == *"'stray' is not an option"* ]]
}

@test "NETINST_SOCKET chooses the socket and -s wins over it" {
	NETINST_SOCKET=$WORK/other.sock netinst_start
	[ -S "$SOCKET" ]
	[ ! -e "$WORK/other.sock" ]
	netinst_stop
	NETINST_SOCKET=$SOCKET "$NETINSTD" -c /dev/null 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_answers
	netinst_stop
}

@test "the directory of the socket is made when it is missing, for all to enter" {
	SOCKET=$WORK/new/control.sock
	umask 077
	netinst_start
	[ "$(stat -c %a "$WORK/new")" = 755 ]
	# What else it makes is still made with the mask that it was given.
	[ "$(umask)" = 0077 ]
	grep -qE '^Umask:.*0077$' "/proc/$DAEMON/status"
}

@test "a standard descriptor that is closed is filled before anything is opened" {
	"$NETINSTD" -c /dev/null -s "$SOCKET" --source netns=off \
	    0<&- 1>&- 2>&- 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_answers
	for descriptor in 0 1 2; do
		[ "$(readlink "/proc/$DAEMON/fd/$descriptor")" = /dev/null ]
	done
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

# A user who is not root, with a copy of the daemon and a directory of its own:
# user 65534, or whoever runs the tests.
set_up_other_user() {
	OTHER=$(mktemp -d /tmp/netinst.XXXXXX)
	chmod 0755 "$OTHER"
	install -m 0755 "$NETINSTD" "$OTHER/netinstd"
	install -d -m 0700 "$OTHER/run"
	AS_OTHER_USER=(env "TMPDIR=$OTHER/run" "XDG_RUNTIME_DIR=$OTHER/run")
	[ "$(id -u)" = 0 ] || return 0
	chown 65534:65534 "$OTHER/run"
	AS_OTHER_USER+=(setpriv --reuid 65534 --regid 65534 --clear-groups)
}

@test "a user without XDG_RUNTIME_DIR is asked for a socket" {
	set_up_other_user
	run "${AS_OTHER_USER[@]}" env -u XDG_RUNTIME_DIR "$OTHER/netinstd" \
	    -c /dev/null
	[ "$status" = 8 ]
	[[ $output == *"no control socket"*"-s"* ]]
}

@test "a user's default socket is below XDG_RUNTIME_DIR" {
	set_up_other_user
	"${AS_OTHER_USER[@]}" "$OTHER/netinstd" -c /dev/null 2>>"$LOG" 3>&- &
	DAEMON=$!
	SOCKET=$OTHER/run/netinst/control.sock
	wait_until "$NETINST_PATIENCE" netinst_answers
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "-t finds a good configuration good" {
	check_config <<-'END'
		# comments of all three kinds
		workers = 4 // here
		/* and
		   here } */
		spare_workers = 0
		callback_deadline = 500ms
		stop_deadline = 2min
		log_level = warning
		plugin_directory = "/usr/lib/netinst"
		control {
		    socket = "/run/netinst/control.sock"
		    mode = 0600
		    admin_group = root
		}
		plugin trace { color = "a # and a } inside" }
		plugin "/opt/my.so" { }
	END
	[ "$status" = 0 ]
	[ "$output" = "netinstd: the configuration is good" ]
}

@test "-t names every mistake with its file and line and exits 8" {
	check_config <<-'END'
		# a comment, so that lines below it are counted right
		workers = none
		wrkers = 4
		callback_deadline = 5
		stop_deadline = 0
		log_level = loud
		workers = 3
		control {
		    socket = relative/path
		    mode = 999
		    admin_group = no-such-group
		    speed = 9
		}
		plugin "a/b" { }
	END
	[ "$status" = 8 ]
	[ "${#lines[@]}" = 11 ]
	[[ ${lines[0]} == "$CONFIG:2: workers: 'none' is not a number"* ]]
	[[ ${lines[1]} == "$CONFIG:3: "*wrkers* ]]
	[[ ${lines[2]} == "$CONFIG:4: callback_deadline: '5' is not a time"* ]]
	[[ ${lines[3]} == "$CONFIG:5: stop_deadline: '0' is not"* ]]
	[[ ${lines[4]} == "$CONFIG:6: log_level: 'loud' is not one of"* ]]
	[[ ${lines[5]} == "$CONFIG:7: 'workers' is given twice" ]]
	[[ ${lines[6]} == "$CONFIG:9: socket: 'relative/path' is not"* ]]
	[[ ${lines[7]} == "$CONFIG:10: mode: '999' is not"* ]]
	[[ ${lines[8]} == "$CONFIG:11: admin_group: 'no-such-group' is"* ]]
	[[ ${lines[9]} == "$CONFIG:12: "*speed* ]]
	[[ ${lines[10]} == "$CONFIG:14: 'a/b' is neither"* ]]
}

@test "a configuration that is cut off anywhere inside is refused" {
	local whole="workers = 4
plugin trace {
  color = 'red'
} /* all */
control { mode = 0600 }
"
	local length open=0

	for ((length = 0; length <= ${#whole}; length++)); do
		printf '%s' "${whole:0:length}" >"$CONFIG"
		# What is cut off between two statements is a good file.
		case "${whole:0:length}" in
		"" | "workers = 4" | *"4"$'\n' | *"}" | *"} " | *"*/" | \
		    *"*/"$'\n' | *"}"$'\n') run "$NETINSTD" -t -c "$CONFIG" ;;
		*)
			run ! "$NETINSTD" -t -c "$CONFIG"
			open=$((open + 1))
			continue
			;;
		esac
		[ "$status" = 0 ]
	done
	[ "$open" -gt 50 ]
}

@test "the line where an open section starts is named" {
	check_config <<<$'workers = 4\ncontrol {\n mode = 0600\n'
	[ "$status" = 8 ]
	[ "$output" = "$CONFIG:2: this section is never closed" ]
	check_config <<<$'\nplugin trace {\n color = "red\n}'
	[ "$output" = "$CONFIG:3: this string is never closed" ]
	check_config <<<$'\n\n/* never'
	[ "$output" = "$CONFIG:3: this comment is never closed" ]
}

@test "what is no configuration file is refused with its reason" {
	run "$NETINSTD" -t -c "$WORK/absent"
	[ "$status" = 8 ]
	[ "$output" = "$WORK/absent: No such file or directory" ]
	run "$NETINSTD" -t -c "$WORK"
	[ "$output" = "$WORK: Is a directory" ]
	printf 'workers = 4\n\0' >"$CONFIG"
	run "$NETINSTD" -t -c "$CONFIG"
	[[ $output == *"NUL byte"* ]]
	head -c 1048576 /dev/zero | tr '\0' '\n' >"$CONFIG"
	run "$NETINSTD" -t -c "$CONFIG"
	[[ $output == *"larger than 1 MiB"* ]]
}

@test "a daemon does not start with a bad configuration" {
	echo "workers = 0" >"$CONFIG"
	run "$NETINSTD" -c "$CONFIG" -s "$SOCKET"
	[ "$status" = 8 ]
	[[ $output == "$CONFIG:1: "* ]]
	[ ! -e "$SOCKET" ]
}

@test "the socket's path and mode come from the configuration" {
	printf 'control { socket = "%s" mode = 0640 }\n' "$SOCKET" >"$CONFIG"
	"$NETINSTD" -c "$CONFIG" 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_answers
	[ "$(stat -c %a "$SOCKET")" = 640 ]
}

@test "plugins of the configuration are loaded with their settings, by name too" {
	printf 'plugin_directory = "%s"\nplugin trace { }\n' "$PLUGIN_DIR" \
	    >"$CONFIG"
	netinst_start -c "$CONFIG"
	[ "$(ctl --json plugin list | jq -r '.plugins[].name')" = trace ]
}

@test "a plugin that is refused keeps the daemon from starting" {
	run "$NETINSTD" -c /dev/null -s "$SOCKET" -p "$WORK/absent.so"
	[ "$status" = 1 ]
	[[ $output == *"cannot start: "*"$WORK/absent.so"* ]]
	[ "$(grep -c absent.so <<<"$output")" = 1 ]
	cd /
	run -1 "$NETINSTD" -c /dev/null -s "$SOCKET" -p .//./absent.so
	[[ $output == *"cannot start: there is no file /absent.so;"* ]]
	cd "$WORK"
	run -1 "$NETINSTD" -c /dev/null -s "$SOCKET" -p ./../absent.so
	[[ $output == *"cannot start: there is no file $WORK/../absent.so;"* ]]
	[[ $output != *"daemon: ready"* ]]
	[ ! -e "$SOCKET" ]
	echo "plugin \"$WORK/absent.so\" { }" >"$CONFIG"
	run "$NETINSTD" -c "$CONFIG" -s "$SOCKET"
	[ "$status" = 1 ]
	[[ $output == *"cannot start: "*"$WORK/absent.so"* ]]
}

@test "a daemon that does not get the socket has not touched the history" {
	local state=$WORK/state

	exec {LOCK}>"$SOCKET.lock"
	flock -n "$LOCK"
	run -1 "$NETINSTD" -c /dev/null -s "$SOCKET" --state "$state"
	[[ $output == *"cannot serve $SOCKET: another netinstd does"* ]]
	[ ! -e "$state" ]
	exec {LOCK}>&-
}

@test "a second daemon on the same socket is refused and the first goes on" {
	netinst_start
	run timeout 30 "$NETINSTD" -c /dev/null -s "$SOCKET"
	[ "$status" = 1 ]
	netinst_answers
}

@test "SIGHUP brings into force what it can and names what it cannot" {
	printf 'workers = 2\nlog_level = info\n' >"$CONFIG"
	netinst_start -c "$CONFIG"
	printf 'workers = 3\nlog_level = debug\nplugin "%s" { }\n' \
	    "$PLUGIN_DIR/trace.so" >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'daemon: the configuration was read again'
	log_has 'workers changed; it takes effect at the next start'
	log_has "ready: socket $SOCKET, "
	run ! log_has 'socket changed'
	wait_until "$NETINST_PATIENCE" log_has 'plugin trace .* is loaded'
	run ! log_has 'log_level changed'
	[ "$(ctl --json plugin list | jq -r '.plugins[].name')" = trace ]
	echo 'workers = 3' >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'trace.so is not listed any more; it stays'
}

@test "SIGHUP with a bad configuration changes nothing" {
	: >"$CONFIG"
	netinst_start -c "$CONFIG"
	echo 'log_level = loud' >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'error daemon: the configuration stays as it was'
	log_has "error daemon: $CONFIG:1: log_level: 'loud'"
	netinst_answers
}

@test "new deadlines count from SIGHUP on" {
	local hangs="plugin \"$FIXTURE_DIR/hangs.so\" {
	    callback = shutdown instance = 1 gate = \"$WORK/gate\" }"

	mkfifo "$WORK/gate"
	printf 'stop_deadline = 1h\n%s\n' "$hangs" >"$CONFIG"
	netinst_start -c "$CONFIG"
	ctl instance create blue
	printf 'stop_deadline = 700ms\ncallback_deadline = 50ms\n%s\n' \
	    "$hangs" >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'the configuration was read again'
	netinst_stop
	[ "$STOP_STATUS" = 1 ]
	log_has 'not stopped after 700 ms'
	log_has 'hung: .* running for [0-9]+ ms'
}

@test "a service manager is told of readiness, reload and stop" {
	listen_as_manager
	: >"$CONFIG"
	NOTIFY_SOCKET=$WORK/notify netinst_start -c "$CONFIG"
	wait_until "$NETINST_PATIENCE" grep -q '^READY=1' "$WORK/told"
	grep -q "^STATUS=serving $SOCKET" "$WORK/told"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" grep -q '^RELOADING=1' "$WORK/told"
	grep -Eq '^MONOTONIC_USEC=[0-9]+$' "$WORK/told"
	wait_until "$NETINST_PATIENCE" told_ready_again
	netinst_stop
	wait_until "$NETINST_PATIENCE" grep -q '^STOPPING=1' "$WORK/told"
	[ "$STOP_STATUS" = 0 ]
}

told_ready_again() {
	[ "$(grep -c '^READY=1' "$WORK/told")" = 2 ]
}

@test "readiness waits for the plugins" {
	mkfifo "$WORK/gate"
	echo "plugin \"$FIXTURE_DIR/load_hangs.so\" { gate = \"$WORK/gate\" }" \
	    >"$CONFIG"
	listen_as_manager
	NOTIFY_SOCKET=$WORK/notify "$NETINSTD" -c "$CONFIG" -s "$SOCKET" \
	    2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" log_has 'nin_load begins'
	wait_until "$NETINST_PATIENCE" netinst_answers
	run ! grep READY "$WORK/told"
	exec {GATE_OPEN}<>"$WORK/gate"
	wait_until "$NETINST_PATIENCE" grep -q '^READY=1' "$WORK/told"
}

@test "a service manager that is not there does not matter" {
	NOTIFY_SOCKET=$WORK/nobody netinst_start
	log_has 'warning daemon: the service manager cannot be told'
	netinst_answers
}
