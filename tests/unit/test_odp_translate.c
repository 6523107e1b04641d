/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a datapath flow to the tc rule, or to the reasons. */
#include "tests/unit/flowcase.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>

#define IN "recirc_id(0),in_port(eth1),"
#define IP4 "eth_type(0x0800),ipv4("

static void an_ip_flow_becomes_a_rule_on_the_port(void **state)
{
	const struct rule *r = flowcase_rule(
		IN "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),"
		   "eth_type(0x0800),ipv4(frag=no), packets:3, bytes:294, "
		   "used:0.260s, actions:eth2");

	(void)state;
	assert_string_equal(r->dev.name, "eth1");
	assert_int_equal(r->dev.no, PORT_NO_NONE);
	assert_int_equal(r->hook, RULE_INGRESS);
	assert_int_equal(r->chain, 0);
	assert_int_equal(r->prio, 0);
	assert_int_equal(r->protocol_be, htons(ETH_P_IP));
	assert_int_equal(r->match.key.eth_type_be, htons(ETH_P_IP));
	assert_int_equal(r->match.mask.eth_type_be, 0xffff);
	assert_int_equal(r->match.key.eth_dst[5], 2);
	assert_int_equal(r->match.mask.eth_dst[0], 0xff);
	assert_int_equal(r->match.key.ip_flags_be, 0);
	assert_int_equal(r->match.mask.ip_flags_be,
			 htonl(FLOW_FRAG_IS_FRAGMENT));
	assert_int_equal(r->n_actions, 1);
	assert_int_equal(r->actions[0].kind, RULE_ACTION_MIRRED);
	assert_int_equal(r->actions[0].mirred.op, RULE_EGRESS_REDIRECT);
	assert_int_equal(r->actions[0].verdict, RULE_STOLEN);
	assert_string_equal(r->actions[0].mirred.port.name, "eth2");
}

static void every_key_is_carried_over(void **state)
{
	static const struct {
		const char *keys, *tc;
	} cases[] = {
		{ "eth_type(0x88cc)", "protocol lldp flower" },
		{ "eth_type(0x1234)", "protocol 0x1234 flower" },
		{ "eth(src=02:00:00:00:00:01/ff:00:00:00:00:01),"
		  "eth_type(0x1234)",
		  "protocol 0x1234 flower "
		  "src_mac 02:00:00:00:00:01/ff:00:00:00:00:01" },
		{ IP4 "src=10.1.2.3/255.255.255.0,dst=10.0.0.2,proto=6,"
		  "tos=0x80/0xfc,ttl=64,frag=no),tcp(src=80/0xff00,dst=443)",
		  "protocol ip flower src_ip 10.1.2.0/24 dst_ip 10.0.0.2 "
		  "ip_proto tcp ip_tos 0x80/0xfc ip_ttl 64 ip_flags nofrag "
		  "src_port 0/0xff00 dst_port 443" },
		{ IP4 "src=10.1.2.3/255.0.255.0)",
		  "protocol ip flower src_ip 10.0.2.0/255.0.255.0" },
		{ IP4 "ttl=64/0xf0)", "protocol ip flower ip_ttl 64/0xf0" },
		{ IP4 "proto=0)", "protocol ip flower ip_proto 0x0" },
		{ IP4 "proto=17),udp(dst=53)",
		  "protocol ip flower ip_proto udp dst_port 53" },
		{ IP4 "proto=132),sctp(src=7)",
		  "protocol ip flower ip_proto sctp src_port 7" },
		{ IP4 "proto=1),icmp(type=8/0xf8,code=1)",
		  "protocol ip flower ip_proto icmp type 8/248 code 1" },
		{ IP4 "proto=6),tcp(dst=80),tcp_flags(+syn-ack)",
		  "protocol ip flower ip_proto tcp dst_port 80 "
		  "tcp_flags 0x2/0x12" },
		{ IP4 "proto=6),tcp(dst=80),tcp_flags(syn|ack)",
		  "protocol ip flower ip_proto tcp dst_port 80 "
		  "tcp_flags 0x12" },
		{ IP4 "proto=6),tcp(dst=80),tcp_flags(0x2/0x17)",
		  "protocol ip flower ip_proto tcp dst_port 80 "
		  "tcp_flags 0x2/0x17" },
		{ IP4 "frag=first)",
		  "protocol ip flower ip_flags frag/firstfrag" },
		{ IP4 "frag=later)",
		  "protocol ip flower ip_flags frag/nofirstfrag" },
		{ "eth_type(0x86dd),ipv6(src=fe80::1,dst=ff02::/ff00::,"
		  "proto=58,tclass=0x70/0xf0,hlimit=255,frag=no),"
		  "icmpv6(type=128,code=0)",
		  "protocol ipv6 flower src_ip fe80::1 dst_ip ff00::/8 "
		  "ip_proto icmpv6 ip_tos 0x70/0xf0 ip_ttl 255 "
		  "ip_flags nofrag type 128 code 0" },
		{ "eth_type(0x86dd),ipv6(src=::1/::ff)",
		  "protocol ipv6 flower src_ip ::1/::ff" },
		{ "eth_type(0x0806),arp(sip=10.0.0.1/255.255.255.0,"
		  "tip=10.0.0.2,op=1,sha=02:00:00:00:00:01,"
		  "tha=00:00:00:00:00:00)",
		  "protocol arp flower arp_sip 10.0.0.0/24 arp_tip 10.0.0.2 "
		  "arp_op request arp_sha 02:00:00:00:00:01 "
		  "arp_tha 00:00:00:00:00:00" },
		{ "eth_type(0x8100),vlan(vid=10,pcp=3),"
		  "encap(eth_type(0x0800),ipv4(dst=1.2.3.4))",
		  "protocol 802.1Q flower vlan_id 10 vlan_prio 3 "
		  "vlan_ethtype ip dst_ip 1.2.3.4" },
		{ "eth_type(0x8100),vlan(vid=10,pcp=5/0x0,cfi=1),"
		  "encap(eth_type(0x0806))",
		  "protocol 802.1Q flower vlan_id 10 vlan_ethtype arp" },
		{ "eth_type(0x88a8),vlan(pcp=1),encap(eth_type(0x8100),"
		  "vlan(vid=2),encap(eth_type(0x86dd),ipv6(hlimit=1)))",
		  "protocol 802.1ad flower vlan_prio 1 vlan_ethtype 802.1Q "
		  "cvlan_id 2 cvlan_ethtype ipv6 ip_ttl 1" },
		{ "eth(),eth_type(0x0800),ipv4(),udp()",
		  "protocol ip flower" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024], want[1024];

		snprintf(line, sizeof(line), IN "%s, actions:drop",
			 cases[i].keys);
		snprintf(want, sizeof(want),
			 "dev eth1 ingress %s action drop", cases[i].tc);
		assert_string_equal(flowcase_tc(line), want);
	}
}

static void what_is_masked_out_is_no_obstacle(void **state)
{
	const char *const plain = flowcase_tc(
		IN "eth_type(0x0800),ipv4(frag=no), actions:drop");
	char want[FLOWCASE_SIZE];

	(void)state;
	snprintf(want, sizeof(want), "%s", plain);
	assert_string_equal(
		flowcase_tc(
			"ufid:91cc45de-e7e9-4935-8f82-1890430b0f66, "
			"skb_priority(0/0),tunnel(tun_id=0x1/0,src=1.1.1.1/0."
			"0.0.0,flags(0/0)),skb_mark(0x5/0),ct_state(0/0),"
			"ct_zone(0/0),ct_mark(0/0),ct_label(0/0),recirc_id(0),"
			"dp_hash(0/0),in_port(eth1),packet_type(ns=0/0,id=0/0)"
			",eth(src=00:00:00:c5:6d:4e/00:00:00:00:00:00,"
			"dst=00:00:00:e7:16:ce/00:00:00:00:00:00),"
			"eth_type(0x0800),ipv4(src=1.2.3.4/0.0.0.0,"
			"dst=5.6.7.8/0.0.0.0,proto=6/0,tos=0/0,ttl=64/0,"
			"frag=no),tcp(src=1/0,dst=2/0),tcp_flags(0/0),"
			"key32(00 00/00 00), packets:941539, bytes:62142230, "
			"used:0.260s, flags:SP., offloaded:yes, dp:tc, "
			"actions:drop, dp-extra-info:miniflow_bits(4,1)"),
		want);
}

static void a_key_without_a_match_is_refused_by_its_name(void **state)
{
	static const struct {
		const char *keys, *reasons;
	} cases[] = {
		{ "skb_mark(0x1)", "key-unsupported:skb_mark" },
		{ "skb_priority(0)", "key-unsupported:skb_priority" },
		{ "dp_hash(0x1/0xf)", "key-unsupported:dp_hash" },
		{ "ct_tuple4(src=1.1.1.1,dst=2.2.2.2,proto=6,tp_src=1,"
		  "tp_dst=2)", "key-unsupported:ct_tuple4" },
		{ "tunnel(gtpu(flags=0x30,msgtype=255))",
		  "key-unsupported:tunnel(gtpu)" },
		{ "nsh(np=1,spi=0x3000,si=255)", "key-unsupported:nsh" },
		{ "nd(target=::1)", "key-unsupported:nd" },
		{ "packet_type(ns=1,id=0x800)",
		  "key-unsupported:packet_type" },
		{ "key32(00 01/00 01)", "key-unknown:key32" },
		/* What OVS 3.1 prints of an attribute it cannot read back; its
		 * parentheses do not match. */
		{ "mpls((bad key length 12, expected 4)("
		  "00 06 41 40 00 00 00 00 00 00 00 00/(bad mask length 12, "
		  "expected 4)(ff ff ff ff 00 00 00 00 00 00 00 00)",
		  "key-unknown:mpls" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024];

		snprintf(line, sizeof(line), IN "%s,eth_type(0x1234), "
			 "actions:drop", cases[i].keys);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
	assert_string_equal(
		flowcase_reasons(IN "eth_type(0x86dd),ipv6(label=5), "
				    "actions:drop"),
		"key-unsupported:ipv6_label");
	/* Every packet at a switch port has mark zero. */
	(void)flowcase_rule(IN "skb_mark(0),eth_type(0x1234), actions:drop");
}

static void a_contradiction_names_both_sides(void **state)
{
	static const struct {
		const char *keys, *reasons;
	} cases[] = {
		{ IP4 "frag=no),tcp(dst=80)",
		  "key-conflict:tcp_dst without ip_proto 6" },
		{ IP4 "proto=17),tcp(dst=80)",
		  "key-conflict:tcp_dst with ip_proto 17" },
		{ IP4 "proto=6,frag=later),tcp(dst=80)",
		  "key-conflict:tcp_dst with frag=later" },
		{ "eth_type(0x86dd),ipv4(src=1.2.3.4)",
		  "key-conflict:ipv4_src with eth_type 0x86dd" },
		{ "ipv4(ttl=3)", "key-conflict:ip_ttl without eth_type "
		  "mask-unsupported:eth_type (any)" },
		{ "eth_type(0x0800),arp(op=1)",
		  "key-conflict:arp_op with eth_type 0x0800" },
		{ IP4 "proto=58),icmpv6(type=1)",
		  "key-conflict:icmpv6_type with eth_type 0x0800" },
		{ "eth_type(0x0800),vlan(vid=5),encap(eth_type(0x1234))",
		  "key-conflict:vlan_id with eth_type 0x0800 "
		  "key-conflict:vlan_eth_type with eth_type 0x0800 "
		  "key-conflict:vlan with eth_type 0x0800" },
		{ "eth_type(0x8100)",
		  "key-conflict:eth_type 0x8100 without vlan" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024];

		snprintf(line, sizeof(line), IN "%s, actions:drop",
			 cases[i].keys);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
}

static void what_flower_matches_exactly_cannot_be_masked(void **state)
{
	static const struct {
		const char *keys, *reasons;
	} cases[] = {
		{ "eth_type(0x1234/0xfff0)", "mask-unsupported:eth_type" },
		{ IP4 "proto=6/0xf0)", "mask-unsupported:ip_proto" },
		{ "eth_type(0x8100),vlan(vid=99/0xff0,pcp=7),"
		  "encap(eth_type(0x1234))",
		  "mask-unsupported:vlan" },
		{ "eth_type(0x8100),vlan(vid=99,pcp=3/0x3),"
		  "encap(eth_type(0x1234))",
		  "mask-unsupported:vlan" },
		{ "eth_type(0x8100),vlan(vid=0,pcp=0,cfi=0),"
		  "encap(eth_type(0x1234))",
		  "mask-unsupported:vlan cfi" },
		{ "recirc_id(0/0xf),eth_type(0x1234)",
		  "mask-unsupported:recirc_id" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024];

		snprintf(line, sizeof(line), "in_port(eth1),%s, actions:drop",
			 cases[i].keys);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
	assert_string_equal(flowcase_reasons("in_port(1/0xff),"
					     "eth_type(0x1234), actions:drop"),
			    "mask-unsupported:in_port");
	assert_string_equal(flowcase_reasons("eth_type(0x1234), actions:drop"),
			    "mask-unsupported:in_port (not given)");
}

/* The dissector leaves zeros where it does not look: never wider. */
static void zeros_alone_do_not_match_fragments(void **state)
{
	(void)state;
	assert_string_equal(
		flowcase_reasons(IN IP4 "proto=1,frag=first),"
				 "icmp(type=0,code=0), actions:drop"),
		"key-conflict:icmp_code=0 without frag=no");
	(void)flowcase_rule(IN IP4 "proto=1,frag=no),icmp(type=0,code=0), "
			       "actions:drop");
	(void)flowcase_rule(IN IP4 "proto=1,frag=first),icmp(type=8,code=0), "
			       "actions:drop");
	assert_string_equal(
		flowcase_reasons(IN "eth_type(0x86dd),ipv6(frag=first), "
				    "actions:drop"),
		"key-unsupported:ipv6 frag");
}

/* Of these, Open vSwitch and the dissector see different protocols. */
static void protocols_behind_ipv6_extensions_are_not_mixed_up(void **state)
{
#define IP6 "eth_type(0x86dd),ipv6("
	static const struct {
		const char *keys, *reasons;
	} cases[] = {
		{ IP6 "proto=17)",
		  "key-conflict:ipv6 proto without frag=no" },
		{ IP6 "proto=6),tcp(dst=80)",
		  "key-conflict:ipv6 proto without frag=no" },
		{ IP6 "proto=44,frag=no)", "key-unsupported:ipv6 frag" },
		{ IP6 "proto=51,frag=no)", "key-unsupported:ipv6 proto=51" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024];

		snprintf(line, sizeof(line), IN "%s, actions:drop",
			 cases[i].keys);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
	(void)flowcase_rule(IN IP6 "proto=17,frag=no), actions:drop");
	(void)flowcase_rule(IN IP6 "hlimit=1), actions:drop");
}

/* The datapath takes none but untagged frames for these, tc any. */
static void no_tag_is_said_by_an_ethertype(void **state)
{
	static const struct {
		const char *keys, *reasons;
	} cases[] = {
		{ "eth_type(0/0)", "mask-unsupported:eth_type (any)" },
		{ "eth(dst=02:00:00:00:00:01)",
		  "mask-unsupported:eth_type (any)" },
		{ "eth_type(0x8100),vlan(vid=5,pcp=0)",
		  "mask-unsupported:inner eth_type (any)" },
		{ "eth_type(0x8100),vlan(vid=5,pcp=0),encap(eth_type(0/0))",
		  "mask-unsupported:inner eth_type (any)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[1024];

		snprintf(line, sizeof(line), IN "%s, actions:drop",
			 cases[i].keys);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
	(void)flowcase_rule(IN "eth_type(0x88a8),vlan(vid=1,pcp=0),encap("
			       "eth_type(0x8100),vlan(vid=2,pcp=0)), "
			       "actions:drop");
}

/* Open vSwitch prints 802.2 frames so; tc has no such protocol. */
static void frames_with_a_length_have_no_rule(void **state)
{
	(void)state;
	assert_string_equal(
		flowcase_reasons(IN "eth(dst=01:80:c2:00:00:00),"
				    "eth_type(0/0xffff), actions:drop"),
		"key-unsupported:eth_type of 802.2");
}

static void actions_keep_their_order_and_verdicts(void **state)
{
	static const struct {
		const char *odp, *tc;
	} cases[] = {
		{ "drop", "action drop" },
		{ "", "action drop" },
		{ "2", "action mirred egress redirect dev 2" },
		{ "2,2", "action mirred egress mirror dev 2 pipe "
			 "action mirred egress redirect dev 2" },
		{ "eth2,3,eth1",
		  "action mirred egress mirror dev eth2 pipe "
		  "action mirred egress mirror dev 3 pipe "
		  "action mirred egress redirect dev eth1" },
		{ "push_vlan(vid=12,pcp=3),2",
		  "action vlan push id 12 protocol 802.1Q priority 3 pipe "
		  "action mirred egress redirect dev 2" },
		{ "push_vlan(tpid=0x88a8,vid=12,pcp=0,cfi=1),2",
		  "action vlan push id 12 protocol 802.1ad priority 0 pipe "
		  "action mirred egress redirect dev 2" },
		{ "pop_vlan,2", "action vlan pop pipe "
				"action mirred egress redirect dev 2" },
		/* Nothing else gets the packet. */
		{ "2,pop_vlan", "action mirred egress mirror dev 2 pipe "
				"action vlan pop drop" },
		{ "2,drop", "action mirred egress mirror dev 2 pipe "
			    "action drop" },
		{ "recirc(0x10)", "action goto chain 16" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[256], want[512];

		snprintf(line, sizeof(line),
			 IN "eth_type(0x1234), actions:%s", cases[i].odp);
		snprintf(want, sizeof(want),
			 "dev eth1 ingress protocol 0x1234 flower %s",
			 cases[i].tc);
		assert_string_equal(flowcase_tc(line), want);
	}
}

static void an_action_without_a_translation_is_refused_by_its_name(void **state)
{
	static const struct {
		const char *odp, *reasons;
	} cases[] = {
		{ "userspace(pid=9765,slow_path(0),tunnel_out_port=10)",
		  "action-unsupported:userspace" },
		{ "hash(sym_l4(0)),recirc(0x1)", "action-unsupported:hash" },
		{ "recirc(0x1),2", "action-unsupported:actions behind recirc "
				   "or drop" },
		{ "recirc(0)", "action-unsupported:recirc(0)" },
		{ "meter(1),2", "meter-missing:meter(1)" },
		{ "clone(2),trunc(64),sample(sample=50.0%,actions(3)),2",
		  "action-unsupported:clone action-unsupported:trunc "
		  "action-unsupported:sample" },
		{ "dec_ttl(le_1(userspace(pid=1))),push_eth(src=00:00:00:00:00:"
		  "00,dst=00:00:00:00:00:00),pop_eth,pop_nsh(),lb_output(1),"
		  "tnl_pop(1)",
		  "action-unsupported:dec_ttl action-unsupported:push_eth "
		  "action-unsupported:pop_eth action-unsupported:pop_nsh "
		  "action-unsupported:lb_output action-unsupported:tnl_pop" },
		{ "action77(00 01),2", "action-unsupported:action77" },
		{ "push_vlan(tpid=0x9100,vid=1,pcp=0),2",
		  "action-unsupported:push_vlan(tpid=0x9100)" },
		{ "push_vlan(vid=4095,pcp=0),2",
		  "action-unsupported:push_vlan(vid=4095)" },
		{ "recirc(0x10000000)", "chain-too-big:0x10000000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[256];

		snprintf(line, sizeof(line),
			 IN "eth_type(0x1234), actions:%s", cases[i].odp);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
}

static void more_actions_than_the_kernel_takes_are_refused(void **state)
{
	char line[1024];
	size_t len;

	(void)state;
	len = (size_t)snprintf(line, sizeof(line),
			       IN "eth_type(0x1234), actions:1");
	for (int i = 1; i < RULE_MAX_ACTIONS; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, ",1");
	assert_int_equal(flowcase_rule(line)->n_actions, RULE_MAX_ACTIONS);

	len += (size_t)snprintf(line + len, sizeof(line) - len, ",1");
	assert_string_equal(flowcase_reasons(line),
			    "too-many-actions:at most 32");
	for (int i = 0; i < 200; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, ",1");
	assert_string_equal(flowcase_reasons(line),
			    "too-many-actions:at most 32");
}

static void a_recirculation_id_is_a_chain(void **state)
{
	(void)state;
	assert_int_equal(flowcase_rule("recirc_id(0x1),in_port(1),"
				       "eth_type(0x0800),ipv4(frag=no), "
				       "actions:4")->chain, 1);
	assert_int_equal(flowcase_rule("recirc_id(0xfffffff),in_port(1),"
				       "eth_type(0x0800), actions:4")->chain,
			 RULE_MAX_CHAIN);
	assert_string_equal(flowcase_reasons("recirc_id(0x10000000),"
					     "in_port(1),eth_type(0x0800), "
					     "actions:4"),
			    "chain-too-big:0x10000000");
}

static void all_reasons_come_at_once(void **state)
{
	(void)state;
	assert_string_equal(
		flowcase_reasons("skb_mark(1),ct_state(+trk),in_port(1),"
				 "eth_type(0x0800),ipv4(proto=6/0xf),"
				 "tcp(dst=8), actions:userspace(pid=0),"
				 "sample(sample=50.0%,actions(2)),userspace(pid=1)"),
		"key-unsupported:skb_mark "
		"mask-unsupported:ip_proto "
		"key-conflict:tcp_dst without ip_proto 6 "
		"action-unsupported:userspace action-unsupported:sample");
}

/* A reader that matches more than it names: nothing is lost in silence. */
static void a_bit_that_nobody_named_is_refused(void **state)
{
	static struct odp_flow flow;
	static struct rule rule;
	struct reason_list reasons = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(odp_flow_parse("in_port(eth1),eth_type(0x0800), "
					"actions:2", &flow, &err), 0);
	flow.match.mask.ip_ttl = 1;
	flow.match.mask.mpls[2].label = 1;
	assert_int_equal(odp_translate(&flow, NULL, &rule, &reasons),
			 -EOPNOTSUPP);
	assert_int_equal(reasons.n, 2);
	assert_int_equal(reasons.reasons[0].code, REASON_KEY_DEPTH);
	assert_string_equal(reasons.reasons[1].subject, "ip_ttl");
}

/* All of a tag matched as zero, its presence bit too: as netlink may say it. */
static void no_tag_is_what_another_ethertype_says(void **state)
{
	static struct odp_flow flow;
	static struct rule rule;
	struct reason_list reasons = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(odp_flow_parse("in_port(eth1),eth_type(0x0800), "
					"actions:2", &flow, &err), 0);
	flow.match.mask.vlan_id = 0xfff;
	flow.match.mask.vlan_prio = 7;
	for (size_t row = 0; row < flow_n_fields; row++)
		if (flow_fields[row].offset ==
			    offsetof(struct flow_key, vlan_id) ||
		    flow_fields[row].offset ==
			    offsetof(struct flow_key, vlan_prio))
			assert_int_equal(odp_give(&flow, row), 0);
	assert_int_equal(odp_translate(&flow, NULL, &rule, &reasons), 0);
	assert_int_equal(rule.match.mask.vlan_id, 0);
	flow.match.key.vlan_id = 1;
	assert_int_equal(odp_translate(&flow, NULL, &rule, &reasons),
			 -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ip_flow_becomes_a_rule_on_the_port),
		cmocka_unit_test(every_key_is_carried_over),
		cmocka_unit_test(what_is_masked_out_is_no_obstacle),
		cmocka_unit_test(a_key_without_a_match_is_refused_by_its_name),
		cmocka_unit_test(a_contradiction_names_both_sides),
		cmocka_unit_test(what_flower_matches_exactly_cannot_be_masked),
		cmocka_unit_test(zeros_alone_do_not_match_fragments),
		cmocka_unit_test(
			protocols_behind_ipv6_extensions_are_not_mixed_up),
		cmocka_unit_test(no_tag_is_said_by_an_ethertype),
		cmocka_unit_test(frames_with_a_length_have_no_rule),
		cmocka_unit_test(actions_keep_their_order_and_verdicts),
		cmocka_unit_test(
			an_action_without_a_translation_is_refused_by_its_name),
		cmocka_unit_test(more_actions_than_the_kernel_takes_are_refused),
		cmocka_unit_test(a_recirculation_id_is_a_chain),
		cmocka_unit_test(all_reasons_come_at_once),
		cmocka_unit_test(a_bit_that_nobody_named_is_refused),
		cmocka_unit_test(no_tag_is_what_another_ethertype_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
