#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# netinstd --check, however it ends and whatever the plugin does to it: no
# process and no file stays behind, and the exit status is to be trusted.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	load lib/check
	netinst_setup
	check_setup
	CHECK=
}

teardown() {
	if [ -n "$CHECK" ]; then
		kill -KILL "$CHECK" 2>/dev/null || :
	fi
	netinst_teardown
}

# forks HOW: checks the fixture; the document is in $REPORT.
forks() {
	REPORT=$WORK/report
	STATUS=0
	"$NETINSTD" -c /dev/null --check "$FIXTURE_DIR/forks.so" --json \
	    --set "how=$1" >"$REPORT" 2>"$LOG" || STATUS=$?
}

@test "a process that stays is ended, in whatever session it is" {
	forks stay
	[ "$STATUS" = 0 ]
	none_is_under_way
}

@test "a process that ends where it began is none of the check's business" {
	forks end
	[ "$STATUS" = 0 ]
	jq -e '.findings == []' "$REPORT"
}

@test "an interrupted check leaves neither processes nor files" {
	local signal status

	mkdir "$WORK/scratch"
	for signal in TERM HUP; do
		TMPDIR=$WORK/scratch "$NETINSTD" -c /dev/null --json \
		    --check "$FIXTURE_DIR/forks.so" --set how=hang \
		    >"$WORK/report" 2>"$LOG" 3>&- &
		CHECK=$!
		wait_until "$NETINST_PATIENCE" one_is_under_way "$CHECK"
		kill -s "$signal" "$CHECK"
		status=0
		wait "$CHECK" || status=$?
		CHECK=
		[ "$status" = $((128 + $(kill -l "$signal"))) ]
		[ ! -s "$WORK/report" ]
		none_is_under_way
		[ -z "$(ls "$WORK/scratch")" ]
	done
}

@test "closed standard streams do not matter, but for where the report goes" {
	local plugin=$PLUGIN_DIR/template.so status=0

	"$NETINSTD" -c /dev/null --check "$plugin" <&- >"$WORK/report"
	grep -q '^0 findings' "$WORK/report"
	"$NETINSTD" -c /dev/null --check "$plugin" <&- 2>&- >"$WORK/report"
	"$NETINSTD" -c /dev/null --check "$plugin" >&- 2>"$LOG" || status=$?
	[ "$status" = 2 ]
	log_has 'the report cannot be written'
	status=0
	"$NETINSTD" -c /dev/null --check "$plugin" --json >/dev/full 2>"$LOG" ||
	    status=$?
	[ "$status" = 2 ]
	log_has 'the report cannot be written: No space left on device'
}
