#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# make install: what lands where, and that it works from there.

bats_require_minimum_version 1.5.0

setup() {
	load lib/netinst
	netinst_setup
}

teardown() {
	netinst_teardown
}

# What is built already is taken over; with other flags it is built anew, once.
setup_file() {
	load lib/netinst
	mkdir "$BATS_FILE_TMPDIR/build"
	cp -a "$NETINST_BUILD"/{daemon,cli,plugins,flags,paths,netinst*} \
	    "$BATS_FILE_TMPDIR/build"
}

# Runs a make that knows nothing of the one that runs these tests.
make_here() {
	env -u MAKEFLAGS -u MAKELEVEL make -C "$NETINST_TOP" -j"$(nproc)" \
	    --no-print-directory BUILD="$BATS_FILE_TMPDIR/build" "$@"
}

@test "everything is installed below DESTDIR, where the variables say" {
	make_here install DESTDIR="$WORK/root" PREFIX=/usr PLUGINDIR=/opt/plugins
	local file
	for file in usr/sbin/netinstd usr/libexec/netinst/netinst-check \
	    usr/bin/netinstctl opt/plugins/trace.so \
	    opt/plugins/template.so opt/plugins/ipstat.so \
	    usr/include/netinst/netinst.h \
	    usr/share/doc/netinst/README.md usr/share/doc/netinst/LICENSE \
	    usr/share/netinst/template/template.c \
	    usr/share/netinst/template/Makefile \
	    usr/share/pkgconfig/netinst-plugin.pc; do
		[ -f "$WORK/root/$file" ]
	done
	diff <(ls "$WORK/root/usr/include/netinst") \
	    <({ ls "$NETINST_TOP/include/netinst" && echo solaris; } | sort)
	diff -r -x "*.in" "$WORK/root/usr/include/netinst/solaris" \
	    "$NETINST_TOP/include/solaris"
	run find "$WORK/root" -type f -perm /022
	[ "$output" = "" ]
	make_here uninstall DESTDIR="$WORK/root" PREFIX=/usr \
	    PLUGINDIR=/opt/plugins
	run find "$WORK/root" -type f
	[ "$output" = "" ]
}

@test "what was installed works: the daemon finds its plugins by name" {
	make_here install PREFIX="$WORK/usr" SYSCONFDIR="$WORK/etc"
	PATH=$WORK/usr/sbin:$WORK/usr/bin:$PATH
	mkdir -p "$WORK/etc/netinst"
	printf 'control { socket = "%s" }\nplugin trace { }\n' "$SOCKET" \
	    >"$WORK/etc/netinst/netinst.conf"
	run netinstd --help
	[[ $output == *"$WORK/etc/netinst/netinst.conf"* ]]
	netinstd 2>>"$LOG" 3>&- &
	DAEMON=$!
	wait_until "$NETINST_PATIENCE" log_has 'daemon: ready'
	netinstctl -s "$SOCKET" instance create blue
	wait_until "$NETINST_PATIENCE" log_has 'plugin trace: instance 1: create'
	netinst_stop
	[ "$STOP_STATUS" = 0 ]
}

@test "the template folder builds, is checked and installs against what was installed" {
	make_here install PREFIX="$WORK/usr"
	cp -r "$WORK/usr/share/netinst/template" "$WORK/mine"
	mv "$WORK/mine/template.c" "$WORK/mine/mine.c"
	sed -i "s/\"template\"/\"mine\"/" "$WORK/mine/mine.c"
	PATH=$WORK/usr/sbin:$PATH
	export PKG_CONFIG_PATH=$WORK/usr/share/pkgconfig
	env -u MAKEFLAGS -u MAKELEVEL make -C "$WORK/mine" NAME=mine check install
	netinst_start -p "$WORK/usr/lib/netinst/mine.so"
	log_has "loader: plugin mine .* is loaded"
}

@test "the package description says where plugins go and which interface they get" {
	make_here install PREFIX="$WORK/usr" PLUGINDIR=/opt/plugins
	export PKG_CONFIG_PATH=$WORK/usr/share/pkgconfig
	[ "$(pkg-config --variable=plugindir netinst-plugin)" = /opt/plugins ]
	[ "$(pkg-config --variable=abi netinst-plugin)" = 1.2 ]
	[ "$(pkg-config --modversion netinst-plugin)" = 0.1.0 ]
	local -a flags
	read -ra flags < <(pkg-config --cflags netinst-plugin)
	cc -shared "${flags[@]}" -o "$WORK/mine.so" \
	    "$WORK/usr/share/netinst/template/template.c"
	netinst_start -p "$WORK/mine.so"
}

@test "a Solaris module can be built against what was installed" {
	local -a flags

	make_here install PREFIX="$WORK/usr"
	export PKG_CONFIG_PATH=$WORK/usr/share/pkgconfig
	read -ra flags < <(pkg-config --cflags netinst-solaris)
	cc -shared "${flags[@]}" -o "$WORK/module.so" \
	    "$NETINST_TOP"/tests/plugins/solaris_many/*.c
	netinst_start -p "$WORK/module.so"
	log_has "loader: plugin module 0 is loaded from $WORK/module.so"
}
