#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mirror mode beside a real ovs-vswitchd: how soon hardware forwards what the
# datapath has just learnt, and follows what is changed and deleted there.
#
#	ovs-mirror.sh [FLOWS]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-mirror/lib.sh

n=${1:-300}
mirror_start
strangers_add
is "rules of others and of those who asked for them are in hardware" \
	2 "$(strangers)"
# One more on a port of the bridge, which stays there.
tc qdisc replace dev eth3 clsact
tc filter add dev eth3 ingress prio 4 protocol ip flower skip_hw \
	dst_ip 192.168.7.3 action drop
beside() { tc -j filter show dev eth3 ingress prio 4; }
beside=$(beside)

# within CLAIM MS LINE: its 99th percentile.
within() {
	echo "# $3"
	ok "$1" awk -v line="$3" -v ms="$2" 'BEGIN {
		exit !(match(line, /p99 [0-9.]+/) &&
		       substr(line, RSTART + 4, RLENGTH - 4) + 0 <= ms) }'
}

# Births: one after the other, then so many at once that they wait for each
# other, for there is one processor.
flows_make "$n"
rules_add
said=$(latency.py birth $HW/inject 128 "$n" 1)
within "hardware has 99 of 100 flows within 200 ms of their birth" 200 \
	"$(head -n 1 <<<"$said")"
within "and of their first frame" 200 "$(tail -n 1 <<<"$said")"
is "all of them" "$n" "$(mirrored)"
agrees "each flow of the datapath is one rule, and no rule is without"
forget
send 0 $((n - 1))
is "hardware forwards them" "eth2:$n" "$(out)"

ovs-appctl dpctl/del-flows
ok "a flush, of which nobody tells, takes all rules away within 2 s" \
	eventually 2 are_mirrored 0
agrees "and nothing else"
# Of its own, vswitchd would not make again what it thinks is there.
ovs-appctl revalidator/purge
within "30 at a time are there as soon" 200 \
	"$(latency.py birth $HW/inject 128 "$n" 30)"
agrees "and as they should be"

# Changes.
for to in eth3 eth2,eth3 drop eth2; do
	forget
	rules_mod "$to"
	ovs-appctl revalidator/wait
	agrees "flows that now go to $to are rules that do"
	send 0 $((n - 1))
	is "and so go frames" "$(tr , '\n' <<<"$to" | sed "/drop/d; s/$/:$n/" |
		paste -sd' ')" "$(out)"
done
within "rules are another 200 ms after the datapath's flows are" 200 \
	"$(latency.py change 50 ovs-ofctl --names mod-flows br0 \
		"in_port=eth1,udp,nw_src=10.0.0.0/26,actions=output:eth3")"

# What goes.
ovs-ofctl --names del-flows br0 in_port=eth1,udp,nw_src=10.0.0.0/26
ovs-appctl revalidator/wait
ok "rules that are deleted in OpenFlow are in hardware no more" \
	eventually 2 are_mirrored $((n - 64))
agrees "but all others are"
ovs-vsctl del-port eth2
agrees "without the port that they go to, flows drop"
forget
send 64 $((n - 1))
is "in hardware, too" "" "$(out)"
ovs-vsctl add-port br0 eth2
rules_add
ok "rules of a port that is there again are in hardware" born "$n"
ovs-appctl revalidator/wait
agrees "all of them"
forget
send 0 $((n - 1))
is "and forward to it" "eth2:$n" "$(out)"
ovs-vsctl del-port eth1
ok "without the port that they come from they are gone" \
	eventually 2 are_mirrored 0
agrees "and nothing is left of it"
ovs-vsctl add-port br0 eth1
rules_add
ok "back with the port, whose qdiscs Open vSwitch deletes" born "$n"
agrees "all are as they should be"
tc qdisc del dev eth1 clsact
ok "a qdisc that somebody deletes comes back with its rules" \
	eventually 2 are_mirrored "$n"
agrees "and all are as they should be"

is "a filter of others on a port of the bridge is as it was" "$beside" \
	"$(beside)"
ovs-vsctl del-br br0
ok "a bridge that is deleted leaves no rule" eventually 2 are_mirrored 0
agrees "and no flow"
is "none of all this was anything to the rules of others" 2 "$(strangers)"
ovs_bridge br0 eth0 eth1 eth2 eth3
rules_add
ok "a new bridge, of the same name, is mirrored" born "$n"
agrees "as it should be"
tap_end
