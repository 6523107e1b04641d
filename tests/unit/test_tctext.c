/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of tc(8).  Numbers were compared with the netlink messages of
 * iproute2 6.1.0, whose bases differ from word to word.
 */
#include "tests/unit/flowcase.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>

#define DEV "filter add dev eth1 ingress "
#define IP DEV "protocol ip flower "

static void a_filter_line_says_where_and_what(void **state)
{
	struct flowcase *c = flowcase_read(
		"tc filter replace dev eth1 ingress protocol ip pref 7 "
		"handle 0x2a chain 3 flower dst_ip 10.0.0.2 ip_proto tcp "
		"dst_port 80 skip_sw verbose "
		"action mirred egress redirect dev eth2");
	const struct rule *r = &c->flow.rule;

	(void)state;
	assert_int_equal(c->result, LINE_FLOW);
	assert_int_equal(c->flow.lang, LINE_TC);
	assert_int_equal(c->flow.verb, TCTEXT_REPLACE);
	assert_false(c->flow.has_ufid);
	assert_string_equal(r->dev.name, "eth1");
	assert_int_equal(r->hook, RULE_INGRESS);
	assert_int_equal(r->prio, 7);
	assert_int_equal(r->handle, 42);
	assert_int_equal(r->chain, 3);
	assert_int_equal(r->policy, RULE_HW_ONLY);
	assert_int_equal(r->protocol_be, htons(ETH_P_IP));
	assert_int_equal(r->match.key.eth_type_be, htons(ETH_P_IP));
	assert_int_equal(r->match.key.ip_proto, 6);
	assert_int_equal(r->match.key.tp_dst_be, htons(80));
	assert_int_equal(r->match.mask.tp_dst_be, 0xffff);
	assert_int_equal(r->n_actions, 1);
	assert_int_equal(r->actions[0].verdict, RULE_STOLEN);
}

static void the_first_words_may_be_left_out(void **state)
{
	static const struct {
		const char *words;
		enum tctext_verb verb;
	} cases[] = {
		{ "tc filter add dev", TCTEXT_ADD },
		{ "filter add dev", TCTEXT_ADD },
		{ "dev", TCTEXT_ADD },
		{ "filter change dev", TCTEXT_CHANGE },
		{ "filter replace dev", TCTEXT_REPLACE },
		{ "filter del dev", TCTEXT_DEL },
		{ "filter delete dev", TCTEXT_DEL },
		{ "tc f a dev", TCTEXT_ADD },
		{ "f add dev", TCTEXT_ADD },
		{ "fil rep dev", TCTEXT_REPLACE },
		{ "filt c dev", TCTEXT_CHANGE },
		{ "f d dev", TCTEXT_DEL },
		{ "tc -s filter add dev", TCTEXT_ADD },
		{ "tc -d -j -br f dele dev", TCTEXT_DEL },
		{ "tc -statistics dev", TCTEXT_ADD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[128];

		snprintf(line, sizeof(line),
			 "%s eth1 ingress protocol all flower action drop",
			 cases[i].words);
		(void)flowcase_rule(line);
		assert_int_equal(flowcase_read(line)->flow.verb,
				 cases[i].verb);
	}
	(void)flowcase_rule("filter del dev eth1 ingress prio 5 flower");
}

static void the_hook_has_several_names(void **state)
{
	static const struct {
		const char *words;
		enum rule_hook hook;
	} cases[] = {
		{ "ingress", RULE_INGRESS }, { "egress", RULE_EGRESS },
		{ "parent ffff:", RULE_INGRESS },
		{ "parent ffff:fff1", RULE_INGRESS },
		{ "parent ffff:fff2", RULE_INGRESS },
		{ "parent ffff:fff3", RULE_EGRESS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[128];

		snprintf(line, sizeof(line), "dev eth1 %s flower action drop",
			 cases[i].words);
		assert_int_equal(flowcase_rule(line)->hook, cases[i].hook);
	}
	assert_string_equal(
		flowcase_reasons("dev eth1 parent 1:0 flower action drop"),
		"key-unsupported:parent 1:0");
	assert_int_equal(flowcase_rule("filter add block 11 prio 2 protocol ip "
				       "flower action drop")->block, 11);
}

static void numbers_have_the_bases_of_tc(void **state)
{
	static const struct {
		const char *words;
		size_t offset, size;
		const char *key, *mask;
	} cases[] = {
#define AT(m) offsetof(struct flow_key, m), sizeof(((struct flow_key *)0)->m)
		{ "ip_proto 17", AT(ip_proto), "\x17", "\xff" },
		{ "ip_proto 0x11", AT(ip_proto), "\x11", "\xff" },
		{ "ip_proto udp", AT(ip_proto), "\x11", "\xff" },
		{ "ip_tos 10/10", AT(ip_tos), "\x00", "\x10" },
		{ "ip_tos 16/10", AT(ip_tos), "\x10", "\x10" },
		{ "ip_tos fc", AT(ip_tos), "\xfc", "\xff" },
		{ "ip_ttl 64/f0", AT(ip_ttl), "\x40", "\xf0" },
		{ "ip_ttl 0x40", AT(ip_ttl), "\x40", "\xff" },
		{ "ip_proto tcp tcp_flags 10/12", AT(tcp_flags_be),
		  "\x00\x10", "\x00\x12" },
		{ "ip_proto tcp dst_port 80/255", AT(tp_dst_be), "\x00\x50",
		  "\x00\xff" },
		{ "ip_proto tcp src_port 0x50", AT(tp_src_be), "\x00\x50",
		  "\xff\xff" },
		{ "ip_proto icmp type 8/15", AT(icmp_type), "\x08", "\x0f" },
		{ "dst_mac 00:11:22:33:44:55/24", AT(eth_dst),
		  "\x00\x11\x22\0\0\0", "\xff\xff\xff\0\0\0" },
		{ "src_mac 01:00:00:00:00:00/01:00:00:00:00:00", AT(eth_src),
		  "\x01\0\0\0\0\0", "\x01\0\0\0\0\0" },
		{ "dst_ip 10.1.2.3/20", AT(ipv4_dst_be), "\x0a\x01\x00\x00",
		  "\xff\xff\xf0\x00" },
		{ "src_ip 10.1.2.3/255.255.255.0", AT(ipv4_src_be),
		  "\x0a\x01\x02\x00", "\xff\xff\xff\x00" },
		{ "ct_mark 010", AT(ct_mark), "\x08\0\0\0",
		  "\xff\xff\xff\xff" },
		{ "ct_zone 0x10/15", AT(ct_zone), "\0\0", "\x0f\0" },
		{ "ct_label 1", AT(ct_label), "\x01\0\0\0\0\0\0\0\0"
		  "\0\0\0\0\0\0\0", "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xff\xff\xff\xff\xff\xff" },
		{ "ip_proto esp spi 10", AT(spi_be), "\0\0\0\x10",
		  "\xff\xff\xff\xff" },
		{ "gtp_opts 10:9", AT(enc_gtp_pdu_type), "\x10", "\xff" },
		{ "erspan_opts 2:0:1:010", AT(enc_erspan_hwid), "\x08",
		  "\xff" },
		{ "enc_dst_port 0x12b5", AT(enc_tp_dst_be), "\x12\xb5",
		  "\xff\xff" },
		{ "ip_flags nofrag", AT(ip_flags_be), "\0\0\0\0",
		  "\0\0\0\x01" },
		{ "ip_flags frag/nofirstfrag", AT(ip_flags_be), "\0\0\0\x01",
		  "\0\0\0\x03" },
#undef AT
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[256];
		const struct rule *r;

		snprintf(line, sizeof(line), IP "%s action drop",
			 cases[i].words);
		r = flowcase_rule(line);
		assert_memory_equal((const char *)&r->match.key +
					    cases[i].offset,
				    cases[i].key, cases[i].size);
		assert_memory_equal((const char *)&r->match.mask +
					    cases[i].offset,
				    cases[i].mask, cases[i].size);
	}
}

static void a_word_means_what_its_protocol_makes_of_it(void **state)
{
	const struct rule *r;

	(void)state;
	r = flowcase_rule(DEV "protocol ipv6 flower src_ip 2001:db8::/32 "
			      "ip_proto sctp src_port 9 action drop");
	assert_int_equal(r->match.key.ipv6_src[0], 0x20);
	assert_int_equal(r->match.mask.ipv6_src[3], 0xff);
	assert_int_equal(r->match.mask.ipv6_src[4], 0);
	assert_int_equal(r->match.key.tp_src_be, htons(9));

	r = flowcase_rule(DEV "protocol 802.1q flower vlan_id 10 vlan_prio 3 "
			      "vlan_ethtype 802.1q cvlan_id 11 cvlan_ethtype "
			      "ip dst_ip 1.2.3.4 action vlan pop");
	assert_int_equal(r->protocol_be, htons(ETH_P_8021Q));
	assert_int_equal(r->match.key.vlan_id, 10);
	assert_int_equal(r->match.mask.vlan_prio, 7);
	assert_int_equal(r->match.key.vlan_eth_type_be, htons(ETH_P_8021Q));
	assert_int_equal(r->match.key.cvlan_eth_type_be, htons(ETH_P_IP));
	assert_int_equal(flow_match_l3_type(&r->match), ETH_P_IP);

	r = flowcase_rule(DEV "flower dst_mac 02:00:00:00:00:01 action drop");
	assert_int_equal(r->protocol_be, htons(ETH_P_ALL));
	assert_int_equal(r->match.mask.eth_type_be, 0);
}

static void a_line_is_printed_so_that_tc_takes_it(void **state)
{
	static const char *const lines[] = {
		"dev eth1 ingress protocol ip prio 5 handle 0x3 chain 2 "
		"flower src_mac 02:00:00:00:00:01 src_ip 10.0.0.0/24 "
		"dst_ip 10.0.1.0/255.0.255.0 ip_proto tcp ip_tos 0x10/0xfc "
		"ip_ttl 64/0xf0 ip_flags nofrag src_port 256/0xff00 "
		"dst_port 80 tcp_flags 0x2/0x12 skip_sw action drop",
		"dev eth1 egress protocol ipv6 flower dst_ip 2001:db8::/32 "
		"ip_proto icmpv6 type 128 code 1/15 action pass",
		"dev eth1 ingress protocol arp flower arp_sip 10.0.0.1 "
		"arp_op reply action goto chain 7",
		"dev eth1 ingress protocol 802.1ad flower vlan_id 100 "
		"vlan_ethtype 802.1Q cvlan_id 200 skip_hw "
		"action vlan pop pipe action vlan push id 7 protocol 802.1Q "
		"priority 3 pipe action mirred egress mirror dev eth2 pipe "
		"action mirred ingress redirect dev eth3",
		"dev eth1 ingress protocol all flower action vlan modify "
		"id 200 protocol 802.1Q drop",
		"dev eth1 ingress protocol ip flower ip_proto 0x2f "
		"action drop",
		"block 7 protocol cfm flower cfm mdl 5 op 3 hw_tc 3 verbose "
		"action drop",
		"dev eth1 ingress protocol mpls_uc flower mpls lse depth 1 "
		"label 5 lse depth 3 classid 1:10 action drop",
		"dev eth1 ingress protocol ip flower enc_src_ip ::1 "
		"erspan_opts 2::0:0x7/2::0:0xf ct_state +trk-est ip_proto udp "
		"src_port 5-10 action drop",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(flowcase_tc(lines[i]), lines[i]);
}

/* As the messages of tc have it: `redirect … pipe` is an action more. */
static void actions_have_the_defaults_of_tc(void **state)
{
	static const struct {
		const char *words, *tc;
	} cases[] = {
		{ "action ok", "action pass" },
		{ "action gact drop", "action drop" },
		{ "action shot index 0", "action drop" },
		{ "action mirred egress mirror dev a action drop",
		  "action mirred egress mirror dev a pipe action drop" },
		{ "action mirred egress mirror dev a drop",
		  "action mirred egress mirror dev a drop" },
		{ "action mirred egress redirect dev a",
		  "action mirred egress redirect dev a" },
		{ "action mirred egress redirect dev a pipe action drop",
		  "action mirred egress redirect dev a action pipe "
		  "action drop" },
		{ "action vlan pop action pass",
		  "action vlan pop pipe action pass" },
		{ "action vlan push id 4 protocol 802.1ad drop",
		  "action vlan push id 4 protocol 802.1ad drop" },
		{ "action pass action drop", "action pass action drop" },
		{ "action vlan pop mirred egress redirect dev a",
		  "action vlan pop pipe action mirred egress redirect "
		  "dev a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[256], want[256];

		snprintf(line, sizeof(line), IP "%s", cases[i].words);
		snprintf(want, sizeof(want),
			 "dev eth1 ingress protocol ip flower %s",
			 cases[i].tc);
		assert_string_equal(flowcase_tc(line), want);
	}
}

static void what_tc_has_and_we_have_not_is_refused_by_its_name(void **state)
{
	static const struct {
		const char *words, *reasons;
	} cases[] = {
		{ "pfcp_opts 1:2 indev eth2 action drop",
		  "key-unsupported:pfcp_opts" },
		{ "police rate 1mbit burst 10k action drop",
		  "key-unsupported:police" },
		{ "mpls lse depth 1 label 100 lse depth 2 bos 1 ip_ttl 3 "
		  "action pass", "key-conflict:mpls with eth_type 0x0800" },
		{ "dst_port 10-20 action drop",
		  "key-conflict:tcp_dst without ip_proto 6" },
		{ "spi 5 action drop",
		  "key-conflict:spi without ip_proto 50 or 51" },
		{ "pppoe_sid 5 cfm op 3 action drop",
		  "key-conflict:pppoe_sid with eth_type 0x0800 "
		  "key-conflict:cfm_op with eth_type 0x0800" },
		{ "num_of_vlans 1 action drop",
		  "key-conflict:num_of_vlans 1 with eth_type 0x0800" },
		{ "enc_src_ip 1.1.1.1 enc_dst_ip ::1 action drop",
		  "key-conflict:enc_ipv4_src with enc_ipv6_dst" },
		{ "vxlan_opts 1 gtp_opts 1:2 action drop",
		  "key-conflict:vxlan_gbp with gtp_pdu_type" },
		{ "action vlan push id 4095",
		  "action-unsupported:vlan id 4095" },
		{ "action vlan push id 1 protocol ip",
		  "action-unsupported:vlan protocol 0x0800" },
		{ "action goto chain 268435456", "chain-too-big:0x10000000" },
		{ "dst_port 80 action drop",
		  "key-conflict:tcp_dst without ip_proto 6" },
		{ "ip_proto icmp dst_port 1 action drop",
		  "key-conflict:tcp_dst with ip_proto 1" },
		{ "vlan_id 5 action drop",
		  "key-conflict:vlan_id with eth_type 0x0800" },
		{ "dst_ip 10.0.0.1", "action-unsupported:none given" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[256];

		snprintf(line, sizeof(line), IP "%s", cases[i].words);
		assert_string_equal(flowcase_reasons(line), cases[i].reasons);
	}
	assert_string_equal(
		flowcase_reasons("dev eth1 ingress estimator 1sec 4sec "
				 "flower action drop"),
		"key-unsupported:estimator");
	assert_string_equal(flowcase_reasons(DEV "matchall action drop"),
			    "key-unsupported:classifier matchall");
	assert_string_equal(flowcase_reasons(DEV "flower dst_ip 1.2.3.4 "
						 "action drop"),
			    "key-conflict:ipv4_dst without eth_type");
}

static void an_error_names_column_and_word(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "tc hello", "column 4: expected \"filter\" or \"dev\", "
		  "found \"hello\"" },
		{ "f deleted dev eth1",
		  "column 1: expected a datapath flow "
		  "(in_port(…),…,actions:…), tc words (dev PORT ingress …) "
		  "or JSON ({…}), found \"f\"" },
		{ "filter deleted dev eth1",
		  "column 8: expected add, replace, change or del, "
		  "found \"deleted\"" },
		{ "tc -n red filter add dev eth1 ingress flower action drop",
		  "column 4: expected \"filter\" or an option such as -s "
		  "or -d, found \"-n\"" },
		{ "tc -b file",
		  "column 4: expected \"filter\" or an option such as -s "
		  "or -d, found \"-b\"" },
		{ "filter add", "column 11: expected \"dev\", found the end" },
		{ "dev eth1 flower",
		  "column 10: expected ingress or egress, "
		  "found \"flower\"" },
		{ "dev eth1 ingress ingress flower",
		  "column 18: a second place: \"ingress\"" },
		{ "dev eth1 dev eth2 ingress flower",
		  "column 10: \"dev\" is given twice" },
		{ "dev eth1 ingress prio 65536 flower",
		  "column 23: expected prio, at most 65535, "
		  "found \"65536\"" },
		{ "dev eth1 ingress prio",
		  "column 22: expected a value of priority, found the end" },
		{ "dev eth1 ingress protocol foo flower",
		  "column 27: expected a protocol such as ip or 0x88cc, a "
		  "number, found \"foo\"" },
		{ "dev eth1 ingress florwer",
		  "column 18: expected where the filter sits (dev, ingress, "
		  "prio …) or \"flower\", found \"florwer\"" },
		{ "dev eth1 ingress flower dts_mac 1",
		  "column 25: expected a match word of flower or \"action\", "
		  "found \"dts_mac\"" },
		{ "dev eth1 ingress flower dst_mac",
		  "column 32: expected a value of dst_mac, found the end" },
		{ "dev eth1 ingress flower dst_mac 1:2:3:4:5:6:7 action drop",
		  "column 44: expected a blank, found \":7\"" },
		{ "dev e ingress protocol ip flower src_ip 1.2.3.4/33 action "
		  "drop",
		  "column 49: expected a prefix length, at most 32, "
		  "found \"33\"" },
		{ "dev e ingress flower dst_mac 1:2:3:4:5:6 dst_mac "
		  "1:2:3:4:5:6 action drop",
		  "column 42: \"dst_mac\" is given twice" },
		{ "dev e ingress flower skip_sw skip_hw action drop",
		  "column 30: skip_sw and skip_hw at once" },
		{ "dev e ingress protocol ip flower ip_proto igmp action drop",
		  "column 43: expected tcp, udp, sctp, icmp, icmpv6, l2tp, "
		  "esp, ah or a hexadecimal number, found \"igmp\"" },
		{ "dev e ingress protocol ip flower ip_proto tcp src_port "
		  "20-10 action drop",
		  "column 61: a range of ports begins below its end" },
		{ "dev e ingress flower geneve_opts 102:80:000001 action drop",
		  "column 41: expected 4, 8, 12 … or 124 bytes of data, "
		  "found 3" },
		{ "dev e ingress flower ct_state +trk+foo action drop",
		  "column 35: expected \"+\" or \"-\" and trk, new, est, "
		  "rel, inv or rpl, found \"+foo\"" },
		{ "dev e ingress protocol mpls_uc flower mpls lse label 3 "
		  "action drop",
		  "column 56: expected \"depth\", found \"action\"" },
		{ "dev e ingress protocol mpls_uc flower mpls lse depth 8 "
		  "action drop",
		  "column 54: expected a depth, at most 7, found \"8\"" },
		{ "dev e ingress flower erspan_opts 2:0:1:3/1:0:0:0 action "
		  "drop",
		  "column 43: the mask of erspan_ver is its value" },
		{ "dev e ingress protocol cfm flower cfm action drop",
		  "column 39: expected what to match of cfm, found "
		  "\"action\"" },
		{ "dev e ingress flower indev a_name_of_16_char action drop",
		  "column 28: expected the name of a device, at most 15 "
		  "characters, found "
		  "\"a_name_of_16_char\"" },
		{ "dev e ingress flower action",
		  "column 28: expected an action such as drop, mirred or "
		  "vlan, found the end" },
		{ "dev e ingress flower action fly",
		  "column 29: expected an action such as drop, mirred or "
		  "vlan, found \"fly\"" },
		{ "dev e ingress flower action mirred egress",
		  "column 42: expected mirror or redirect, found the end" },
		{ "dev e ingress flower action mirred egress redirect dev "
		  "a_name_of_16_char",
		  "column 56: expected the name or number of a port, at "
		  "most 15 characters, found \"a_name_of_16_char\"" },
		{ "dev e ingress flower action vlan push",
		  "column 38: expected id, found the end" },
		{ "dev e ingress flower action vlan push id 1 priority 8",
		  "column 53: expected priority, at most 7, found \"8\"" },
		{ "dev e ingress flower action goto 3",
		  "column 34: expected \"chain\", found \"3\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(flowcase_error(cases[i].line),
				    cases[i].message);
}

/* tc deletes a whole prio or chain so, and we one flow by its match. */
static void what_tc_deletes_otherwise_than_by_match_is_no_deletion(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "filter del dev eth1 ingress",
		  "column 28: expected flower and the match of the flow to "
		  "delete; swctl flow flush deletes all" },
		{ "filter del dev eth1 ingress protocol ip prio 7 # all",
		  "column 48: expected flower and the match of the flow to "
		  "delete; swctl flow flush deletes all" },
		{ "f d block 4 chain 2 prio 7 handle 1",
		  "column 36: expected flower and the match of the flow to "
		  "delete; swctl flow flush deletes all" },
		{ "filter del dev eth1 ingress prio 5 handle 3 flower",
		  "column 43: handle 0x3: handles are chosen by swoffd; leave "
		  "the word out, the match names the flow to delete" },
		{ "filter change dev eth1 ingress prio 5 flower action drop",
		  "column 39: expected \"protocol\", which change cannot do "
		  "without, found \"flower\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(flowcase_error(cases[i].line),
				    cases[i].message);
	assert_string_equal(flowcase_reasons("filter del dev eth1 ingress "
					     "prio 5 u32"),
			    "key-unsupported:classifier u32");
}

static void what_is_no_filter_is_told_in_a_sentence(void **state)
{
	static const struct {
		const char *line;
		unsigned int column;
	} cases[] = {
		{ "tc qdisc add dev eth1 root fq", 4 },
		{ "qdisc del dev eth1 clsact", 1 },
		{ "q show", 1 },
		{ "actions add action drop index 1", 1 },
		{ "a flush action gact", 1 },
		{ "chain add dev eth1 ingress chain 3", 1 },
		{ "class add dev eth1 parent 1: classid 1:1 htb", 1 },
		{ "monitor", 1 },
		{ "filter show dev eth1", 8 },
		{ "f l dev eth1", 3 },
		{ "tc -s filter get dev eth1 ingress prio 1 handle 1 flower",
		  14 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[128];

		snprintf(want, sizeof(want), "column %u: a line of tc that is "
			 "no filter to add or delete", cases[i].column);
		assert_string_equal(flowcase_error(cases[i].line), want);
	}
}

static void a_hash_ends_the_line_and_a_backslash_joins_it(void **state)
{
	(void)state;
	assert_string_equal(flowcase_tc("dev eth1 ingress \\ flower action "
					"drop # action pass"),
			    "dev eth1 ingress protocol all flower action "
			    "drop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_line_says_where_and_what),
		cmocka_unit_test(the_first_words_may_be_left_out),
		cmocka_unit_test(the_hook_has_several_names),
		cmocka_unit_test(numbers_have_the_bases_of_tc),
		cmocka_unit_test(a_word_means_what_its_protocol_makes_of_it),
		cmocka_unit_test(a_line_is_printed_so_that_tc_takes_it),
		cmocka_unit_test(actions_have_the_defaults_of_tc),
		cmocka_unit_test(
			what_tc_has_and_we_have_not_is_refused_by_its_name),
		cmocka_unit_test(an_error_names_column_and_word),
		cmocka_unit_test(
			what_tc_deletes_otherwise_than_by_match_is_no_deletion),
		cmocka_unit_test(what_is_no_filter_is_told_in_a_sentence),
		cmocka_unit_test(a_hash_ends_the_line_and_a_backslash_joins_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
