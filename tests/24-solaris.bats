#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Solaris modules as plugins: the modules of tests/plugins/solaris_*, whose
# source knows nothing of plugins, are compiled, loaded, used and unloaded.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
}

teardown() {
	netinst_teardown
}

# module NAME: the built module.
module() {
	echo "$FIXTURE_DIR/solaris_$1.so"
}

# start_with MODULE...
start_with() {
	local name

	netinst_start
	ctl instance create blue
	for name in "$@"; do
		ctl plugin load "$(module "$name")"
	done
}

# compile NAME <SOURCE: makes $WORK/NAME.so of a module's source.
compile() {
	cat >"$WORK/$1.c"
	cc -shared -fPIC -Wall -Wextra -Werror -I"$NETINST_TOP/include/solaris" \
	    -I"$NETINST_TOP/include" -o "$WORK/$1.so" "$WORK/$1.c"
}

# Begins a module's source: what all of them have.
beginning() {
	cat <<-END
	#include <sys/types.h>
	#include <sys/cmn_err.h>
	#include <sys/errno.h>
	#include <sys/modctl.h>
	static struct modlmisc modlmisc = { &mod_miscops, "made by a test" };
	static struct modlinkage modlinkage = { MODREV_1, { &modlmisc, NULL } };
	END
}

information="int _info(struct modinfo *info) { return mod_info(&modlinkage, info); }"
ending="int _fini(void) { return mod_remove(&modlinkage); }"

# statistic KSTAT STATISTIC: its value on blue; KSTAT is module:instance:name.
statistic() {
	local module=${1%%:*} name=${1##*:}

	rpc kstat.read "$(jq -nc --arg m "$module" --arg n "$name" \
	    '{ip_instance: "blue", module: $m, name: $n}')" |
	    jq -r --arg s "$2" '.result.kstats[0].statistics[] | select(.name == $s).value'
}

@test "every module compiles with gcc and clang under the flags of the house" {
	local compiler targets

	targets=$(cd "$NETINST_TOP" && ls -d tests/plugins/solaris_* |
	    sed -n 's/\.c$//; /\.[a-z]*$/!p' | sort -u)
	for compiler in gcc clang; do
		# shellcheck disable=SC2046,SC2086 # several words
		env -u MAKEFLAGS -u MAKELEVEL make -C "$NETINST_TOP" -s \
		    CC="$compiler" BUILD="$WORK/$compiler" SANITIZE= \
		    $(printf "$WORK/$compiler/%s.so " $targets)
	done
}

@test "a module of plain flags, all symbols visible, loads under its file's name" {
	cc -shared -fPIC -Wall -I"$NETINST_TOP/include/solaris" \
	    -I"$NETINST_TOP/include" -o "$WORK/mine.so" \
	    "$NETINST_TOP"/tests/plugins/solaris_many/*.c
	start_with
	ctl plugin load "$WORK/mine.so"
	[ "$(plugins_loaded)" = mine ]
	ctl plugin unload mine
}

@test "the headers do what the manual says" {
	start_with selftest
	log_has 'solaris_selftest: NOTICE: asked [0-9]+, wrong 0'
	log_lacks 'solaris_selftest: WARNING'
	log_lacks 'only for those who debug'
	log_has 'solaris_selftest: mod_remove: that linkage is not installed'
	log_has 'solaris_selftest: mod_install: the linkage is not of MODREV_1'
	log_has 'solaris_selftest: mod_install: the module is installed already'
}

@test "a module of many files is one plugin, which says what it is" {
	start_with many
	[ "$(plugins_loaded)" = solaris_many ]
	[ "$(plugin_member solaris_many .summary)" = \
	    "a driver of many files, and mor" ]
	log_has 'plugin solaris_many: NOTICE: \[zone 1\] create at 100 Hz'
	ctl instance destroy blue
	log_has 'plugin solaris_many: WARNING: 1: destroy, at the end of the stack of zone 1'
	log_lacks attached
	ctl plugin unload solaris_many
	log_has 'plugin solaris_many: WARNING: 0: destroy'
	[ "$(plugins_loaded)" = "" ]
}

@test "the guide's example is told of protocols, events and hooks" {
	start_with guide
	log_has 'solaris_guide: 1: protocol inet is here'
	log_has 'solaris_guide: 1: protocol arp is here'
	log_has 'solaris_guide: 1: event PHYSICAL_IN is here'
	log_has 'solaris_guide: 1: event NIC_EVENTS is here'
	log_has 'solaris_guide: 1: hook inet/PHYSICAL_IN/guide_packet is here'
	ctl instance create red
	log_has 'solaris_guide: 2: hook inet/PHYSICAL_IN/guide_packet is here'
	[ "$(statistic inet/PHYSICAL_IN:0:guide_packet position)" = 1 ]
}

@test "the guide's example hears of hooks that come and go beside its own" {
	start_with guide minimal
	log_has 'solaris_guide: 0: hook inet/PHYSICAL_IN/minimal_in is here'
	ctl plugin unload solaris_minimal
	log_has 'solaris_guide: 0: hook inet/PHYSICAL_IN/minimal_in is gone'
}

@test "the guide's example lets go of everything, by instance and by unloading" {
	start_with guide
	ctl instance destroy blue
	log_has 'solaris_guide: 1: protocol inet is gone'
	log_has 'solaris_guide: 1: event PHYSICAL_IN is gone'
	log_has 'solaris_guide: 1: 0 packets'
	ctl plugin unload solaris_guide
	log_has 'solaris_guide: 0: event PHYSICAL_IN is gone'
	log_lacks "left behind"
	log_lacks ' error '
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "the smallest module hangs its hook on the global instance" {
	start_with minimal
	run rpc kstat.read '{"ip_instance":"global","module":"inet/PHYSICAL_IN"}'
	[ "$(jq -r '.result.kstats[].name' <<<"$output")" = minimal_in ]
	ctl plugin unload solaris_minimal
	run rpc kstat.read '{"ip_instance":"global","module":"inet/PHYSICAL_IN"}'
	[ "$(jq -r '.result.kstats | length' <<<"$output")" = 0 ]
	log_lacks "left behind"
}

@test "packets of a capture run through the hooks of modules" {
	start_with guide minimal
	"$TEST_BIN/makepcap" ethernet 5 >"$WORK/in"
	ctl packet replay global "$WORK/in" --event PHYSICAL_IN
	[ "$(grep -c "plugin solaris_minimal: 46 bytes came in on" "$LOG")" = 5 ]
	ctl plugin unload solaris_guide
	log_has "plugin solaris_guide: 0: 5 packets"
}

# Whether the module's timeout has counted that far on blue.
counted() {
	[ "$(statistic solaris_counts:0:ticks ticks)" -ge "$1" ]
}

@test "a module's timeouts come again and again, and count in its kstats" {
	start_with counts
	wait_until "$NETINST_PATIENCE" counted 3
	[ "$(statistic solaris_counts:0:ticks hz)" = 100 ]
}

@test "a _fini that says EBUSY keeps the module loaded, until it says 0" {
	start_with counts
	run ctl plugin unload solaris_counts
	[ "$status" = 1 ]
	[[ $output == *"module 'solaris_counts' stays loaded: its _fini returned EBUSY (16) instead of 0"* ]]
	run rpc plugin.unload '{"plugin":"solaris_counts"}'
	[ "$(jq -r .error.data.name <<<"$output")" = plugin-busy ]
	run ctl plugin reload solaris_counts
	[ "$status" = 1 ]
	[ "$(plugin_member solaris_counts .state)" = loaded ]
	[ "$(plugin_member solaris_counts .loads)" = 1 ]
	wait_until "$NETINST_PATIENCE" counted 3
	ctl instance destroy blue
	ctl plugin reload solaris_counts
	[ "$(plugin_member solaris_counts .loads)" = 2 ]
	ctl plugin unload solaris_counts
	[ "$(plugins_loaded)" = "" ]
	log_lacks "left behind"
}

@test "a stop unloads also a module whose _fini says EBUSY" {
	start_with
	{
		beginning
		echo "int _init(void) { return mod_install(&modlinkage); }"
		echo "int _fini(void) { return EBUSY; } $information"
	} | compile busy
	ctl plugin load "$WORK/busy.so"
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	log_has "_fini returned EBUSY \(16\) instead of 0; it is unloaded all the same"
	log_has "plugin busy 0 is unloaded"
}

@test "an _init that fails half way leaves nothing registered" {
	local before

	start_with
	before=$(ctl --json instance show global | jq -cS "del(.kstats)")
	run ctl plugin load "$(module half_way)"
	[ "$status" = 1 ]
	[[ $output == *"_init of module 'solaris_half_way' returned EEXIST (17) instead of 0"* ]]
	run rpc plugin.load "{\"path\":\"$(module half_way)\"}"
	[ "$(jq -r .error.data.name <<<"$output")" = plugin-failed ]
	[ "$(plugins_loaded)" = "" ]
	log_has 'plugin solaris_half_way: 1: create'
	log_has 'plugin solaris_half_way: 1: destroy'
	log_lacks '_fini after'
	run rpc kstat.read '{"module":"{solaris_half_way,inet/PHYSICAL_IN}"}'
	[ "$(jq '.result.kstats | length' <<<"$output")" = 0 ]
	[ "$(ctl --json instance show global | jq -cS "del(.kstats)")" = "$before" ]
	run rpc kstat.read '{"module":"inet","name":"PHYSICAL_IN"}'
	jq -e '[.result.kstats[0].statistics[] | select(.name | startswith("hooks")).value] ==
	    [2, 2]' <<<"$output"
	# Its timeout was due after 50 ms; a later one comes, and it did not.
	ctl plugin load "$(module counts)"
	wait_until "$NETINST_PATIENCE" counted 10
	log_lacks 'a timeout of a module that is not there'
}

@test "a module's name comes from its file, or from its compiler" {
	start_with
	cp "$(module selftest)" "$WORK/one.so"
	cp "$(module selftest)" "$WORK/two.so"
	cp "$(module selftest)" "$WORK/Not a name.so"
	ctl plugin load "$WORK/one.so"
	ctl plugin load "$WORK/two.so"
	[ "$(plugins_loaded)" = "one two" ]
	run ctl plugin load "$WORK/Not a name.so"
	[ "$status" = 1 ]
	[[ $output == *"gives its module the name 'Not a name', which is no valid name"* ]]
	[[ $output == *NETINST_MODULE_NAME* ]]
	{
		echo '#define NETINST_MODULE_NAME "given"'
		echo '#define NETINST_MODULE_VERSION "4.1.9"'
		beginning
		echo "int _init(void) { return mod_install(&modlinkage); }"
		echo "$ending $information"
	} | compile three
	ctl plugin load "$WORK/three.so"
	[ "$(plugins_loaded)" = "one two given" ]
	[ "$(plugin_member given .version)" = 4.1.9 ]
}

# refused NAME TEXT: whether loading $WORK/NAME.so fails with that text.
refused() {
	run ctl plugin load "$WORK/$1.so"
	echo "$output"
	[ "$status" = 1 ]
	[[ $output == *"$2"* ]]
	[ "$(plugins_loaded)" = "" ]
}

@test "a module that lacks an entry point, or has those of a plugin, is refused" {
	start_with
	{ beginning; echo "int _init(void) { return 0; } $ending"; } | compile a
	{ beginning; echo "$ending $information"; } | compile b
	{
		beginning
		echo "int _init(void) { return mod_install(&modlinkage); }"
		echo "void nin_unload(void) { }"
		echo "$ending $information"
	} | compile c
	{
		beginning
		echo "int _init(void) { return mod_install(&modlinkage); }"
		echo "int _info(struct modinfo *info)"
		echo "{ (void)info; modlinkage.ml_rev = 2;"
		echo "return mod_info(&modlinkage, info); } $ending"
	} | compile d
	refused a "is a Solaris module without _info"
	refused b "is a Solaris module without _init"
	refused c "is a Solaris module, which exports _init, but exports nin_unload as well"
	refused d "_info of $WORK/d.so returned 0"
}

@test "a number that is no errno is named as it is" {
	start_with
	{
		beginning
		echo "int _init(void) { return -1; } $ending $information"
	} | compile minus
	refused minus "_init of module 'minus' returned -1 instead of 0"
}

@test "mod_install outside of _init fails, and an _init without it is logged" {
	start_with
	{
		beginning
		echo "int _init(void) { return 0; }"
		echo "int _fini(void) { cmn_err(CE_NOTE, \"install %d, remove %d\","
		echo "mod_install(&modlinkage), mod_remove(&modlinkage));"
		echo "return 0; } $information"
	} | compile late
	ctl plugin load "$WORK/late.so"
	log_has '_init of module late returned 0, but there was no mod_install\(\) that succeeded'
	ctl plugin unload late
	log_has 'late: NOTICE: install 22, remove 22'
	log_has 'late: mod_install: it is for _init to call'
}

@test "a module without _fini stays until netinstd stops" {
	start_with
	{
		beginning
		echo "int _init(void) { return mod_install(&modlinkage); }"
		echo "$information"
	} | compile stays
	ctl plugin load "$WORK/stays.so"
	run ctl plugin unload stays
	[ "$status" = 1 ]
	[[ $output == *"module 'stays' has no _fini, so it cannot be unloaded"* ]]
	[ "$(plugins_loaded)" = stays ]
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	log_has 'plugin stays 0 is unloaded'
}

@test "a panic is logged before it ends the daemon" {
	start_with
	{
		beginning
		echo "int _init(void) { panic(\"%s\", \"no way\"); }"
		echo "$ending $information"
	} | compile panics
	run ctl plugin load "$WORK/panics.so"
	[ "$status" != 0 ]
	netinst_wait
	[ "$STOP_STATUS" = 134 ]
	log_has 'error plugin panics: panic: no way'
}
