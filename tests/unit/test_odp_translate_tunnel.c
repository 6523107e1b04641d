/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tunnels and connection tracking, from datapath flows to tc. */
#include "tests/unit/translatecase.h"

#define VXLAN "in_port(vxlan_sys_4789),"
#define DECAP " action tunnel_key unset pipe action mirred egress redirect " \
	      "dev eth1"
#define ENDS "src=1.1.1.1,dst=2.2.2.2,"
#define ENC "enc_key_id 5 enc_src_ip 1.1.1.1 enc_dst_ip 2.2.2.2 enc_tos 0x0 "

static void the_outer_headers_are_matched_and_stripped(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "tun_id=0x5," ENDS "flags(-df-csum+key)",
		  ENC "enc_dst_port 4789" DECAP },
		{ "tun_id=0x5," ENDS "tos=0x4/0xfc,ttl=5/0xf,tp_src=7,"
		  "tp_dst=9/0xff,flags(+key)",
		  "enc_key_id 5 enc_src_ip 1.1.1.1 enc_dst_ip 2.2.2.2 "
		  "enc_tos 0x4/0xfc enc_ttl 5/0xf enc_src_port 7 "
		  "enc_dst_port 9/0xff" DECAP },
		{ "tun_id=0x5,dst=2.2.2.0/255.255.255.0,tos=0/0,"
		  "vxlan(gbp(id=5,flags=0)),flags(+key)",
		  "enc_key_id 5 enc_dst_ip 2.2.2.0/24 enc_dst_port 4789 "
		  "vxlan_opts 0x5" DECAP },
		{ "tun_id=0x5,ipv6_src=::1,ipv6_dst=::2/::ff,flags(+key)",
		  "enc_key_id 5 enc_src_ip ::1 enc_dst_ip ::2/::ff "
		  "enc_tos 0x0 enc_dst_port 4789" DECAP },
		{ "tun_id=0x0," ENDS "flags(-df-csum+key)",
		  "enc_key_id 0 enc_src_ip 1.1.1.1 enc_dst_ip 2.2.2.2 "
		  "enc_tos 0x0 enc_dst_port 4789" DECAP },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  VXLAN "tunnel(%s),eth_type(0x1234), actions:eth1",
			  "dev vxlan_sys_4789 ingress protocol 0x1234 flower ");
}

static void the_udp_port_is_known_from_a_dump_with_m_as_well(void **state)
{
	(void)state;
	assert_string_equal(
		translatecase(VXLAN "tunnel(tun_id=0x5," ENDS "tos=0/0,"
			      "tp_dst=4790/0),eth_type(0x1234), actions:eth1"),
		"dev vxlan_sys_4789 ingress protocol 0x1234 flower "
		"enc_key_id 5 enc_src_ip 1.1.1.1 enc_dst_ip 2.2.2.2 "
		"enc_dst_port 4790" DECAP);
}

static void options_of_geneve_are_matched_where_they_can_be(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "geneve({class=0x102,type=0x80,len=4,0x1}"
		  "{class=0x103,type=0x81,len=8,0x1122334455667788/0xff})",
		  ENC "enc_dst_port 6081 geneve_opts 0102:80:00000001,"
		  "0103:81:0000000000000088/ffff:ff:00000000000000ff"
		  DECAP },
		{ "geneve({class=0x102,type=0x80,len=0})",
		  "key-unsupported:tunnel(geneve(len=0))" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(genev_sys_6081),tunnel(tun_id=0x5," ENDS
			  "%s,flags(+key)),eth_type(0x1234), actions:eth1",
			  "dev genev_sys_6081 ingress protocol 0x1234 flower ");
	assert_string_equal(
		translatecase(VXLAN "tunnel(tun_id=0x5," ENDS "geneve({class="
			      "0x1,type=0x2,len=4,0x1}),flags(+key)),"
			      "eth_type(0x1234), actions:eth1"),
		"key-conflict:tunnel(geneve) on a port of another kind");
	(void)translatecase("in_port(genev_sys_6081),tunnel(tun_id=0x5," ENDS
			    "geneve({len=4}),flags(+key)),eth_type(0x1234), "
			    "actions:eth1");
	assert_int_equal(translatecase_rule.match.mask.enc_geneve.len, 8);
	assert_int_equal(translatecase_rule.match.mask.enc_geneve.data[3], 1);
	assert_int_equal(translatecase_rule.match.mask.enc_geneve.data[0], 0);
}

static void what_flower_cannot_see_of_a_tunnel_is_refused(void **state)
{
	static const struct {
		const char *port, *tunnel, *reasons;
	} cases[] = {
		{ "vxlan_sys_4789", "tun_id=0x5," ENDS "flags(-df+key)",
		  "key-unsupported:tunnel(flags(-df))" },
		{ "vxlan_sys_4789", "tun_id=0x5," ENDS "flags(+csum)",
		  "key-unsupported:tunnel(flags(+csum))" },
		{ "vxlan_sys_4789", "tun_id=0x5," ENDS "flags(-df-csum+oam+key)",
		  "key-unsupported:tunnel(flags(+oam))" },
		{ "vxlan_sys_4789", "tun_id=0x100000000," ENDS "flags(+key)",
		  "key-unsupported:tunnel(tun_id over 32 bits)" },
		{ "vxlan_sys_4789", "tun_id=0x5/0xff," ENDS,
		  "mask-unsupported:tun_id" },
		{ "vxlan_sys_4789", "src=1.1.1.1,ipv6_dst=::1",
		  "key-conflict:tunnel(src, dst) with "
		  "tunnel(ipv6_src, ipv6_dst)" },
		{ "gre_sys", "tun_id=0x0," ENDS "flags(-df-csum+key)",
		  "key-unsupported:tunnel(flags(+key) and tun_id=0)" },
		{ "gre_sys", ENDS "flags(-df-csum-key)",
		  "key-unsupported:tunnel(flags(-key))" },
		{ "erspan_sys", "tun_id=0x5," ENDS "tos=0/0,erspan(ver=2,idx=0x7)",
		  "key-conflict:erspan_index without erspan_ver 1" },
		{ "7", "tun_id=0x5," ENDS "gtpu(flags=0x30,msgtype=255)",
		  "key-unsupported:tunnel(gtpu)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char line[512];

		snprintf(line, sizeof(line), "in_port(%s),tunnel(%s),"
			 "eth_type(0x1234), actions:eth1", cases[i].port,
			 cases[i].tunnel);
		assert_string_equal(translatecase(line), cases[i].reasons);
	}
}

static void flags_go_to_a_kernel_that_keeps_them(void **state)
{
	(void)state;
	translatecase_host.keeps_tunnel_flags = true;
	assert_string_equal(
		translatecase(VXLAN "tunnel(tun_id=0x5," ENDS
			      "flags(-df+csum+oam+key)),eth_type(0x1234), "
			      "actions:set(tunnel(tun_id=0x1,dst=3.3.3.3,"
			      "ttl=64,flags(df|csum|key))),genev_sys_6081"),
		"dev vxlan_sys_4789 ingress protocol 0x1234 flower " ENC
		"enc_dst_port 4789 enc_flags tuncsum/notundf/tunoam "
		"action tunnel_key unset pipe action tunnel_key set "
		"src_ip 0.0.0.0 dst_ip 3.3.3.3 id 1 ttl 64 nofrag csum pipe "
		"action mirred egress redirect dev genev_sys_6081");
	translatecase_host.keeps_tunnel_flags = false;
}

static void packets_are_sent_into_tunnels(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "set(tunnel(tun_id=0x2a,src=1.1.1.1,dst=2.2.2.2,tos=0x3,"
		  "ttl=64,tp_dst=4789,flags(df|key))),vxlan_sys_4789",
		  "action tunnel_key set src_ip 1.1.1.1 dst_ip 2.2.2.2 id 42 "
		  "dst_port 4789 tos 3 ttl 64 nocsum pipe "
		  "action mirred egress redirect dev vxlan_sys_4789" },
		{ "set(tunnel(tun_id=0x2a,ipv6_dst=2::2,ttl=64,tp_dst=6081,"
		  "geneve({class=0x102,type=0x80,len=4,0x1}),flags(csum|key)))"
		  ",genev_sys_6081,set(tunnel(tun_id=0x1,dst=2.2.2.3,ttl=64,"
		  "flags(key))),gre_sys,eth2",
		  "action tunnel_key set src_ip :: dst_ip 2::2 id 42 "
		  "dst_port 6081 ttl 64 geneve_opts 0102:80:00000001 csum pipe "
		  "action mirred egress mirror dev genev_sys_6081 pipe "
		  "action tunnel_key set src_ip 0.0.0.0 dst_ip 2.2.2.3 id 1 "
		  "ttl 64 nocsum pipe "
		  "action mirred egress mirror dev gre_sys pipe "
		  "action mirred egress redirect dev eth2" },
		{ "vxlan_sys_4789",
		  "action-unsupported:output to a tunnel without "
		  "set(tunnel())" },
		{ "set(tunnel(tun_id=0x100000000,ttl=64,tp_src=1,"
		  "flags(oam|key))),vxlan_sys_4789",
		  "action-unsupported:set(tunnel(tun_id over 32 bits)) "
		  "action-unsupported:tnl-tp_src "
		  "action-unsupported:set(tunnel(flags(oam))) "
		  "action-unsupported:set(tunnel()) without dst" },
		{ "set(tunnel(dst=1.1.1.1,ipv6_dst=::1,ttl=64)),gre_sys",
		  "action-unsupported:set(tunnel(dst, ipv6_dst))" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x1234), actions:%s",
			  "dev eth1 ingress protocol 0x1234 flower ");
}

static void no_chain_follows_a_tunnel_that_was_stripped(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "recirc(0x5)", "action goto chain 5" },
		{ "eth1,recirc(0x5)", "chain-after-decap:recirc(0x5)" },
		{ "eth1,eth2", "action tunnel_key unset pipe "
			       "action mirred egress mirror dev eth1 pipe "
			       "action mirred egress redirect dev eth2" },
		{ "drop", "action drop" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  VXLAN "eth_type(0x1234), actions:%s",
			  "dev vxlan_sys_4789 ingress protocol 0x1234 "
			  "flower ");
}

static void states_of_connections_are_renumbered(void **state)
{
	static const struct {
		const char *odp;
		int key, mask;
	} cases[] = {
		{ "-trk", 0, 8 },
		{ "+new+trk", 9, 9 },
		{ "+est+trk-new", 10, 10 },
		{ "+est", 10, 10 },
		{ "+rel+rpl+trk-inv", 4 + 32 + 8, 4 + 32 + 8 + 16 },
		{ "+inv+trk", 24, 24 },
		{ "-new-est+trk", 8, 11 },
		{ "0/0x23", 0, 11 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char line[256];

		snprintf(line, sizeof(line), "in_port(eth1),ct_state(%s),"
			 "eth_type(0x0800),ipv4(frag=no), actions:2",
			 cases[i].odp);
		(void)translatecase(line);
		assert_int_equal(translatecase_rule.match.key.ct_state,
				 cases[i].key);
		assert_int_equal(translatecase_rule.match.mask.ct_state,
				 cases[i].mask);
		assert_int_equal(translatecase_rule.match.mask.dp_ct_state, 0);
	}
}

static void states_that_do_not_exist_are_refused(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "+new+est+trk", "key-conflict:ct_state(+new+est)" },
		{ "+new+rpl+trk", "key-conflict:ct_state(+new+rpl)" },
		{ "+inv+rel+trk", "key-conflict:ct_state(+inv) with another" },
		{ "+est-trk", "key-conflict:ct_state(-trk) with another" },
		{ "-snat+dnat+trk", "key-unsupported:ct_state(snat) "
				    "key-unsupported:ct_state(dnat)" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),ct_state(%s),eth_type(0x0800),"
			  "ipv4(frag=no), actions:2", "");
}

static void connections_are_tracked(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "ct(commit,zone=5,mark=0x1/0xff,label=0x1/0x3,"
		  "nat(src=10.0.0.1-10.0.0.9:80-90)),recirc(0x2)",
		  "action ct commit zone 5 mark 1/0xff label "
		  "01000000000000000000000000000000/"
		  "03000000000000000000000000000000 "
		  "nat src addr 10.0.0.1-10.0.0.9 port 80-90 pipe "
		  "action goto chain 2" },
		{ "ct(force_commit,zone=5,nat(dst=fe80::1)),2",
		  "action ct commit force zone 5 nat dst addr fe80::1 pipe "
		  "action mirred egress redirect dev 2" },
		{ "ct(nat),recirc(0x2)",
		  "action ct nat pipe action goto chain 2" },
		{ "ct(commit)", "action ct commit drop" },
		{ "ct_clear,2", "action ct clear pipe "
				"action mirred egress redirect dev 2" },
		{ "ct(commit,helper=ftp,timeout=x,nat(src=1.2.3.4,persistent,"
		  "random)),2",
		  "action-unsupported:ct-helper "
		  "action-unsupported:ct(timeout) "
		  "action-unsupported:ct(nat(persistent)) "
		  "action-unsupported:ct(nat(random))" },
		{ "ct(nat(src=1.2.3.4)),2",
		  "action-unsupported:ct(nat(src, dst)) without commit" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x0800),ipv4(frag=no), "
			  "actions:%s",
			  "dev eth1 ingress protocol ip flower "
			  "ip_flags nofrag ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_outer_headers_are_matched_and_stripped),
		cmocka_unit_test(
			the_udp_port_is_known_from_a_dump_with_m_as_well),
		cmocka_unit_test(options_of_geneve_are_matched_where_they_can_be),
		cmocka_unit_test(what_flower_cannot_see_of_a_tunnel_is_refused),
		cmocka_unit_test(flags_go_to_a_kernel_that_keeps_them),
		cmocka_unit_test(packets_are_sent_into_tunnels),
		cmocka_unit_test(no_chain_follows_a_tunnel_that_was_stripped),
		cmocka_unit_test(states_of_connections_are_renumbered),
		cmocka_unit_test(states_that_do_not_exist_are_refused),
		cmocka_unit_test(connections_are_tracked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
