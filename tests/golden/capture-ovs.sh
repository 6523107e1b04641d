#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes ovs-flow.txt: datapath flows as the kernel tells them, each under the
# line that ovs-dpctl prints of it. Run in the test machine:
# scripts/vm tests/golden/capture-ovs.sh

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/capture-lib.sh"

# Length, type of the family, NLM_F_MULTI, sequence number, port id; the command
# OVS_FLOW_CMD_GET and version 1, behind which comes the index of the datapath.
reply='.. .. .. .. .. 00 02 00 00 00 00 00 00 00 00 00 03 01 00 00 '

# key|actions, as ovs-dpctl add-flow takes them; ports are 1 and 2, a vxlan is
# 3, a geneve is 4.
flows() {
	cat <<-'END'
	in_port(1),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02/ff:ff:ff:00:00:00),eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.0/255.0.0.0,proto=6,tos=0x10/0xfc,ttl=64,frag=no),tcp(src=1000,dst=80/0xfff0),tcp_flags(+syn-ack)|2
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,frag=first),udp()|drop
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,frag=later)|1,2
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=1,frag=no),icmp(type=8,code=0)|push_vlan(vid=5,pcp=3),2
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=132,frag=no),sctp(src=1,dst=2)|push_vlan(tpid=0x88a8,vid=5,pcp=0),2
	in_port(1),eth(),eth_type(0x86dd),ipv6(src=2001:db8::/ffff:ffff::,dst=::1,label=0x12345,proto=58,tclass=0x20,hlimit=255,frag=no),icmpv6(type=135,code=0),nd(target=fe80::1,sll=02:00:00:00:00:01)|2
	in_port(1),eth(),eth_type(0x86dd),ipv6(label=0x100/0xf00,proto=17,frag=no),udp(dst=4789)|2
	in_port(1),eth(),eth_type(0x0806),arp(sip=10.0.0.1,tip=10.0.0.2/255.255.255.0,op=1,sha=02:00:00:00:00:01,tha=00:00:00:00:00:00)|2
	in_port(1),eth(),eth_type(0x8100),vlan(vid=7,pcp=2),encap(eth_type(0x0800),ipv4(dst=10.0.0.9,frag=no))|pop_vlan,2
	in_port(1),eth(),eth_type(0x88a8),vlan(vid=7,pcp=2),encap(eth_type(0x8100),vlan(vid=9,pcp=1),encap(eth_type(0x0800),ipv4(frag=no)))|pop_vlan,pop_vlan,2
	in_port(1),eth(),eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)|set(mpls(label=7,tc=0,ttl=63,bos=1)),recirc(7)
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.9,frag=no)|meter(0),2
	skb_priority(0x5/0xff),skb_mark(0x7),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)|set(skb_mark(0x9)),set(skb_priority(0x3)),2
	ct_state(+trk+est-new),ct_zone(0x5),ct_mark(0x10/0xff),ct_label(0x1234567890abcdef/0xffffffffffffffff),recirc_id(0x9),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)|ct_clear,2
	in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)|ct,recirc(5)
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=1.1.1.1,frag=no)|ct(commit,zone=3,mark=0x7/0xff,label=0x1/0xf,nat(src=10.0.0.1-10.0.0.9:1000-2000,random)),2
	in_port(1),eth(),eth_type(0x86dd),ipv6(frag=no)|ct(commit,nat(dst=[2001:db8::1]:80)),recirc(6)
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=1.1.1.2,frag=no)|ct(force_commit,nat(src)),2
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=6,frag=no),tcp(src=9,dst=7)|set(eth(src=02:00:00:00:00:09,dst=02:00:00:00:00:0a)),set(ipv4(src=1.2.3.4,ttl=63)),set(tcp(dst=8080)),2
	in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,frag=no),udp()|set(ipv4(tos=0x4/0xfc)),set(udp(src=5/0xff,dst=8)),2
	in_port(1),eth(),eth_type(0x86dd),ipv6(proto=6,frag=no),tcp(src=9,dst=7)|set(ipv6(src=::5,hlimit=3,tclass=0x10/0xfc)),2
	in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)|set(tunnel(tun_id=0x2a,src=192.0.2.1,dst=192.0.2.2,tos=0x10,ttl=64,tp_dst=4789,flags(df|csum|key))),3
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=1.1.1.3,frag=no)|set(tunnel(tun_id=0x2a,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,ttl=64,tp_dst=6081,geneve({class=0x102,type=0x80,len=4,0x1}{class=0x103,type=0x1,len=8,0xaabbccdd11223344}),flags(key))),4
	tunnel(tun_id=0x2a,src=192.0.2.1,dst=192.0.2.2,tos=0,ttl=64,tp_dst=4789,flags(-df-csum+key)),in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)|1
	tunnel(tun_id=0x2b,src=192.0.2.1,dst=192.0.2.2,ttl=64,vxlan(gbp(id=5,flags=0x8)),flags(-df-csum+key)),in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)|1
	tunnel(tun_id=0x2a,src=192.0.2.1,dst=192.0.2.2,tos=0,ttl=64,tp_dst=6081,geneve({class=0x102,type=0x80,len=4,0x10002/0x7fffffff}),flags(-df-csum+key)),in_port(4),eth(),eth_type(0x0800),ipv4(frag=no)|1
	tunnel(tun_id=0x2a,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,ttl=64,flags(+key)),in_port(4),eth(),eth_type(0x0800),ipv4(frag=no)|1
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.1,frag=no)|trunc(100),2
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.2,frag=no)|sample(sample=50.0%,actions(2)),1
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.3,frag=no)|clone(push_vlan(vid=1,pcp=0),2),1
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.4,frag=no)|check_pkt_len(size=200,gt(2),le(set(eth(src=02:00:00:00:00:09)),1))
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.5,frag=no)|userspace(pid=77,userdata(0102030405)),2
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.6,frag=no)|push_nsh(flags=0,ttl=63,mdtype=1,np=1,spi=0x123,si=4,c1=0x1,c2=0x2,c3=0x3,c4=0x4),2
	in_port(1),eth(),eth_type(0x0800),ipv4(dst=2.0.0.7,frag=no)|push_nsh(flags=0,ttl=63,mdtype=2,np=1,spi=0x123,si=255,md2=0x01020304),2
	in_port(1),eth(),eth_type(0x88cc)|1
	dp_hash(0x3/0xf),recirc_id(0x3),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)|2
	END
}

ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ovs-dpctl add-dp dp0
ovs-dpctl add-if dp0 v0,port_no=1 v1,port_no=2
ip link add vx0 type vxlan external dstport 4789
ip link add gn0 type geneve external
ip link set vx0 up
ip link set gn0 up
ovs-dpctl add-if dp0 vx0,type=vxlan,port_no=3 2>/dev/null || ovs-dpctl add-if dp0 vx0,port_no=3
ovs-dpctl add-if dp0 gn0,port_no=4

{
	heading "$(ovs-dpctl --version | head -n 1)" "$(byte_order)"
	flows | while IFS='|' read -r key actions; do
		ovs-dpctl del-flows dp0
		ovs-dpctl add-flow dp0 "$key" "$actions" >&2 || {
			echo "not taken: $key|$actions" >&2
			continue
		}
		line=$(ovs-dpctl dump-flows dp0)
		strace -o "$trace" -s 0 -e trace=recvmsg,recvfrom -e read=all \
			ovs-dpctl dump-flows dp0 >/dev/null 2>&1
		# A datagram of flows: its first attribute is a nest, the key;
		# that of a vport or datapath is a number or a short name.
		buffers | grep "^$reply.. .. .. .. [^0].\|^$reply.. .. .. .. 0[^8]" |
			uniq | tail -n 1 | record "$line"
	done
} >"$here/ovs-flow.txt"
