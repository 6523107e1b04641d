#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The model's rule table as tc sees it: what it takes, what it refuses and how
# it says so. Run by scripts/vm.

. "$(dirname "$0")/../testlib.sh"

sim_add 10 4

# Taking and giving back
ok "a rule is taken" rule ${rep[0]} prio 1 protocol ip flower skip_sw \
	dst_ip 10.0.0.2 action mirred egress redirect dev ${rep[1]}
is "tc says that hardware has it" true "$(in_hw ${rep[0]} 1)"
is "the table counts it" 1 "$(cat $hw/rules)"
like "the table shows it" \
	"dev ${rep[0]} chain 0 prio 1 protocol 0x0800 match eth_type 0x0800 dst_ip 10.0.0.2 actions redirect:${rep[1]} packets 0 bytes 0" \
	"$(cat $hw/table)"
ok "the same rule is replaced in place" tc filter replace dev ${rep[0]} \
	ingress prio 1 handle 1 protocol ip flower skip_sw dst_ip 10.0.0.2 \
	action mirred egress redirect dev ${rep[2]}
like "the table shows the new one" "redirect:${rep[2]}" "$(cat $hw/table)"
is "and only that" 1 "$(cat $hw/rules)"
ok "it is deleted" tc filter del dev ${rep[0]} ingress prio 1
is "the table is empty" 0 "$(cat $hw/rules)"
is "and shows nothing" "" "$(cat $hw/table)"

# Every key that flower can offload, one at a time
take() {
	local words=$1
	ok "takes: $words" rule ${rep[0]} prio 1 $words action drop
	tc filter del dev ${rep[0]} ingress 2>/dev/null
}
while read -r words; do take "$words"; done <<'KEYS'
protocol all flower skip_sw
protocol all flower skip_sw dst_mac 02:00:00:00:00:01/ff:ff:ff:00:00:00
protocol ip flower skip_sw src_ip 10.0.0.0/8 dst_ip 10.1.0.0/16
protocol ip flower skip_sw ip_proto tcp src_port 1 dst_port 2 tcp_flags 0x2/0x2
protocol ip flower skip_sw ip_proto udp dst_port 53/0xfff0
protocol ip flower skip_sw ip_proto sctp dst_port 53
protocol ip flower skip_sw ip_tos 0x10/0xfc ip_ttl 64
protocol ip flower skip_sw ip_flags nofrag
protocol ip flower skip_sw ip_flags frag/firstfrag
protocol ip flower skip_sw ip_proto icmp type 8 code 0
protocol ipv6 flower skip_sw dst_ip fd00::/8
protocol ipv6 flower skip_sw dst_ip fd00::1 ip_proto icmpv6 type 135
protocol arp flower skip_sw arp_op request arp_tip 10.0.0.1
protocol 802.1q flower skip_sw vlan_id 7 vlan_prio 3
protocol 802.1ad flower skip_sw vlan_id 7 vlan_ethtype 802.1q cvlan_id 8
protocol mpls_uc flower skip_sw mpls_label 77 mpls_bos 1
protocol all flower skip_sw num_of_vlans 2
protocol ip flower skip_sw ct_state -trk
KEYS
is "all of them are gone" 0 "$(cat $hw/rules)"

# Refusals
rule ${rep[0]} prio 1 protocol ip flower skip_sw ip_proto tcp \
	dst_port 1-9 action drop
like "a port range is refused by name" \
	"netdevsim: match key 'port_range' is not supported" "$said"
rule ${rep[0]} prio 1 protocol ip flower skip_sw enc_dst_ip 1.1.1.1 action drop
like "a tunnel key on a representor is refused by name" \
	"match key 'enc_ipv4' is not supported" "$said"
rule ${rep[0]} prio 1 protocol ip flower skip_sw \
	action mirred ingress redirect dev ${rep[1]}
like "an action that is not there is refused by name" \
	"action 'redirect_ingress' is not supported" "$said"
rule ${rep[0]} prio 1 protocol ip flower skip_sw \
	action mirred egress redirect dev lo
like "so is a way out that is no port" \
	"'lo' is not a port of this switch" "$said"
ok "without skip_sw software takes such a rule" rule ${rep[0]} prio 1 \
	protocol ip flower action mirred egress redirect dev lo
is "and says that hardware has not" false "$(in_hw ${rep[0]} 1)"
tc filter del dev ${rep[0]} ingress

echo tcp,vlan_push >$hw/unsupported
is "unsupported reads back" "tcp vlan_push" "$(echo $(cat $hw/unsupported))"
rule ${rep[0]} prio 1 protocol ip flower skip_sw ip_proto tcp \
	tcp_flags 0x2 action drop
like "a key made unsupported is refused" \
	"netdevsim: match key 'tcp' is not supported" "$said"
rule ${rep[0]} prio 1 protocol ip flower skip_sw action vlan push id 5 pipe \
	action mirred egress redirect dev ${rep[1]}
like "an action made unsupported is refused" \
	"netdevsim: action 'vlan_push' is not supported" "$said"
ok "an unknown name is EINVAL" eval \
	"echo nonsense >$hw/unsupported 2>/dev/null; [ \$? = 1 ]"
is "and changes nothing" "tcp vlan_push" "$(echo $(cat $hw/unsupported))"
echo none >$hw/unsupported
is "none clears the list" "" "$(cat $hw/unsupported)"
ok "supported names them" grep -qx "key tcp" $hw/supported
ok "supported names actions" grep -qx "action vlan_push" $hw/supported

# Capacity
echo 2 >$hw/capacity
for i in 1 2; do
	rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.$i \
		action drop
done
rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.3 action drop
like "a full table says so" "netdevsim: rule table is full (capacity 2)" \
	"$said"
ok "a full table takes a best-effort rule into software" rule ${rep[0]} \
	prio 1 protocol ip flower dst_ip 10.0.0.3 action drop
is "not into hardware" "false true true" "$(in_hw ${rep[0]} 1 | tr ' ' '\n' |
	sort | xargs)"
echo 0 >$hw/capacity
ok "without a limit there is room again" rule ${rep[0]} prio 1 protocol ip \
	flower skip_sw dst_ip 10.0.0.4 action drop
tc filter del dev ${rep[0]} ingress

# Ordered failures
echo "2 12" >$hw/fail_next
rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.1 action drop
like "the next insertion fails as ordered" "Cannot allocate memory" "$said"
is "one is left" "1 12" "$(cat $hw/fail_next)"
rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.1 action drop
is "then none" "0 0" "$(cat $hw/fail_next)"
ok "and insertion works" rule ${rep[0]} prio 1 protocol ip flower skip_sw \
	dst_ip 10.0.0.1 action drop
ok "nonsense is EINVAL" eval \
	"echo 1 >$hw/fail_next 2>/dev/null; [ \$? = 1 ]"

# Time
echo 50000 >$hw/latency_us
start=$(date +%s%N)
rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.9 action drop
took=$((($(date +%s%N) - start) / 1000000))
ok "an insertion takes its time ($took ms)" [ $took -ge 50 ]
echo 0 >$hw/latency_us

# hw-tc-offload
ok "hw-tc-offload stays on while there are rules" eval \
	"ethtool -K ${rep[0]} hw-tc-offload off;
	ethtool -k ${rep[0]} | grep -q 'hw-tc-offload: on'"
tc filter del dev ${rep[0]} ingress
ethtool -K ${rep[0]} hw-tc-offload on
ethtool -K ${rep[0]} hw-tc-offload off
rule ${rep[0]} prio 1 protocol ip flower skip_sw dst_ip 10.0.0.9 action drop
like "switched off, the device takes no rule and says why" \
	"netdevsim: hw-tc-offload is off on this device" "$said"
ethtool -K ${rep[0]} hw-tc-offload on

# Many
for ((i = 0; i < 5000; i++)); do
	echo "filter add dev ${rep[0]} ingress prio 1 protocol ip flower" \
		"skip_sw dst_ip 10.1.$((i / 250)).$((i % 250)) action drop"
done >/tmp/batch
ok "5000 rules are taken" tc -batch /tmp/batch
is "all are counted" 5000 "$(cat $hw/rules)"
is "the table shows each once" 5000 "$(sort -u $hw/table | wc -l)"
ok "all are deleted at once" tc filter del dev ${rep[0]} ingress
is "none is left" 0 "$(cat $hw/rules)"

# Locks: how often somebody else has rtnl while an insertion takes two seconds.
while_inserting() {
	local inserting n=0
	echo 2000000 >$hw/latency_us
	tc filter add dev ${rep[0]} ingress prio 1 protocol ip flower skip_sw \
		dst_ip 10.0.0.1 action drop & inserting=$!
	while kill -0 $inserting 2>/dev/null; do
		ip link set lo up
		n=$((n + 1))
	done
	echo 0 >$hw/latency_us
	wait $inserting && echo $n
}
locked=$(while_inserting)
tc filter del dev ${rep[0]} ingress
echo Y >$hw/unlocked
devlink dev eswitch set $dev mode legacy
devlink dev eswitch set $dev mode switchdev
sim_ports ${#rep[@]}
unlocked=$(while_inserting)
ok "an insertion leaves rtnl to others ($unlocked times) if it is unlocked only \
($locked times)" [ "$unlocked" -gt $((3 * locked)) ]
is "and the rule is there" 1 "$(cat $hw/rules)"

sim_del
ok "the device goes" [ ! -e $hw ]
tap_end
