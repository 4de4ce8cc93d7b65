# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# check.bash: for tests of netinstd --check.
#
#   setup() { load lib/netinst; load lib/check; netinst_setup; check_setup; }

# What the test starts from now on can be told from what other tests start.
check_setup() {
	export OF_TEST=$WORK
	# Children end with threads that wait for work, and there are many of
	# them: the sanitizer is neither to mind nor to wait a second for each.
	export TSAN_OPTIONS=${TSAN_OPTIONS:-}:report_thread_leaks=0
	TSAN_OPTIONS+=:atexit_sleep_ms=0
}

# The processes of this test that run a scenario.
courses_under_way() {
	local arguments process

	for process in /proc/[0-9]*; do
		mapfile -d '' -t arguments 2>/dev/null <"$process/cmdline" ||
		    continue
		[ "${arguments[0]:-}" = "$NETINST_BUILD/netinst-check" ] &&
		    [ "${arguments[1]:-}" = --check-child ] &&
		    grep -qzsx "OF_TEST=$WORK" "$process/environ" &&
		    echo "${process#/proc/}"
	done
	return 0
}

none_is_under_way() {
	[ -z "$(courses_under_way)" ]
}

# one_is_under_way CHECK: the same of one process, which has but one child.
one_is_under_way() {
	local child='' arguments

	# It ends in no newline.
	read -r child _ 2>/dev/null <"/proc/$1/task/$1/children" || :
	[ -n "$child" ] &&
	    mapfile -d '' -t arguments 2>/dev/null <"/proc/$child/cmdline" &&
	    [ "${arguments[1]:-}" = --check-child ]
}
