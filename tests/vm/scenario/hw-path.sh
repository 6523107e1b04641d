#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames through the model: matched and counted as tc would, changed byte for
# byte, delivered at the right port, and up the representor where nothing
# matches. Run by scripts/vm.

. "$(dirname "$0")/../testlib.sh"

sim_add 10 4
r0=${rep[0]} r1=${rep[1]} r2=${rep[2]} r3=${rep[3]}
udp53=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1000 53 61626364)")")
udp54=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1000 54 61626364)")")
syn=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 6 "$(tcp 1000 80 2)")")
ack=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 6 "$(tcp 1000 80 16)")")
size=$((${#udp53} / 2))

fresh() {
	flush $up $r0
	forget
}

# A hit
rule $r0 prio 1 protocol ip flower skip_sw dst_ip 10.0.0.2 \
	action mirred egress redirect dev $r1
inject 128 5 $udp53
is "five frames come out behind the other representor" 5 "$(came 129)"
is "as they went in" $udp53 "$(last 129)"
is "nowhere else" "0 0 0 0" "$(came 0) $(came 128) $(came 130) $(came 131)"
is "tc counts them as hardware's" 5 "$(packets $r0 1)"
is "and does not add up twice" 5 "$(packets $r0 1)"
inject 128 2 $udp53
is "it adds what comes later" 7 "$(packets $r0 1)"
like "bytes are those of the whole frame" "packets 7 bytes $((7 * size))" \
	"$(cat $hw/table)"
like "tc has them too" "\"hw_bytes\":$((7 * size))" \
	"$(tc -j -s filter show dev $r0 ingress)"
fresh

# Age and kinds of counters
age() {
	tc -j -s filter show dev $r0 ingress |
		jq '[.[].options.actions | select(.)][0][0].last_used'
}
rule $r0 prio 1 protocol ip flower skip_sw action drop
ok "a rule that is not used gets older" eval \
	'until [ "$(age)" -ge 2 ]; do :; done'
inject 128 1 $udp53
ok "a hit makes it young" [ "$(age)" -lt 2 ]
like "counters are immediate" '"used_hw_stats":["immediate"]' \
	"$(tc -j -s filter show dev $r0 ingress)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw action drop hw_stats disabled
inject 128 3 $udp53
is "a rule without counters works but tells nothing" 0 "$(packets $r0 1)"
fresh

# Order
rule $r0 prio 2 protocol ip flower skip_sw dst_ip 10.0.0.0/24 \
	action mirred egress redirect dev $r1
rule $r0 prio 1 protocol ip flower skip_sw dst_ip 10.0.0.2 ip_proto udp \
	dst_port 53 action mirred egress redirect dev $r2
rule $r0 prio 3 protocol all flower skip_sw action mirred egress redirect dev $r3
inject 128 1 $udp53; inject 128 1 $udp54; inject 128 1 "$(eth 2 1 88b5 00)"
is "the lowest prio wins, whatever came first" "1 1 1" \
	"$(came 130) $(came 129) $(came 131)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw dst_ip 10.0.0.0/24 \
	action mirred egress redirect dev $r1
rule $r0 prio 1 protocol ip flower skip_sw dst_ip 10.0.0.2 \
	action mirred egress redirect dev $r2
inject 128 1 $udp53
is "in one prio the older mask wins" "1 0" "$(came 129) $(came 130)"
fresh

# hit CLAIM FRAME WORDS...: the rule takes FRAME; miss: it does not.
hit() {
	local claim=$1 frame=$2; shift 2
	rule $r0 prio 1 "$@" action mirred egress redirect dev $r1
	inject 128 1 $frame
	is "hit: $claim" 1 "$(came 129)"
	fresh
}
miss() {
	local claim=$1 frame=$2; shift 2
	rule $r0 prio 1 "$@" action mirred egress redirect dev $r1
	inject 128 1 $frame
	is "miss: $claim${said:+ ($said)}" "0 0" \
		"$(came 129) $(awk '/^dev/ { print $(NF - 2) }' $hw/table)"
	fresh
}
frag1=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1 2 00)" 64 2000)")
frag2=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1 2 00)" 64 0001)")
ping=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 1 0800f7ff00000000)")
arp=$(eth 2 1 0806 0001080006040001$(mac 1)$(ip4 10.0.0.1)$(mac 0)$(ip4 10.0.0.2))
six=$(eth 2 1 86dd "6000000000081140$(printf 'fd00%028d' 1 2 | tr -d '\n')000100350008ffff")
tag=$(vlan 8100 100 3 $udp53)
qinq=$(vlan 88a8 200 5 $tag)
mpls=$(eth 2 1 8847 0004d1ff45000014)

hit "MAC under a mask" $udp53 protocol all flower skip_sw \
	dst_mac 02:00:00:00:00:ff/ff:ff:ff:ff:ff:00
miss "another MAC" $udp53 protocol all flower skip_sw dst_mac 02:00:00:00:00:03
hit "IPv4 prefix" $udp53 protocol ip flower skip_sw src_ip 10.0.0.0/30
miss "other prefix" $udp53 protocol ip flower skip_sw src_ip 10.0.1.0/24
miss "IPv4 rule, IPv6 frame" $six protocol ip flower skip_sw
hit "IPv6 address" $six protocol ipv6 flower skip_sw dst_ip fd00::2
miss "IPv6 other address" $six protocol ipv6 flower skip_sw dst_ip fd00::3
hit "IPv6 UDP port" $six protocol ipv6 flower skip_sw ip_proto udp dst_port 53
hit "port under a mask" $udp53 protocol ip flower skip_sw ip_proto udp \
	dst_port 48/0xfff0
miss "TCP rule, UDP frame" $udp53 protocol ip flower skip_sw ip_proto tcp \
	dst_port 53
hit "SYN" $syn protocol ip flower skip_sw ip_proto tcp tcp_flags 0x2/0x12
miss "ACK is not SYN" $ack protocol ip flower skip_sw ip_proto tcp \
	tcp_flags 0x2/0x12
hit "TTL" $udp53 protocol ip flower skip_sw ip_ttl 64
miss "another TTL" $udp53 protocol ip flower skip_sw ip_ttl 63
hit "not a fragment" $udp53 protocol ip flower skip_sw ip_flags nofrag
miss "a fragment" $frag1 protocol ip flower skip_sw ip_flags nofrag
hit "the first fragment" $frag1 protocol ip flower skip_sw ip_flags firstfrag
miss "a later fragment" $frag2 protocol ip flower skip_sw ip_flags firstfrag
miss "a later fragment has no ports" $frag2 protocol ip flower skip_sw \
	ip_proto udp src_port 1
hit "ping" $ping protocol ip flower skip_sw ip_proto icmp type 8 code 0
hit "ARP request" $arp protocol arp flower skip_sw arp_op request \
	arp_tip 10.0.0.2 arp_sha 02:00:00:00:00:01
miss "ARP for another" $arp protocol arp flower skip_sw arp_tip 10.0.0.3
hit "VLAN" $tag protocol 802.1q flower skip_sw vlan_id 100 vlan_prio 3
miss "another VLAN" $tag protocol 802.1q flower skip_sw vlan_id 101
miss "IP rule, tagged frame" $tag protocol ip flower skip_sw
hit "IP in a VLAN" $tag protocol 802.1q flower skip_sw vlan_ethtype ip \
	dst_ip 10.0.0.2
hit "QinQ" $qinq protocol 802.1ad flower skip_sw vlan_id 200 \
	vlan_ethtype 802.1q cvlan_id 100 cvlan_prio 3 cvlan_ethtype ip \
	dst_ip 10.0.0.2
hit "number of tags" $qinq protocol all flower skip_sw num_of_vlans 2
miss "one tag less" $tag protocol all flower skip_sw num_of_vlans 2
hit "MPLS label" $mpls protocol mpls_uc flower skip_sw mpls_label 77
hit "untracked" $udp53 protocol ip flower skip_sw ct_state -trk
miss "tracked" $udp53 protocol ip flower skip_sw ct_state +trk+est
hit "indev" $udp53 protocol ip flower skip_sw indev $r0

# Actions
rule $r0 prio 1 protocol ip flower skip_sw \
	action vlan push id 100 priority 3 pipe \
	action mirred egress redirect dev $up
inject 128 1 $udp53
is "a tag is pushed on the way to the wire" $tag "$(last 0)"
rule $up prio 1 protocol 802.1q flower skip_sw vlan_id 100 \
	action vlan pop pipe action mirred egress redirect dev $r1
inject 0 1 $tag
is "and popped on the way back" $udp53 "$(last 129)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw \
	action vlan push id 100 priority 3 pipe \
	action vlan push id 200 priority 5 protocol 802.1ad pipe \
	action mirred egress redirect dev $r1
inject 128 1 $udp53
is "two tags" $qinq "$(last 129)"
fresh
rule $r0 prio 1 protocol 802.1q flower skip_sw \
	action vlan modify id 101 priority 1 pipe \
	action mirred egress redirect dev $r1
inject 128 1 $tag
is "a tag is changed" "$(vlan 8100 101 1 $udp53)" "$(last 129)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw \
	action mirred egress mirror dev $r1 pipe \
	action vlan push id 100 priority 3 pipe \
	action mirred egress mirror dev $r2 pipe \
	action mirred egress redirect dev $r3
inject 128 1 $udp53
is "a mirror sees what was done before it" "$udp53 $tag $tag" \
	"$(last 129) $(last 130) $(last 131)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw action drop
inject 128 3 $udp53
is "drop drops" "0 3" "$(came 129) $(packets $r0 1)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw ip_proto udp \
	action pedit ex munge eth dst set 02:00:00:00:00:09 \
		munge ip dst set 10.9.9.9 munge ip ttl set 63 pipe \
	action csum ip and udp pipe action mirred egress redirect dev $r1
inject 128 1 $udp53
is "headers are rewritten and the checksum is right" \
	"$(eth 9 1 0800 "$(ipv4 10.0.0.1 10.9.9.9 17 "$(udp 1000 53 61626364)" 63)")" \
	"$(last 129)"
fresh

# alike CLAIM FRAME ACTION...: it does the same to the frame in software and in
# hardware, and it does something.
alike() {
	local claim=$1 frame=$2 on out=(); shift 2
	for on in skip_hw skip_sw; do
		rule $r0 prio 1 protocol all flower $on action "$@" pipe \
			action mirred egress redirect dev $r1
		inject 128 1 $frame
		out+=("$(last 129)")
		fresh
	done
	[ "${out[0]}" != "$frame" ] || out[0]=unchanged
	is "$claim" "${out[0]}" "${out[1]}"
}
# six6 NEXT PAYLOAD: IPv6
six6() { eth 2 1 86dd "60000000$(u16 $((${#2} / 2)))${1}40$(
	printf 'fd00%028d' 1 2)$2"; }
hop=1100010400000000
short=$(eth 2 1 0800 "${udp53:28:4}00c8${udp53:36}")
alike "UDP over IPv6 gets a checksum even if it had none" \
	"$(six6 11 0001003500080000)" csum udp
alike "a UDP length that is not the datagram's costs the checksum" \
	"$(six6 11 000100350009ffff)" csum udp
alike "checksums are found behind headers of IPv6" \
	"$(six6 00 ${hop}0001003500080000)" csum udp
alike "and so are ports" "$(six6 00 ${hop}0001003500080000)" \
	pedit ex munge udp dport set 99
alike "in the first fragment too" \
	"$(six6 2c 11000001000000070001003500100000)" \
	pedit ex munge udp dport set 99
alike "over IPv4 nobody asks whose ports they are" $udp53 \
	pedit ex munge tcp dport set 99
alike "the header of a truncated datagram can be changed" $short \
	pedit ex munge ip ttl set 9 pipe action csum ip
alike "what is not IP is written to as well" $arp \
	pedit ex munge ip ttl set 9
for on in skip_hw skip_sw; do
	rule $r0 prio 1 protocol ip flower $on action csum ip and udp pipe \
		action mirred egress redirect dev $r1
	inject 128 1 $short
	is "without its end its checksum cannot be made ($on)" 0 "$(came 129)"
	fresh
done

# Chains
rule $r0 chain 7 prio 1 protocol ip flower skip_sw ip_proto udp dst_port 53 \
	action mirred egress redirect dev $r1
rule $r0 prio 1 protocol 802.1q flower skip_sw vlan_id 100 \
	action vlan pop pipe action goto chain 7
inject 128 1 $tag
is "a frame goes on in the next chain as it now is" $udp53 "$(last 129)"
is "both rules count it" "1 1" "$(packets $r0 1) $(packets $r0 1 7)"
rule $r0 chain 7 prio 9 protocol ip flower skip_hw \
	action mirred egress redirect dev $r2
inject 128 1 "$(vlan 8100 100 3 $udp54)"
is "a miss there goes on in software, in that chain" $udp54 "$(last 130)"
fresh
rule $r0 chain 1 prio 1 protocol all flower skip_sw action goto chain 2
rule $r0 chain 2 prio 1 protocol all flower skip_sw action goto chain 1
rule $r0 prio 1 protocol all flower skip_sw action goto chain 1
inject 128 1 $udp53
is "a loop ends" 0 "$(came 129)"
fresh
# gotos N: chain 0 to N, and out.
gotos() {
	local i
	for ((i = 0; i < $1; i++)); do
		rule $r0 chain $i prio 1 protocol all flower $on \
			action goto chain $((i + 1))
	done
	rule $r0 chain $1 prio 1 protocol all flower $on \
		action mirred egress redirect dev $r1
	inject 128 1 $udp53
	came 129
	fresh
}
for on in skip_hw skip_sw; do
	is "sixteen gotos are followed, not one more ($on)" "1 0" \
		"$(gotos 16) $(gotos 17)"
done

# The slow path
rule $r0 prio 1 protocol ip flower skip_hw dst_ip 10.0.0.2 \
	action mirred egress redirect dev $r1
before=$(cat /sys/class/net/$r0/statistics/rx_packets)
inject 128 4 $udp53
is "a miss goes up, and what the host sends comes out" 4 "$(came 129)"
is "unchanged" $udp53 "$(last 129)"
is "the representor received it" $((before + 4)) \
	"$(cat /sys/class/net/$r0/statistics/rx_packets)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw action pass
rule $r0 prio 2 protocol ip flower skip_hw action mirred egress redirect dev $r1
inject 128 2 $udp53
is "pass ends classification, in software too" "0 2" \
	"$(came 129) $(packets $r0 1)"
fresh
rule $r0 prio 1 protocol ip flower skip_sw action trap
rule $r0 prio 2 protocol ip flower skip_hw action mirred egress redirect dev $r1
inject 128 2 $udp53
is "trap counts and hands the frame to software" "2 2" \
	"$(came 129) $(packets $r0 1)"
fresh
ip link add br0 type bridge
ip link set br0 up
ip link set $r0 master br0; ip link set $r1 master br0
inject 128 1 $udp53
is "a bridge over representors connects the functions" "1 $udp53" \
	"$(came 129) $(last 129)"
ip link del br0
forget

# Golden rule: the same rules in software and in hardware, the same frames
golden() {
	local on=$1
	rule $r0 prio 1 protocol 802.1q flower $on vlan_id 100 \
		action vlan pop pipe action mirred egress redirect dev $r1
	rule $r0 prio 2 protocol 802.1ad flower $on vlan_id 200 \
		action vlan modify id 201 protocol 802.1ad priority 2 pipe \
		action mirred egress mirror dev $r2 pipe \
		action vlan pop pipe action mirred egress redirect dev $r1
	rule $r0 prio 3 protocol ip flower $on ip_proto udp dst_port 53 \
		action pedit ex munge ip src set 1.2.3.4 munge udp dport set 5353 \
		pipe action csum ip and udp pipe action goto chain 4
	rule $r0 prio 3 protocol ip flower $on ip_proto tcp tcp_flags 2/2 \
		action pedit ex munge tcp sport set 7 pipe action csum tcp pipe \
		action mirred egress redirect dev $r3
	rule $r0 chain 4 prio 1 protocol ip flower $on ip_proto udp dst_port 5353 \
		action vlan push id 9 pipe action mirred egress redirect dev $up
	rule $r0 prio 4 protocol ipv6 flower $on dst_ip fd00::2 \
		action pedit ex munge ip6 dst set fd00::9 pipe \
		action csum udp pipe action mirred egress redirect dev $r2
	for frame in $udp53 $udp54 $syn $ack $tag $qinq $six $ping $arp $frag1; do
		inject 128 1 $frame
	done
	grep -v ' frames 0 ' $hw/delivered
}
golden skip_sw >/tmp/hardware; hits=$(grep -c 'packets [1-9]' $hw/table); fresh
golden skip_hw >/tmp/software; fresh
is "six rules were hit" 6 $hits
is "what came out is the same as in software" "$(cat /tmp/software)" \
	"$(cat /tmp/hardware)"
ok "and something came out" [ -s /tmp/hardware ]

# Injection
ok "a jumbo frame passes" eval \
	"inject 128 1 $(eth 2 1 88b5 "$(printf '%018000d' 0)")"
for bad in "128 1 zz" "128 1 00" "128 1" "128 0 $udp53" "x 1 $udp53" \
	"128 1 ${udp53}0" "128 1 $udp53 x" "128 1000001 $udp53"; do
	ok "EINVAL: ${bad:0:20}" eval \
		"inject $bad 2>&1 | grep -q 'Invalid argument'"
done
ok "no such port" eval "inject 77 1 $udp53 2>&1 | grep -q 'No such device'"
ip link set $r3 down
ok "a port that is down" eval \
	"inject 131 1 $udp53 2>&1 | grep -q 'Network is down'"
ip link set $r3 up
rule $r0 prio 1 protocol ip flower skip_sw action drop
printf "128 1 $udp53\n128 1 $udp53\n128 1 $udp53" >$hw/inject
is "several lines, the last without a newline" 3 "$(packets $r0 1)"
fresh

# Many rules, many frames
for ((i = 0; i < 20000; i++)); do
	echo "filter add dev $r0 ingress prio 1 protocol ip flower skip_sw" \
		"dst_ip 10.$((i / 65536)).$((i / 256 % 256)).$((i % 256))" \
		"action mirred egress redirect dev $r1"
done >/tmp/batch
tc -batch /tmp/batch
start=$(date +%s%N)
inject 128 100000 $udp53
took=$((($(date +%s%N) - start) / 1000000))
is "100000 frames through 20000 rules ($took ms)" 100000 "$(came 129)"
is "all of them hit one rule" 1 "$(grep -c 'packets 100000 ' $hw/table)"

sim_del
tap_end
