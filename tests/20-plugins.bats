#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Plugins that behave: the document's example, trace and template; loading,
# showing, reloading and unloading them.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	netinst_start
}

teardown() {
	netinst_teardown
}

# Prints what the plugin NAME has logged, without the time.
said_by() {
	sed -n "s/^[^ ]* [a-z]* plugin $1: //p" "$LOG"
}

@test "the document's example loads and is called for the global instance when there is no other" {
	[ "$(ctl --json instance list | jq -r '[.instances[].name] | join(" ")')" = global ]
	ctl plugin load "$FIXTURE_DIR/document.so"
	[ "$(plugin_member document '.registrants[0].name')" = "my module" ]
	[ "$(pair_state global 'my module')" = active ]
	[ "$(said_by document)" = "mynewproto: added inet on 0, context of 0
mynewproto: added inet6 on 0, context of 0
mynewproto: added arp on 0, context of 0" ]
}

@test "the document's example is told of an instance's protocols as they come and go" {
	ctl plugin load "$FIXTURE_DIR/document.so"
	: >"$LOG"
	ctl instance create blue
	ctl protocol add blue mine
	ctl protocol remove blue inet6
	ctl instance destroy blue
	[ "$(said_by document)" = "mynewproto: added inet on 1, context of 1
mynewproto: added inet6 on 1, context of 1
mynewproto: added arp on 1, context of 1
mynewproto: added mine on 1, context of 1
mynewproto: removed inet6 on 1, context of 1
mynewproto: removed mine on 1, context of 1
mynewproto: removed arp on 1, context of 1
mynewproto: removed inet on 1, context of 1
mydestroy: 1, context of 1" ]
}

@test "trace logs every callback and keeps statistics from create to shutdown" {
	ctl plugin load "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	ctl protocol add blue mine
	ctl protocol remove blue mine
	run rpc kstat.read '{"ip_instance":"blue","module":"trace"}'
	[ "$(jq -c '[.result.kstats[].statistics[] | {(.name): .value}] | add' \
	    <<<"$output")" = '{"notifies":5,"protocols":3}' ]
	ctl instance shutdown blue
	run rpc kstat.read '{"ip_instance":"blue","module":"trace"}'
	[ "$(jq '.result.kstats | length' <<<"$output")" = 0 ]
	ctl instance destroy blue
	log_has 'info plugin trace: instance 1: destroy'
	[ "$(said_by trace | grep -c '^instance 1: ')" = 11 ]
	[ "$(plugin_member trace '.leftovers | add')" = 0 ]
}

@test "template loads with a setting and without" {
	ctl plugin load "$PLUGIN_DIR/template.so" greeting=welcome
	log_has 'plugin template: welcome, inet on instance 0'
	ctl plugin unload template
	log_has 'plugin template: instance 0: greeted 3 protocols'
	ctl plugin load "$PLUGIN_DIR/template.so"
	log_has 'plugin template: hello, inet on instance 0'
}

@test "a setting that the plugin does not know is logged" {
	ctl plugin load "$PLUGIN_DIR/template.so" greting=welcome
	log_has "plugin template did not ask for 1 of its settings: 'greting'"
}

@test "a plugin is shown with its origin, registrants and callbacks" {
	ctl plugin load "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	run ctl --json plugin show trace
	[ "$status" = 0 ]
	[ "$(jq -c '[.name, .version, .abi, .state, .loads]' <<<"$output")" = \
	    '["trace","1.0.0","1.2","loaded",1]' ]
	[ "$(jq -r .path <<<"$output")" = "$PLUGIN_DIR/trace.so" ]
	[ "$(jq -c .registrants <<<"$output")" = \
	    '[{"name":"trace","active":2,"failed":0,"leaving":false}]' ]
	[ "$(jq '.callbacks.create.calls' <<<"$output")" = 2 ]
	[ "$(jq '.callbacks.notify.calls' <<<"$output")" = 6 ]
}

@test "unloading runs shutdown and destroy on every instance and leaves them be" {
	ctl plugin load "$PLUGIN_DIR/trace.so"
	ctl instance create blue
	ctl plugin unload trace
	[ "$(plugins_loaded)" = "" ]
	for id in 0 1; do
		[ "$(said_by trace | grep "^instance $id" | tail -n 5)" = "instance $id: shutdown
instance $id: protocol arp is gone
instance $id: protocol inet6 is gone
instance $id: protocol inet is gone
instance $id: destroy" ]
	done
	# Every shutdown was over before the first destroy.
	[ "$(said_by trace | tail -n 2 | sort)" = "instance 0: destroy
instance 1: destroy" ]
	[ "$(ctl --json instance show blue | jq -c '[.state, .pairs]')" = '["active",[]]' ]
	run ctl plugin unload trace
	[ "$status" = 4 ]
	[[ $output == *"no plugin is named 'trace'"* ]]
}

@test "plugins of the command line are loaded in their order before the daemon is ready" {
	netinst_stop
	netinst_start -p "$PLUGIN_DIR/template.so" -p "$FIXTURE_DIR/document.so" \
	    -p "$PLUGIN_DIR/trace.so"
	[ "$(plugins_loaded)" = "template document trace" ]
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	[ "$(sed -n 's/.* loader: plugin \([a-z]*\) .* is unloaded$/\1/p' "$LOG" |
	    tr '\n' ' ')" = "trace document template " ]
}

@test "loading and unloading a hundred times leaves nothing but mapped code" {
	ctl instance create blue
	for _ in {1..100}; do
		rpc plugin.load "{\"path\":\"$PLUGIN_DIR/trace.so\"}" | grep -q '"result"'
		rpc plugin.unload '{"plugin":"trace"}' | grep -q '"result"'
	done
	[ "$(said_by trace | grep -c ': create$')" = 200 ]
	[ "$(said_by trace | grep -c ': destroy$')" = 200 ]
	ctl plugin load "$PLUGIN_DIR/trace.so"
	[ "$(plugin_member trace .loads)" = 101 ]
	[ "$(ctl --json instance show blue | jq .kstats)" = 1 ]
	# What is kept is counted, and not less than there is.
	[ "$(ctl --json status | jq .plugin_code.loads)" = 101 ]
	[ "$(ctl --json status | jq .plugin_code.mappings)" -ge \
	    "$(grep -c trace.so "/proc/$DAEMON/maps")" ]
	ctl status | grep -q '^plugin code .*101 loads since the start, .* mappings'
}
