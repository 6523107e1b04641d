# SPDX-License-Identifier: GPL-2.0-or-later
# Counts claims over many test programs that print TAP (bash, sourced).  As
# many run at once as there are processors.

tap_limit=1200         # seconds, after which a test hangs and has failed

tap_begin() {
	tap_dir=$(mktemp -d) || exit
	trap 'rm -rf "$tap_dir"' EXIT
	tap_n=0
}

# tap_run NAME COMMAND...: a test that skips, that claims nothing or that ends
# badly has failed.
tap_run() {
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
	tap_n=$((tap_n + 1))
	tap_one "$tap_dir/$tap_n" "$@" &
}

tap_one() {
	local log=$1 name=$2 status passed failed skipped start=$SECONDS
	shift 2
	if [ "$(type -t "$1")" = function ]; then
		"$@" >"$log" 2>&1 </dev/null
	else
		timeout "$tap_limit" "$@" >"$log" 2>&1 </dev/null
	fi
	status=$?
	passed=$(grep -c '^ok' "$log")
	failed=$(grep -c '^not ok' "$log")
	skipped=$(grep -ci '^ok .*# *skip' "$log")
	passed=$((passed - skipped))
	failed=$((failed + skipped))
	if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
		failed=1
	fi
	echo "$passed $failed" >"$log.count"
	tap_show "$((SECONDS - start))"
}

# One printf, so that what runs beside it does not get in between.
tap_show() {
	if [ "$failed" = 0 ]; then
		printf 'ok    %-34s %4d claims %4d s\n' "$name" "$passed" "$1"
		return
	fi
	printf 'FAIL  %-34s %4d of %d, status %d\n%s\n' "$name" "$failed" \
		$((passed + failed)) "$status" \
		"$(grep -v '^ok' "$log" | tail -n 40 | sed 's/^/      /')"
}

# tap_claim NAME COMMAND...: one claim, which holds if the command succeeds.
tap_claim() {
	local name=$1
	shift
	tap_run "$name" tap_command "$@"
}

tap_command() {
	if "$@"; then echo "ok 1"; else echo "not ok 1"; return 1; fi
}

# The closing line over all; fails if anything failed, or vanished.
tap_end() {
	local passed=0 failed=0 p f i
	wait
	for ((i = 1; i <= tap_n; i++)); do
		read -r p f 2>/dev/null <"$tap_dir/$i.count" || { p=0; f=1; }
		passed=$((passed + p))
		failed=$((failed + f))
	done
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
