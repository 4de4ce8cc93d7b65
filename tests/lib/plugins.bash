# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# plugins.bash: for tests of plugins that misbehave. A daemon runs with the
# plugin trace and the instance "witness", and is asked for its attention all
# the time; whatever happens, it must keep answering, and neither trace nor
# other instances may notice.
#
#   setup() { load lib/netinst; load lib/plugins; netinst_setup; plugins_start; }

# plugins_start [netinstd ARGUMENT...]
plugins_start() {
	netinst_start -p "$PLUGIN_DIR/trace.so" "$@"
	ctl instance create witness
	probe_start
}

# The names of the plugins, in the order of loading.
plugins_loaded() {
	ctl --json plugin list | jq -r '[.plugins[].name] | join(" ")'
}

# plugin_member NAME FILTER: what jq's filter makes of a plugin's description.
plugin_member() {
	ctl --json plugin show "$1" | jq -r "$2"
}

# log_lacks REGEX: log_has, turned round (the shell would not fail for "!").
log_lacks() {
	if log_has "$1"; then
		return 1
	fi
}

# instance_id NAME
instance_id() {
	ctl --json instance show "$1" | jq -r .id
}

# pair_state INSTANCE REGISTRANT
pair_state() {
	ctl --json instance show "$1" |
	    jq -r --arg registrant "$2" \
		'.pairs[] | select(.registrant == $registrant).state'
}

# Fails unless the daemon, the plugin trace and the instances other than those
# of the test are as if nothing had happened.
others_are_well() {
	local id

	[ "$(plugin_member trace .state)" = loaded ]
	[ "$(ctl --json instance show witness | jq -r .state)" = active ]
	[ "$(pair_state witness trace)" = active ]
	ctl protocol add witness probe
	log_has "plugin trace: instance $(instance_id witness): protocol probe is here"
	ctl protocol remove witness probe
	ctl instance create another
	id=$(instance_id another)
	ctl instance destroy another
	log_has "plugin trace: instance $id: create"
	log_has "plugin trace: instance $id: destroy"
	answers_were_quick
	probe_start
}

# is_refused PATH ERROR STATUS TEXT: loading it must fail with that error name,
# exit status and text, and leave nothing behind.
is_refused() {
	local reply

	run ctl plugin load "$1"
	echo "$output"
	[ "$status" = "$3" ]
	[[ $output == *"$4"* ]]
	reply=$(rpc plugin.load "{\"path\":\"$1\"}")
	[ "$(jq -r .error.data.name <<<"$reply")" = "$2" ]
	[[ $(jq -r .error.message <<<"$reply") == *"$4"* ]]
	[ -n "$(jq -r '.error.data.hint // empty' <<<"$reply")" ]
	[ "$(plugins_loaded)" = trace ]
}
