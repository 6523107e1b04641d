#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the files beside it: netlink messages exactly as tc, devlink and
# ethtool send them and as the kernel answers, seen by strace. Run in the test
# machine, where there is a netdevsim and root: scripts/vm tests/golden/capture.sh

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/capture-lib.sh"
dev=netdevsim10

# The last message that a command sends is what it is about.
sent() {
	strace -o "$trace" -s 0 -e trace=sendmsg,sendto -e write=all \
		"$@" >/dev/null 2>&1 || :
	buffers | tail -n 1 | record "$*"
}

# Each datagram that it received and that begins with such a message: $1 is a
# pattern for type and flags. A peek shows the same datagram twice.
received() {
	type=$1
	shift
	strace -o "$trace" -s 0 -e trace=recvmsg,recvfrom -e read=all \
		"$@" >/dev/null 2>&1 || :
	buffers | grep "^.. .. .. .. $type" | uniq |
		while read -r line; do
			printf '%s\n' "$line" | record "$*"
		done
}

newlink='10 00'
newtfilter='2c 00'
genl='1[1-9a-f] 00'

# ethtool itself asks for compact bit sets, which we do not.
features='
import socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
def ask(kind, cmd, body):
    s.send(struct.pack("=IHHIIBBH", 20 + len(body), kind, 1, 1, 0, cmd, 1, 0)
           + body)
    return s.recv(65536)
reply = ask(16, 3, struct.pack("=HH8s", 12, 2, b"ethtool"))
family = struct.unpack("=HHH", reply[32:38])[2]
index = socket.if_nametoindex(sys.argv[1])
ask(family, 11, struct.pack("=HHHHI", 12, 0x8001, 8, 1, index))
'

set_up() {
	echo "10 1" >/sys/bus/netdevsim/new_device
	echo 2 >/sys/bus/netdevsim/devices/$dev/sriov_numvfs
	devlink dev eswitch set netdevsim/$dev mode switchdev
	ip link set eth0 up
	ip link set eth1 up
	ip link add dummy0 type dummy
	ip link set dummy0 mtu 9000 up
	ip link add br0 type bridge
	ip link set dummy0 master br0
	ip link add veth0 type veth peer name veth1
	for d in eth0 eth1; do
		ethtool -K $d hw-tc-offload on
		tc qdisc add dev $d clsact
	done
}

# Words of each flower rule, after "tc filter add dev eth1".
rules() {
	cat <<-'END'
	ingress protocol ip pref 2 flower dst_ip 10.0.0.2 action drop
	ingress protocol ip pref 2 handle 7 flower src_ip 10.1.0.0/16 dst_ip 10.0.0.2 ip_proto udp src_port 1000 dst_port 53 action mirred egress redirect dev eth0
	ingress protocol ip pref 2 flower skip_sw ip_proto tcp dst_port 80 tcp_flags 0x2/0x17 action mirred egress mirror dev eth0 action mirred egress redirect dev eth0
	ingress protocol ip pref 2 flower skip_hw ip_proto sctp src_port 9 action pass
	ingress protocol ip pref 2 flower dst_mac 00:11:22:33:44:55 src_mac 02:00:00:00:00:00/02:00:00:00:00:00 action drop
	ingress protocol ip pref 2 flower ip_tos 0x10/0xfc ip_ttl 64 ip_flags frag/nofirstfrag action drop
	ingress protocol ip pref 2 flower ip_flags nofrag action drop
	ingress protocol ip pref 2 flower ip_proto icmp type 8 code 0 action drop
	ingress protocol ipv6 pref 3 flower src_ip 2001:db8::/32 dst_ip ::1 ip_proto tcp src_port 443 action goto chain 5
	ingress protocol ipv6 pref 3 flower ip_proto icmpv6 type 135 action pass
	ingress chain 5 protocol ipv6 pref 3 flower ip_proto 47 action drop
	ingress protocol arp pref 5 flower arp_op request arp_sip 10.0.0.1 arp_tip 10.0.0.0/24 arp_sha 00:11:22:33:44:55 action pass
	ingress protocol 802.1Q pref 4 flower vlan_id 100 vlan_prio 3 action vlan pop pipe action mirred egress redirect dev eth0
	ingress protocol 802.1Q pref 4 flower vlan_id 101 vlan_ethtype ip dst_ip 10.0.0.0/8 action drop
	ingress protocol 802.1ad pref 6 flower vlan_id 10 vlan_ethtype 802.1q cvlan_id 20 cvlan_prio 1 cvlan_ethtype ipv6 ip_proto udp action drop
	ingress protocol ip pref 2 flower ip_proto 50 action vlan push id 200 protocol 802.1Q priority 5 pipe action mirred egress redirect dev eth0
	ingress protocol 802.1Q pref 4 flower vlan_id 7 action vlan modify id 8 protocol 802.1Q pipe action mirred ingress redirect dev eth0
	ingress protocol ip pref 2 flower ip_proto 4 action vlan push id 300 protocol 802.1ad pipe action mirred ingress mirror dev eth0 action drop
	egress protocol ip pref 2 flower dst_ip 10.9.0.0/16 action mirred egress redirect dev eth0
	ingress protocol all pref 9 flower src_mac 00:00:5e:00:01:01 action drop
	END
}

# Actions, each in a filter of its own; tc sends what no kernel takes, too.
actions() {
	cat <<-'END'
	drop
	shot index 8
	pass
	ok
	pipe
	continue
	reclassify
	trap
	jump 2
	goto chain 3
	goto chain 268435455
	gact index 5
	gact pass random netrand drop 3
	drop random determ goto chain 5 10000 index 90
	drop cookie 00112233445566778899aabbccddeeff
	drop cookie ab hw_stats immediate no_percpu
	drop hw_stats delayed
	drop hw_stats disabled
	drop no_percpu
	mirred egress redirect dev eth0
	mirred ingress redirect dev eth0 cookie aabb
	mirred egress mirror dev eth0
	mirred ingress mirror dev eth0 jump 10 index 99
	mirred egress mirror index 4294967295 dev eth0 continue
	mirred index 7
	vlan pop
	vlan pop continue index 3
	vlan push id 100
	vlan push id 0x64 protocol 802.1ad priority 7 pass
	vlan modify id 4094
	vlan modify protocol 802.1Q id 017 priority 0 index 100
	vlan push_eth dst_mac 00:11:22:33:44:55 src_mac 66:77:88:99:aa:bb
	vlan pop_eth
	vlan index 12
	tunnel_key unset
	tunnel_key unset pipe index 6
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 42
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2
	tunnel_key set src_ip 0.0.0.0 dst_ip 10.0.0.2 id 4294967295 dst_port 4789 tos 0x10 ttl 64 nocsum
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 dst_port 6081 id 42 csum continue index 9
	tunnel_key set src_ip 2001:db8::1 dst_ip 2001:db8::2 id 42 dst_port 4789
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 dst_port 6081 geneve_opts 0102:80:00880022
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 dst_port 6081 geneve_opts 0102:80:00880022,ffff:1:aabbccddeeff0011
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 dst_port 4789 vxlan_opts 0x200
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 erspan_opts 1:12:0:0
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 erspan_opts 2:0:1:63
	tunnel_key set src_ip 10.0.0.1 dst_ip 10.0.0.2 id 1 erspan_opts 1:12
	pedit munge offset 12 u32 set 0x0a000001
	pedit munge offset 0 u8 set 0x12 munge offset 1 u16 set 0x3456 munge offset 3 u8 set 0x78
	pedit munge offset 0 u32 clear munge offset 1 u16 invert munge offset 2 u8 preserve
	pedit munge offset 12 u32 set 0x12345678 retain 0xff00
	pedit munge offset 0 u8 set 0x11 retain 0x0f pipe index 5
	pedit munge offset -14 u16 set 0x1234 munge offset -8 u32 set 1 continue
	pedit munge offset 4 u16 at 12 f0 4 set 0x1234
	pedit munge ip src set 1.2.3.4 munge ip dst invert munge ip tos set 0x10 retain 0xfc
	pedit munge ip ihl set 0xff munge ip dsfield set 0xff munge ip precedence set 3
	pedit munge ip ce set 0xff munge ip df set 0xff munge ip mf clear munge ip firstfrag set 0xff munge ip nofrag invert
	pedit munge ip dport set 80 munge ip sport set 81 munge ip icmp_type set 8 munge ip icmp_code clear
	pedit ex munge eth src set 00:11:22:33:44:55 munge eth dst set 66:77:88:99:aa:bb munge eth type set 0x800
	pedit ex munge eth dst clear munge eth src invert munge eth type invert
	pedit ex munge ip ttl set 63 munge ip ttl add 0xff munge ip ttl decrement munge ip protocol set 17
	pedit ex munge ip src set 1.2.3.4 munge ip dst add 0.0.0.1 munge ip tos clear
	pedit ex munge ip6 src set 2001:db8::1 munge ip6 dst set 2001:db8::2 munge ip6 hoplimit decrement
	pedit ex munge ip6 traffic_class set 0x40 munge ip6 traffic_class set 0x10 retain 0xfc munge ip6 flow_lbl set 0x12345
	pedit ex munge ip6 payload_len set 0xffff munge ip6 nexthdr set 6 munge ip6 hoplimit preserve
	pedit ex munge tcp dport set 8080 retain 0xff00 munge tcp sport add 1 munge tcp flags set 0x16
	pedit ex munge udp sport set 53 munge udp dport invert pipe
	pedit ex munge offset 12 u32 add 1 munge offset 2 u16 set 7 index 17
	csum ip
	csum iph and udp and icmp and igmp and udplite and sctp
	csum ip4h tcp + ipv4h or udp pipe index 7
	ct
	ct zone 5
	ct clear
	ct zone 0x194 commit mark 0x42 index 42
	ct commit force zone 3 mark 0x10/0xff
	ct commit label 0102030405060708090a0b0c0d0e0f10/ffffffffffffffff0000000000000000
	ct commit label 123123
	ct commit label 1/1
	ct nat pipe
	ct commit nat src addr 10.0.0.1-10.0.0.10 pipe
	ct commit nat dst addr 10.0.0.1 port 80
	ct commit nat src addr 2001:db8::1-2001:db8::10 port 5-6 drop
	police rate 1mbit burst 10k
	police rate 1mbit burst 10k conform-exceed drop/pipe
	police rate 1mbit burst 10k conform-exceed drop
	police rate 3mbit burst 250k conform-exceed pass/reclassify index 4
	police rate 3mbit burst 250k conform-exceed 0/3 index 1
	police rate 3mbit burst 250k conform-exceed goto chain 7 / jump 2
	police rate 90kbit burst 10k mtu 1k index 98
	police rate 1mbit burst 100k overhead 64 mpu 100
	police rate 2mbit burst 200k linklayer atm index 8
	police rate 1mbit burst 10k peakrate 2mbit mtu 1500
	police rate 1mbit burst 10k/16 peakrate 2mbit mtu 1500/64 continue
	police rate 40gbit burst 10m peakrate 80gbit mtu 64k conform-exceed drop/pipe
	police rate 12345Bps buffer 5000b minburst 2000 pipe
	police rate 1.5gibit maxburst 4mb drop
	police pkts_rate 1000 pkts_burst 100 conform-exceed drop/pipe
	police mtu 1514 conform-exceed pipe/continue
	police avrate 10mbit
	police index 7
	sample rate 100 group 5
	sample rate 1024 group 4 trunc 64 drop index 10
	skbedit ptype host
	skbedit ptype otherhost mark 7/0xff priority 1:10 queue_mapping 3 inheritdsfield pass index 271
	skbedit mark 4294967295 priority none
	skbedit priority 99
	skbedit index 4
	mpls pop protocol ip
	mpls push label 20
	mpls push protocol mpls_mc label 0xfffff tc 2 ttl 64 bos 1 drop
	mpls mac_push label 20 tc 3
	mpls mod label 200 ttl 1 continue index 8
	mpls modify tc 7 bos 0
	mpls dec_ttl
	tunnel_key unset action mirred egress redirect dev eth0
	pedit ex munge eth dst set 00:11:22:33:44:55 munge ip ttl set 63 pipe action csum ip and tcp pipe action mirred egress mirror dev eth0 action ct commit zone 1 pipe action goto chain 4
	END
}

tc_actions() {
	heading "$(tc -V)" "$(byte_order)"
	actions | while read -r words; do
		sent tc filter add dev eth1 ingress protocol ip pref 2 flower action $words
	done
}

tc_requests() {
	heading "$(tc -V)" "$(byte_order)"
	sent tc qdisc replace dev dummy0 clsact
	rules | while read -r words; do
		sent tc filter add dev eth1 $words
	done
	sent tc filter replace dev eth1 ingress protocol ip pref 2 handle 7 flower src_ip 10.1.0.0/16 dst_ip 10.0.0.2 ip_proto udp src_port 1000 dst_port 53 action drop
	sent tc filter get dev eth1 ingress protocol ip pref 2 handle 7 flower
	sent tc filter del dev eth1 ingress protocol ip pref 2 handle 7 flower
	sent tc filter del dev eth1 ingress chain 5 protocol ipv6 pref 3 handle 1 flower
	sent tc filter show dev eth1 ingress
	sent tc -br filter show dev eth1 ingress
	sent tc qdisc replace dev dummy0 ingress_block 7 clsact
	sent tc filter add block 7 protocol ip pref 2 handle 7 flower dst_ip 10.0.0.2 action drop
	sent tc filter del block 7 protocol ip pref 2 handle 7 flower
	sent tc qdisc del dev dummy0 clsact
}

# Protocol and match of filters that have all the keys there are between them.
keys() {
	cat <<-'END'
	all indev lo
	ip hw_tc 3
	ip classid 1:10
	ip skip_hw verbose
	all dst_mac 00:11:22:33:44:55
	all src_mac 01:00:00:00:00:00/01:00:00:00:00:00
	802.1Q vlan_id 100 vlan_prio 5
	802.1ad vlan_id 100 vlan_ethtype 802.1q cvlan_id 200 cvlan_prio 1
	802.1Q vlan_ethtype ip ip_proto tcp dst_port 80
	802.1ad vlan_ethtype 802.1q cvlan_ethtype ipv6 dst_ip 2001:db8::/32
	802.1Q vlan_ethtype arp arp_tip 1.2.3.4
	802.1Q vlan_ethtype mpls_uc mpls_label 5
	all num_of_vlans 0
	all num_of_vlans 1 vlan_id 10
	all num_of_vlans 2 vlan_prio 3 cvlan_id 20
	all num_of_vlans 1 vlan_ethtype ip dst_ip 10.0.0.1
	802.1Q num_of_vlans 1 vlan_ethtype ip src_ip 10.0.0.1
	ppp_ses pppoe_sid 1234
	ppp_ses pppoe_sid 1 ppp_proto ipv6 dst_ip ::1
	ppp_ses ppp_proto ip ip_proto udp src_port 53
	ppp_ses ppp_proto mpls_uc mpls_ttl 64
	ppp_ses ppp_proto lcp
	802.1Q vlan_id 3 vlan_ethtype ppp_ses pppoe_sid 2 ppp_proto ip
	802.1Q vlan_ethtype ppp_ses pppoe_sid 3
	802.1ad vlan_ethtype 802.1Q cvlan_ethtype ppp_ses ppp_proto ip dst_ip 10.0.0.1
	ip src_ip 10.0.0.1 dst_ip 10.1.0.0/16
	ip ip_proto 0x2f ip_tos 0x10/0xfc ip_ttl 64
	ip ip_flags frag/nofirstfrag
	ip ip_flags nofrag
	ipv6 src_ip fe80::1 dst_ip ff02::1 ip_proto udp dst_port 5353
	ipv6 ip_ttl 1/f0 ip_tos 4 ip_flags frag/firstfrag
	ip ip_proto tcp src_port 10-20 dst_port 1000-65535
	ipv6 ip_proto sctp dst_port 1-5
	ip ip_proto tcp dst_port 80/0xff00 tcp_flags 0x2/0x17
	ip ip_proto udp src_port 53 dst_port 53
	ip ip_proto sctp src_port 9 dst_port 8
	ip ip_proto tcp src_port 7
	ip ip_proto icmp type 8 code 0
	ipv6 ip_proto icmpv6 type 128 code 1
	arp arp_op request arp_sip 10.0.0.1 arp_tip 10.0.0.0/24
	arp arp_op reply arp_sha 00:11:22:33:44:55 arp_tha 00:11:22:00:00:00/24
	rarp arp_op reply arp_tip 1.2.3.0/24
	mpls_uc mpls_label 100
	mpls_uc mpls_bos 1
	mpls_uc mpls_label 1048575 mpls_tc 7 mpls_bos 0 mpls_ttl 255
	mpls_mc mpls_tc 1
	mpls_uc mpls lse depth 1 label 100 tc 3 bos 0 ttl 64 lse depth 2 label 200 bos 1
	mpls_uc mpls lse depth 7 ttl 1
	mpls_uc mpls lse depth 2
	mpls_mc mpls lse depth 3 bos 1 lse depth 2
	ip enc_key_id 100
	ip enc_src_ip 10.0.0.1 enc_dst_ip 10.0.0.0/24 enc_key_id 42 enc_dst_port 4789
	ip enc_src_ip 2001:db8::1 enc_dst_ip 2001:db8::/32
	all enc_tos 0x10/0xfc enc_ttl 64
	all enc_tos 4 enc_ttl 0/0x80
	ip geneve_opts 0102:80:00000001/ffff:ff:ffffffff
	ip geneve_opts 0102:80:00000001,0103:81:deadbeef00112233
	ip geneve_opts 0100:0:00000001/ff00:0:0000ffff,0:0:00000000/0:0:00000000
	all vxlan_opts 513
	all vxlan_opts 512/65280
	all erspan_opts 1:0x12:0:0
	all erspan_opts 1:18:0:0/1:255:255:255
	all erspan_opts 2:0:1:63
	all erspan_opts 2:0:0:7/2:4294967295:0:15
	all gtp_opts 0:1
	all gtp_opts 1:f/ff:1f
	ip ct_state +trk
	ip ct_state +trk+est-rpl
	ip ct_state +trk-new-est
	ip ct_state -trk
	ip ct_state +trk+rel+rpl
	ip ct_state +trk+inv
	ip ct_zone 5
	ip ct_zone 0x500/0xff00
	ip ct_mark 0x10
	ip ct_mark 010/0xff
	ip ct_label 01020304050607080910111213141516
	ip ct_label 0100000000000000000000000000ff00/ff00000000000000000000000000ff00
	END
}

# Those of later kernels, for a later tc: TC_NEW=path.
new_keys() {
	cat <<-'END'
	all l2_miss 1
	all l2_miss 0 dst_mac 00:11:22:33:44:55
	cfm cfm mdl 5
	cfm cfm op 1
	cfm cfm mdl 0 op 255
	ip ip_proto l2tp l2tpv3_sid 77
	ipv6 ip_proto l2tp l2tpv3_sid 4294967295
	ip ip_proto esp spi 1234
	ipv6 ip_proto ah spi 0xffffffff
	all enc_flags tundf/notuncsum
	all enc_flags tunoam/notuncrit enc_key_id 7
	END
}

# Each line as a filter of its own, by what function $1 does with the command.
each_key() {
	pref=1
	while read -r protocol words; do
		"$1" "$tc" filter add dev lo ingress protocol "$protocol" \
			pref "$pref" flower $words action drop
		pref=$((pref + 1))
	done
}

quietly() { "$@" 2>/dev/null || :; }

key_requests() {
	heading "$(tc -V)" "$(byte_order)"
	tc=tc
	keys | each_key sent
}

new_key_requests() {
	heading "$("$TC_NEW" -V)" "$(byte_order)"
	tc=$TC_NEW
	new_keys | each_key sent | sed "s:^= $TC_NEW := tc :"
}

key_replies() {
	heading "$(tc -V)" "$(byte_order)"
	tc qdisc add dev lo clsact
	tc=tc
	keys | each_key quietly
	received "$newtfilter" tc filter show dev lo ingress
}

# Rules that we do not know, to be told as such.
foreign() {
	tc filter add dev eth0 ingress protocol ip pref 1 flower ct_state +trk action drop
	tc filter add dev eth0 ingress protocol ip pref 1 flower ip_proto tcp dst_port 10-20 action drop
	tc filter add dev eth0 ingress protocol ip pref 1 flower ip_proto tcp action pedit ex munge ip ttl set 5 pipe action drop
	tc filter add dev eth0 ingress protocol all pref 3 matchall action pass
	tc filter add dev eth0 ingress protocol ip pref 1 flower ip_proto udp action drop cookie 0123456789abcdef0123456789abcdef
}

tc_replies() {
	heading "$(tc -V)" "$(byte_order)"
	foreign
	received "$newtfilter" tc filter show dev eth1 ingress
	received "$newtfilter" tc -br filter show dev eth1 ingress
	received "$newtfilter" tc filter show dev eth1 egress
	received "$newtfilter" tc filter show dev eth0 ingress
}

devlink_messages() {
	heading "$(devlink -V)" "$(byte_order)"
	sent devlink dev eswitch show netdevsim/$dev
	sent devlink dev eswitch set netdevsim/$dev mode switchdev
	sent devlink dev eswitch set netdevsim/$dev inline-mode transport
	sent devlink dev eswitch set netdevsim/$dev encap-mode basic
	sent devlink dev info netdevsim/$dev
	received "$genl" devlink dev show
	received "$genl" devlink port show
	received "$genl" devlink dev eswitch show netdevsim/$dev
	received "$genl" devlink dev info netdevsim/$dev
}

# Of VFs, functions of ports, and rates: what is sent, whether or not the
# driver takes it, and what is told.
function_messages() {
	heading "$(ip -V), $(devlink -V)" "$(byte_order)"
	port=netdevsim/$dev/128
	for words in "mac 02:00:00:00:00:05" "vlan 5 qos 3" \
		"vlan 5 qos 3 proto 802.1ad" "max_tx_rate 100 min_tx_rate 10" \
		"spoofchk on" "trust on" "state disable" "query_rss on"; do
		sent ip link set eth0 vf 1 $words
	done
	received "$newlink" ip link show dev eth0
	sent devlink port function set $port hw_addr 02:00:00:00:00:05
	sent devlink port function set $port state active
	sent devlink port function rate add netdevsim/$dev/g1 tx_share 10mbit
	sent devlink port function rate set netdevsim/$dev/g1 tx_max 1gbit
	sent devlink port function rate set $port tx_share 8mbit
	sent devlink port function rate set $port parent g1
	received "$genl" devlink port function rate show
	sent devlink port function rate set $port noparent
	sent devlink port function rate del netdevsim/$dev/g1
}

detail_messages() {
	heading "$(devlink -V)" "$(byte_order)"
	sent devlink health show
	sent devlink health recover netdevsim/$dev reporter dummy
	sent devlink dev param show
	sent devlink dev param set netdevsim/$dev name max_macs value 16 cmode driverinit
	sent devlink dev param set netdevsim/$dev name test1 value false cmode driverinit
	sent devlink dev param set netdevsim/$dev name test1 value true cmode driverinit
	sent devlink resource show netdevsim/$dev
	sent devlink port add netdevsim/$dev flavour pcisf pfnum 0 sfnum 88 controller 1
	sent devlink port del netdevsim/$dev/32856
	echo "an error" >/sys/kernel/debug/netdevsim/$dev/health/break_health
	received "$genl" devlink health show
	received "$genl" devlink dev info netdevsim/$dev
	received "$genl" devlink dev param show
	received "$genl" devlink resource show netdevsim/$dev
}

link_messages() {
	heading "$(ip -V)" "$(byte_order)"
	ip link property add dev eth1 altname tenant7 altname rack-2.host-5
	ip link add vx0 type vxlan id 5 remote 192.0.2.1 dev eth0 dstport 4789
	ip link add vx1 type vxlan id 6 local 2001:db8::1 dstport 4790
	ip link add vx2 type vxlan external dstport 4791
	ip link add gnv0 type geneve id 7 remote 2001:db8::2
	ip link add gnv1 type geneve external dstport 6082
	ip link add gretap1 type gretap remote 192.0.2.2 dev eth0
	received "$newlink" ip link show
}

link_set_messages() {
	heading "$(ip -V)" "$(byte_order)"
	sent ip link set dev eth1 mtu 1400
	sent ip link set dev eth1 down
	sent ip link set dev eth1 up
	sent ip link property add dev eth1 altname tenant8
	sent ip link set dev eth2 name tenant9
}

ethtool_messages() {
	heading "$(ethtool --version)" "$(byte_order)"
	printf '%s' "$features" >"$trace.py"
	sent ethtool -K eth2 hw-tc-offload on
	received "$genl" python3 "$trace.py" eth2
	ethtool -K eth2 hw-tc-offload off
	received "$genl" python3 "$trace.py" eth2
}

set_up
tc_requests >"$here/tc-requests.txt"
tc_actions >"$here/tc-actions.txt"
tc_replies >"$here/tc-replies.txt"
devlink_messages >"$here/devlink.txt"
detail_messages >"$here/devlink-detail.txt"
key_requests >"$here/flower-keys.txt"
key_replies >"$here/flower-keys-told.txt"
if [ -n "${TC_NEW-}" ]; then
	new_key_requests >"$here/flower-keys-new.txt"
fi
function_messages >"$here/function.txt"
link_messages >"$here/link.txt"
link_set_messages >"$here/link-set.txt"
ethtool_messages >"$here/ethtool.txt"
