/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions that change a packet or choose among actions, from datapath flows
 * to tc. */
#include "tests/unit/translatecase.h"

#define OUT2 " action mirred egress redirect dev 2"
#define TOS_TTL "action pedit ex munge ip ttl set 0x3 " \
		"munge ip tos set 0x4 retain 0xfc pipe "

static void a_set_is_a_pedit_and_one_csum_ends_them(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "set(eth(src=02:00:00:00:00:01)),set(ipv4(ttl=3,src=1.2.3.4))"
		  ",set(tcp(dst=80)),2",
		  "action pedit ex munge eth src set 02:00:00:00:00:01 pipe "
		  "action pedit ex munge ip src set 1.2.3.4 "
		  "munge ip ttl set 0x3 pipe "
		  "action pedit ex munge tcp dport set 0x50 pipe "
		  "action csum iph and tcp pipe" OUT2 },
		{ "set(ipv4(src=1.2.3.4)),3,set(ipv4(src=1.2.3.5)),2",
		  "action pedit ex munge ip src set 1.2.3.4 pipe "
		  "action csum iph and tcp pipe "
		  "action mirred egress mirror dev 3 pipe "
		  "action pedit ex munge ip src set 1.2.3.5 pipe "
		  "action csum iph and tcp pipe" OUT2 },
		{ "set(ipv4(ttl=3))",
		  "action pedit ex munge ip ttl set 0x3 pipe "
		  "action csum iph and tcp drop" },
		{ "set(eth(dst=02:00:00:00:00:00/ff:00:00:00:00:00)),2",
		  "action pedit ex munge eth offset 0 u32 set 0x2000000 "
		  "retain 0xff000000 pipe" OUT2 },
		{ "set(ipv4(proto=6,frag=no)),2",
		  "action mirred egress redirect dev 2" },
		{ "set(ipv4(src=1.1.1.1/0.0.0.0)),2",
		  "action mirred egress redirect dev 2" },
		{ "set(ipv4(proto=17)),2",
		  "action-unsupported:set(ipv4(proto))" },
		{ "set(udp(dst=9)),2", "key-conflict:set(udp) on ip_proto 6" },
		{ "set(ipv6(hlimit=9)),2",
		  "key-conflict:set(ipv6) on eth_type 0x0800" },
		{ "set(skb_mark(0x1)),set(skb_priority(0x1)),"
		  "set(sctp(dst=1)),set(arp(op=2)),set(tcp_flags(0x1)),2",
		  "action-unsupported:set(skb_mark) "
		  "action-unsupported:set(skb_priority) "
		  "action-unsupported:set(sctp(dst)) "
		  "action-unsupported:set(arp(op)) "
		  "action-unsupported:set(tcp_flags)" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x0800),"
			  "ipv4(proto=6,frag=no), actions:%s",
			  "dev eth1 ingress protocol ip flower ip_proto tcp "
			  "ip_flags nofrag ");
}

static void the_traffic_class_lies_across_two_bytes(void **state)
{
	const struct rule_pedit_key *k;

	(void)state;
	(void)translatecase("in_port(eth1),eth_type(0x86dd),ipv6(proto=58,"
			    "frag=no), actions:set(ipv6(tclass=0x24/0xfc,"
			    "hlimit=9)),2");
	assert_int_equal(translatecase_rule.n_actions, 3);
	k = rule_data(&translatecase_rule, &translatecase_rule.actions[0]);
	assert_int_equal(k[0].offset, 4);
	assert_memory_equal(&k[0].value_be, "\x00\x00\x00\x09", 4);
	assert_memory_equal(&k[0].mask_be, "\xff\xff\xff\x00", 4);
	assert_int_equal(k[1].offset, 0);
	assert_memory_equal(&k[1].value_be, "\x02\x40\x00\x00", 4);
	assert_memory_equal(&k[1].mask_be, "\xf0\x3f\xff\xff", 4);
	assert_int_equal(translatecase_rule.actions[1].csum.flags, 2);
}

/* Open vSwitch narrows the filter to the protocol in all of these. */
static void a_rule_is_narrowed_only_where_a_checksum_needs_it(void **state)
{
	static const struct {
		const char *ipv4, *set, *keys, *actions;
	} cases[] = {
		{ "proto=6/0,frag=no", "src=1.2.3.4", "ip_proto tcp "
		  "ip_flags nofrag ",
		  "action pedit ex munge ip src set 1.2.3.4 pipe "
		  "action csum iph and tcp pipe" OUT2 },
		{ "proto=47/0,frag=no", "src=1.2.3.4", "ip_proto 0x2f "
		  "ip_flags nofrag ",
		  "action pedit ex munge ip src set 1.2.3.4 pipe "
		  "action csum iph pipe" OUT2 },
		{ "proto=6/0,frag=no", "ttl=3,tos=0x4/0xfc",
		  "ip_flags nofrag ", TOS_TTL "action csum iph pipe" OUT2 },
		{ "frag=no", "ttl=3,tos=0x4/0xfc",
		  "ip_flags nofrag ", TOS_TTL "action csum iph pipe" OUT2 },
		{ "proto=17,frag=later", "ttl=3,tos=0x4/0xfc", "ip_proto udp "
		  "ip_flags frag/nofirstfrag ",
		  TOS_TTL "action csum iph pipe" OUT2 },
		{ "proto=1,frag=later", "src=1.2.3.4", "ip_proto icmp "
		  "ip_flags frag/nofirstfrag ",
		  "action pedit ex munge ip src set 1.2.3.4 pipe "
		  "action csum iph pipe" OUT2 },
		{ "frag=no", "src=1.2.3.4", NULL, "proto-unknown:set(ipv4)" },
		{ "proto=0/0,frag=no", "dst=1.2.3.4", NULL,
		  "proto-unknown:set(ipv4)" },
		{ "proto=17,frag=first", "dst=1.2.3.4", NULL,
		  "action-unsupported:pedit-frag" },
		{ "proto=17", "dst=1.2.3.4", NULL,
		  "action-unsupported:pedit-frag" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char line[256], want[512];

		snprintf(line, sizeof(line), "in_port(eth1),eth_type(0x0800),"
			 "ipv4(%s), actions:set(ipv4(%s)),2", cases[i].ipv4,
			 cases[i].set);
		snprintf(want, sizeof(want), "%s%s%s",
			 cases[i].keys ? "dev eth1 ingress protocol ip flower "
				       : "",
			 cases[i].keys ? cases[i].keys : "",
			 cases[i].actions);
		assert_string_equal(translatecase(line), want);
	}
}

#define QINQ "in_port(eth1),eth_type(0x88a8),vlan(vid=1),encap(" \
	     "eth_type(0x8100),vlan(vid=2),encap(eth_type(0x0800)," \
	     "ipv4(frag=no))), actions:"

/* act_pedit would take the second tag for an IP header. */
static void behind_two_tags_nothing_above_ethernet_is_set(void **state)
{
	(void)state;
	assert_string_equal(translatecase(QINQ "set(ipv4(ttl=4)),2"),
			    "action-unsupported:set(ipv4) behind two vlans");
	assert_string_equal(
		translatecase(QINQ "set(eth(dst=02:00:00:00:00:01)),pop_vlan,"
				   "set(ipv4(ttl=4)),2"),
		"dev eth1 ingress protocol 802.1ad flower vlan_id 1 "
		"vlan_ethtype 802.1Q cvlan_id 2 cvlan_ethtype ip "
		"ip_flags nofrag "
		"action pedit ex munge eth dst set 02:00:00:00:00:01 pipe "
		"action vlan pop pipe "
		"action pedit ex munge ip ttl set 0x4 pipe "
		"action csum iph pipe" OUT2);
}

static void labels_are_pushed_set_and_popped(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "set(mpls(label=7,tc=2,ttl=63,bos=1)),"
		  "pop_mpls(eth_type=0x800),recirc(0x5)",
		  "action mpls modify label 7 tc 2 ttl 63 bos 1 pipe "
		  "action mpls pop protocol ip pipe action goto chain 5" },
		{ "push_mpls(label=5,tc=1,ttl=64,bos=0,eth_type=0x8848),"
		  "set(mpls(ttl=3)),2",
		  "action mpls push protocol mpls_mc label 5 tc 1 ttl 64 "
		  "bos 0 pipe action mpls modify ttl 3 pipe" OUT2 },
		{ "push_mpls(label=3,tc=1,ttl=64,bos=1,eth_type=0x800),2",
		  "action-unsupported:push_mpls(eth_type=0x0800) "
		  "action-unsupported:push_mpls(label=3)" },
		{ "pop_mpls(eth_type=0x800),set(mpls(ttl=3)),2",
		  "key-conflict:set(mpls) on eth_type 0x0800" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x8847),mpls(label=5,tc=1,"
			  "ttl=64,bos=1), actions:%s",
			  "dev eth1 ingress protocol mpls_uc flower "
			  "mpls_label 5 mpls_tc 1 mpls_ttl 64 mpls_bos 1 ");
}

static void only_the_first_label_is_matched(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "label=5,bos=0/0,label=6,tc=0/0,ttl=0/0,bos=0/0",
		  "key-depth:mpls" },
		{ "label=5/0xff,tc=1/0,bos=0/0", "mask-unsupported:mpls_label" },
		{ "label=5,tc=1/0,ttl=64/0,bos=0/0,label=6/0,tc=0/0,ttl=0/0,"
		  "bos=0/0", "action mirred egress redirect dev 2" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x8847),mpls(%s), actions:2",
			  "dev eth1 ingress protocol mpls_uc flower "
			  "mpls_label 5 ");
}

static void internal_ports_are_the_host(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "br0", "action skbedit ptype host pipe "
			 "action mirred ingress redirect dev br0" },
		{ "br0,2", "action skbedit ptype host pipe "
			   "action mirred ingress mirror dev br0 pipe" OUT2 },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x1234), actions:%s",
			  "dev eth1 ingress protocol 0x1234 flower ");
	assert_string_equal(
		translatecase("in_port(br0),eth_type(0x1234), actions:2"),
		"dev br0 egress protocol 0x1234 flower "
		"action mirred egress redirect dev 2");
	/* What the host sends may have any mark. */
	assert_string_equal(
		translatecase("skb_mark(0),in_port(br0),eth_type(0x1234), "
			      "actions:2"),
		"key-unsupported:skb_mark");
}

static void meters_are_police_actions_that_exist(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "meter(3),2", "action police index 1392508931" OUT2 },
		/* Its own verdict is to go on. */
		{ "meter(3)", "action police index 1392508931 action drop" },
		{ "meter(30),meter(31),2",
		  "meter-missing:meter(30) meter-missing:meter(31)" },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x1234), actions:%s",
			  "dev eth1 ingress protocol 0x1234 flower ");
}

#define POLICE(n, verdicts) \
	"action police mtu " #n "b conform-exceed " verdicts " "
#define MIRROR(n, verdict) "action mirred egress mirror dev " #n " " verdict " "
#define REDIRECT(n) "action mirred egress redirect dev " #n

/* 4 is TC_ACT_STOLEN, which has no name in tc. */
static void lengths_of_packets_part_the_roads(void **state)
{
	static const struct translatecase_pair pairs[] = {
		{ "check_pkt_len(size=200,gt(4),le(5))",
		  POLICE(200, "pipe / jump 2") MIRROR(4, "stolen")
		  REDIRECT(5) },
		{ "check_pkt_len(size=200,gt(4),le(5)),3",
		  POLICE(200, "pipe / jump 2") MIRROR(4, "jump 3")
		  MIRROR(5, "pipe") REDIRECT(3) },
		{ "check_pkt_len(size=200,gt(drop),le(5)),3",
		  POLICE(200, "jump 2 / jump 1") MIRROR(5, "pipe")
		  REDIRECT(3) },
		{ "check_pkt_len(size=200,gt(4),le(drop)),3",
		  POLICE(200, "pipe / jump 2") MIRROR(4, "pipe") REDIRECT(3) },
		{ "check_pkt_len(size=200,gt(4),le(drop))",
		  POLICE(200, "pipe / 4") REDIRECT(4) },
		{ "check_pkt_len(size=200,gt(drop),le(drop))",
		  "action police mtu 200b conform-exceed 4 / 4" },
		{ "check_pkt_len(size=200,gt(drop),le(drop)),3",
		  POLICE(200, "pipe / jump 1") REDIRECT(3) },
		/* Actions of tc are counted, not those of the datapath. */
		{ "check_pkt_len(size=200,gt(br0),le(5))",
		  POLICE(200, "pipe / jump 3")
		  "action skbedit ptype host pipe "
		  "action mirred ingress mirror dev br0 stolen " REDIRECT(5) },
		{ "check_pkt_len(size=200,gt(recirc(0x5)),le(recirc(0x6)))",
		  POLICE(200, "pipe / jump 2")
		  "action goto chain 5 action goto chain 6" },
		{ "check_pkt_len(size=200,gt(3,5),le(check_pkt_len(size=100,"
		  "gt(6),le(7)))),8",
		  POLICE(200, "pipe / jump 3") MIRROR(3, "pipe")
		  MIRROR(5, "jump 6") POLICE(100, "pipe / jump 5")
		  MIRROR(6, "jump 6") MIRROR(7, "pipe") REDIRECT(8) },
		{ "check_pkt_len(size=200,gt(check_pkt_len(size=500,gt(6),"
		  "le(7))),le(9)),8",
		  POLICE(200, "pipe / jump 4") POLICE(500, "pipe / jump 3")
		  MIRROR(6, "jump 5") MIRROR(7, "jump 5") MIRROR(9, "pipe")
		  REDIRECT(8) },
		{ "check_pkt_len(size=200,gt(check_pkt_len(size=500,gt(6),"
		  "le(7))),le(9))",
		  POLICE(200, "pipe / jump 4") POLICE(500, "pipe / jump 3")
		  MIRROR(6, "stolen") MIRROR(7, "stolen") REDIRECT(9) },
		{ "check_pkt_len(size=200,gt(check_pkt_len(size=500,gt(6),"
		  "le(drop)),5),le(9)),8",
		  POLICE(200, "pipe / jump 4") POLICE(500, "pipe / jump 3")
		  MIRROR(6, "pipe") MIRROR(5, "jump 5") MIRROR(9, "pipe")
		  REDIRECT(8) },
		{ "check_pkt_len(size=0,gt(4),le(5))",
		  "action-unsupported:check_pkt_len(size=0)" },
		{ "push_vlan(vid=5,pcp=0),push_vlan(vid=6,pcp=0),"
		  "check_pkt_len(size=200,gt(4),le(5))",
		  "action-unsupported:check_pkt_len behind a change of the "
		  "length" },
		{ "push_mpls(label=5,tc=0,ttl=64,bos=1,eth_type=0x8847),"
		  "check_pkt_len(size=200,gt(4),le(5))",
		  "action-unsupported:check_pkt_len behind a change of the "
		  "length" },
		{ "check_pkt_len(size=200,gt(4),le(5)),push_mpls(label=5,tc=0,"
		  "ttl=64,bos=1,eth_type=0x8847),4",
		  POLICE(200, "pipe / jump 2") MIRROR(4, "jump 3")
		  MIRROR(5, "pipe")
		  "action mpls push protocol mpls_uc label 5 tc 0 ttl 64 "
		  "bos 1 pipe " REDIRECT(4) },
	};

	(void)state;
	translatecase_all(pairs, ARRAY_LEN(pairs),
			  "in_port(eth1),eth_type(0x1234), actions:%s",
			  "dev eth1 ingress protocol 0x1234 flower ");
}

/* The datapath changes a copy, tc the packet itself. */
static void what_a_branch_changes_must_not_be_seen_behind_it(void **state)
{
#define CHANGES "in_port(eth1),eth_type(0x1234), actions:check_pkt_len(" \
		"size=200,gt(set(eth(dst=02:00:00:00:00:01)),4),le(5))"
	(void)state;
	assert_string_equal(translatecase(CHANGES ",3"),
			    "action-unsupported:check_pkt_len that changes "
			    "what later actions get");
	assert_string_equal(
		translatecase(CHANGES),
		"dev eth1 ingress protocol 0x1234 flower "
		POLICE(200, "pipe / jump 3")
		"action pedit ex munge eth dst set 02:00:00:00:00:01 pipe "
		MIRROR(4, "stolen") REDIRECT(5));
}

static void each_branch_strips_the_tunnel_for_itself(void **state)
{
	(void)state;
	assert_string_equal(
		translatecase("in_port(vxlan_sys_4789),eth_type(0x1234), "
			      "actions:check_pkt_len(size=200,gt(4),le(5))"),
		"dev vxlan_sys_4789 ingress protocol 0x1234 flower "
		POLICE(200, "pipe / jump 3")
		"action tunnel_key unset pipe " MIRROR(4, "stolen")
		"action tunnel_key unset pipe " REDIRECT(5));
}

/* Without what a reader of text or netlink would have checked. */
static void a_malformed_list_is_refused(void **state)
{
	struct odp_flow *flow = &translatecase_flow;
	struct reason_list reasons = { 0 };
	struct odp_action *a;

	(void)state;
	(void)translatecase("in_port(eth1),eth_type(0x1234), actions:2");
	a = odp_add_action(flow, ODP_CHECK_PKT_LEN);
	a->number = 5;
	a->n_inner = 2;
	a = odp_add_action(flow, ODP_IF_GT);
	a->n_inner = 60000;
	(void)odp_add_action(flow, ODP_IF_LE);
	assert_int_equal(odp_translate(flow, NULL, &translatecase_rule,
				       &reasons), -EOPNOTSUPP);
	assert_string_equal(translatecase_reasons(&reasons),
			    "action-unsupported:check_pkt_len without gt "
			    "and le");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_is_a_pedit_and_one_csum_ends_them),
		cmocka_unit_test(the_traffic_class_lies_across_two_bytes),
		cmocka_unit_test(
			a_rule_is_narrowed_only_where_a_checksum_needs_it),
		cmocka_unit_test(behind_two_tags_nothing_above_ethernet_is_set),
		cmocka_unit_test(labels_are_pushed_set_and_popped),
		cmocka_unit_test(only_the_first_label_is_matched),
		cmocka_unit_test(internal_ports_are_the_host),
		cmocka_unit_test(meters_are_police_actions_that_exist),
		cmocka_unit_test(lengths_of_packets_part_the_roads),
		cmocka_unit_test(
			what_a_branch_changes_must_not_be_seen_behind_it),
		cmocka_unit_test(each_branch_strips_the_tunnel_for_itself),
		cmocka_unit_test(a_malformed_list_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
