#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Files that others than root and the daemon's user could have changed or put
# there are not loaded, and a file that changes once it is loaded does no harm.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	plugins_start
	mkdir "$WORK/place"
	FILE=$WORK/place/template.so
	cp "$PLUGIN_DIR/template.so" "$FILE"
	chmod 644 "$FILE"
}

teardown() {
	netinst_teardown
}

@test "a group-writable file is refused, and no remedy makes others' bytes trusted" {
	chmod 664 "$FILE"
	is_refused "$FILE" plugin-untrusted 5 \
	    "the file $FILE is writable by its group, so it cannot be trusted"
	[[ $output == *"install it anew"* ]]
	[[ $output != *chmod* ]]
	chmod g-w "$FILE"
	ctl plugin load "$FILE"
	others_are_well
}

@test "a world-writable file is refused" {
	chmod 646 "$FILE"
	is_refused "$FILE" plugin-untrusted 5 "the file $FILE is writable by everyone"
	others_are_well
}

@test "a file below a directory that others can write to is refused" {
	mkdir "$WORK/place/below"
	mv "$FILE" "$WORK/place/below"
	chmod 775 "$WORK/place"
	is_refused "$WORK/place/below/template.so" plugin-untrusted 5 \
	    "the directory $WORK/place is writable by its group, so what is below it cannot be trusted"
	chmod 757 "$WORK/place"
	is_refused "$WORK/place/below/template.so" plugin-untrusted 5 \
	    "the directory $WORK/place is writable by everyone"
	others_are_well
}

@test "a sticky directory protects what is of root's, and nothing else" {
	chmod 1777 "$WORK/place"
	ctl plugin load "$FILE"
	ctl plugin unload template
	[ "$(id -u)" = 0 ] || return 0
	mkdir "$WORK/place/theirs"
	cp "$FILE" "$WORK/place/theirs"
	chown 65534 "$WORK/place/theirs"
	is_refused "$WORK/place/theirs/template.so" plugin-untrusted 5 \
	    "the directory $WORK/place/theirs belongs to user 65534"
	chown 65534 "$FILE"
	is_refused "$FILE" plugin-untrusted 5 "the file $FILE belongs to user 65534"
	others_are_well
}

@test "a symbolic link in place of the file is refused" {
	ln -s "$FILE" "$WORK/link.so"
	is_refused "$WORK/link.so" plugin-untrusted 5 "$WORK/link.so is a symbolic link"
	others_are_well
}

@test "a symbolic link to the directory is followed, and cannot lead around the checks" {
	ln -s place "$WORK/way"
	chmod 777 "$WORK/place"
	is_refused "$WORK/way/template.so" plugin-untrusted 5 \
	    "the directory $WORK/place is writable by everyone"
	chmod 755 "$WORK/place"
	ctl plugin load "$WORK/way/template.so"
	others_are_well
}

@test "directories and FIFOs are refused at once" {
	mkfifo "$WORK/fifo.so"
	is_refused "$WORK/place" plugin-untrusted 5 "is not a regular file"
	is_refused "$WORK/fifo.so" plugin-untrusted 5 "is not a regular file"
	others_are_well
}

@test "a plugin replaced on disk while loaded stays what it was until it is reloaded" {
	cp "$FIXTURE_DIR/changing_1.so" "$WORK/place/changing.so"
	ctl plugin load "$WORK/place/changing.so"
	# Into the same file, as cp does: what was mapped would change.
	cat "$FIXTURE_DIR/changing_2.so" >"$WORK/place/changing.so"
	ctl instance create before
	log_has "plugin changing: instance $(instance_id before): create of 1.0.0"
	: >"$WORK/place/changing.so"
	ctl instance destroy before
	[ "$(plugin_member changing .version)" = 1.0.0 ]
	run ctl plugin reload changing
	[ "$status" = 1 ]
	[[ $output == *"plugin 'changing' goes on as it was: "*" is empty"* ]]
	[ "$(plugins_loaded)" = "trace changing" ]
	[ "$(plugin_member changing .version)" = 1.0.0 ]
	cat "$FIXTURE_DIR/changing_2.so" >"$WORK/place/changing.so"
	ctl plugin reload changing
	[ "$(plugin_member changing .version)" = 2.0.0 ]
	log_has "plugin changing: instance 0: create of 2.0.0"
	others_are_well
}

@test "a reload takes the new file and keeps the settings" {
	ctl plugin load "$FILE" greeting=welcome
	: >"$LOG"
	ctl plugin reload template
	log_has "plugin template: welcome, inet on instance 0"
	[ "$(plugin_member template .loads)" = 2 ]
	others_are_well
}

# Another user's directory, in which a library that is loaded first puts a link
# to $WORK/victim in place of the socket as soon as that is bound.
swapped() {
	mkdir "$WORK/theirs"
	chown 65534:65534 "$WORK/theirs"
	echo secret >"$WORK/victim"
	chmod 600 "$WORK/victim"
	compile_c -x c - -shared -fPIC -o "$WORK/swap.so" <<-C
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stdio.h>
		#include <sys/socket.h>
		#include <unistd.h>
		typedef int (*bind_fn)(int, const struct sockaddr *, socklen_t);
		int bind(int fd, const struct sockaddr *address, socklen_t size)
		{
			int result = ((bind_fn)dlsym(RTLD_NEXT, "bind"))(fd, address, size);
			if (result == 0 && rename("$WORK/theirs/s", "$WORK/theirs/t") == 0)
				(void)symlink("$WORK/victim", "$WORK/theirs/s");
			return result;
		}
	C
}

@test "the daemon changes the mode and the group of its own socket only" {
	[ "$(id -u)" = 0 ] || return 0
	netinst_stop
	swapped
	printf 'control {\n mode = 0666\n admin_group = %s\n}\n' \
	    "$(getent group 65534 | cut -d : -f 1)" >"$WORK/conf"
	# A sanitizer wants to come first, and need not.
	run env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
	    "LD_PRELOAD=$WORK/swap.so" timeout 20 "$NETINSTD" -c "$WORK/conf" \
	    -s "$WORK/theirs/s" --source netns=off
	[ "$status" = 1 ]
	[ -L "$WORK/theirs/s" ]
	[[ $output == *"somebody has put something else in place of the socket"* ]]
	[ "$(stat -c '%a %g' "$WORK/victim")" = "600 0" ]
	[ "$(cat "$WORK/victim")" = secret ]
}

@test "the socket has its mode and its group, whatever the mask of who starts it" {
	local group

	netinst_stop
	group=$(id -gn)
	printf 'control {\n mode = 0662\n admin_group = %s\n}\n' "$group" \
	    >"$WORK/conf"
	umask 077
	netinst_start -c "$WORK/conf"
	[ "$(stat -c '%a %G' "$SOCKET")" = "662 $group" ]
}

@test "a copy of the daemon that a plugin made holds nothing that the next one needs" {
	local copies client

	netinst_stop
	mkdir "$WORK/state"
	netinst_start --state "$WORK/state"
	# It ends at the end of the connection.
	nc -U "$SOCKET" </dev/null >/dev/null 3>&- &
	client=$!
	wait_until "$NETINST_PATIENCE" eval \
	    '[ "$(ctl --json status | jq .clients)" = 2 ]'
	ctl plugin load "$FIXTURE_DIR/forks.so" how=stay
	copies=$(children_of "$DAEMON")
	[ -n "$copies" ]
	kill -KILL "$DAEMON"
	wait_until "$NETINST_PATIENCE" netinst_ended "$DAEMON"
	wait_until "$NETINST_PATIENCE" netinst_ended "$client"
	: >"$LOG"
	netinst_start --state "$WORK/state"
	log_lacks '(warning|error)'
	# shellcheck disable=SC2086 # one or more
	kill -KILL $copies
}
