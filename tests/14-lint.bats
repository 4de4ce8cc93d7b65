#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The lint finds what it looks for: each check is shown a small tree that has
# nothing wrong, then the same tree with one breach of its rule.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
	TREE=$WORK/tree
	mkdir -p "$TREE"/{include/netinst,lib,daemon/{base,core,ctl},cli,plugins} \
	    "$TREE"/{bench,tests,doc,.ci}
	cp -r "$NETINST_TOP/tests/lint" "$TREE/tests/"
	cp "$NETINST_TOP/Makefile" "$NETINST_TOP/.clang-format" "$TREE"
	touch "$TREE"/{README,CHANGELOG,bench/README}.md
	good_file >"$TREE/daemon/core/good.c"
	printf '%s\n' '#!/usr/bin/env bats' \
	    '# SPDX-License-Identifier: Apache-2.0' >"$TREE/tests/10-good.bats"
}

teardown() {
	netinst_teardown
}

good_file() {
	cat <<'END'
/* SPDX-License-Identifier: Apache-2.0 */
/* good.c: a file that breaks no rule of this house. */
#include "base/log.h"
#include <stdio.h>

int
main(void)
{
	return 0;
}
END
}

# Runs one check on the tree.
lint() {
	run "$TREE/tests/lint/check" "$1"
}

# finds CHECK FILE REGEX: the check is content, and is not when the file has
# what is on standard input at its end; then it says so.
finds() {
	local file=$TREE/$2

	lint "$1"
	[ "$status" = 0 ]
	[ -e "$file" ] || good_file >"$file"
	cat >>"$file"
	lint "$1"
	[ "$status" = 1 ]
	[[ ${lines[0]} == "not ok 1 ${1//_/ }" ]]
	grep -E "^# $2:.*$3" <<<"$output"
	rm "$file"
}

@test "files without a licence line or an opening comment" {
	echo 'int x;' >"$TREE/daemon/core/bare.c"
	lint every_file_has_its_licence_line
	[[ $output == *"daemon/core/bare.c:1: no SPDX line"* ]]
	lint every_c_file_opens_with_its_purpose
	[[ $output == *"daemon/core/bare.c:2: no opening comment"* ]]
}

@test "files, headers and functions that are too long" {
	seq 600 | sed 's/.*/int x&;/' |
	    finds no_file_or_function_is_too_long daemon/core/long.c \
		'more than 600'
	seq 200 | sed 's/.*/int x&;/' |
	    finds no_file_or_function_is_too_long daemon/core/long.h \
		'more than 200'
	{ printf 'f(void)\n{\n' && seq 81 | sed 's/.*/x = &;/' && echo '}'; } |
	    finds no_file_or_function_is_too_long daemon/core/long.c \
		'a function of 81 lines'
}

@test "includes against the layers, and dependencies away from home" {
	finds every_include_is_allowed daemon/core/a.c 'may not include' \
	    <<<'#include "ctl/serve/server.h"'
	finds every_include_is_allowed daemon/base/a.c 'may not include' \
	    <<<'#include <netinst/neti.h>'
	finds every_include_is_allowed plugins/a.c 'may not include' \
	    <<<'#include "core/core.h"'
	finds every_include_is_allowed cli/a.c 'may not include' \
	    <<<'#include <netinst/kstat.h>'
	finds every_include_is_allowed daemon/core/a.c 'its home elsewhere' \
	    <<<'#include <jansson.h>'
	finds every_include_is_allowed daemon/core/a.c 'its home elsewhere' \
	    <<<'#include <pthread.h>'
	finds every_include_is_allowed daemon/ctl/a.c 'its home elsewhere' \
	    <<<'#include <event2/event.h>'
}

@test "calls that belong elsewhere or nowhere" {
	finds every_call_is_allowed daemon/core/a.c 'malloc' \
	    <<<'void *x = malloc(1);'
	finds every_call_is_allowed daemon/core/a.c 'strcpy' \
	    <<<'	(void)strcpy(a, b);'
}

# built FILE CODE: the file of the tree with that code, and its object.
built() {
	mkdir -p "$TREE/build/${1%/*}" "$TREE/${1%/*}"
	printf '%s\n' "$2" >"$TREE/$1"
	gcc -c -o "$TREE/build/${1%.c}.o" "$TREE/$1"
}

# Takes what the house has known so far off the tree's rules.
forget_exceptions() {
	sed -i '/^circle\>/d; /^upward\>/d' "$TREE/tests/lint/rules"
}

@test "files that call each other in a circle, unless they are known to" {
	forget_exceptions
	: >"$TREE/daemon/taken.list"
	built daemon/core/good.c 'void good(void) {}'
	built daemon/core/a.c 'void a(void) { void b(void); b(); }'
	built daemon/core/b.c 'void b(void) { void c(void); c(); }'
	built daemon/ctl/c.c 'void c(void) {}'
	NETINST_BUILD=build lint no_files_call_each_other_in_a_circle
	[ "$status" = 0 ]
	built daemon/ctl/c.c 'void c(void) { void a(void); a(); }'
	NETINST_BUILD=build lint no_files_call_each_other_in_a_circle
	[ "$status" = 1 ]
	[[ $output == *"daemon/ctl/c.c: calls in a circle with"*"daemon/core/"* ]]
	[[ $output != *good.c* ]]
	printf 'circle\tknown\t%s\n' 'daemon/core	a b' 'daemon/ctl	c' \
	    >>"$TREE/tests/lint/rules"
	NETINST_BUILD=build lint no_files_call_each_other_in_a_circle
	[ "$status" = 0 ]
	# What the linker does not see is no call, and what is taken none of ours.
	built daemon/core/b.c 'static void c(void) {} void b(void) { c(); }'
	NETINST_BUILD=build lint no_files_call_each_other_in_a_circle
	[ "$status" = 1 ]
	[[ $output == *"daemon/core/b.c calls in no circle: take it off"* ]]
	built daemon/core/b.c 'void b(void) { void c(void); c(); }'
	echo '	c;' >"$TREE/daemon/taken.list"
	NETINST_BUILD=build lint no_files_call_each_other_in_a_circle
	[[ $output == *"daemon/ctl/c.c calls in no circle: take it off"* ]]
}

@test "calls to a room above, exceptions that are none, files of no room" {
	forget_exceptions
	: >"$TREE/daemon/taken.list"
	built daemon/core/good.c 'void good(void) {}'
	built daemon/base/low.c 'void low(void) {}'
	built daemon/ctl/serve/high.c 'void high(void) { void low(void); low(); }'
	NETINST_BUILD=build lint every_call_goes_to_a_room_below
	[ "$status" = 0 ]
	built daemon/base/low.c 'int up; void low(void) { void good(void); good(); }'
	NETINST_BUILD=build lint every_call_goes_to_a_room_below
	[ "$status" = 1 ]
	[[ $output == *"daemon/base/low.c: calls upwards, daemon/core/good.c: good"* ]]
	printf 'upward\tdaemon/base daemon/core\n' >>"$TREE/tests/lint/rules"
	NETINST_BUILD=build lint every_call_goes_to_a_room_below
	[ "$status" = 0 ]
	built daemon/base/low.c 'void low(void) {}'
	NETINST_BUILD=build lint every_call_goes_to_a_room_below
	[ "$status" = 1 ]
	[[ $output == *"nothing calls upwards any more: daemon/base daemon/core"* ]]
	sed -i '/^room\tdaemon$/d; /^upward/d' "$TREE/tests/lint/rules"
	built daemon/main.c 'int main(void) { return 0; }'
	NETINST_BUILD=build lint every_call_goes_to_a_room_below
	[[ $output == *"daemon/main.c: its room has no row"* ]]
}

@test "a file that does not include its own header first" {
	echo '/* own */' >"$TREE/daemon/core/own.h"
	good_file >"$TREE/daemon/core/own.c"
	lint every_c_file_includes_its_own_header_first
	[[ $output == *"own.c:1: own.h is not included first"* ]]
}

@test "marks, commented-out code, dividers, goto, nesting" {
	finds nothing_is_left_to_do daemon/core/a.c 'later' \
	    <<<"/* $(printf 'TO%s' DO): later */"
	finds no_code_is_commented_out daemon/core/a.c 'old' <<<'// old();'
	finds no_code_is_commented_out daemon/core/a.c 'old' <<<'/* old(x); */'
	finds dividers_are_of_one_style daemon/core/a.c 'the end' \
	    <<<'/* === the end === */'
	finds dividers_are_of_one_style daemon/core/a.c '80 columns' \
	    <<<'/* --- the end ----- */'
	finds goto_only_goes_out daemon/core/a.c 'again' <<<'	goto again;'
	finds nothing_is_nested_deeper_than_four daemon/core/a.c 'return' \
	    <<<$'\t\t\t\t\t\treturn;'
}

@test "tests that sleep or are skipped, and lines that end in blanks" {
	finds no_test_sleeps tests/10-good.bats '5' <<<$'\tsleep 0.5'
	printf '%s\n' '# SPDX-License-Identifier: Apache-2.0' \
	    >"$TREE/tests/10-good.bats"
	finds no_test_is_skipped tests/10-good.bats 'skip' <<<$'\tskip'
	: >"$TREE/tests/10-good.bats"
	finds lines_end_cleanly daemon/core/a.c 'int x; ' <<<'int x; '
}

@test "comments that cite a document that is not here" {
	finds no_comment_cites_a_document_that_is_not_here daemon/core/a.c \
	    'there is no DESIGN.md' <<<'/* As DESIGN.md says. */'
}

@test "shell scripts with mistakes, code in another format" {
	printf '#!/bin/bash\necho $1\n' >"$TREE/.ci/script"
	lint shell_scripts_are_sound
	[ "$status" = 1 ]
	[[ $output == *"SC2086"* ]]
	finds the_format_is_that_of_clang_format daemon/core/a.c \
	    'clang-formatted' <<<'int  x  ;'
}

@test "a daemon that exports more or less than its list" {
	mkdir "$TREE/build"
	sed 's/net_log;/net_log2;/' "$NETINST_TOP/daemon/exported.list" \
	    >"$TREE/daemon/exported.list"
	ln -s "$NETINSTD" "$TREE/build/netinstd"
	NETINST_BUILD=$TREE/build lint the_daemon_exports_its_list_and_nothing_else
	[ "$status" = 1 ]
	[[ $output == *"not exported: net_log2"* ]]
	[[ $output == *"not in daemon/exported.list: net_log"* ]]
	cp "$NETINST_TOP"/include/netinst/*.h "$TREE/include/netinst/"
	lint every_exported_name_is_declared
	[[ $output == *"net_log2 is in no public header"* ]]
}

@test "a public header that does not stand alone" {
	printf '/* x */\ntypedef undeclared_t x;\n' \
	    >"$TREE/include/netinst/x.h"
	lint public_headers_stand_alone
	[ "$status" = 1 ]
	[[ $output == *"undeclared_t"* ]]
}
