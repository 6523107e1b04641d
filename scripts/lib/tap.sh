# SPDX-License-Identifier: GPL-2.0-or-later
# Counts claims over many test programs that print TAP (bash, sourced).

tap_passed=0
tap_failed_all=0
tap_log=

# tap_run NAME COMMAND...: runs it, counts its lines.  A test that skips, that
# claims nothing or that ends badly has failed.
tap_run() {
	local name=$1 status passed failed skipped start=$SECONDS
	shift
	"$@" >"$tap_log" 2>&1 </dev/null
	status=$?
	passed=$(grep -c '^ok' "$tap_log")
	failed=$(grep -c '^not ok' "$tap_log")
	skipped=$(grep -ci '^ok .*# *skip' "$tap_log")
	passed=$((passed - skipped))
	failed=$((failed + skipped))
	if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ "$passed" = 0 ]; }; then
		failed=1
	fi
	tap_passed=$((tap_passed + passed))
	tap_failed_all=$((tap_failed_all + failed))
	if [ "$failed" = 0 ]; then
		printf 'ok    %-34s %4d claims %4d s\n' "$name" "$passed" \
			$((SECONDS - start))
		return
	fi
	printf 'FAIL  %-34s %4d of %d, status %d\n' "$name" "$failed" \
		$((passed + failed)) "$status"
	grep -v '^ok' "$tap_log" | tail -n 40 | sed 's/^/      /'
}

# tap_claim NAME COMMAND...: one claim, which holds if the command succeeds.
tap_claim() {
	local name=$1
	shift
	tap_run "$name" tap_one "$@"
}

tap_one() {
	if "$@"; then echo "ok 1"; else echo "not ok 1"; return 1; fi
}

tap_end() {
	echo "$tap_passed passed, $tap_failed_all failed"
	[ "$tap_failed_all" = 0 ]
}
