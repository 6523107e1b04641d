#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# swctl monitor: order, filters, going on after a break, and readers who are
# slow, gone or too many.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 2 --switchdev --capacity 4

# begun FILE: the monitor that writes there has begun.
begun() {
	timeout 20 sh -c 'until grep -q monitor-begin "$1" 2>/dev/null; do
		"$2" status >/dev/null 2>&1; done' sh "$1" "$SWCTL"
}

# watch NAME WORD...: a monitor in the background, $dir/NAME its output.
watch() {
	name=$1
	shift
	"$SWCTL" "$@" >"$dir/$name" 2>"$dir/$name.err" &
	monitor_pid=$!
	begun "$dir/$name"
}

# ended: by itself; its status in $status
ended() {
	wait "$monitor_pid"
	status=$?
	out=$(cat "$dir/$name")
	err=$(cat "$dir/$name.err")
}

# kinds FILE: of the events in it, in one line
kinds() { cut -d ' ' -f 3 "$1" | tr '\n' ' '; }

# numbers FILE: do they go up?
numbers() { cut -d ' ' -f 2 "$1" | grep -v -e - | sort -n -c -u; }

flow() {
	printf 'in_port(eth0_%s),eth_type(0x0800),ipv4(dst=192.0.2.%s),actions:eth0_1' \
		"$1" "$2"
}

# Order.
watch order monitor --count 12 eswitch plan rep
"$SWCTL" eswitch set eth0 mode legacy
"$SWCTL" eswitch set eth0 mode switchdev
ended
status 0 "a monitor ends after so many events"
[ "$(kinds "$dir/order")" = "monitor-begin plan-begun plan-step rep-gone rep-gone plan-step eswitch-mode plan-done plan-begun plan-step rep-new rep-new plan-step " ]
ok $? "a change of mode is told in order"
numbers "$dir/order"
ok $? "with numbers that go up"
has "$out" " eswitch-mode fake/dev0 from switchdev to legacy" "what was and what is"
has "$out" " rep-gone fake/dev0/1 netdev eth0_0 vf 0 flavour pcivf" \
	"a representor is told by its port"
has "$out" "state begun way there step 1 of 1 ms 0: set mode legacy" \
	"a step with its text"

watch flow -j monitor --count 2 flow
"$SWCTL" -j flow add "$(flow 0 1)" >"$dir/added"
"$SWCTL" flow del "$(flow 0 1)"
ended
ufid=$(sed -n 's/.*"ufid":"\([^"]*\)".*/\1/p' "$dir/added")
has "$out" "\"event\":\"flow-state\",\"device\":\"fake/dev0\",\"port_index\":1,\"netdev\":\"eth0_0\",\"ufid\":\"$ufid\",\"from\":\"pending\",\"to\":\"in_hw\",\"text\":null}" \
	"a flow, in JSON"
has "$out" "\"event\":\"flow-deleted\"" "and its end"
[ "$(wc -l <"$dir/flow")" -eq 3 ]
ok $? "an object a line"
run monitor --no-follow flow
[ "$(printf '%s\n' "$out" | grep -c ' flow-')" -eq 2 ]
ok $? "while nobody watches, flows leave no events"

watch full monitor --count 1 capacity-full
for i in 1 2 3 4 5; do "$SWCTL" flow add "$(flow 0 $i)"; done >/dev/null
ended
has "$out" " capacity-full fake/dev0 in_hw 4" "a full table is told"
watch room monitor --count 1 capacity-room
"$SWCTL" flow stats >/dev/null
"$SWCTL" flow flush >/dev/null
ended
has "$out" " capacity-room fake/dev0 in_hw 0 limit 4" "and room again"
"$SWCTL" vf set eth0 1 trust on
run -j monitor --no-follow vf-set
has "$out" '"event":"vf-set","device":"fake/dev0","vf":1,"result":"done","text":null}' \
	"what was asked for"
"$SWCTL" rate del fake/dev0/nix 2>/dev/null
run monitor --no-follow rate
has "$out" "result failed node nix: " "and how it failed"

# Filters.
run monitor --no-follow plna
status 2 "a kind that is not known is wrong usage"
has "$err" "no events 'plna'; did you mean 'plan'?" "and a near one is named"
run -j monitor --no-follow vf-cuont
has "$status $err" '2 {"error":{"code":-32000,"message":"monitor: no events '"'vf-cuont'; did you mean 'vf-count'?" \
	"in JSON too"
run monitor --no-follow --device eth0_1 plan
has "$out" "plan-begun fake/dev0" "a device may be named by any netdev of it"
run monitor --no-follow --device fake/dev7
[ "$status $(kinds "$dir/out")" = "0 monitor-begin " ]
ok $? "or be one that is yet to come"
run monitor --no-follow --device eth7
has "$status $err" "5 swctl: no devlink device 'eth7'; did you mean 'eth0'?" \
	"but not a netdev that is not there"

# Going on.
run monitor --no-follow
first=$(sed -n '2s/^[^ ]* \([0-9]*\) .*/\1/p' "$dir/out")
last=$(sed -n '$s/^[^ ]* \([0-9]*\) .*/\1/p' "$dir/out")
epoch=$(sed -n '1s/.* epoch \([0-9a-f]*\) .*/\1/p' "$dir/out")
[ "$first" -eq 1 ] && has "$out" " 1 daemon-ready - devices 1 links 4" \
	"the first event is that the daemon is ready"
run monitor --no-follow --since $((last - 2)) --epoch "$epoch"
[ "$(cut -d ' ' -f 2 "$dir/out" | tr '\n' ' ')" = "- $((last - 1)) $last " ]
ok $? "those after a number"
run monitor --no-follow --since "$last"
[ "$(kinds "$dir/out")" = "monitor-begin " ]
ok $? "none after the last"
run monitor --no-follow --since 0 --epoch 0123456789abcdef
[ "$(sed -n 2p "$dir/out" | cut -d ' ' -f 3)" = monitor-restart ]
ok $? "those of another daemon are told from ours"
[ "$(sed -n 3p "$dir/out" | cut -d ' ' -f 2)" = 1 ]
ok $? "and ours follow from the first on"
for since in $((last + 1)) 9223372036854775807; do
	run monitor --no-follow --since $since
	[ "$status $(sed -n 2p "$dir/out" | cut -d ' ' -f 3)" = "0 monitor-restart" ]
	ok $? "$since of the future is another daemon's"
done
for since in -1 1x 9223372036854775808 ''; do
	run monitor --no-follow --since="$since"
	status 2 "--since '$since' is wrong usage"
done
run monitor --epoch "$epoch"
status 2 "an epoch without a number, too"
run monitor --count 0
status 2 "and to end after none"

out=$(printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"monitor"}' |
	timeout 20 $peer "$SWOFFD_SOCKET" say)
has "$out" "takes 1 descriptors" "it needs a descriptor"
out=$(printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"monitor","params":{"since":-5}}' |
	timeout 20 $peer "$SWOFFD_SOCKET" say)
has "$out" "since: not a number from 0 up" "and no negative number"

# A reader who leaves, or is interrupted.
watch int monitor
kill -INT "$monitor_pid"
ended
status 130 "interrupted, it ends as the shell expects"
"$SWCTL" monitor --no-follow 2>"$dir/err" | head -n 1 >"$dir/out"
has "$(kinds "$dir/out")" monitor-begin "a reader who has enough"
[ ! -s "$dir/err" ]
ok $? "is no error"

# As many as may watch, and one more.
pids=
for i in $(seq 32); do
	watch "m$i" monitor
	pids="$pids $monitor_pid"
done
run monitor
has "$status $err" "1 swctl: monitor: 32 are watching already" \
	"more than may watch are refused"
run flow show
status 0 "others are served meanwhile"
descriptors=$(ls /proc/$fake_pid/fd | wc -l)
for pid in $pids; do kill -9 "$pid"; wait "$pid" 2>/dev/null; done
timeout 20 sh -c 'until "$1" monitor --no-follow >/dev/null 2>&1; do :; done' \
	sh "$SWCTL"
ok $? "when they have gone, there is room"
timeout 20 sh -c 'while [ "$(ls /proc/$1/fd | wc -l)" -gt $(($2 - 64)) ]; do
	"$3" status >/dev/null; done' sh "$fake_pid" "$descriptors" "$SWCTL"
ok $? "and no descriptor is left"

# Who does not read: neither the daemon's memory nor its other clients care.
awk 'BEGIN { for (i = 0; i < 9000; i++)
	printf "filter add dev eth0_0 ingress protocol ip flower ip_proto tcp dst_ip 10.0.%d.%d action drop\n",
		i / 256, i % 256 }' >"$dir/bulk"
# turn: 9000 flows, more than are kept, come and go, and each is told twice
turn() {
	"$SWCTL" flow load "$dir/bulk" >/dev/null 2>&1
	"$SWCTL" flow flush >/dev/null
}
watch narrow monitor --count 1 flow-deleted
narrow=$monitor_pid
watch wide monitor flow-state
"$SWCTL" flow load "$dir/bulk" >/dev/null 2>&1
"$SWCTL" flow del dev eth0_0 ingress protocol ip flower ip_proto tcp \
	dst_ip 10.0.0.1
wait "$narrow"
kill "$monitor_pid"
wait "$monitor_pid" 2>/dev/null
[ "$(kinds "$dir/narrow")" = "monitor-begin flow-deleted " ]
ok $? "who waits has missed nothing that it did not ask for"
"$SWCTL" flow flush >/dev/null

mkfifo "$dir/slow"
exec 8<>"$dir/slow"
"$SWCTL" -j monitor >"$dir/slow" 2>"$dir/slow.err" &
monitor_pid=$!
read -r begin <&8
turn
turn
turn
before=$(hwm_kb)
turn
turn
turn
after=$(hwm_kb)
[ $((after - before)) -lt 2048 ]
ok $? "a reader who does not read costs no more with each event ($before kB, $after kB)"
run -j monitor --no-follow flow-flush
last=$(sed -n '1s/.*"last":\([0-9]*\).*/\1/p' "$dir/out")
sed "/\"seq\":$last[,}]/q" <&8 >"$dir/read"
kill "$monitor_pid"
wait "$monitor_pid" 2>/dev/null
exec 8<&-
lost=$(sed -n 's/.*"lost":\([0-9]*\).*/\1/p' "$dir/read" |
	awk '{ n += $1 } END { print n + 0 }')
[ "$lost" -gt 0 ]
ok $? "it is told how many it has missed ($lost)"
from=$(printf '%s\n' "$begin" | sed -n 's/.*"last":\([0-9]*\).*/\1/p')
[ $((from + lost + $(grep -c '"seq":[0-9]' "$dir/read"))) -eq "$last" ]
ok $? "and with them none is missing"

# Another daemon.
watch alone monitor daemon
alone=$monitor_pid
watch both monitor --reconnect --count 1 daemon
fake_stop
wait "$alone"
has "$?" 3 "when the daemon ends, so does its monitor, with status 3"
has "$(cat "$dir/alone.err")" "the daemon closed the connection" "and says why"
fake_start --vfs 2
ended
status 0 "with --reconnect it goes on"
has "$err" "the daemon has gone; waiting for the next" "which is said"
has "$(kinds "$dir/both")" "monitor-begin monitor-begin monitor-restart daemon-ready" \
	"and that it is another daemon"
finish
