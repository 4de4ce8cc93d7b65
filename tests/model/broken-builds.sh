#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Shows that the model tests see a broken core: one line of the core is changed
# in a copy, the test is built with it, and the checker must name the guarantee
# that this breaks. Prints TAP. model.mk says how to compile and to link:
#
#   COMPILE, INCLUDES, LINK  commands, as the Makefile has them
#   ORDERING, EXHAUSTIVE     what the two programs are linked from
#   WRAP                     flags for linking the second one
#   PERTURB                  set in a perturbed build (base/perturb.h): then only
#                            what takes a schedule that is rare elsewhere
#
# A case that does not apply any more, because the core has changed, fails: it
# has to be written anew.

set -u
cd "$(dirname "$0")/../.." || exit 1
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
# Seconds for one; none comes near them unless it hangs.
LIMIT=400
number=0
failed=0

# build PROGRAM FILE EXPRESSION: the program, with FILE edited by sed.
build() {
	local object
	local -a objects

	sed "$3" "$2" >"$WORK/${2##*/}"
	if cmp -s "$2" "$WORK/${2##*/}"; then
		echo "# $2 is not changed by: $3"
		return 1
	fi
	# shellcheck disable=SC2086 # several words each
	$COMPILE $INCLUDES -w -c -o "$WORK/broken.o" "$WORK/${2##*/}" ||
	    return 1
	for object in $([ "$1" = ordering ] && echo "$ORDERING" ||
	    echo "$EXHAUSTIVE"); do
		case $object in
		*/"${2%.c}.o") objects+=("$WORK/broken.o") ;;
		*) objects+=("$object") ;;
		esac
	done
	# shellcheck disable=SC2046,SC2086 # likewise
	$LINK -pie $([ "$1" = ordering ] || echo "$WRAP") \
	    -o "$WORK/$1" "${objects[@]}"
}

# broken GUARANTEE FILE EXPRESSION WHAT PROGRAM [ARGUMENT]...: the first
# breaks that are shown must be of that guarantee, or of one of several: G1|G2.
# "died": of memory that was used too late, as a rule.
broken() {
	local guarantee=$1 file=$2 expression=$3 what=$4 program=$5 status=0
	local verdict='not ok'

	shift 5
	number=$((number + 1))
	if build "$program" "$file" "$expression"; then
		SECONDS=0
		timeout -k 5 "$LIMIT" "$WORK/$program" "$@" \
		    >"$WORK/output" 2>&1 || status=$?
		if [ "$status" != 0 ] &&
		    grep -qE "^($guarantee) broken|- ($guarantee) of signal" \
		    "$WORK/output"; then
			verdict=ok
			[ -z "${PERTURB:-}" ] || echo "# $(grep -oE \
			    '[0-9]+ operations' "$WORK/output"), $SECONDS s"
		else
			failed=$((failed + 1))
			echo "# exit status $status"
			tail -n 5 "$WORK/output" | sed 's/^/# /'
		fi
	else
		failed=$((failed + 1))
	fi
	echo "$verdict $number - $program names $guarantee when $what"
}

# The threads of the ordering test, and the exact order of one worker. The first
# break ends it, mostly within 20,000 operations; but the kernel has a say in it.
ordered() {
	broken "$@" ordering --operations 3000000
}
serially() {
	broken "$@" ordering --operations 3000000 --threads 1 --workers 1
}
exhausted() {
	broken "$@" exhaustive
}

finish() {
	echo "1..$number"
	echo "# broken builds: $((number - failed)) of $number recognised"
	[ "$failed" = 0 ]
	exit
}

if [ -n "${PERTURB:-}" ]; then
	LIMIT=600
	ordered G3 daemon/core/life/register.c \
	    '/^registrant_register_driven/,/^}/{s/^\tlast = table_last_id();//;s/^\tlock_enter(&core.lock);/&last = table_last_id();lock_exit(\&core.lock);lock_enter(\&core.lock);/}' \
	    'the instances to visit are counted before one registers'
	ordered 'G14|died' daemon/core/callback/timeout.c \
	    '/^timeout_begin/,/^}/{s/^\tlock_enter/\tbool goes = !timeout->cancelled;\n\n&/;s/= !timeout->cancelled;$/= goes;/}' \
	    'a timeout looks whether it is cancelled before it takes the lock'
	ordered 'G10|died' daemon/core/kstat/kstat.c \
	    '/^kstat_remove/,/^}/{s/^\tkstat_table_enter/\tbool unheld = entry->holds + entry->used == 0;\n\n&/;s/kstat_table_remove(entry);/kstat_table_remove(entry) || unheld;/}' \
	    'who holds a kstat is counted before it is taken off the table'
	ordered died daemon/core/callback/timeout.c \
	    '/^timeout_stop/,/^}/{s/^\ttimeout_unlist(timeout);//;s/^\tarmed = /\ttimeout_unlist(timeout);\n&/}' \
	    'a timeout is uncounted before the clock lets go of it'
	finish
fi

# Then kstats are deleted while others read them.
ordered 'G1|G10' daemon/core/callback/call.c \
    's/^\tstrand_post(&instance->strand, &call->job);\n*\(.*\)/\t(void)call_run(\&call->job, \&instance->strand);\1/' \
    'a call runs on the thread that makes it'
ordered G2 daemon/core/life/pair.c \
    's/if (step.registrant->callbacks.nin_shutdown != NULL)/if (0)/' \
    'shutdown is not called'
exhausted G2 daemon/core/life/pair.c \
    's/if (step.registrant->callbacks.nin_shutdown != NULL)/if (0)/' \
    'shutdown is not called'
ordered G2 daemon/core/life/pair.c \
    's/\.context = .*,$/.context = NULL,/' \
    'the context of create gets lost'
ordered G3 daemon/core/life/register.c \
    's/return pair_catch_up(instance, subject);/return true;/' \
    'registering does not replay'
ordered G3 daemon/core/life/lifecycle.c \
    's/if (!pair_catch_up_all(instance))/if (0)/' \
    'an instance is born without catching up'
exhausted G3 daemon/core/life/register.c \
    '/^registrant_register_driven/,/^}/s/last = table_last_id();/last = -1;/' \
    'registering sweeps over no instance'
ordered G4 daemon/core/life/neti.c \
    '/^net_instance_unregister/,/^}/s/inside = frame_current() != NULL/inside = true/' \
    'unregister does not wait'
ordered G4 daemon/core/life/register.c \
    's/return pair_shutdown_one(instance, subject);/return pair_shutdown_one(instance, subject) \&\& pair_destroy_one(instance, subject);/' \
    'unregister destroys before all are shut down'
exhausted G4 daemon/core/life/register.c \
    's/return pair_shutdown_one(instance, subject);/return pair_shutdown_one(instance, subject) \&\& pair_destroy_one(instance, subject);/' \
    'unregister destroys before all are shut down'
ordered G5 daemon/core/life/pair.c \
    's/visit(instance, instance->cursor - 1)/visit(instance, instance->pair_count - instance->cursor)/' \
    'a walk goes forward'
exhausted G5 daemon/core/life/pair.c \
    's/visit(instance, instance->cursor - 1)/visit(instance, instance->pair_count - instance->cursor)/' \
    'a walk goes forward'
serially G5 daemon/exec/queue.c \
    's/queue->last = queue->last->link = strand;/{ strand->link = queue->first; queue->first = strand; }/' \
    'the run queue is a stack'
ordered G6 daemon/core/life/register.c \
    's/else if (registry_find_by_name(callbacks->nin_name) != NULL)/else if (0)/' \
    'a name can be registered twice'
ordered G6 daemon/core/life/register.c \
    "s/callbacks->nin_name\\[0\\] != '.0' &&/true \\&\\&/" \
    'a registrant needs no name'
ordered G7 daemon/core/life/pair.c \
    's/step->context != NULL ? PAIR_ACTIVE : PAIR_FAILED/PAIR_ACTIVE/' \
    'a create that failed is taken for one that did not'
exhausted G7 daemon/core/life/pair.c \
    's/step->context != NULL ? PAIR_ACTIVE : PAIR_FAILED/PAIR_ACTIVE/' \
    'a create that failed is taken for one that did not'
ordered G7 daemon/core/life/register.c \
    's/return pair_retry(instance, subject);/return true;/' \
    'nothing is tried again'
ordered G8 daemon/core/hook/notify_level.c \
    's/notifier->born = level->news;/notifier->born = notifier->delivered = level->news;/' \
    'registering for notification does not replay'
ordered G8 daemon/core/hook/notify.c \
    '/^next_to_withdraw/,/^}/s/return next;/return NULL;/' \
    'nothing is withdrawn from one that leaves'
ordered G8 daemon/core/hook/notify_level.c \
    's/return EEXIST;/(void)0;/' \
    'a function can be registered twice'
ordered G8 daemon/core/hook/notify.c \
    's/candidate < \*news)/candidate > *news)/' \
    'news are told the newest first'
ordered G9 daemon/core/life/lifecycle.c \
    '/^lifecycle_shut_down/,/^}/{s/while (protocol_announce_next_gone(instance));/while (0);/;s/instance->stage = STAGE_DOWN;/&while (protocol_announce_next_gone(instance)) (void)notify_deliver(instance);/}' \
    'protocols are announced gone after shutdown'
ordered G9 daemon/core/hook/notify.c \
    's/if (instance->stage <= STAGE_ACTIVE)/if (1)/' \
    'protocols cannot be looked up in shutdown'
ordered G9 daemon/core/life/lifecycle.c \
    's/if (!lifecycle_shut_down(instance, op))/if (0)/' \
    'destroying does not shut down first'
ordered G8 daemon/core/hook/family.c \
    's/notify_post_coming(instance, &instance->level, &protocol->entry);//' \
    'the family of a provider is not announced'
ordered G9 daemon/core/hook/neti_protocol.c \
    's/provider->claim.owner == call->claim.owner)/provider->claim.owner == call->claim.owner \&\& instance->stage <= STAGE_ACTIVE)/' \
    'a provider cannot take back its protocol in shutdown'
ordered G11 daemon/core/life/neti.c \
    '/^net_instance_unregister/,/^}/s/if (error == 0)$/if (error == 0 || error == -EDEADLK)/' \
    'a registrant may unregister itself from inside'
ordered G12 daemon/core/callback/call.c \
    's/^\tif (frame_is_inside(instance))$/\tif (0)/' \
    'a call on the own instance is queued'
ordered G12 daemon/core/life/sweep.c \
    's/frame->instance->id <= sweep->last)/0)/' \
    'a sweep does not visit the own instance at once'
# Of a registrant that has left meanwhile it is code that still runs.
ordered 'G14|G4' daemon/core/life/pair.c \
    '/^create_ended/,/^}/s/timeout_cancel(instance, registrant, NULL);//' \
    'timeouts go on when their create has failed'
ordered G14 daemon/core/callback/timeout.c \
    's/bool may_wait = frame_current() == NULL/bool may_wait = false/' \
    'cancelling does not wait for what runs'

finish
