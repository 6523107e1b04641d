#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Flows of a real ovs-vswitchd: what is loaded does what the datapath did.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh

swoffd_start
four_vfs
ovs_start false
# It is not to give up what hardware forwards, of which it sees no packet.
ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1000000
ovs_bridge br0 eth0 eth1 eth2 eth3 eth4

# Frames that came out since the last call, by port: "eth0:1 eth2:1".
delivered() {
	awk '$3 == "frames" && $4 > 0 { printf "%s%s:%s", n++ ? " " : "", $2, $4 }
		END { print "" }' $HW/delivered
	echo >$HW/delivered
}

inject() { echo "$1 $2 $3" >$HW/inject; }

to_1=$(eth 1 0 0800 "$(ipv4 10.0.0.1 10.0.0.2 6 "$(tcp 4000 80 2)")")
to_0=$(eth 0 1 0800 "$(ipv4 10.0.0.2 10.0.0.1 6 "$(tcp 80 4000 18)")")
v6=$(eth 1 0 86dd "6000000000083a40$(printf 'fe80%026d' 1)01$(printf 'fe80%026d' 2)018000000000000000")
tagged=$(vlan 8100 7 3 "$to_1")
back=$(vlan 8100 7 0 "$to_0")
arp=ffffffffffff02000000000008060001080006040001020000000000$(ip4 10.0.0.1)000000000000$(ip4 10.0.0.9)

# The first frames are flooded and teach OVS who is where; it then makes other
# flows of them by itself.
for i in 1 2; do
	inject 129 1 "$to_0"
	inject 129 1 "$back"
	for frame in "$to_1" "$v6" "$tagged"; do inject 128 1 "$frame"; done
done
for flow in 'eth1).*0x86dd.*actions:eth2' 'eth1).*vid=7.*actions:eth2' \
	'eth1).*eth_type(0x0800).*actions:eth2' 'eth2).*vid=7.*actions:eth1'; do
	ok "OVS has made a flow in_port($flow" ovs_wait_flow "in_port($flow$"
done
delivered >/dev/null

for form in "" -m; do
	ovs_flows $form >/tmp/flows
	is "every unicast flow of dump-flows $form is taken" \
		"0 $(grep -c actions: /tmp/flows)" \
		"$(swctl flow load /tmp/flows >/tmp/out 2>&1; echo $?) $(state_count in_hw)"
done
is "with the ufid that the line gave" \
	"$(sed -n 's/^ufid:\([^,]*\),.*/\1/p' /tmp/flows | sort)" \
	"$(swctl -j flow show | jq -r '.[].ufid' | sort)"

datapath() { ovs-appctl dpctl/show | sed -n 's/.*lookups: hit:\([0-9]*\).*/\1/p'; }
before=$(datapath)
inject 128 100 "$to_1"
inject 129 50 "$to_0"
inject 128 20 "$v6"
inject 128 10 "$tagged"
is "hardware forwards each to its port" "eth1:50 eth2:130" "$(delivered)"
is "and the datapath sees none of them" "$before" "$(datapath)"
is "the counters are hardware's" 180 "$(swctl -j flow show |
	jq '[.[].stats.hw_packets] | add')"

# A flood goes to the host too.
inject 128 1 "$arp"
ovs_wait_flow 'eth_type(0x0806).*actions:.*br0'
delivered >/dev/null
inject 128 10 "$arp"
flood=$(delivered)
ovs_flows | grep 0x0806 >/tmp/flood
is "a flood that the host gets too is taken" 0 \
	"$(swctl flow load /tmp/flood >/dev/null 2>/tmp/err; echo $?)"
like "in software, for hardware does not reach the host" \
	"_ingress' is not supported" "$(cat /tmp/err)"
inject 128 10 "$arp"
is "and goes on as before" "$flood" "$(delivered)"

# What was changed while it was in hardware.
ovs_flows | sed -n 's/actions:eth2$/actions:eth2,eth3/p' >/tmp/changed
swctl flow load /tmp/changed >/dev/null
inject 128 5 "$to_1"
is "other actions for the same flow take effect" "eth2:5 eth3:5" \
	"$(delivered)"
swctl flow flush >/dev/null
inject 128 5 "$to_1"
is "without rules the datapath forwards again" "eth2:5" "$(delivered)"
tap_end
