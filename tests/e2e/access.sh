#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may do what, one daemon a socket, and what a dead one leaves behind.
. "${srcdir:-.}/tests/e2e/lib.sh"

as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$SWCTL" "$@" \
		>"$dir/out" 2>"$dir/err"
	status=$?
	out=$(cat "$dir/out")
	err=$(cat "$dir/err")
}

fake_start --vfs 2
can_drop=no
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 \
	--clear-groups "$SWCTL" --version >/dev/null 2>&1; then
	can_drop=yes
fi

if [ $can_drop = yes ]; then
	as_nobody device list
	status 0 "others may read"
	as_nobody vf count eth0 2
	status 4 "but change nothing: status 4"
	has "$err" "not permitted" "which is said"
	as_nobody -j flow flush
	has "$status $err" '4 {"error":{"code":-32000' "in JSON too"
	as_nobody flow show
	status 0 "flows may be read"
	as_nobody flow load /dev/null
	status 4 "and not loaded"
else
	skip "needs root and setpriv to be somebody else"
fi

timeout 10 "$SWOFFD_FAKE" --socket "$SWOFFD_SOCKET" 2>"$dir/err"
has "$? $(cat "$dir/err")" "1 swoffd-fake: $SWOFFD_SOCKET: another swoffd is serving it" \
	"a second daemon is refused"
run status
status 0 "and the first one goes on"

kill -9 "$fake_pid"
wait "$fake_pid" 2>/dev/null
fake_pid=
[ -S "$SWOFFD_SOCKET" ]
ok $? "a killed daemon leaves its socket"
run status
status 3 "where nobody answers"
fake_start --vfs 2 --others-none
run status
status 0 "a new one takes its place"

[ "$(stat -c %a "$SWOFFD_SOCKET")" = 660 ]
ok $? "closed to others if so configured"
if [ $can_drop = yes ]; then
	as_nobody status
	status 4 "who may not even connect gets status 4"
else
	skip "needs root and setpriv to be somebody else"
fi
fake_stop
[ ! -e "$SWOFFD_SOCKET" ]
ok $? "a daemon that ends takes its socket along"

# Ten at once, and one wins.
i=0
while [ $i -lt 10 ]; do
	"$SWOFFD_FAKE" --socket "$SWOFFD_SOCKET" 2>>"$dir/race" &
	pids="${pids-} $!"
	i=$((i + 1))
done
"$SWCTL" wait 20
winner=$("$SWCTL" -j status | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
for pid in $pids; do
	[ "$pid" = "$winner" ] || wait "$pid"
done
[ "$(grep -c 'another swoffd' "$dir/race")" -eq 9 ]
ok $? "of ten that start at once one serves"
fake_pid=$winner

finish
