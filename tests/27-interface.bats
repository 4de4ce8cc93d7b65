#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The documented interface, from the table tests/api/interface.list: that every
# function, structure, constant and macro of it is there and as it says, for
# both compilers, and that the page of differences tells the truth.

setup() {
	load lib/netinst
	netinst_setup
	cd "$NETINST_TOP" || return
}

teardown() {
	netinst_teardown
}

FLAGS="-Wall -Wextra -Werror -fPIC -fvisibility=hidden
    -Iinclude/solaris -Iinclude"

# make_plugin COMPILER: makes interface.so of the table.
make_plugin() {
	tests/api/generate c >"$WORK/interface.c"
	# shellcheck disable=SC2086 # several words
	"$1" -std=gnu17 $FLAGS -shared -o "$WORK/interface.so" "$WORK/interface.c"
}

@test "the table compiles with gcc, and a daemon has every function of it" {
	make_plugin gcc
	netinst_start
	ctl plugin load "$WORK/interface.so"
	ctl plugin unload interface
}

@test "the table compiles with clang, and a daemon has every function of it" {
	make_plugin clang
	netinst_start
	ctl plugin load "$WORK/interface.so"
	ctl plugin unload interface
}

# breaks WHAT INSTEAD: whether the table does not compile when one of its lines
# says something else.
breaks() {
	mkdir -p "$WORK/api"
	cp tests/api/generate tests/api/generate.awk "$WORK/api"
	sed "s/$1/$2/" tests/api/interface.list >"$WORK/api/interface.list"
	run cmp "$WORK/api/interface.list" tests/api/interface.list
	[ "$status" = 1 ]
	"$WORK/api/generate" c >"$WORK/broken.c"
	# shellcheck disable=SC2086 # several words
	run gcc -std=gnu17 $FLAGS -fsyntax-only "$WORK/broken.c"
	[ "$status" = 1 ]
}

@test "the table would not compile if a type, value, member or order differed" {
	breaks 'int net_getmtu(' 'long net_getmtu('
	breaks 'function ; void hook_free(' 'function ; void hook_release('
	breaks '^type ; lif_if_t ; intptr_t' 'type ; lif_if_t ; uintptr_t'
	breaks '^constant ; NE_UP ; 3' 'constant ; NE_UP ; 4'
	breaks '^string ; NHF_ARP ; "NHF_ARP" ; "arp"' \
	    'string ; NHF_ARP ; "NHF_ARP" ; "arp6"'
	breaks 'phy_if_t hpe_ifp, phy_if_t hpe_ofp' \
	    'phy_if_t hpe_ofp, phy_if_t hpe_ifp'
	breaks ', void \*hpe_reserved\[2\]' ''
	breaks 'ni_addr, phy_if_t' 'ni_addr, int'
	breaks 'value.ui32 ; uint32_t' 'value.ui32 ; int32_t'
}

@test "doc/differences.md is what the table says" {
	tests/api/generate markdown | diff - doc/differences.md
}

# compiles COMPILER LANGUAGE STANDARD: every public header alone.
compiles() {
	local header

	for header in $(cd include/solaris && find . -name '*.h') \
	    $(cd include && find netinst -name '*.h'); do
		printf '#include <%s>\n' "${header#./}" |
		    "$1" -x "$2" -std="$3" -Wall -Wextra -Werror -Iinclude/solaris \
			-Iinclude -fsyntax-only - || return
	done
}

@test "every header compiles alone as C99 and as C++, with both compilers" {
	compiles gcc c gnu99
	compiles clang c gnu99
	compiles g++ c++ gnu++11
	compiles clang++ c++ gnu++11
}
