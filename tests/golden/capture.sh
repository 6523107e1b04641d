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

link_messages() {
	heading "$(ip -V)" "$(byte_order)"
	received "$newlink" ip link show
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
tc_replies >"$here/tc-replies.txt"
devlink_messages >"$here/devlink.txt"
link_messages >"$here/link.txt"
ethtool_messages >"$here/ethtool.txt"
