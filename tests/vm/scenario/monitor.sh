#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# swctl monitor on a real kernel: VFs, modes, flows, a full table, a rename, a
# broken reporter and a reload, in the order in which they happened.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

SYS=/sys/bus/netdevsim/devices/netdevsim10
DEBUG=/sys/kernel/debug/netdevsim/netdevsim10

# seen TEXT: the monitor has told it, or does soon.
seen() {
	timeout 20 sh -c 'tail -n +1 -f /tmp/events | grep -q -m 1 -e "$1"' \
		sh "$1"
}
# after LINES...: of these beginnings of what was told, each comes behind the
# one before it; the first that does not is printed.
after() {
	awk 'BEGIN { for (at = 1; ARGV[at] != "--"; at++) {
			want[at] = ARGV[at]; ARGV[at] = "" }
		ARGV[at] = ""; n = at; at = 1 }
	{ $1 = $2 = ""; sub(/^ */, "") }
	at < n && index($0, want[at]) == 1 { at++ }
	END { if (at < n) print want[at] }' "$@" -- /tmp/events
}

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
swoffd_start
swctl monitor >/tmp/events &
monitor=$!
ok "it begins" seen monitor-begin

echo "10 1" >/sys/bus/netdevsim/new_device
ok "a device that comes is told" seen "device-new $DEV"
ok "and its port" seen "rep-new $DEV/0"
swctl vf count $DEV 4
swctl eswitch set $DEV mode switchdev
ok "a plan is told to its end" seen "plan-done $DEV"
is "all in order" "" "$(after "device-new $DEV" "rep-new $DEV/0" \
	"vf-count-set $DEV result done count 4" "vf-count $DEV from 0 to 4" \
	"plan-begun $DEV mode switchdev steps 2" \
	"plan-step $DEV state begun way there step 1 of 2" \
	"rep-new $DEV/128 " "rep-new $DEV/131 " "plan-step $DEV state done" \
	"eswitch-mode $DEV from legacy to switchdev" "plan-done $DEV")"

# What somebody else does.
name=$(swctl -j rep list | jq -r '[.[] | select(.vf == 3)][0].netdev')
ip link set "$name" name vm3
ok "a rename" seen "link-renamed $DEV/131 netdev vm3 from $name"
ip link set vm3 mtu 1400 up
ok "another MTU" seen "link-mtu $DEV/131 netdev vm3 from 1500 to 1400"
ok "and that it is up" seen "link-state $DEV/131 netdev vm3 state up"
echo "broken" >$DEBUG/health/break_health
ok "an error that a reporter tells" seen \
	"health-state $DEV reporter dummy state [a-z]* errors 1"

# A table with room for two.
hw=$HW
for name in $(swctl -j rep list | jq -r '.[].netdev'); do
	ip link set "$name" up
done
echo 2 >$hw/capacity
dev=$(swctl -j rep list | jq -r '[.[] | select(.vf == 0)][0].netdev')
to=$(swctl -j rep list | jq -r '[.[] | select(.vf == 1)][0].netdev')
for i in 1 2 3; do
	swctl flow add "in_port($dev),eth_type(0x0800),ipv4(dst=192.0.2.$i),actions:$to"
done >/dev/null
ok "that it is full is told" seen "capacity-full $DEV in_hw 2"
ok "how many fit is learnt" seen "capacity-limit $DEV limit 2"
is "after the flows that it has" "" "$(after \
	"link-offload $DEV/128 netdev $dev result done" \
	"qdisc-ready $DEV/128 netdev $dev kind clsact" \
	"flow-state ufid:" "flow-state ufid:" "capacity-full $DEV")"
is "two of them in hardware" 2 "$(grep -c "netdev $dev from pending to in_hw" \
	/tmp/events)"
ok "one in software, with the driver's words" seen \
	"to sw: driver: table-full:$dev: netdevsim: rule table is full"
ok "the high-water mark is told" seen "capacity-high-water $DEV high 2"
swctl flow flush >/dev/null
ok "and when there is room again" seen "capacity-room $DEV in_hw 0"
is "after the flush" "" "$(after "flow-flush - flows 3" "flow-deleted ufid:" \
	"capacity-room $DEV")"

# A reload takes all with it.
devlink dev reload $DEV
ok "a reload is told" seen "device-reload $DEV ms"
ok "and that the mode is another" seen \
	"eswitch-mode $DEV from switchdev to legacy"
is "between the end of the old ports and the new one" "" "$(after \
	"rep-gone $DEV/131" "device-reload $DEV" "rep-new $DEV/0")"
# Which is read while the ports come.
is "the mode after the old ports" "" "$(after "rep-gone $DEV/131" \
	"eswitch-mode $DEV from switchdev to legacy")"

echo 10 >/sys/bus/netdevsim/del_device
ok "a device that goes is told" seen "device-gone $DEV"
kill -INT $monitor
wait $monitor
is "interrupted, it ends with the status of that" 130 $?
is "no number is missing" "" "$(awk '$2 != "-" { if (last && $2 != last + 1)
	print last, $2; last = $2 }' /tmp/events)"
swoffd_stop
tap_end
