#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever a client sends or does not read: an error or a closed connection,
# bounded memory, and everybody else is served.
. "${srcdir:-.}/tests/e2e/lib.sh"

# served WHAT: another client gets its answer in time
served() {
	timeout 5 "$SWCTL" status >/dev/null
	ok $? "others are served: $1"
}

# say TEXT PART WHAT
say() {
	out=$(printf "$1" | timeout 20 $peer "$SWOFFD_SOCKET" say)
	has "$out" "$2" "$3"
}

fake_start --vfs 2 --switchdev --half-request-ms 300

say 'garbage\n' '"code":-32700' "garbage is a parse error"
say '{"jsonrpc":"2.0","id":1,"method":\n' '"code":-32700' "half an object a line too"
say '[]\n' 'one a line' "a batch is refused"
say '{"jsonrpc":"2.0","id":7,"method":"nix"}\n' '"id":7,"error":{"code":-32601' "no such method"
say '{"jsonrpc":"2.0","id":7,"method":"device.show","params":{"device":1}}\n' '"code":-32602' "a wrong type"
say '{"jsonrpc":"2.0","id":7,"method":"flow.load"}\n' 'descriptors' "a load without descriptors"
say '\377\376\n' '"code":-32700' "bytes that are no UTF-8"
say '\n\n{"jsonrpc":"2.0","id":8,"method":"device.list"}\n' '"id":8,"result"' "blank lines are skipped"

out=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf "["; print "" }' |
	timeout 20 $peer "$SWOFFD_SOCKET" say)
has "$out" '"code":-32700' "10 000 brackets"
served "after brackets"

out=$(head -c 1100000 /dev/zero | tr '\0' x |
	timeout 20 $peer "$SWOFFD_SOCKET" hold)
has "$out" "longer than 1048576 bytes" "an oversize line is told and closed"

out=$(printf '{"jsonrpc":' | timeout 20 $peer "$SWOFFD_SOCKET" hold)
has "$out" "not ended in time" "half a request then silence is told and closed"

before=$(hwm_kb)
out=$(timeout 100 $peer "$SWOFFD_SOCKET" blob 1073741824)
has "$out" "closed" "1 GiB without a newline is cut off"
timeout 100 $peer "$SWOFFD_SOCKET" flood 1000000 1074 >"$dir/flood" &
flood_pid=$!
served "during 1 GiB of garbage"
served "still"
wait "$flood_pid"
out=$(cat "$dir/flood")
has "$out" "sent 1074 answers 1074" "1 GiB of garbage lines, each answered"

mkfifo "$dir/hold"
timeout 100 $peer "$SWOFFD_SOCKET" deaf <"$dir/hold" >"$dir/deaf" &
deaf_pid=$!
exec 9>"$dir/hold"
until [ -s "$dir/deaf" ]; do kill -0 "$deaf_pid" || break; done
has "$(cat "$dir/deaf")" full "a reader that does not read is not read from"
served "beside it"
exec 9>&-
wait "$deaf_pid"

after=$(hwm_kb)
[ $((after - before)) -lt 65536 ]
ok $? "memory is bounded: $before kB, then $after kB"

out=$(timeout 60 $peer "$SWOFFD_SOCKET" crowd 200)
has "$out" 200 "200 clients at once"
served "after them"
run -j status
has "$out" '"clients":{"now":1,' "all have gone"
fake_stop

fake_start --max-clients 8
out=$(timeout 20 $peer "$SWOFFD_SOCKET" crowd 8)
has "$out" 8 "as many clients as there may be"
(
	i=0
	while [ $i -lt 30 ]; do
		"$SWCTL" status >/dev/null || echo failed
		i=$((i + 1))
	done
) >"$dir/out" &
first=$!
timeout 20 $peer "$SWOFFD_SOCKET" crowd 8 >/dev/null
wait "$first"
out=$(cat "$dir/out")
[ -z "$out" ]
ok $? "who comes when it is full waits and is served"

finish
