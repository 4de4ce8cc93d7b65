#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What is mapped along with a plugin: its own libraries, each load with copies
# of its own, and those of the system; never one that others could have put
# there.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	cd "$WORK" || return
}

teardown() {
	netinst_teardown
}

# library NAME SOURCE [OPTION...]: NAME.so, which exports what SOURCE defines.
library() {
	printf '%s\n' "$2" | compile_c -x c - -x none -shared -fPIC \
	    -o "$1.so" "${@:3}"
}

# helped NAME [OPTION...]: the plugin NAME.so, which says what help() returns.
helped() {
	printf '%s\n' '#include <netinst/netinst.h>' \
	    "NETINST_PLUGIN(.name = \"${1##*/}\", .version = \"1.0.0\"," \
	    '    .summary = "has a library");' \
	    'int help(void);' \
	    'int nin_load(const net_config_t *c)' \
	    '{ (void)c; net_log(NET_LOG_INFO, "help says %d", help()); return 0; }' \
	    'static char context;' \
	    'void *nin_create(const netid_t id) { (void)id; return &context; }' \
	    'void nin_destroy(const netid_t id, void *it) { (void)id, (void)it; }' |
	    compile_c -x c - -x none -shared -fPIC -fvisibility=hidden \
		-I "$NETINST_TOP/include" -o "$1.so" "${@:2}"
}

# Code of others: it says so in the daemon's log.
foreign() {
	library "$1" '#include <unistd.h>
	    __attribute__((constructor)) static void run(void)
	    { (void)!write(2, "FOREIGN code\n", 13); }
	    int help(void) { return 666; }' "${@:2}"
}

# refused PATH TEXT: loading it fails with that text, and nothing foreign ran.
refused() {
	run ctl plugin load "$1"
	echo "$output"
	[ "$status" != 0 ]
	[[ $output == *"$2"* ]]
	log_lacks FOREIGN
}

# maps_lack REGEX: nothing of that name is mapped in the daemon. The thread
# sanitizer has a file of its own there.
maps_lack() {
	if grep -v tsan.rodata "/proc/$DAEMON/maps" | grep -E -- "$1"; then
		return 1
	fi
}

@test "a plugin's own libraries are found from where its file is" {
	mkdir plugins lib lib/deep
	library lib/deep/libsecond 'int second(void) { return 40; }' \
	    -Wl,-soname,libsecond.so.1
	mv lib/deep/libsecond.so lib/deep/libsecond.so.1.2
	ln -s libsecond.so.1.2 lib/deep/libsecond.so.1
	library lib/libfirst 'int second(void); int help(void) { return second() + 2; }' \
	    -Llib/deep -l:libsecond.so.1 -Wl,-rpath,'${ORIGIN}/deep'
	helped plugins/new -Llib -l:libfirst.so \
	    -Wl,--enable-new-dtags,-rpath,'/nowhere:$ORIGIN/../lib'
	helped plugins/old -Llib -l:libfirst.so \
	    -Wl,--disable-new-dtags,-rpath,'$ORIGIN/../lib'
	netinst_start -p "$WORK/plugins/new.so" -p "$WORK/plugins/old.so"
	log_has 'plugin new: help says 42'
	log_has 'plugin old: help says 42'
}

@test "an old search path also holds for what the libraries need" {
	mkdir lib
	library lib/libsecond 'int second(void) { return 5; }'
	library lib/libfirst 'int second(void); int help(void) { return second(); }' \
	    -Llib -l:libsecond.so
	helped old -Llib -l:libfirst.so \
	    -Wl,--disable-new-dtags,-rpath,'$ORIGIN/lib,-rpath-link,lib'
	netinst_start -p "$WORK/old.so"
	log_has 'plugin old: help says 5'
}

@test "libraries with versions, and two that need each other, are linked" {
	mkdir lib
	echo 'V_1 { global: ping; help; local: *; };' >versions
	library lib/libpong 'int pong(void) { return 1; }'
	library lib/libping 'int pong(void); int ping(void) { return pong(); }
	    int help(void) { return 10 + pong(); }' \
	    -Wl,--version-script,versions -Llib -l:libpong.so -Wl,-rpath,'$ORIGIN'
	library lib/libpong 'int ping(void); int pong(void) { return ping != 0 ? 7 : 0; }' \
	    -Llib -l:libping.so -Wl,-rpath,'$ORIGIN'
	helped versions -Llib -l:libping.so -Wl,-rpath,'$ORIGIN/lib,-rpath-link,lib'
	netinst_start -p "$WORK/versions.so"
	log_has 'plugin versions: help says 17'
}

@test "each load has libraries of its own, whatever their names" {
	mkdir one two
	for n in one two; do
		library $n/libhelp "int help(void) { return ${#n}${#n}; }"
		helped $n/$n -L$n -l:libhelp.so -Wl,-rpath,'$ORIGIN'
	done
	library two/libhelp 'int help(void) { return 2; }'
	netinst_start -p "$WORK/one/one.so" -p "$WORK/two/two.so"
	log_has 'plugin one: help says 33'
	log_has 'plugin two: help says 2'
	library two/libnew 'int help(void) { return 3; }'
	mv two/libnew.so two/libhelp.so
	ctl plugin reload two
	log_has 'plugin two: help says 3'
}

@test "after a reload the statics of inline functions are new" {
	cat >statics.cc <<-'CC'
		#include <netinst/netinst.h>
		NETINST_PLUGIN(.name = "statics", .version = "1.0.0", .summary = "C++");
		inline int &loads() { static int loads; return loads; }
		extern "C" int nin_load(const net_config_t *)
		{ net_log(NET_LOG_INFO, "load %d of this copy", ++loads()); return 0; }
		extern "C" void *nin_create(const netid_t) { return &loads(); }
		extern "C" void nin_destroy(const netid_t, void *) {}
	CC
	c++ -std=c++20 -shared -fPIC -fvisibility=default \
	    -I "$NETINST_TOP/include" -o statics.so statics.cc
	readelf -W --dyn-syms statics.so | grep -q UNIQUE
	netinst_start -p "$WORK/statics.so"
	ctl plugin reload statics
	[ "$(grep -c 'plugin statics: load 1 of this copy' "$LOG")" = 2 ]
}

@test "a library that is nowhere is named, and so is who needs it" {
	library libgone 'int help(void) { return 1; }'
	helped lonely -L. -l:libgone.so
	netinst_start
	refused "$WORK/lonely.so" \
	    "$WORK/lonely.so needs the library libgone.so, which is nowhere to be found"
	echo "no library" >libgone.so
	refused "$WORK/lonely.so" "which is nowhere to be found"
}

@test "a symbol that no library has is said to be missing where it is needed" {
	library libneedy 'int nobody(void); int help(void) { return nobody(); }'
	helped needy -L. -l:libneedy.so \
	    -Wl,-rpath,'$ORIGIN',--unresolved-symbols=ignore-all
	netinst_start
	refused "$WORK/needy.so" "needy.so cannot be linked: $WORK/libneedy.so: undefined symbol: nobody"
}

@test "a library that others could exchange is refused, wherever the path to it comes from" {
	local how

	mkdir -m 777 public
	chmod 777 public
	foreign public/libhelp
	helped run -Lpublic -l:libhelp.so -Wl,--enable-new-dtags,-rpath,"$WORK/public"
	helped old -Lpublic -l:libhelp.so -Wl,--disable-new-dtags,-rpath,"$WORK/public"
	helped origin -Lpublic -l:libhelp.so -Wl,-rpath,'$ORIGIN/./public'
	helped path "$WORK/public/libhelp.so"
	mkdir private
	library private/libmiddle 'int help(void);
	    int middle(void) { return help(); }' -Lpublic -l:libhelp.so \
	    -Wl,-rpath,"$WORK/public"
	helped deep -Wl,--no-as-needed -Lprivate -l:libmiddle.so \
	    -Wl,-rpath,'$ORIGIN/private',-rpath-link,public
	netinst_start
	for how in run old origin path deep; do
		refused "$WORK/$how.so" "needs the library"
		[[ $output == *"/public is writable by everyone"* ]]
	done
	# Its own file: others can write into it, whatever its directory is like.
	chmod 755 public
	chmod 666 public/libhelp.so
	refused "$WORK/run.so" "the file $WORK/public/libhelp.so is writable by everyone"
}

@test "what the environment says about libraries does not count" {
	mkdir theirs
	foreign theirs/libanl -Wl,-soname,libanl.so.1
	mv theirs/libanl.so theirs/libanl.so.1
	library libhelp 'int help(void) { return 9; }'
	helped finds -Wl,--no-as-needed -Ltheirs -l:libanl.so.1 -L. -l:libhelp.so \
	    -Wl,-rpath,'$ORIGIN'
	NETINST_RUN="env LD_LIBRARY_PATH=$WORK/theirs" netinst_start
	ctl plugin load "$WORK/finds.so"
	log_has 'plugin finds: help says 9'
	log_lacks FOREIGN
	grep -q '/libanl\.so' "/proc/$DAEMON/maps"
	maps_lack "$WORK/theirs"
}

@test "the working directory and what stands for the machine are no search paths" {
	mkdir x86_64
	foreign libhelp
	cp libhelp.so x86_64
	helped empty -L. -l:libhelp.so -Wl,-rpath,':'
	helped relative -L. -l:libhelp.so -Wl,-rpath,'.'
	helped platform -L. -l:libhelp.so -Wl,-rpath,"$WORK/\$PLATFORM:$WORK/\$LIB"
	helped slash -L. -l:libhelp.so
	helped slash ./libhelp.so
	netinst_start
	for how in empty relative platform slash; do
		refused "$WORK/$how.so" "nowhere to be found"
	done
}

# opens LIBRARY: a library whose constructor loads that one by its path.
opens() {
	library libopens "#include <dlfcn.h>
	    #include <pwd.h>
	    __attribute__((constructor)) static void run(void)
	    { (void)getpwuid(65533); (void)dlopen(\"$1\", RTLD_NOW); }
	    int help(void) { return 8; }"
}

@test "what a constructor brings in is judged before the plugin is called" {
	local help='int other(void) { return 1; }'

	mkdir ours theirs
	library ours/libother "$help"
	library theirs/libother "$help"
	chmod 777 theirs
	opens "$WORK/ours/libother.so"
	helped good -L. -l:libopens.so -Wl,-rpath,'$ORIGIN'
	netinst_start -p "$WORK/good.so"
	log_has 'plugin good: help says 8'
	opens "$WORK/theirs/libother.so"
	helped bad -L. -l:libopens.so -Wl,-rpath,'$ORIGIN'
	refused "$WORK/bad.so" "$WORK/theirs/libother.so was mapped along with $WORK/bad.so: the directory $WORK/theirs is writable by everyone"
	log_lacks 'plugin bad: help'
	# Trying again does not help, other plugins are loaded all the same.
	refused "$WORK/bad.so" "$WORK/theirs/libother.so was mapped along with"
	ctl plugin load "$PLUGIN_DIR/template.so"
	chmod 755 theirs
	ctl plugin load "$WORK/bad.so"
}

@test "a library that stands in for others is refused" {
	foreign libreal -Wl,-soname,libreal.so
	library libhelp 'int help(void) { return 1; }' -Wl,-f,libreal.so \
	    -Wl,-rpath,'$ORIGIN'
	helped filtered -L. -l:libhelp.so -Wl,-rpath,'$ORIGIN'
	netinst_start
	refused "$WORK/filtered.so" \
	    "$WORK/libhelp.so is a filter for another library, which netinstd does not load"
}

@test "nothing of a plugin is left in any directory, while it runs or after a kill" {
	mkdir tmp
	NETINST_RUN="env TMPDIR=$WORK/tmp" netinst_start -p "$PLUGIN_DIR/trace.so"
	ctl plugin reload trace
	[ -z "$(ls tmp)" ]
	maps_lack "(netinstd-|$WORK/tmp)"
	kill -KILL "$DAEMON"
	wait_until "$NETINST_PATIENCE" netinst_ended "$DAEMON"
	[ -z "$(ls tmp)" ]
}

