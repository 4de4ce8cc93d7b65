#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# doc/plugin-guide.md tells the truth: its plugin builds out of tree, is clean,
# and counts what the guide says.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
}

teardown() {
	netinst_teardown
}

# block LANGUAGE TEXT: the first block of the guide of that language with that
# text in it.
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
	    inside { block = block $0 "\n" }' \
	    "$NETINST_TOP/doc/plugin-guide.md"
}

@test "the steps of the guide, as they stand there" {
	mkdir "$WORK/build"
	cp -a "$NETINST_BUILD"/{daemon,cli,plugins,flags,paths,netinst*} \
	    "$WORK/build"
	env -u MAKEFLAGS -u MAKELEVEL make -C "$NETINST_TOP" \
	    BUILD="$WORK/build" PREFIX="$WORK/usr" -j"$(nproc)" install
	PATH=$WORK/usr/sbin:$WORK/usr/bin:$PATH
	export PKG_CONFIG_PATH=$WORK/usr/share/pkgconfig NETINST_SOCKET=$SOCKET
	unset MAKEFLAGS MAKELEVEL
	cd "$WORK"

	# 1. and 2.
	block sh 'cp -r' | sed "s|/usr/local|$WORK/usr|" >step1
	. ./step1
	block c NETINST_PLUGIN >nicwatch.c
	# 3.
	block sh 'make check' >../step3
	bash -e ../step3
	# 4.
	netinst_start
	block sh 'plugin load' >../step4
	bash -e ../step4 | tee ../output
	block console nicwatch: >../expected
	[ -s ../expected ]
	grep -Fx "$(cat ../expected)" ../output
}
