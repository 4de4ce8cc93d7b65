#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Reading the configuration: what is written is what is meant, what cannot be
# read is an error, and whatever the file is, a daemon that reads it again goes
# on meanwhile. Options and their mistakes are in 10-daemon.bats.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/failing
	netinst_setup
	CONFIG=$WORK/netinst.conf
}

teardown() {
	netinst_teardown
}

# netinstd -t of what stands on standard input.
check_config() {
	cat >"$CONFIG"
	run "$NETINSTD" -t -c "$CONFIG"
}

# Where the configuration is sought when none is named.
default_config() {
	"$NETINSTD" --help | sed -n 's/.*read FILE instead of //p'
}

# default_is HOW: netinstd -t with a default configuration that a command makes
# in a private /etc.
default_is() {
	run unshare -rm --propagation private bash -c '
		mount -t tmpfs none /etc && mkdir "${1%/*}" && cd "${1%/*}" &&
		    eval "$2" && exec "$3" -t -s "$4"' \
	    - "$(default_config)" "$1" "$NETINSTD" "$SOCKET"
}

# Listens as a service manager would; what it is told goes to $WORK/told.
listen_as_manager() {
	socat -u "UNIX-RECV:$WORK/notify" "OPEN:$WORK/told,creat,append" 3>&- &
	wait_until "$NETINST_PATIENCE" test -S "$WORK/notify"
}

log_count() {
	grep -cE -- "$1" "$LOG"
}

@test "a default configuration that cannot be got at is not taken for none" {
	default_is true
	[ "$status" = 0 ]
	default_is 'echo workers = many >netinst.conf'
	[ "$status" = 8 ]
	default_is 'ln -s missing.conf netinst.conf'
	[ "$status" = 8 ]
	[[ $output == *"/netinst.conf: No such file or directory"* ]]
	default_is 'ln -s netinst.conf netinst.conf'
	[ "$status" = 8 ]
	[[ $output == *"/netinst.conf: Too many levels of symbolic links"* ]]
	default_is 'cd .. && rmdir netinst && touch netinst'
	[ "$status" = 8 ]
	[[ $output == *"/netinst.conf: Not a directory"* ]]
}

@test "no variable of the environment gets into a value" {
	LEVEL=debug check_config <<<'log_level = "${LEVEL}"'
	[ "$status" = 8 ]
	[ "$output" = "$CONFIG:1: log_level: '\${LEVEL}' is not one of error, warning, info and debug" ]
	check_config <<<"log_level = '\${LEVEL}'"
	[[ $output == *"'\${LEVEL}' is not"* ]]
	check_config <<<'log_level = "a\\${LEVEL}\${LEVEL}$z"'
	[[ $output == *"'a\\\${LEVEL}\${LEVEL}\$z' is not"* ]]
	check_config <<<'plugin trace { text = "a${b" other = "c}" }'
	[ "$status" = 0 ]
	LEVEL=debug check_config <<<$'\nlog_level = ${LEVEL}'
	[ "$status" = 8 ]
	[ "${lines[0]}" = "$CONFIG:2: variables are not expanded: put a value with \${ in quotes" ]
}

@test "a value does not end at an escape that stands for NUL" {
	local escape

	for escape in '\0' '\000' '\x0' '\x00'; do
		check_config <<<$'\nplugin trace { text = "a'"$escape"'z" }'
		[ "$status" = 8 ]
		[ "$output" = "$CONFIG:2: a value cannot hold a NUL byte" ]
	done
	check_config <<<'plugin trace { text = "\\0 \101 \x41 \011" }'
	[ "$status" = 0 ]
	check_config <<<"plugin trace { text = 'a\\0b' }"
	[ "$status" = 0 ]
}

@test "a plugin's setting that is given twice is an error with its line" {
	check_config <<-'END'
		plugin trace { # text = a
		    text = "a = { b }" other = 'text'
		    more = text
		    "text" = 'b'
		}
		plugin ipstat { text = a
		    other = b text=c }
	END
	[ "$status" = 8 ]
	[ "${#lines[@]}" = 2 ]
	[ "${lines[0]}" = "$CONFIG:4: 'text' is given twice" ]
	[ "${lines[1]}" = "$CONFIG:7: 'text' is given twice" ]
	check_config <<<'plugin a { b = c } plugin d { b = c }'
	[ "$status" = 0 ]
}

@test "of many mistakes the first hundred are named" {
	printf 'workers = none%d\n' {1..300} | check_config
	run "$NETINSTD" -t -c "$CONFIG"
	[ "$status" = 8 ]
	[ "${#lines[@]}" = 101 ]
	[[ ${lines[0]} == "$CONFIG:1: workers: 'none1' is not"* ]]
	[ "${lines[100]}" = "$CONFIG: and more" ]
}

@test "an ordinary user's netinstd reads what it is given, whoever wrote it" {
	echo 'workers = 3' >"$CONFIG"
	chmod 777 "$WORK"
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$NETINSTD" -t -s "$SOCKET" -c "$CONFIG"
	chmod 700 "$WORK"
	[ "$status" = 0 ]
}

@test "a configuration that others could have written is refused" {
	echo 'workers = 3' | check_config
	chmod 664 "$CONFIG"
	run "$NETINSTD" -t -c "$CONFIG"
	[ "$status" = 8 ]
	[[ $output == *"the file $CONFIG is writable by its group"* ]]
	[[ $output != *chmod* && $output != *chown* ]]
	chmod 644 "$CONFIG"
	chmod 777 "$WORK"
	run "$NETINSTD" -t -c "$CONFIG"
	chmod 700 "$WORK"
	[ "$status" = 8 ]
	[[ $output == *"the directory $WORK is writable by everyone"* ]]
	mkfifo -m 666 "$WORK/pipe"
	timeout 10 bash -c 'echo workers = 3 >"$1"' - "$WORK/pipe" 3>&- &
	run timeout 10 "$NETINSTD" -t -c "$WORK/pipe"
	[ "$status" = 8 ]
	[[ $output == *"$WORK/pipe is writable by everyone"* ]]
	ln -s netinst.conf "$WORK/link"
	cd "$WORK" || return
	run "$NETINSTD" -t -c link
	[ "$status" = 0 ]
}

@test "a configuration may come through a pipe" {
	run "$NETINSTD" -t -c <(echo 'workers = many')
	[ "$status" = 8 ]
	[[ $output == *":1: workers: 'many' is not"* ]]
}

@test "SIGHUP does not wait for a file that is a pipe, and the next one replaces it" {
	echo 'workers = 2' >"$CONFIG"
	netinst_start -c "$CONFIG"
	rm "$CONFIG"
	mkfifo "$CONFIG"
	kill -HUP "$DAEMON"
	ctl -t 10 status
	ctl -t 10 instance create blue
	rm "$CONFIG"
	echo 'workers = 3' >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'daemon: the configuration was read again'
	log_has 'workers changed'
	run ! log_has 'was not read within'
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "a SIGHUP that is sent all the time is heeded all the same" {
	: >"$CONFIG"
	netinst_start -c "$CONFIG"
	# It takes a while to read.
	{
		seq -f "# %.0f" 100000
		echo 'workers = 3'
	} >"$CONFIG"
	send_hangups &
	wait_until "$NETINST_PATIENCE" log_has 'workers changed'
	netinst_stop
	wait
	[ "$STOP_STATUS" = 0 ]
}

# Until it has ended.
send_hangups() {
	until netinst_ended "$DAEMON"; do
		kill -HUP "$DAEMON" || return 0
	done
}

@test "a file that cannot be read in time changes nothing, and the manager is told" {
	listen_as_manager
	: >"$CONFIG"
	NOTIFY_SOCKET=$WORK/notify netinst_start -c "$CONFIG"
	rm "$CONFIG"
	mkfifo "$CONFIG"
	kill -HUP "$DAEMON"
	wait_until 40 log_has "error daemon: the configuration was not read within 10 s: $CONFIG"
	log_has 'error daemon: the configuration stays as it was'
	wait_until "$NETINST_PATIENCE" grep -q '^STATUS=serving .*; the configuration was not taken' "$WORK/told"
	[ "$(grep -c '^READY=1' "$WORK/told")" = 2 ]
	rm "$CONFIG"
	: >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'daemon: the configuration was read again'
	# Nothing that it started is left.
	[ -z "$(cat "/proc/$DAEMON/task/$DAEMON/children")" ]
}

@test "the end of the daemon is the end of who reads for it" {
	: >"$CONFIG"
	netinst_start -c "$CONFIG"
	rm "$CONFIG"
	mkfifo "$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" reader_runs
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	wait_until "$NETINST_PATIENCE" netinst_ended "$READER"
}

reader_runs() {
	READER=$(tr -d ' ' <"/proc/$DAEMON/task/$DAEMON/children")
	[ -n "$READER" ]
}

@test "a mistake in the configuration never waits for a reader of standard error" {
	local pipe=$WORK/pipe size

	mkfifo "$pipe"
	exec {READER_OF_NOTHING}<>"$pipe"
	: >"$CONFIG"
	"$NETINSTD" -c "$CONFIG" -s "$SOCKET" --source netns=off 2>"$pipe" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" netinst_answers
	for size in 4096 1; do
		run dd if=/dev/zero of="$pipe" oflag=nonblock bs=$size
	done
	echo 'workers = many' >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" has_lost_lines
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

has_lost_lines() {
	[ "$(ctl -t 10 --json status | jq .log_lost)" -ge 2 ]
}

@test "SIGHUP without memory changes nothing, or ends by the line that says so" {
	local place unreached

	failing_is_possible || return 0
	failing_setup
	printf 'workers = 2\nhistory { keep = 9 }\nplugin "%s" { text = "a" }\n' \
	    "$PLUGIN_DIR/trace.so" >"$CONFIG"
	for place in {1..90}; do
		[ -n "$DAEMON" ] || netinst_start -c "$CONFIG"
		: >"$LOG"
		failing_arm memory "$place"
		kill -HUP "$DAEMON"
		wait_until "$NETINST_PATIENCE" reread_or_ended
		unreached=0
		! failing_is_due memory || unreached=1
		failing_arm memory 0
		if netinst_ended "$DAEMON"; then
			netinst_wait
			log_has 'out of memory: could not get'
		fi
		[ "$unreached" = 0 ] || break
	done
	[ "$place" -gt 20 ]
}

reread_or_ended() {
	netinst_ended "$DAEMON" ||
	    log_has 'the configuration (was read again|stays as it was)'
}

@test "a reader of the configuration that could not be watched is not left behind" {
	failing_is_possible || return 0
	failing_setup
	: >"$CONFIG"
	netinst_start -c "$CONFIG"
	failing_arm epoll 1
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'cannot be read in a process of its own: Cannot allocate memory'
	wait_until "$NETINST_PATIENCE" readers_have_ended
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'the configuration was read again'
	[ -z "$(cat "/proc/$DAEMON/task/$DAEMON/children")" ]
}

# Whoever still is a child has only not been waited for.
readers_have_ended() {
	local child

	for child in $(cat "/proc/$DAEMON/task/$DAEMON/children"); do
		netinst_ended "$child" || return 1
	done
}

@test "a SIGHUP that comes while the daemon starts is heeded then" {
	mkfifo "$WORK/gate"
	echo "plugin \"$FIXTURE_DIR/load_hangs.so\" { gate = \"$WORK/gate\" }" \
	    >"$CONFIG"
	"$NETINSTD" -c "$CONFIG" -s "$SOCKET" --source netns=off 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" log_has 'nin_load begins'
	echo "workers = 7" >>"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'read again once the daemon has started'
	exec {GATE_OPEN}<>"$WORK/gate"
	wait_until "$NETINST_PATIENCE" log_has 'workers changed'
}

@test "SIGHUP loads what is listed and not loaded, though it was refused before" {
	local plugin=$WORK/later.so

	: >"$CONFIG"
	listen_as_manager
	NOTIFY_SOCKET=$WORK/notify netinst_start -c "$CONFIG"
	printf 'plugin "%s" { }\nplugin "%s" { }\n' "$plugin" \
	    "$PLUGIN_DIR/template.so" >"$CONFIG"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has "there is no file $plugin"
	wait_until "$NETINST_PATIENCE" grep -q '^STATUS=.*; plugins that were refused: 1, see the log' "$WORK/told"
	install -m 0644 "$PLUGIN_DIR/trace.so" "$plugin"
	kill -HUP "$DAEMON"
	wait_until "$NETINST_PATIENCE" log_has 'plugin trace .* is loaded'
	# What is loaded is not asked for once more.
	run ! log_has 'is loaded already'
	[ "$(ctl --json plugin list | jq -r '.plugins[].name' | sort | xargs)" = "template trace" ]
}
