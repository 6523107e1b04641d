#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# From a new device to flows in hardware, with counters that tc agrees on.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

is "without a daemon swctl says so, status 3" 3 \
	"$(swctl device list >/dev/null 2>&1; echo $?)"
swoffd_start
is "a ready daemon ends the waiting" 0 "$(swctl wait 5; echo $?)"

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
ok "a count over the maximum is refused" \
	eval '! swctl vf count $DEV 5000 2>/tmp/err'
like "and the error names the limit" "more than the 4" "$(cat /tmp/err)"
is "flow rules cannot go on a device that is not there, status 5" 5 \
	"$(swctl flow add dev nosuch ingress protocol ip flower action drop \
		>/dev/null 2>&1; echo $?)"
swctl vf count $DEV 4
is "the VFs are counted" "4 of 4" "$(swctl -j device list |
	jq -r '.[0].vfs | "\(.count) of \(.max)"')"
swctl eswitch set $DEV mode switchdev
is "the mode is read back" switchdev "$(swctl -j device show $DEV |
	jq -r .eswitch.mode)"
is "and devlink agrees" switchdev "$(devlink -j dev eswitch show $DEV |
	jq -r '.dev[].mode')"
ok "setting the mode in force is no error" \
	swctl eswitch set $DEV mode switchdev
ok "a busy VF count is refused" eval '! swctl vf count $DEV 2 2>/tmp/err'
like "with the kernel's own words" "Device or resource busy" "$(cat /tmp/err)"

# Names say nothing: swap them all.
n=0
for name in $(swctl -j rep list | jq -r '.[].netdev'); do
	ip link set "$name" name "swapped$((4 - n))"
	n=$((n + 1))
done
is "five ports with the right pf and vf after renaming" \
	"swapped4 physical null;swapped3 pcivf 0/0;swapped2 pcivf 0/1;swapped1 pcivf 0/2;swapped0 pcivf 0/3" \
	"$(swctl -j rep list | jq -r 'map("\(.netdev) \(.flavour) " +
		if .vf == null then "null" else "\(.pf)/\(.vf)" end) |
		join(";")')"
for name in $(swctl -j rep list | jq -r '.[].netdev'); do
	ip link set "$name" up
done

batch 1000 swapped3 swapped2 >/tmp/batch
is "1 000 flows of a tc -batch file are loaded" 0 \
	"$(swctl flow load /tmp/batch >/tmp/out 2>&1; echo $?)"
is "and all are in hardware" 1000 "$(state_count in_hw)"
is "as the kernel says too" 1000 "$(tc -j filter show dev swapped3 ingress |
	jq '[.[] | select(.options.in_hw)] | length')"
is "and the hardware" 1000 "$(cat $HW/rules)"
is "hw-tc-offload was switched on" true "$(swctl -j rep show swapped3 |
	jq .hw_tc_offload)"

dump 1000 swapped2 swapped3 >/tmp/dump
is "1 000 lines of a dump are loaded from standard input" 0 \
	"$(swctl flow load - </tmp/dump >/tmp/out 2>&1; echo $?)"
is "and all are in hardware" 2000 "$(state_count in_hw)"

# Traffic through the model: every 10th flow, as many frames as its number.
for i in $(seq 10 10 200); do
	f=$(eth 2 1 0800 "$(ipv4 10.0.0.$i 192.0.2.1 17 \
		"$(udp $((1024 + i)) 53 00)")")
	echo "128 $i $f" >$HW/inject
done
tc -j -s filter show dev swapped3 ingress | jq -c '[.[] |
	select(.options.handle) | {h: .options.handle,
	p: .options.actions[0].stats.packets,
	b: .options.actions[0].stats.bytes,
	hp: (.options.actions[0].stats.hw_packets // 0),
	hb: (.options.actions[0].stats.hw_bytes // 0)}] | sort_by(.h)' >/tmp/tc.json
swctl -j flow show --dev swapped3 | jq -c '[.[] | {h: .handle,
	p: .stats.packets, b: .stats.bytes, hp: .stats.hw_packets,
	hb: .stats.hw_bytes}] | sort_by(.h)' >/tmp/sw.json
is "20 flows have counted" 20 "$(jq '[.[] | select(.p > 0)] | length' /tmp/sw.json)"
ok "tc -s and swctl agree on every counter of every flow" \
	cmp /tmp/tc.json /tmp/sw.json
is "they are counted as hardware's" true \
	"$(jq 'all(.[]; .p == .hp and .b == .hb)' /tmp/sw.json)"
ok "a flow that was hit says when" eval \
	'[ "$(swctl -j flow show --dev swapped3 | jq "[.[] |
	select(.stats.used_ms != null)] | length")" = 20 ]'

tc filter add dev swapped3 ingress protocol ip prio 7 flower \
	dst_ip 198.51.100.1 action drop
swctl flow flush
is "flush leaves a foreign rule in place" 1 \
	"$(tc -j filter show dev swapped3 ingress |
		jq '[.[] | select(.options.handle)] | length')"
is "and no flow" 0 "$(swctl -j flow show | jq length)"

# What a flow can be refused for.
echo 1 >$HW/capacity
is "a flow that hardware has no room for runs in software" 0 \
	"$(swctl flow add 'in_port(swapped3),eth_type(0x0800),ipv4(dst=192.0.2.9),actions:swapped2' >/tmp/out; echo $?)"
is "state, code, errno and the driver's words are kept" \
	'sw driver table-full 28' \
	"$(swctl -j flow show | jq -r '.[0] | "\(.state) " + (.reasons[0] |
		"\(.stage) \(.code) \(.errno)")')"
like "the extack is verbatim" "table is full" \
	"$(swctl -j flow show | jq -r '.[0].reasons[0].extack')"
ok "with a remedy" eval \
	'[ "$(swctl -j flow show | jq ".[0].reasons[0].remedy | length")" -gt 10 ]'
echo 0 >$HW/capacity
echo vlan_push >$HW/unsupported
swctl flow add 'in_port(swapped3),eth_type(0x0800),ipv4(dst=192.0.2.10),actions:push_vlan(vid=5,pcp=0),swapped2' >/tmp/out
like "an action that the driver refuses is named" vlan_push \
	"$(swctl -j flow show | jq -r '.[].reasons[0].extack // empty')"
is "hw-only is refused outright, status 1" 1 \
	"$(swctl flow add --policy hw-only 'in_port(swapped3),eth_type(0x0800),ipv4(dst=192.0.2.11),actions:push_vlan(vid=5,pcp=0),swapped2' >/tmp/out 2>&1; echo $?)"
is "sw-only is not offered to the driver" 'sw policy-sw-only' \
	"$(swctl flow add --policy sw-only 'in_port(swapped3),eth_type(0x0800),ipv4(dst=192.0.2.12),actions:swapped2' >/dev/null
	swctl -j flow show | jq -r '.[] | select(.policy == "sw-only") |
	"\(.state) \(.reasons[0].code)"')"
tap_end
