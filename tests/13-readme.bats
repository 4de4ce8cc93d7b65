#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# README.md tells the truth: its transcript, its configuration, its plugin.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
}

teardown() {
	netinst_teardown
}

# Prints the first block of README.md that opens with a fence of that kind and
# has that text in it.
block() {
	awk -v fence="\`\`\`$1" -v text="$2" '
	    $0 == fence && !inside { inside = 1; block = ""; next }
	    /^```/ && inside {
		inside = 0
		if (index(block, text)) {
			printf "%s", block
			exit
		}
	    }
	    inside { block = block $0 "\n" }' "$NETINST_TOP/README.md"
}

# A point of time is any point of time.
without_times() {
	sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
}

@test "the transcript is what make demo prints" {
	NETINST_PLACE=$WORK bash "$NETINST_TOP/tests/demo" 3>&- |
	    sed 1d | without_times >"$WORK/demo"
	block console netinstd | without_times >"$WORK/readme"
	[ "$(wc -l <"$WORK/readme")" -gt 40 ]
	diff "$WORK/readme" "$WORK/demo"
}

@test "the configuration is a good one" {
	block conf stop_deadline >"$WORK/netinst.conf"
	grep -q 'admin_group' "$WORK/netinst.conf"
	"$NETINSTD" -t -c "$WORK/netinst.conf"
}

@test "the plugin compiles, loads and counts" {
	block c NETINST_PLUGIN >"$WORK/mine.c"
	cc -shared -fPIC -fvisibility=hidden -I"$NETINST_TOP/include" \
	    -Wall -Werror -o "$WORK/mine.so" "$WORK/mine.c"
	netinst_start -p "$WORK/mine.so"
	ctl instance create blue
	[ "$(ctl kstat -p -I blue mine:0:events:protocols)" = \
	    "mine:0:events:protocols	3" ]
}
