# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# storm.bash: many namespaces at a time and in a hurry, and whether the daemon
# got each of them right; behind netns.bash. The daemon has the plugins trace
# and identity.

# storm_start [ARGUMENT...]
storm_start() {
	netns_start -p "$PLUGIN_DIR/trace.so" -p "$FIXTURE_DIR/identity.so" \
	    "$@"
}

# storm_make COUNT: makes so many at once; $WORK/made is what they are.
storm_make() {
	netns_maker make "$DIRECTORY" "$PREFIX" "$1" 2 >"$WORK/made"
	[ "$(wc -l <"$WORK/made")" = "$1" ]
}

storm_remove() {
	netns_maker remove "$DIRECTORY" "$PREFIX" "$1" 2
}

# Waits until all of $WORK/made are there, by their names and kernel's numbers.
storm_is_there() {
	jq -Rc 'split(" ") | [.[1], .[0]]' "$WORK/made" | sort >"$WORK/map"
	netns_await_map "$WORK/map"
}

# storm_is_over COUNT: waits until there is none; fails unless so many were
# created, shut down and destroyed, exactly once each and in this order, and
# the callbacks of each were made in one of those of $WORK/made.
storm_is_over() {
	netns_await_count "" 0
	diff <(echo "$1 create shutdown destroy") <(netns_lives)
	! log_has 'identity: instance [1-9][0-9]*: .* outside' || return 0
	diff <(awk '{ print $2 }' "$WORK/made" | sort) <(storm_ids create)
	diff <(awk '{ print $2 }' "$WORK/made" | sort) <(storm_ids shutdown)
}

# storm_ids CALLBACK: the kernel's numbers of where it was made, sorted.
storm_ids() {
	sed -nE "s/.*plugin identity: instance [1-9][0-9]*: $1 in //p" "$LOG" |
	    sort
}

# resyncs_are_above COUNT
resyncs_are_above() {
	[ "$(storm_resyncs)" -gt "$1" ]
}

storm_resyncs() {
	ctl --json status | jq .netns.resyncs
}

# churn REMAKES STOPS SEED [LOG]: tests/lib/netnschurn.c; at each stop the
# daemon must get to know what the model knows. $WORK/lived: what it printed
# in the end.
churn() {
	local word rest said told

	coproc CHURN {
		exec nsenter -t "$HOLDER" -m -n -- "$TEST_BIN/netnschurn" \
		    "$DIRECTORY" "$PREFIX" "$@" 3>&-
	}
	# Bash forgets them when the process ends, read to the end or not.
	exec {said}<&"${CHURN[0]}" {told}>&"${CHURN[1]}"
	: >"$WORK/state"
	: >"$WORK/lived"
	while read -rt 600 -u "$said" word rest; do
		case $word in
		state) echo "$rest" >>"$WORK/state" ;;
		lived) echo "$rest" >>"$WORK/lived" ;;
		stop) churn_stop && echo go >&"$told" || return ;;
		esac
	done
	exec {said}<&- {told}>&-
	[ -s "$WORK/lived" ]
}

churn_stop() {
	jq -Rc 'split(" ") | [.[0]] + (.[1:] | sort)' "$WORK/state" |
	    sort >"$WORK/map"
	netns_await_map "$WORK/map"
	: >"$WORK/state"
}

# churn_was_right [all]: fails unless every instance was created, shut down and
# destroyed exactly once, and each namespace had not more instances than it had
# lives; with "all", exactly as many.
churn_was_right() {
	local count

	netns_await_count "" 0
	count=$(netns_lives | wc -l)
	netns_lives
	[ "$count" = 1 ]
	[[ $(netns_lives) = *" create shutdown destroy" ]]
	# One wrong namespace is one line.
	{
		sed 's/^/lived /' "$WORK/lived"
		storm_ids create | sed 's/^/create /'
		storm_ids shutdown | sed 's/^/shutdown /'
	} | awk -v all="${1:-}" '
	    $1 == "lived" { lived[$2] = $3; next }
	    { count[$2, $1]++; lived[$2] += 0 }
	    END {
		for (id in lived) {
			lives += lived[id]
			seen += created = count[id, "create"]
			if (created > lived[id] ||
			    (all != "" && created != lived[id]) ||
			    created != count[id, "shutdown"])
				print id ": lived", lived[id] + 0, "created",
				    created + 0, "shut down",
				    count[id, "shutdown"] + 0
		}
		print seen " of " lives " lives were seen" >"/dev/stderr"
	    }' >"$WORK/wrong"
	head "$WORK/wrong"
	[ ! -s "$WORK/wrong" ]
}
