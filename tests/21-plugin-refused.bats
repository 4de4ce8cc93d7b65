#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Files that cannot be loaded: each gets its own sentence, and nothing of it
# stays.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	plugins_start
}

teardown() {
	netinst_teardown
}

@test "a wrong magic number is refused" {
	is_refused "$FIXTURE_DIR/wrong_magic.so" plugin-refused 1 \
	    "its magic number is 0x6e6f74206f757273 instead of 0x6e696e0a696e7374"
	others_are_well
}

@test "a plugin of another ABI major number is refused" {
	is_refused "$FIXTURE_DIR/other_major.so" plugin-refused 1 \
	    "is built for plugin ABI 2.2, which has another major number than this netinstd's 1.2"
	others_are_well
}

@test "a plugin of a newer ABI minor number is refused" {
	is_refused "$FIXTURE_DIR/newer_minor.so" plugin-refused 1 \
	    "is built for plugin ABI 1.99, which is newer than this netinstd's 1.2"
	others_are_well
}

@test "a plugin of an older ABI minor number, with a shorter descriptor, is loaded" {
	ctl plugin load "$FIXTURE_DIR/older_descriptor.so"
	[ "$(plugin_member older_descriptor '[.abi, .state] | join(" ")')" = "1.1 loaded" ]
	others_are_well
}

@test "a plugin with flags that this netinstd does not know is refused" {
	is_refused "$FIXTURE_DIR/unknown_flags.so" plugin-refused 1 \
	    "unknown_flags.so has the flags 0x80, which this netinstd does not know"
	others_are_well
}

@test "a shared object without a descriptor is refused" {
	is_refused "$FIXTURE_DIR/no_descriptor.so" plugin-refused 1 \
	    "is no netinst plugin: it exports no nin_plugin"
	others_are_well
}

@test "a descriptor with a bad name is refused" {
	is_refused "$FIXTURE_DIR/bad_name.so" plugin-refused 1 \
	    "names the plugin '../Bad Name', which is no valid name"
	others_are_well
}

@test "a plugin without create is refused" {
	is_refused "$FIXTURE_DIR/no_create.so" plugin-refused 1 \
	    "exports nin_destroy but no nin_create"
	others_are_well
}

@test "a plugin without destroy is refused" {
	is_refused "$FIXTURE_DIR/no_destroy.so" plugin-refused 1 \
	    "exports nin_create but no nin_destroy"
	others_are_well
}

@test "a plugin with nothing to call is refused" {
	is_refused "$FIXTURE_DIR/no_callbacks.so" plugin-refused 1 \
	    "exports neither nin_create nor nin_load"
	others_are_well
}

@test "a plugin whose nin_load registers nothing is refused and its nin_unload called" {
	is_refused "$FIXTURE_DIR/registers_nothing.so" plugin-refused 1 \
	    "exports no nin_create, and its nin_load registered nothing"
	log_has "plugin registers_nothing: nin_unload"
	others_are_well
}

@test "a symbol that belongs to another object is refused" {
	compile_c -shared -fPIC -I "$NETINST_TOP/include" \
	    -o "$WORK/foreign.so" "$NETINST_TOP/tests/plugins/no_create.c" \
	    -Wl,--no-as-needed "$PLUGIN_DIR/trace.so"
	is_refused "$WORK/foreign.so" plugin-refused 1 \
	    "nin_create of $WORK/foreign.so is not its own but belongs to $PLUGIN_DIR/trace.so"
	others_are_well
}

@test "a symbol that is data is refused" {
	is_refused "$FIXTURE_DIR/data_symbol.so" plugin-refused 1 \
	    "data_symbol.so is data, not a function"
	others_are_well
}

@test "an unresolved symbol is refused by its name" {
	is_refused "$FIXTURE_DIR/unresolved.so" plugin-refused 1 \
	    "cannot be linked: undefined symbol: function_that_nothing_defines"
	others_are_well
}

@test "files that are no shared objects are refused" {
	: >"$WORK/empty.so"
	echo "echo hello" >"$WORK/script.so"
	is_refused "$WORK/empty.so" plugin-refused 1 "is empty"
	is_refused "$WORK/script.so" plugin-refused 1 \
	    "is not a shared object: it does not begin like an ELF file"
	cp "$NETINSTCTL" "$WORK/program.so"
	is_refused "$WORK/program.so" plugin-refused 1 "program.so"
	others_are_well
}

@test "a truncated plugin is refused at whatever length" {
	local whole=$PLUGIN_DIR/template.so size length

	size=$(stat -c %s "$whole")
	for length in 4 40 64 500 $((size / 3)) $((size / 2)) $((size - 1)); do
		head -c "$length" "$whole" >"$WORK/short.so"
		is_refused "$WORK/short.so" plugin-refused 1 "is cut short"
	done
	others_are_well
}

@test "a nin_load that fails takes back what it registered" {
	local before

	before=$(ctl --json instance show witness | jq -c '[.pairs, .kstats]')
	is_refused "$FIXTURE_DIR/load_fails.so" plugin-failed 1 \
	    "nin_load of plugin 'load_fails' returned 7 instead of 0"
	log_has "plugin load_fails: instance 0: create"
	log_has "plugin load_fails: instance 0: destroy"
	log_has "plugin load_fails: instance 1: destroy"
	log_lacks "nin_unload after"
	[ "$(ctl --json instance show witness | jq -c '[.pairs, .kstats]')" = "$before" ]
	run rpc kstat.read '{"module":"load_fails"}'
	[ "$(jq '.result.kstats | length' <<<"$output")" = 0 ]
	others_are_well
}

@test "a plugin is not loaded twice" {
	ctl plugin load "$PLUGIN_DIR/template.so"
	run ctl plugin load "$PLUGIN_DIR/template.so"
	[ "$status" = 1 ]
	[[ $output == *"a plugin named 'template' is loaded already, from $PLUGIN_DIR/template.so"* ]]
	[ "$(plugins_loaded)" = "trace template" ]
	[ "$(plugin_member template .loads)" = 1 ]
	others_are_well
}

@test "another file with the name of a loaded plugin is refused" {
	cp "$PLUGIN_DIR/trace.so" "$WORK/impostor.so"
	is_refused "$WORK/impostor.so" plugin-exists 1 \
	    "a plugin named 'trace' is loaded already, from $PLUGIN_DIR/trace.so"
	others_are_well
}

@test "what is not there is said to be missing" {
	is_refused "$WORK/none.so" plugin-not-found 4 "there is no file $WORK/none.so"
	is_refused "$WORK/no/such.so" plugin-not-found 4 "there is no directory $WORK/no"
	run ctl plugin load no-such-plugin
	[ "$status" = 4 ]
	[[ $output == *"/no-such-plugin.so"* || $output == *"there is no directory"* ]]
	others_are_well
}

@test "a name that leads nowhere is refused with the path it stands for" {
	run ctl plugin load trac
	[ "$status" = 4 ]
	[[ $output == *"the name trac means /"*"/trac.so; for a file elsewhere give its path, such as ./trac.so"* ]]
}

@test "a daemon that cannot load a plugin of its command line does not start" {
	netinst_stop
	run "$NETINSTD" -s "$SOCKET" -p "$FIXTURE_DIR/no_create.so"
	[ "$status" = 1 ]
	[[ $output == *"exports nin_destroy but no nin_create"* ]]
}
