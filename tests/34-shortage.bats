#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# A daemon that gets no memory, or that the kernel refuses something, ends by
# its line "out of memory" or says so and goes on: while it starts, reads its
# configuration again, answers a request of each method, and stops.
#
# NETINST_EVERY: also for several failures in a row, from each place on, and
# for other errors than those that fit a call best.

setup() {
	load lib/netinst
	netinst_setup
	mkdir -m 0700 "$WORK/state"
	cat >"$WORK/netinst.conf" <<-END
		plugin_directory = "$PLUGIN_DIR"
		workers = 2
		history {
		    keep = 100
		}
		control {
		    mode = 0660
		}
		plugin $PLUGIN_DIR/trace.so {
		    text = "a"
		}
	END
}

teardown() {
	netinst_teardown
}

# short_of [OPTION...]: see tests/lib/shortage.c.
short_of() {
	"$TEST_BIN/shortage" -l "$TEST_BIN/preload/scarce.so" "$@" \
	    "$NETINST_TOP/tests/lib/shortage.script" "$SOCKET" "$NETINSTD" \
	    -c "$WORK/netinst.conf" -s "$SOCKET" --state "$WORK/state" \
	    --source netns=off 3>&-
}

# Fails unless there were so many places.
places_are_above() {
	local places

	places=$(sed -n 's/^# \([0-9]*\) places.*/\1/p' "$WORK/places")
	cat "$WORK/places"
	[ "$places" -gt "$1" ]
}

@test "each allocation may fail" {
	short_of -m >"$WORK/places" || { cat "$WORK/places" && false; }
	places_are_above 500
}

@test "each call of the kernel may fail" {
	short_of >"$WORK/places" || { cat "$WORK/places" && false; }
	places_are_above 250
}

@test "many may fail in a row" {
	local step=${NETINST_EVERY:+1}

	short_of -i "${step:-7}" -s 20 >"$WORK/places" ||
	    { cat "$WORK/places" && false; }
	places_are_above 30
	short_of -m -i "${step:-7}" -s 20 >"$WORK/places" ||
	    { cat "$WORK/places" && false; }
	places_are_above 60
}
