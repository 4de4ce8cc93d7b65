#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# An ordinary user wants code to run in a daemon of root's, or a file of root's
# to change, and tries what such users try. As anybody but root there is nothing
# to try: then these tests only see that the refusals hold for oneself.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	chmod 755 "$WORK"
	mkdir "$WORK/theirs" "$WORK/ours"
	chmod 777 "$WORK/theirs"
	if [ "$(id -u)" = 0 ]; then
		chown 65534:65534 "$WORK/theirs"
	fi
	cp "$PLUGIN_DIR/template.so" "$WORK/ours"
	foreign "$WORK/theirs/foreign.so"
}

teardown() {
	netinst_teardown
}

# them COMMAND...: as the other user, when that is possible.
them() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# foreign FILE [OPTION...]: a plugin, and a library, that says so when it runs.
foreign() {
	compile_c -x c - -shared -fPIC -I "$NETINST_TOP/include" -o "$1" \
	    "${@:2}" <<-'C'
		#include <unistd.h>
		#include <netinst/netinst.h>
		NETINST_PLUGIN(.name = "foreign", .version = "1.0.0", .summary = "x");
		__attribute__((constructor)) static void run(void)
		{ (void)!write(2, "FOREIGN code\n", 13); }
		__attribute__((visibility("default"))) int help(void) { return 1; }
		void *nin_create(const netid_t id) { (void)id; return ""; }
		void nin_destroy(const netid_t id, void *it) { (void)id, (void)it; }
	C
}

# needs FILE LIBRARY SEARCH-PATH: a plugin of ours that is linked with it.
needs() {
	printf '%s\n' '#include <netinst/netinst.h>' \
	    'NETINST_PLUGIN(.name = "needs", .version = "1.0.0", .summary = "x");' \
	    'int help(void);' \
	    'static int it;' \
	    'void *nin_create(const netid_t id) { (void)id; it = help(); return &it; }' \
	    'void nin_destroy(const netid_t id, void *c) { (void)id, (void)c; }' |
	    compile_c -x c - -x none -shared -fPIC -I "$NETINST_TOP/include" \
		-fvisibility=hidden -o "$1" "$2" -Wl,-rpath,"$3" "${@:4}"
}

# Fails when anything of theirs has run or is mapped.
nothing_got() {
	log_lacks FOREIGN
	if grep -E "$WORK/theirs" "/proc/$DAEMON/maps"; then
		return 1
	fi
	netinst_answers
}

# them_beside SCRIPT [ARGUMENT...]: starts it as the other user, in the directory
# that is theirs, with a process id that is $THEM.
them_beside() {
	rm -f "$WORK/theirs/pid"
	them bash -c 'cd "$1" && echo $$ >pid && shift && . "$@"' - \
	    "$WORK/theirs" "$@" >/dev/null 2>&1 3>&- &
	wait_until "$NETINST_PATIENCE" test -s "$WORK/theirs/pid"
	THEM=$(cat "$WORK/theirs/pid")
}

@test "whatever is exchanged while it is looked at, nobody else's code runs" {
	local round

	# In a directory where they and we have entries, and in one of theirs.
	mkdir "$WORK/all"
	chmod 1777 "$WORK/all"
	foreign "$WORK/ours/libhelp.so" -Wl,-soname,x.so
	needs "$WORK/ours/needs.so" "$WORK/ours/libhelp.so" \
	    "$WORK/all:$WORK/all/d:$WORK/theirs"
	rm "$WORK/ours/libhelp.so"
	# One name, over and over something else: theirs, links to theirs and to
	# ours, another name of ours; and a directory likewise.
	cat >"$WORK/swap" <<-'SH'
		mkdir -p e && cp foreign.so e/x.so
		while test -e ../theirs; do
			cp foreign.so ../all/t && mv -f ../all/t ../all/x.so
			ln -sf ../theirs/foreign.so ../all/t && mv -f ../all/t ../all/x.so
			ln -sf ../ours/template.so ../all/t && mv -f ../all/t ../all/x.so
			ln -f ../ours/template.so ../all/t && mv -f ../all/t ../all/x.so
			ln -sfn ../ours ../all/t && mv -fT ../all/t ../all/d
			ln -sfn ../theirs/e ../all/t && mv -fT ../all/t ../all/d
			cp foreign.so t && mv -f t x.so
			ln -sf ../ours/template.so t && mv -f t x.so
		done
	SH
	them_beside "$WORK/swap"
	netinst_start
	wait_until "$NETINST_PATIENCE" test -L "$WORK/all/d"
	for round in {1..10}; do
		for path in all/x.so all/d/x.so theirs/x.so ours/needs.so \
		    all/../theirs/x.so; do
			run ctl plugin load "$WORK/$path"
			echo "$round: $output"
			[ "$status" != 0 ]
		done
	done
	kill "$THEM"
	nothing_got
}

@test "no directory is made where others say" {
	[ "$(id -u)" = 0 ] || return 0
	run timeout 30 "$NETINSTD" -c /dev/null -s "$WORK/theirs/made/control.sock"
	[ "$status" = 1 ]
	[[ $output == *"making its directory: the directory $WORK/theirs belongs to user 65534"* ]]
	ln -s "$WORK/theirs" "$WORK/ours/link"
	netinst_start --state "$WORK/ours/link/state"
	log_has "error history: .* belongs to user 65534"
	netinst_stop
	[ "$(ls "$WORK/theirs")" = foreign.so ]
	# Where nobody else can be at work both are made, whatever the umask is.
	umask 077
	netinst_start -s "$WORK/ours/made/control.sock" --state "$WORK/ours/state"
	[ "$(stat -c %a "$WORK/ours/made" "$WORK/ours/state" | xargs)" = "755 700" ]
}

@test "links of proc lead where they say, not where they would take a process" {
	echo 'mkfifo fifo && exec cat <>fifo' >"$WORK/wait"
	them_beside "$WORK/wait"
	netinst_start
	for path in "/proc/$THEM/cwd/foreign.so" \
	    "/proc/$THEM/root/$WORK/theirs/foreign.so" "/proc/$THEM/exe" \
	    /proc/self/fd/0 /dev/fd/1 /proc/self/exe; do
		run ctl plugin load "$path"
		echo "$output"
		[ "$status" != 0 ]
	done
	kill "$THEM"
	nothing_got
}

@test "who may only read cannot have anything loaded, and sees no copy" {
	printf 'control {\n mode = 0666\n}\n' >"$WORK/conf"
	netinst_start -c "$WORK/conf" -p "$WORK/ours/template.so"
	[ "$(id -u)" = 0 ] || return 0
	cp "$NETINSTCTL" "$WORK/ctl"
	run them "$WORK/ctl" -s "$SOCKET" plugin load "$WORK/ours/template.so"
	[ "$status" = 5 ]
	run them "$WORK/ctl" -s "$SOCKET" plugin unload template
	[ "$status" = 5 ]
	run them ls "/proc/$DAEMON/fd" "/proc/$DAEMON/map_files"
	[ "$status" != 0 ]
	run them cat "/proc/$DAEMON/maps"
	[ "$status" != 0 ]
	# And nobody can write to what is mapped, root included.
	run bash -c 'ls -l /proc/$1/fd | grep -c memfd:template' - "$DAEMON"
	[ "$output" = 0 ]
	nothing_got
}

@test "a file system that is mounted in a directory of all users is not trusted" {
	[ "$(id -u)" = 0 ] || return 0
	mkdir -p "$WORK/all/mounted"
	chmod 1777 "$WORK/all"
	cat >"$WORK/mounted" <<-'SH'
		#!/bin/sh
		mount -t tmpfs -o mode=755 none "$1/all/mounted" &&
		    cp "$1/ours/template.so" "$1/all/mounted" && shift && exec "$@"
	SH
	NETINST_RUN="unshare -m sh $WORK/mounted $WORK" netinst_start
	run ctl plugin load "$WORK/all/mounted/template.so"
	[ "$status" = 5 ]
	[[ $output == *"is on a file system that is mounted in a directory of all users"* ]]
}

@test "nothing that a file says makes the linker load what was not judged" {
	local how

	foreign "$WORK/ours/libhelp.so" -Wl,-soname,libhelp.so
	mv "$WORK/theirs/foreign.so" "$WORK/theirs/libhelp.so"
	cp "$PLUGIN_DIR/template.so" "$WORK/ours/copy.so"
	needs "$WORK/ours/lib.so" "$WORK/ours/libhelp.so" "$WORK/theirs/\$LIB"
	needs "$WORK/ours/platform.so" "$WORK/ours/libhelp.so" "$WORK/theirs/\${PLATFORM}/..:theirs"
	needs "$WORK/ours/dots.so" "$WORK/ours/libhelp.so" '$ORIGIN/../theirs'
	needs "$WORK/ours/odd.so" "$WORK/ours/libhelp.so" '$ORIGINAL/../theirs:$ORIGIN:/../theirs'
	needs "$WORK/ours/audit.so" "$WORK/ours/libhelp.so" "$WORK/theirs" \
	    -Wl,--audit,"$WORK/theirs/libhelp.so" -Wl,-P,"$WORK/theirs/libhelp.so"
	rm "$WORK/ours/libhelp.so"
	netinst_start
	cd "$WORK" || return
	for how in lib platform dots odd audit; do
		run ctl plugin load "$WORK/ours/$how.so"
		echo "$output"
		[ "$status" != 0 ]
		[[ $output == *"needs the library libhelp.so"* ]]
	done
	nothing_got
}

@test "an auditing library that a plugin asks for is not loaded" {
	printf '%s\n' '#include <netinst/netinst.h>' \
	    'NETINST_PLUGIN(.name = "audited", .version = "1.0.0", .summary = "x");' \
	    'void *nin_create(const netid_t id) { (void)id; return ""; }' \
	    'void nin_destroy(const netid_t id, void *c) { (void)id, (void)c; }' |
	    compile_c -x c - -shared -fPIC -I "$NETINST_TOP/include" \
		-o "$WORK/ours/audited.so" -Wl,--audit,"$WORK/theirs/foreign.so" \
		-Wl,-P,"$WORK/theirs/foreign.so"
	readelf -d "$WORK/ours/audited.so" | grep -q AUDIT
	netinst_start -p "$WORK/ours/audited.so"
	nothing_got
}

@test "a configuration cannot take in another file" {
	echo 'workers = 3' >"$WORK/theirs/more.conf"
	printf 'include("%s")\n' "$WORK/theirs/more.conf" >"$WORK/conf"
	run "$NETINSTD" -t -c "$WORK/conf"
	[ "$status" = 8 ]
	ln -s theirs/more.conf "$WORK/link.conf"
	run "$NETINSTD" -t -c "$WORK/link.conf"
	[ "$status" = 8 ]
	[[ $output == *"$WORK/theirs"* ]]
}

@test "a check leaves nothing where others could exchange it, and reads nothing from there" {
	mkdir "$WORK/theirs/tmp"
	chmod 777 "$WORK/theirs/tmp"
	TMPDIR=$WORK/theirs/tmp "$NETINSTD" -c /dev/null \
	    --check "$WORK/ours/template.so" >"$WORK/report" 2>"$LOG"
	[ -z "$(ls "$WORK/theirs/tmp")" ]
	log_lacks "$WORK/theirs"
}
