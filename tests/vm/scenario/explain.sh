#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules are tried out on real drivers, and nothing of it stays.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

scratch=268435440

# explain LINE: what the daemon says, in $said.
explain() {
	said=$(swctl -j flow explain "$1" | jq -c '.[0]')
}

# told FILTER: of what was said
told() { jq -r "$1" <<<"$said"; }

# Filters and chains on all representors, and rules in hardware.
left() {
	local name
	for name in $(swctl -j rep list | jq -r '.[].netdev'); do
		tc filter show dev "$name" ingress
		tc chain show dev "$name" ingress
		tc filter show dev "$name" egress
	done
	cat $HW/rules
}

swoffd_start
four_vfs

line='in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.1,proto=17,frag=no),udp(dst=53),actions:eth2'
explain "$line"
is "what hardware takes is offloadable" "offloadable in_hw 0" \
	"$(told '"\(.verdict) \(.probe.result) \(.reasons | length)"')"
is "its rule is shown" "eth2" \
	"$(told '.rule.tc' | grep -o 'eth2$')"
is "all checks are passed" "true" "$(told '[.checks[].ok] | all')"
is "nothing of it stays" 0 "$(left)"
is "it is not a flow" 0 "$(swctl -j flow show | jq length)"

echo ip_proto >$HW/unsupported
explain "$line"
is "a key that the driver refuses is told" \
	"refused not_in_hw driver-refused" \
	"$(told '"\(.verdict) \(.probe.result) \(.reasons[0].code)"')"
like "with the driver's words" ip_proto "$(told '.reasons[0].extack')"
explain "dev eth1 ingress protocol ip flower skip_sw ip_proto udp action drop"
is "with skip_sw the kernel refuses it" "refused refused 95" \
	"$(told '"\(.verdict) \(.probe.result) \(.probe.errno)"')"
is "nothing of it stays" 0 "$(left)"
echo >$HW/unsupported

swctl flow add 'in_port(eth1),eth_type(0x0806),actions:eth2' >/dev/null
echo 1 >$HW/capacity
explain "$line"
is "a full table is told" "refused table-full false" \
	"$(told '"\(.verdict) \(.reasons[0].code) \([.checks[] |
		select(.check == "capacity").ok] | all)"')"
is "the flow that fills it stays" 1 "$(cat $HW/rules)"
echo 0 >$HW/capacity
swctl flow flush >/dev/null

explain "dev eth1 ingress protocol ip flower dst_ip 192.0.2.9 action goto chain 7"
is "where it leads to need not be there" "offloadable in_hw" \
	"$(told '"\(.verdict) \(.probe.result)"')"
is "no chain is left" 0 "$(left)"

miss='dev eth1 ingress protocol ip flower l2_miss 1 dst_ip 192.0.2.1 action drop'
explain "$miss"
is "a key that this kernel forgets is refused" \
	"refused kernel-ignores-key l2_miss" \
	"$(told '"\(.verdict) \(.reasons[0].code) \(.reasons[0].subject)"')"
swctl flow add "$miss" >/dev/null
is "a flow with it is rejected" "rejected kernel-ignores-key" \
	"$(swctl -j flow show |
	   jq -r '.[0] | "\(.state) \(.reasons[0].code)"')"
is "nothing of it is in the kernel" 0 "$(left)"
swctl flow flush >/dev/null

ip link add vxlan_sys_4789 type vxlan dstport 4789 external
ip link set vxlan_sys_4789 up
explain 'dev vxlan_sys_4789 ingress protocol ip flower skip_sw enc_key_id 7 enc_dst_port 4789 dst_ip 192.0.2.1 action tunnel_key unset pipe action mirred egress redirect dev eth1'
is "skip_sw on a tunnel device is refused untried" \
	"refused hw-only-impossible not tried" \
	"$(told '"\(.verdict) \(.reasons[0].code) \(.probe.result)"')"

# Meters are police actions that somebody else makes.
metered='in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.3,frag=no),actions:meter(3),eth2'
explain "$metered"
is "a meter that is not there is told" "refused meter-missing" \
	"$(told '"\(.verdict) \(.reasons[0].code)"')"
swctl flow add "$metered" >/dev/null
is "its flow is rejected" "rejected meter-missing" \
	"$(swctl -j flow show |
	   jq -r '.[0] | "\(.state) \(.reasons[0].code)"')"
is "and no police action without limits was made" 0 \
	"$(tc -j actions ls action police | jq '[.[].actions[]?] | length')"
tc actions add action police rate 1mbit burst 10k conform-exceed drop/pipe \
	index 1392508931
swctl flow add "$metered" >/dev/null
like "once it is there the flow is in the kernel" 0x53000003 \
	"$(tc filter show dev eth1 ingress | grep police)"
like "with the limits that the meter has" "rate 1Mbit" \
	"$(tc filter show dev eth1 ingress | grep police)"
swctl flow flush >/dev/null

# Somebody else's rule where ours are tried out, and one that we left there.
tc filter add dev eth1 ingress chain $scratch protocol ip prio 16384 \
	flower dst_ip 192.0.2.77 action pass
before=$(tc -j filter show dev eth1 ingress chain $scratch)
explain "$line"
is "beside a foreign rule it is tried all the same" offloadable \
	"$(told .verdict)"
is "which is not touched" "$before" \
	"$(tc -j filter show dev eth1 ingress chain $scratch)"
swoffd_stop KILL
tc filter add dev eth1 ingress chain $scratch protocol ip prio 9 flower \
	dst_ip 192.0.2.78 action pass cookie 73776f66000000000000000000000000
swoffd_start
swctl wait
is "what a killed daemon left there is removed" 0 \
	"$(tc -j filter show dev eth1 ingress chain $scratch prio 9 |
	   jq '[.[] | select(.options.keys)] | length')"
is "a foreign rule is not" "$before" \
	"$(tc -j filter show dev eth1 ingress chain $scratch)"
tap_end
