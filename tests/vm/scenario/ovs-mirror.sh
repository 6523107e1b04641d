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

# soon CLAIM COMMAND...: the rules come, and it says how soon.
soon() {
	local claim=$1 said
	shift
	said=$("$@")
	is "$claim" 0 $?
	sed 's/^/# /' <<<"$said"
}

# Births: one after the other, then so many at once that they wait for each
# other, for there is one processor.
flows_make "$n"
rules_add
soon "hardware has each flow with its first frame" \
	latency.py birth $HW/inject 128 "$n" 1
is "and keeps them" "$n" "$(mirrored)"
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
soon "30 come at a time, too" latency.py birth $HW/inject 128 "$n" 30
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
soon "rules are others when the datapath's flows are" \
	latency.py change 50 ovs-ofctl --names mod-flows br0 \
	"in_port=eth1,udp,nw_src=10.0.0.0/26,actions=output:eth3"

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
