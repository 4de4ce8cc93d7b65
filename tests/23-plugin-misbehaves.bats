#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Plugins that load well and misbehave afterwards: what was promised happens,
# and nobody else notices.

setup() {
	load lib/netinst
	load lib/plugins
	netinst_setup
	printf 'callback_deadline = "300ms"\n' >"$WORK/netinst.conf"
	plugins_start -c "$WORK/netinst.conf"
	mkfifo "$WORK/gate"
}

teardown() {
	netinst_teardown
}

# load_with NAME KEY=VALUE...: loads a fixture.
load_with() {
	ctl plugin load "$FIXTURE_DIR/$1.so" "${@:2}"
}

# Lets one who waits at the gate through: opening it for writing succeeds once
# somebody reads.
open_gate() {
	timeout "$NETINST_PATIENCE" tee "$WORK/gate" </dev/null
}

# overdue_is TEXT: what system.status says is past its deadline.
overdue_is() {
	[ "$(ctl --json status | jq -r \
	    '.overdue[] | "\(.callback) of \(.plugin) on \(.instance)"')" = "$1" ]
}

# state_is PLUGIN STATE
state_is() {
	[ "$(plugin_member "$1" .state)" = "$2" ]
}

# pair_is INSTANCE REGISTRANT STATE
pair_is() {
	[ "$(pair_state "$1" "$2")" = "$3" ]
}

# How often the thread of leaves_things has come round.
rounds_of_thread() {
	grep -c "info plugin leaves_things: the thread runs on" "$LOG"
}

thread_has_passed() {
	[ "$(rounds_of_thread)" -gt "$1" ]
}

# hangs_in CALLBACK COMMAND...: the command makes that callback of the plugin
# hangs run on instance 2, where it does not return until the gate is opened.
hangs_in() {
	local callback=$1 waiting

	shift
	"$@" 3>&- &
	waiting=$!
	wait_until "$NETINST_PATIENCE" overdue_is "$callback of hangs on 2"
	log_has "overdue: $callback of registrant hangs \(plugin hangs\) on instance 2"
	[ "$(plugin_member hangs ".callbacks.$callback |
	    .running == 1 and .overdue >= 1")" = true ]
	others_are_well
	kill -0 "$waiting"
	log_lacks "plugin hangs: instance 2: $callback ends"
	open_gate
	wait "$waiting"
	log_has "plugin hangs: instance 2: $callback ends"
	overdue_is ""
	others_are_well
}

@test "create that gives NULL on some instances fails there, and a retry cures it" {
	load_with fails_on_odd
	[ "$(pair_state witness fails_on_odd)" = failed ]
	[ "$(pair_state global fails_on_odd)" = active ]
	ctl instance create two
	ctl instance create three
	[ "$(pair_state two fails_on_odd)" = active ]
	[ "$(pair_state three fails_on_odd)" = failed ]
	[ "$(plugin_member fails_on_odd '.registrants[0] | "\(.active) \(.failed)"')" = "2 2" ]
	[ "$(plugin_member fails_on_odd .callbacks.create.failures)" = 2 ]
	ctl instance destroy three
	log_lacks "plugin fails_on_odd: instance 3: (shutdown|destroy)"
	ctl plugin retry fails_on_odd
	[ "$(pair_state witness fails_on_odd)" = active ]
	[ "$(plugin_member fails_on_odd '.registrants[0] | "\(.active) \(.failed)"')" = "3 0" ]
	ctl plugin unload fails_on_odd
	log_has "plugin fails_on_odd: instance 1: destroy"
	others_are_well
}

@test "a callback that sleeps for 2 s is reported, and goes on afterwards" {
	load_with sleeps instance=2
	ctl instance create slow
	log_has "overdue: create of registrant sleeps \(plugin sleeps\) on instance 2"
	[ "$(pair_state slow sleeps)" = active ]
	[ "$(plugin_member sleeps '.callbacks.create.max_ns >= 2000000000')" = true ]
	ctl instance destroy slow
	log_has "plugin sleeps: instance 2: destroy ends"
	# Others may be overdue, too, when the machine is busy.
	[ "$(plugin_member sleeps '[.callbacks | .create, .shutdown, .destroy |
	    .overdue >= 1] | all')" = true ]
	overdue_is ""
	others_are_well
}

@test "a create that never returns is reported and delays only its own instance" {
	load_with hangs callback=create instance=2 gate="$WORK/gate"
	hangs_in create ctl instance create hung
	[ "$(pair_state hung hangs)" = active ]
}

@test "a notify that never returns is reported and delays only its own instance" {
	load_with hangs callback=notify instance=2 gate="$WORK/gate"
	hangs_in notify ctl instance create hung
	[ "$(plugin_member hangs .callbacks.notify.calls)" -ge 3 ]
}

@test "a shutdown that never returns is reported and delays only its own instance" {
	load_with hangs callback=shutdown instance=2 gate="$WORK/gate"
	ctl instance create hung
	hangs_in shutdown ctl instance destroy hung
	log_has "plugin hangs: instance 2: destroy ends"
}

@test "a destroy that never returns is reported and delays only its own instance" {
	load_with hangs callback=destroy instance=2 gate="$WORK/gate"
	ctl instance create hung
	hangs_in destroy ctl instance destroy hung
}

@test "a plugin whose callback hangs is busy until that returns" {
	local creator unloader

	load_with hangs callback=create instance=2 gate="$WORK/gate"
	ctl instance create hung 3>&- &
	creator=$!
	wait_until "$NETINST_PATIENCE" overdue_is "create of hangs on 2"
	ctl plugin unload hangs 3>&- &
	unloader=$!
	wait_until "$NETINST_PATIENCE" state_is hangs unloading
	run ctl plugin unload hangs
	[ "$status" = 1 ]
	[[ $output == *"plugin 'hangs' is unloading"* ]]
	run ctl plugin reload hangs
	[[ $output == *"plugin 'hangs' is unloading"* ]]
	others_are_well
	open_gate
	wait "$creator" "$unloader"
	log_has "plugin hangs: instance 2: destroy ends"
	[ "$(plugins_loaded)" = trace ]
	others_are_well
}

@test "a nin_load that never returns is reported and holds up no other plugin" {
	local loader

	load_with load_hangs gate="$WORK/gate" 3>&- &
	loader=$!
	wait_until "$NETINST_PATIENCE" \
	    log_has "warning plugin load_hangs: nin_load has not returned for"
	[ "$(plugin_member load_hangs .state)" = loading ]
	ctl plugin load "$PLUGIN_DIR/template.so"
	ctl plugin unload template
	others_are_well
	open_gate
	wait "$loader"
	[ "$(plugin_member load_hangs .state)" = loaded ]
	others_are_well
}

@test "a kstat, a notify registration and a thread that are left behind do no harm" {
	local rounds

	load_with leaves_things
	ctl instance create blue
	ctl instance destroy blue
	log_has "warning core: leaves_things left behind on instance 2, freed now: 1 kstats, 1 notify registrations, 0 protocols"
	[ "$(plugin_member leaves_things '.leftovers | "\(.kstats) \(.notifies)"')" = "1 1" ]
	ctl plugin unload leaves_things
	log_has "leaves_things left behind on instance 0, .* 1 kstats, 1 notify"
	log_has "leaves_things left behind on instance 1, .* 1 kstats, 1 notify"
	[ "$(ctl --json instance show witness | jq .kstats)" = 1 ]
	rounds=$(rounds_of_thread)
	wait_until "$NETINST_PATIENCE" thread_has_passed $((rounds + 3))
	load_with leaves_things
	ctl plugin unload leaves_things
	others_are_well
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "unregistering oneself inside one's own create or shutdown fails and says why" {
	load_with unregisters_itself
	log_has "plugin unregisters_itself: instance 0: unregistering in create: -1"
	log_has "plugin unregisters_itself: instance 1: unregistering in create: -1"
	log_has "warning core: .*unregisters_itself"
	[ "$(pair_state witness unregisters_itself)" = active ]
	ctl plugin unload unregisters_itself
	log_has "plugin unregisters_itself: instance 1: unregistering in shutdown: -1"
	log_has "plugin unregisters_itself: instance 1: destroy"
	[ "$(plugins_loaded)" = trace ]
	others_are_well
}

@test "another registrant can be registered inside create and leaves with the plugin" {
	load_with registers_in_create
	log_has "plugin registers_in_create: instance [01]: registering in create: 0"
	wait_until "$NETINST_PATIENCE" pair_is witness second active
	[ "$(plugin_member registers_in_create '[.registrants[].name] | join(" ")')" = \
	    "registers_in_create second" ]
	[ "$(grep -c 'instance 0: second create' "$LOG")" = 1 ]
	[ "$(grep -c 'instance 1: second create' "$LOG")" = 1 ]
	ctl instance create blue
	[ "$(pair_state blue second)" = active ]
	ctl plugin unload registers_in_create
	[ "$(grep -c 'registers_in_create: instance [012]: second destroy' "$LOG")" = 3 ]
	[ "$(grep -c 'registers_in_create: instance [012]: first destroy' "$LOG")" = 3 ]
	others_are_well
}

@test "unregistering once too often fails" {
	load_with unregisters_twice
	log_has "plugin unregisters_twice: first unregister: 0"
	log_has "plugin unregisters_twice: second unregister: -1"
	[ "$(grep -c 'unregisters_twice: instance 1: create' "$LOG")" = 2 ]
	[ "$(grep -c 'unregisters_twice: instance 1: destroy' "$LOG")" = 1 ]
	[ "$(pair_state witness unregisters_twice)" = active ]
	ctl plugin unload unregisters_twice
	log_has "plugin unregisters_twice: third unregister: -1"
	[ "$(grep -c 'unregisters_twice: instance 1: destroy' "$LOG")" = 2 ]
	others_are_well
}
