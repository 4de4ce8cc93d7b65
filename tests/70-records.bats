#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Records that are worth what they say: "exact" is never said of figures that
# are not final, nothing is counted in two lives of a namespace, and one that
# has ended while nobody looked has a record, too. Whoever sends tells what was
# sent (tests/lib/netnslate.c).
#
# NETINST_RECORDS: how many namespaces each attack has (2000 in the long form),
# NETINST_KILLS: how often the daemon is killed (1000).

# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# shellcheck disable=SC2034 # lib/netns uses them

bats_require_minimum_version 1.5.0

NAMESPACES=${NETINST_RECORDS:-40}
KILLS=${NETINST_KILLS:-5}

setup() {
	load lib/netinst
	load lib/netns
	netinst_setup
	netns_setup
	PREFIX=ni
	STATE=$WORK/state
}

teardown() {
	netns_teardown
}

# records_start [ARGUMENT...]: a daemon that counts and keeps what it counted.
records_start() {
	netns_start --state "$STATE" -p "$PLUGIN_DIR/ipstat.so" "$@"
}

# A disk of the state's own, that a test can let fail: $DISK_ROOM is what it has
# when it does not, far more than a kill leaves records.
disk_setup() {
	DISK_ROOM=$((64 + KILLS))m
	mkdir "$WORK/disk"
	netns_in mount -t tmpfs -o "size=$DISK_ROOM,mode=0755" disk \
	    "$WORK/disk"
	STATE=$WORK/disk/state
	export FAILING_DISK=$WORK/failing
	NETNS_AS="env LD_PRELOAD=$TEST_BIN/preload/failing_disk.so"
	NETNS_AS+=" ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0"
}

# disk_fails HOW: there is no "room", it cannot be written ("readonly": only as
# long as nobody has it open), or some calls fail ("calls"); "not": it works.
disk_fails() {
	local used

	rm -f "$FAILING_DISK"
	case $1 in
	not) netns_in mount -o "remount,rw,size=$DISK_ROOM" "$WORK/disk" ;;
	room)
		used=$(netns_in df -k --output=used "$WORK/disk" | tail -n 1)
		netns_in mount -o "remount,size=$((used + 4))k" "$WORK/disk" ||
		    true
		;;
	readonly) netns_in mount -o remount,ro "$WORK/disk" ;;
	calls) : >"$FAILING_DISK" ;;
	esac
}

# senders_start: the namespaces, and those who send in them; $SENDERS is told
# by lines when to.
senders_start() {
	mkfifo "$WORK/senders"
	exec {SENDERS}<>"$WORK/senders"
	netns_in "$TEST_BIN/netnslate" "$DIRECTORY" "$PREFIX" "$NAMESPACES" \
	    "$RANDOM" <"$WORK/senders" >"$WORK/sent" 3>&- {SENDERS}>&- &
	SENDING=$!
	wait_until "$NETINST_PATIENCE" grep -q made "$WORK/sent"
}

# senders_end: they come to their end, each in its way.
senders_end() {
	echo end >&"$SENDERS"
	wait_until $((NETINST_PATIENCE + NAMESPACES / 10)) \
	    netinst_ended "$SENDING"
	wait "$SENDING"
	netns_await_count "" 0
}

# Of each record, the newest first: the kernel's id, how complete it is, what was
# sent, and which life of it that was.
counted() {
	ctl --json history | jq -r '.records[] | "\(.kernel_id) " +
	    "\(.completeness) \(.totals["ipstat:0:udp"].outDatagrams // 0) " +
	    "\(.life) \(.instance)"'
}

# Fails unless the records of each namespace are in the order of its lives, and
# one for each: who is stopped between two of them must not lose the first.
records_are_in_order() {
	grep -v unobserved "$WORK/counted" |
	awk '$1 in instance && ($4 > life[$1] ||
		$4 == life[$1] && $5 >= instance[$1]) {
		print $0, "precedes", life[$1], instance[$1]
		wrong++
	    }
	    { life[$1] = $4; instance[$1] = $5 }
	    END { exit wrong > 0 }'
}

# Fails unless what is called exact at the end of a namespace is, with all that
# its lives before had counted, and no records of one have more than was sent.
records_are_right() {
	counted >"$WORK/counted"
	awk 'NR == FNR { if (NF == 2) sent[$1] = $2; next }
	    !($1 in sent) { next }
	    { sum[$1] += $3 }
	    !($1 in last) { last[$1] = $2 }	# the newest is first
	    END {
		for (id in sent) {
			exact += last[id] == "exact"
			if (!(id in sum))
				missing++
			else if (sum[id] > sent[id] ||
			    last[id] == "exact" && sum[id] != sent[id]) {
				print id, sent[id], sum[id], last[id]
				wrong++
			}
		}
		printf "# %d exact, %d without a record, %d wrong\n", exact,
		    missing, wrong
		exit wrong > 0 || missing > 0
	    }' "$WORK/sent" "$WORK/counted" >"$WORK/verdict" || {
		cat "$WORK/verdict" >&2
		return 1
	}
	tail -n 1 "$WORK/verdict" >&3
}

# attack: what late senders do to what is recorded.
attack() {
	records_start
	senders_start
	netns_await_count active "$NAMESPACES"
	echo >&"$SENDERS"
	senders_end
	wait_until "$NETINST_PATIENCE" records_are_right
	records_are_in_order
}

@test "late senders: what is called exact is, also over two lives" {
	attack
	[ "$(awk '$2 == "exact"' "$WORK/counted" | wc -l)" -gt 0 ]
}

@test "late senders, and links that nobody can follow: none is called exact" {
	NETNS_SETTINGS+=('without = "nsid"')
	attack
	[ "$(awk '$2 == "exact"' "$WORK/counted" | wc -l)" = 0 ]
}

@test "late senders, and a namespace is let go of after a millisecond" {
	NETNS_SETTINGS+=('release_deadline = 1ms')
	attack
}

@test "late senders, and no namespace is held" {
	NETNS_SETTINGS+=('hold = "never"')
	attack
}

@test "late senders, and no descriptors to speak of" {
	NETNS_AS='prlimit --nofile=200:200 --' attack
}

@test "late senders, and the daemon ends and begins: no packet counts twice" {
	local round

	records_start
	senders_start
	netns_await_count active "$NAMESPACES"
	for round in 1 2 3; do
		echo >&"$SENDERS"
		netinst_stop
		[ "$STOP_STATUS" = 0 ]
		echo >&"$SENDERS"
		records_start
		netns_await_count active "$NAMESPACES"
	done
	senders_end
	wait_until "$NETINST_PATIENCE" records_are_right
	[ "$(awk '$2 == "exact"' "$WORK/counted" | wc -l)" -gt 0 ]
}

@test "what was counted before and cannot be read is in no second record" {
	NETNS_CONFIG+=('history { keep = 1000000 }')
	disk_setup
	records_start
	senders_start
	netns_await_count active "$NAMESPACES"
	echo >&"$SENDERS"
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
	disk_fails readonly
	records_start
	netns_await_count active "$NAMESPACES"
	echo >&"$SENDERS"
	disk_fails not
	senders_end
	wait_until "$NETINST_PATIENCE" records_are_right
	records_are_in_order
}

@test "without a state nothing is exact of what was there before the daemon" {
	senders_start
	netns_start -p "$PLUGIN_DIR/ipstat.so"
	netns_await_count active "$NAMESPACES"
	senders_end
	wait_until "$NETINST_PATIENCE" records_are_right
	awk '$2 == "exact"' "$WORK/counted" >"$WORK/exact"
	# Those that got a name again began while somebody looked.
	[ "$(wc -l <"$WORK/exact")" -le $((NAMESPACES / 4)) ]
}

# The names of records of that kind; one a line, sorted.
recorded() {
	ctl --json history | jq -r --arg how "$1" \
	    '.records[] | select(.completeness == $how) | .names[]' | sort
}

recorded_are() {
	[ "$(recorded "$1" | paste -sd ' ')" = "$2" ]
}

@test "what ended while there was no daemon has a record that says so" {
	netns_add_all a b c
	records_start
	netns_await_count active 3
	netinst_stop
	nsip netns del "${PREFIX}a"
	records_start
	wait_until "$NETINST_PATIENCE" recorded_are unobserved "${PREFIX}a"
	store_everything
	kill -KILL "$DAEMON"
	netinst_wait
	nsip netns del "${PREFIX}b"
	records_start
	wait_until "$NETINST_PATIENCE" recorded_are unobserved \
	    "${PREFIX}a ${PREFIX}b"
	nsip netns del "${PREFIX}c"
	netns_await "${PREFIX}c" ""
	store_everything
	netinst_stop
	records_start
	store_everything
	recorded_are unobserved "${PREFIX}a ${PREFIX}b"
	ctl --json history "${PREFIX}b" | jq -e '.records[] |
	    select(.completeness == "unobserved") |
	    .cause == "unseen" and .totals == {} and .kernel_id > 0'
	# Two daemons counted what is called a; their lives tell them apart.
	ctl --json history | jq -e '[.records[] | .life] | unique |
	    length >= 2 and all(. > 0)'
	ctl --json history | jq -e --arg boot \
	    "$(cat /proc/sys/kernel/random/boot_id)" \
	    'all(.records[]; .boot == $boot)'
}

# store_everything: what the history knew by now is on disk, for it writes in
# order: this is a namespace that begins and ends after all others did.
store_everything() {
	netns_add "${PREFIX}z"
	nsip netns del "${PREFIX}z"
	netns_await "${PREFIX}z" ""
	wait_until "$NETINST_PATIENCE" nothing_is_in_memory
}

nothing_is_in_memory() {
	ctl --json history "${PREFIX}z" |
	    jq -e '.records | length > 0 and all(.stored)'
}

netns_add_all() {
	local name

	for name; do
		nsip netns add "$PREFIX$name"
	done
}

# Namespaces come, send, and go, until nobody wants them any more.
churn() {
	local i=0

	while [ ! -e "$WORK/enough" ]; do
		i=$((i + 1))
		netns_in "$TEST_BIN/netnslate" "$DIRECTORY" "$1-$i-" 4 \
		    "$RANDOM" <<<end 2>/dev/null || true
	done
}

# stored SINCE: a line for each record that is shown as stored.
stored() {
	ctl --json history --since "$1" | jq -r '.records[] | select(.stored) |
	    "\(.boot) \(.life) \(.instance) \(.kernel_id) \(.completeness)"'
}

# all_shown_are_stored SINCE FILE: what was shown since then.
all_shown_are_stored() {
	[ -z "$(comm -23 <(sort -u "$2") <(stored "$1" | sort -u))" ]
}

# Some disks cannot be used when the daemon starts, some not from then on.
kill_once() {
	local how=$((RANDOM % 6)) i

	[ "$how" != 0 ] || disk_fails readonly
	[ "$how" != 1 ] || disk_fails calls
	records_start
	disk_fails not
	wait_until "$NETINST_PATIENCE" all_shown_are_stored "$SINCE" \
	    "$WORK/shown"
	SINCE=$(date -u +%FT%TZ)
	: >"$WORK/shown"
	[ "$how" != 2 ] || disk_fails room
	[ "$how" != 3 ] || disk_fails calls
	for ((i = 0; i < 1 + RANDOM % 4; i++)); do
		stored "$SINCE" >>"$WORK/shown" 2>/dev/null || true
	done
	kill -KILL "$DAEMON"
	netinst_wait
	disk_fails not
	cat "$WORK/shown" >>"$WORK/all-shown"
}

@test "a daemon that is killed again and again loses nothing it has shown" {
	local round churner SINCE=1970-01-01

	NETNS_CONFIG+=('history { keep = 1000000 }')
	disk_setup
	: >"$WORK/shown"
	churn k >"$WORK/sent" 3>&- &
	churner=$!
	for ((round = 0; round < KILLS; round++)); do
		kill_once
	done
	: >"$WORK/enough"
	wait "$churner"
	records_start
	netns_await_count "" 0
	wait_until "$NETINST_PATIENCE" all_shown_are_stored 1970-01-01 \
	    "$WORK/all-shown"
	[ -s "$WORK/all-shown" ]
	# Many had no record, for nobody was there; none has too much in it.
	counted >"$WORK/counted"
	awk 'NR == FNR { if (NF == 2) sent[$1] = $2; next }
	    $1 in sent { sum[$1] += $3; if (!($1 in last)) last[$1] = $2 }
	    END {
		for (id in sum)
			if (sum[id] > sent[id] ||
			    last[id] == "exact" && sum[id] != sent[id]) {
				print id, sent[id], sum[id], last[id]
				wrong++
			}
		exit wrong > 0
	    }' "$WORK/sent" "$WORK/counted"
	records_are_in_order
	echo "# $KILLS kills, $(sort -u "$WORK/all-shown" | wc -l) shown," \
	    "$(grep -c unobserved "$WORK/counted") unobserved" >&3
	netinst_stop
	# Nothing of the killed ones is left but what they kept.
	[ -z "$(find "$WORK" -maxdepth 1 -type d -name '*netinstd*')" ]
}
