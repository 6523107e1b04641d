# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by every e2e script: TAP on stdout, a swoffd-fake on a socket of its
# own, and swctl against it.  Runs in the build directory; SWCTL and
# SWOFFD_FAKE name other programs.

srcdir=${srcdir:-.}
peer="perl $srcdir/tests/e2e/peer.pl"
SWCTL=${SWCTL:-$PWD/swctl/swctl}
SWOFFD_FAKE=${SWOFFD_FAKE:-$PWD/tests/swoffd-fake}
dir=$(mktemp -d) || exit 99
chmod 755 "$dir"
SWOFFD_SOCKET=$dir/s
export SWOFFD_SOCKET
# Freed memory that is kept apart would hide what "bounded" means.
ASAN_OPTIONS=quarantine_size_mb=4:${ASAN_OPTIONS-}
export ASAN_OPTIONS
n_tests=0
fake_pid=

clean_up() {
	[ -z "$fake_pid" ] || kill "$fake_pid" 2>/dev/null
	rm -rf "$dir"
}
trap clean_up EXIT

# ok STATUS WHAT: the test passed if STATUS is 0
ok() {
	n_tests=$((n_tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n_tests - $2"
	else
		echo "not ok $n_tests - $2"
		[ -z "${err-}" ] || printf '%s\n' "$err" | sed 's/^/# stderr: /'
		[ -z "${out-}" ] || printf '%s\n' "$out" | head -n 20 |
			cut -c 1-300 | sed 's/^/# stdout: /'
	fi
}

skip() {
	n_tests=$((n_tests + 1))
	echo "ok $n_tests - # SKIP $1"
}

finish() {
	fake_stop
	echo "1..$n_tests"
}

fake_start() {
	"$SWOFFD_FAKE" --socket "$SWOFFD_SOCKET" "$@" 2>>"$dir/log" &
	fake_pid=$!
	"$SWCTL" wait 20 || { echo "Bail out! swoffd-fake does not start"; exit 99; }
}

# A sanitizer's finding, a leak too, is an exit status.
fake_stop() {
	[ -n "$fake_pid" ] || return 0
	kill -TERM "$fake_pid"
	wait "$fake_pid"
	ok $? "the daemon ends clean"
	fake_pid=
}

# run WORD...: swctl, with its output in $out and $err, its status in $status
run() {
	"$SWCTL" "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	out=$(cat "$dir/out")
	err=$(cat "$dir/err")
}

# status N WHAT
status() {
	[ "$status" -eq "$1" ] || err="$err
status $status, not $1"
	[ "$status" -eq "$1" ]
	ok $? "$2"
}

# has TEXT PART WHAT
has() {
	case $1 in
	*"$2"*) ok 0 "$3" ;;
	*) ok 1 "$3" ;;
	esac
}

hwm_kb() {
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$fake_pid/status"
}
