#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Meters of a real ovs-vswitchd: their police actions, and flows that have them.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh

meters=../../data/swoffd-ovs-meters
of() { ovs-ofctl -O OpenFlow13 "$@" 2>&1; }
# police INDEX-BASE: what tc says of those from there on, by number.
police() {
	tc actions ls action police | sed -n \
		"s/.*police 0x$1\\([0-9a-f]*\\) \\(.*[^ ]\\) *\$/\\1 \\2/p" |
		sed 's/^0*\([0-9a-f]\)/\1/' | sort
}
# shared INDEX COUNT: so many filters have that action, soon: when the driver is
# asked again, a filter is replaced, and the old one holds the action until a work
# queue of the kernel frees it.
shared() {
	timeout 10 bash -c "until tc actions get action police index $1 |
		grep -q ' bind $2 '; do :; done"
}
reason() { swctl -j flow show | jq -r \
	'[.[] | .state + " " + (.reasons[0].code // "-") + " " +
	  (.reasons[0].subject // "-")] | sort | join(", ")'; }

swoffd_start
four_vfs

is "without Open vSwitch it makes nothing" "1 " \
	"$($meters >/tmp/out 2>&1; echo $?) $(police 53)"
like "and says why" "datapaths in the kernel" "$(cat /tmp/out)"

# What ovs-vswitchd makes of its own meters when it offloads.
ovs_start true
ovs_bridge br0 eth0 eth1 eth2 eth3
add_meters() {
	of add-meter br0 'meter=7,pktps,burst,band=type=drop,rate=100,burst_size=20'
	of add-meter br0 'meter=3,kbps,band=type=drop,rate=8000'
	of add-meter br0 'meter=12,kbps,burst,stats,band=type=drop,rate=12345,burst_size=777'
	of add-meter br0 'meter=1,kbps,burst,band=type=drop,rate=4294967,burst_size=99999'
	of add-meter br0 'meter=5,pktps,band=type=drop,rate=123456'
}
add_meters
theirs=$(police 10)
ok "five meters have police actions of Open vSwitch" \
	[ "$(wc -l <<<"$theirs")" = 5 ]
$meters >/tmp/out 2>&1
is "ours are made of the same meters" 0 $?
# tc(8) cuts the time that a burst takes to whole microseconds.
bursts() {
	awk '{
		match($0, /rate [0-9]+[KM]?bit/)
		rate = substr($0, RSTART + 5) + 0
		rate *= $0 ~ /Kbit/ ? 1e3 : $0 ~ /Mbit/ ? 1e6 : 1
		match($0, / burst [0-9]+K?b/)
		burst = substr($0, RSTART + 7) + 0
		burst *= $0 ~ / burst [0-9]+Kb/ ? 1024 : 1
		if (NR > FNR && (burst > had[FNR] ||
				 had[FNR] - burst > rate / 8e6 + 1))
			bad = 1
		if (NR == FNR)
			had[FNR] = burst
	} END { exit bad }' <(echo "$1") <(echo "$2")
}
ours=$(police 53)
is "and have the same limits, each under the number of its meter" \
	"$(sed 's/ burst [0-9]*K\?b / /' <<<"$theirs")" \
	"$(sed 's/ burst [0-9]*K\?b / /' <<<"$ours")"
ok "bursts too, but for a microsecond" bursts "$theirs" "$ours"
ovs_stop
tc actions flush action police

ovs_start false
ovs_bridge br0 eth0 eth1 eth2 eth3
add_meters
# Numbers are no longer those of the pools.
of del-meter br0 meter=3
of add-meter br0 'meter=30,kbps,burst,band=type=drop,rate=9000,burst_size=90'
is "an Open vSwitch that does not offload makes none" "" "$(police 10)"

flow() { echo "in_port(eth$1),eth_type(0x0800),ipv4(dst=192.0.2.$2,frag=no),actions:$3"; }
{ flow 1 1 'meter(0),eth2'; flow 1 2 'meter(0),eth3'; flow 1 3 'meter(1),eth2'; } \
	>/tmp/flows
swctl flow load /tmp/flows >/dev/null 2>&1
is "without actions their flows are refused by meter" \
	"rejected meter-missing meter(0), rejected meter-missing meter(0), rejected meter-missing meter(1)" \
	"$(reason)"
is "and none is made that limits nothing" "" "$(police 53)"

$meters >/tmp/out 2>&1
is "they are made" "0 5" "$? $(wc -l </tmp/out)"
like "by the number of the datapath" "1 rate 9Mbit burst 11520b" "$(police 53)"
swctl flow load /tmp/flows >/dev/null 2>/tmp/err
is "then all flows load" 0 $?
is "none is rejected" 0 "$(state_count rejected)"
ok "two flows share one action" shared $((0x53000000)) 2
ok "and the third has another" shared $((0x53000001)) 1
is "and are read back by their own cookies" 3 \
	"$(swctl -j flow show | jq 'map(select(.state == "sw" or .state == "in_hw")) | length')"
is "an action that is as it should be is not touched" "" "$($meters 2>&1)"

# Frames in software: 20 of 100 at once pass.
sent=$(eth 1 0 0800 "$(ipv4 10.0.0.1 192.0.2.1 17 "$(udp 1 2 00)")")
other=$(eth 1 0 0800 "$(ipv4 10.0.0.1 192.0.2.3 17 "$(udp 1 2 00)")")
inject 128 100 "$sent"
inject 128 5 "$other"
tc -s actions get action police index $((0x53000000)) >/tmp/after
dropped=$(sed -n 's/.*dropped \([0-9]*\),.*/\1/p' /tmp/after)
ok "beyond the burst frames are dropped" [ "${dropped:-0}" -ge 60 ]
is "a flow counts what passed, not what its meter counts for all" \
	"$((100 - dropped)) 0 5" \
	"$(swctl -j flow show | jq -r '[.[].stats.packets | tostring] | join(" ")')"

# A meter that changes.
of mod-meter br0 'meter=7,pktps,burst,band=type=drop,rate=200,burst_size=40'
is "a change is made in place" \
	"meter 0 (br0 7): pktps rate 200 burst 40, police index $((0x53000000))" \
	"$($meters 2>&1)"
like "for the flows that have it" "pkts_rate 200 pkts_burst 40" \
	"$(tc filter show dev eth1 ingress)"

# A restart of the daemon.
swoffd_stop
is "the actions outlive the daemon" 5 "$(police 53 | wc -l)"
swoffd_start
swctl wait 10
is "and so do the flows" 3 "$(swctl -j flow show | jq length)"
ok "with their actions" shared $((0x53000000)) 2

# A meter that goes.
of del-meter br0 meter=7
of del-meter br0 meter=12
$meters >/tmp/out 2>/tmp/err
is "an action in use stays" 1 $?
like "which is told" "meter 0 is gone or no longer fit, and its action in use" \
	"$(cat /tmp/err)"
is "one that is not is removed" "meter 2: removed" "$(cat /tmp/out)"
swctl flow flush >/dev/null
is "without flows it is removed" "meter 0: removed" "$($meters 2>&1)"
swctl flow load /tmp/flows >/dev/null 2>&1
is "and flows with it are refused" 2 \
	"$(swctl -j flow show | jq '[.[] | select(.reasons[0].code == "meter-missing")] | length')"

# Somebody else's.
tc actions add action police rate 1mbit burst 10k conform-exceed drop/pipe \
	index $((0x53000000))
of add-meter br0 'meter=8,kbps,band=type=drop,rate=8000'
is "an action that is not ours is never replaced" \
	"swoffd-ovs-meters: meter 0 (br0 8): police index $((0x53000000)) is somebody else's" \
	"$($meters 2>&1)"
# Two datapaths.
ovs-dpctl add-dp dp1
is "with two datapaths it refuses" "1" "$($meters >/dev/null 2>&1; echo $?)"
ovs-dpctl del-dp dp1
tap_end
