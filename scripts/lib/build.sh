# SPDX-License-Identifier: GPL-2.0-or-later
# Building the programs, for scripts/demo and scripts/check (bash, sourced
# after packages.sh, with $top the source tree).

build_packages=(autoconf automake make gcc libc6-dev pkg-config libmnl-dev
	libnl-3-dev libnl-genl-3-dev libjson-c-dev libsystemd-dev
	libxxhash-dev libsqlite3-dev libcmocka-dev)
vm_packages=(iproute2 ethtool jq openvswitch-switch procps)

build_say() { echo "${0##*/}: $*" >&2; }

# quietly LOG COMMAND...: its output goes to LOG, and is shown if it fails.
quietly() {
	local log=$1
	shift
	"$@" >"$log" 2>&1 && return
	tail -n 40 "$log" >&2
	build_say "failed: $* (all of it in $log)"
	return 1
}

# The generated files are remade when what they are made of changes.
build_prepare() {
	[ "$top/configure" -nt "$top/configure.ac" ] &&
		[ "$top/Makefile.in" -nt "$top/Makefile.am" ] && return
	build_say "autoreconf"
	mkdir -p "$top/build"
	(cd "$top" && quietly build/autoreconf.log autoreconf -fi)
}

# build_tree DIR TARGETS CONFIGURE-ARGUMENT...: a tree of objects of its own.
build_tree() {
	local dir=$top/$1 targets=$2
	shift 2
	mkdir -p "$dir"
	if [ ! "$dir/config.status" -nt "$top/configure" ] ||
	   [ "$(cat "$dir/configured" 2>/dev/null)" != "$*" ]; then
		(cd "$dir" && quietly configure.log "$top/configure" "$@") ||
			return
		echo "$*" >"$dir/configured"
	fi
	build_say "make in ${dir##*/}"
	# shellcheck disable=SC2086
	quietly "$dir/make.log" make -C "$dir" -j"$(nproc)" $targets
}
