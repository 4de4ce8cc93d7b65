# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
# failing.bash: a daemon one of whose calls fails when the test wants it, the one
# that it names (tests/preload/failing.c); tests/lib/shortage.c goes through all.
# After netinst_setup:
#
#   failing_setup               then netinst_start starts such a daemon
#   failing_arm memory 3        the third allocation from now on fails
#   failing_is_due memory       whether that has not come yet
#
# Sanitizers have the same functions replaced: see failing_is_possible.

failing_is_possible() {
	! nm -D "$NETINSTD" | grep -qE ' __(asan|tsan)_init$'
}

failing_setup() {
	export FAILING=$WORK/failing
	truncate -s 16 "$FAILING"
	NETINST_RUN="env LD_PRELOAD=$TEST_BIN/preload/failing.so"
}

failing_place() {
	case $1 in
	memory) echo 0 ;;
	epoll) echo 1 ;;
	esac
}

# Numbers up to 255 will do: one byte.
failing_arm() {
	printf "%b" "\\x$(printf %02x "$2")" | dd of="$FAILING" bs=1 \
	    seek=$((8 * $(failing_place "$1"))) conv=notrunc status=none
}

failing_is_due() {
	[ "$(od -An -t d8 -j $((8 * $(failing_place "$1"))) -N 8 "$FAILING" |
	    tr -d ' ')" != 0 ]
}
