#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The papers tell the truth: the transcript of README.md, the configuration in
# doc/running.md, the plugin in doc/plugins.md, every link between them, and the
# files that they name.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
}

teardown() {
	netinst_teardown
}

# block PAPER LANGUAGE TEXT: the first block of that language in the paper that
# has that text in it.
block() {
	awk -v fence="\`\`\`$2" -v text="$3" '
	    $0 == fence && !inside { inside = 1; block = ""; next }
	    /^```/ && inside {
		inside = 0
		if (index(block, text)) {
			printf "%s", block
			exit
		}
	    }
	    inside { block = block $0 "\n" }' "$NETINST_TOP/$1"
}

# A point of time is any point of time.
without_times() {
	sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
}

# A machine that does other things may miss how the namespace ended; then its
# record says so (doc/ipstat.md).
prints_the_transcript() {
	NETINST_PLACE=$WORK bash "$NETINST_TOP/tests/demo" 3>&- |
	    sed 1d | without_times >"$WORK/demo"
	sed 's/last-sample, .*/exact/' "$WORK/demo" | diff "$WORK/readme" - &&
	    diff "$WORK/readme" "$WORK/demo" >"$WORK/difference"
}

@test "the transcript is what make demo prints" {
	block README.md console netinstd | without_times >"$WORK/readme"
	[ "$(wc -l <"$WORK/readme")" -gt 40 ]
	wait_until "$NETINST_PATIENCE" prints_the_transcript
}

@test "the configuration is a good one" {
	block doc/running.md conf stop_deadline >"$WORK/netinst.conf"
	grep -q 'admin_group' "$WORK/netinst.conf"
	"$NETINSTD" -t -c "$WORK/netinst.conf"
}

@test "the plugin compiles, loads and counts" {
	block doc/plugins.md c NETINST_PLUGIN >"$WORK/mine.c"
	cc -shared -fPIC -fvisibility=hidden -I"$NETINST_TOP/include" \
	    -Wall -Werror -o "$WORK/mine.so" "$WORK/mine.c"
	netinst_start -p "$WORK/mine.so"
	ctl instance create blue
	[ "$(ctl kstat -p -I blue mine:0:events:protocols)" = \
	    "mine:0:events:protocols	3" ]
}

@test "every link of a paper leads to a file" {
	local paper target links=0

	cd "$NETINST_TOP"
	for paper in *.md doc/*.md bench/*.md tests/*.md; do
		[ -f "$paper" ] || continue
		while read -r target; do
			[ -e "$(dirname "$paper")/$target" ] || {
				echo "$paper leads to $target"
				return 1
			}
			links=$((links + 1))
		done < <(grep -oP '\]\(\K[^)#:]+(?=[)#])' "$paper")
	done
	[ "$links" -gt 20 ]
}

# is_in_tree NAME: a path, or its end.
is_in_tree() {
	[ -n "$(find ./bench ./cli ./daemon ./doc ./include ./lib ./plugins \
	    ./tests -path "*/${1%/}" -print -quit)" ]
}

@test "every source file that a paper for developers names is in the tree" {
	local paper name names=0

	cd "$NETINST_TOP"
	for paper in CONTRIBUTING.md doc/{architecture,core,netns,check}.md; do
		while read -r name; do
			is_in_tree "$name" || {
				echo "$paper names $name"
				return 1
			}
			names=$((names + 1))
		done < <(grep -oP '`\K[a-z][a-z_0-9/-]+(\.[ch]|\.bats|\.list|/)(?=`)' \
		    "$paper" | sort -u)
	done
	[ "$names" -gt 60 ]
}
