/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From rules back to datapath flows: what translation makes comes back as the
 * flow that it makes it of.  The lines of $SWOFFD_CORPORA take part, if there
 * are any.
 */
#include "tests/unit/corpus.h"
#include "tests/unit/translatecase.h"

#include <stdlib.h>

static struct odp_flow back;
static struct rule again;

static void assert_same_rule(const char *line)
{
	const struct rule *a = &translatecase_rule;
	bool same = memcmp(&a->match, &again.match, sizeof(a->match)) == 0 &&
		    rule_same_actions(a, &again) && a->chain == again.chain &&
		    a->hook == again.hook &&
		    a->protocol_be == again.protocol_be &&
		    strcmp(a->dev.name, again.dev.name) == 0 &&
		    a->dev.no == again.dev.no;

	if (!same)
		print_error("not the same again:\n%s\n", line);
	assert_true(same);
}

/* The rule in translatecase_rule, through a flow and through its text. */
static void assert_comes_back(const char *line)
{
	static char text[1 << 16];
	struct reason_list left = { 0 }, reasons = { 0 };
	struct error err;

	odp_from_rule(&translatecase_rule, &back, &left);
	assert_string_equal(translatecase_reasons(&left), "");
	(void)odp_translate(&back, &translatecase_host, &again, &reasons);
	assert_string_equal(translatecase_reasons(&reasons), "");
	assert_same_rule(line);

	(void)odp_flow_format(&back, text, sizeof(text));
	if (odp_flow_parse(text, &back, &err) < 0)
		fail_msg("%s\n%s", text, err.msg);
	(void)odp_translate(&back, &translatecase_host, &again, &reasons);
	assert_string_equal(translatecase_reasons(&reasons), "");
	assert_same_rule(text);
}

static bool is_translated(const char *line)
{
	static struct odp_flow flow;
	struct reason_list reasons = { 0 };
	struct error err;
	int rc;

	if (odp_flow_parse(line, &flow, &err) < 0)
		return false;
	rc = odp_translate(&flow, &translatecase_host, &translatecase_rule,
			   &reasons);
	assert_int_equal(rc, reasons.n ? -EOPNOTSUPP : 0);
	for (size_t i = 0; i < reasons.n; i++) {
		const struct reason *r = &reasons.reasons[i];

		assert_in_range(r->code, 0, REASON_N_CODES - 1);
		assert_true(r->subject[0]);
	}
	return rc == 0;
}

static void every_translation_comes_back(void **state)
{
	static const char *const lines[] = {
		"recirc_id(0x7),in_port(eth1),eth(src=02:00:00:00:00:01,"
		"dst=02:00:00:00:00:00/ff:00:00:00:00:00),eth_type(0x88a8),"
		"vlan(vid=1,pcp=2),encap(eth_type(0x8100),vlan(),encap("
		"eth_type(0x0800),ipv4(src=1.2.3.4/255.255.0.0,proto=6,"
		"tos=0/0x3,ttl=9,frag=no),tcp(src=1/0xff,dst=2),"
		"tcp_flags(+syn-ack))), actions:pop_vlan,push_vlan("
		"tpid=0x88a8,vid=3,pcp=4),eth2,drop",
		"in_port(vxlan_sys_4789),tunnel(tun_id=0x5,src=1.1.1.1,"
		"dst=2.2.2.2,tos=0/0,ttl=5,tp_src=7,vxlan(gbp(id=5,flags=8)),"
		"flags(-df-csum+key)),ct_state(+est-new+trk-inv),ct_zone(5),"
		"ct_mark(0x1/0xff),ct_label(0x1/0x1),eth_type(0x1234), "
		"actions:ct_clear,set(tunnel(tun_id=0x1,ipv6_src=::1,"
		"ipv6_dst=::2,tos=0x4,ttl=3,tp_dst=6081,geneve({class=0x102,"
		"type=0x80,len=4,0x1}{class=0x1,type=0x2,len=8,0x1}),"
		"flags(csum|key))),genev_sys_6081",
		"in_port(genev_sys_6081),tunnel(tun_id=0x0,ipv6_src=::1,"
		"geneve({class=0x102,type=0x80,len=4,0x1/0xff}{len=8}),"
		"flags(+key)),eth_type(0x86dd),ipv6(src=::1,proto=58,"
		"frag=no),icmpv6(type=1), actions:set(ipv6(src=::1,"
		"dst=::2/::ff,tclass=0x24/0xfc,hlimit=9)),br0,eth2",
		"in_port(eth1),eth_type(0x0800),ipv4(proto=17,frag=no), "
		"actions:set(eth(src=02:00:00:00:00:01,"
		"dst=02:00:00:00:00:02)),set(ipv4(src=1.2.3.4,dst=4.3.2.1,"
		"tos=0x4/0xfc,ttl=3)),set(udp(src=1,dst=2/0xff)),meter(3),"
		"ct(commit,zone=5,mark=0x1/0xff,label=0x1/0x3,nat(src="
		"10.0.0.1-10.0.0.9:80-90)),recirc(0x2)",
		"in_port(eth1),eth_type(0x0800),ipv4(frag=later), actions:"
		"set(ipv4(ttl=3)),ct(force_commit,nat(dst=fe80::1)),meter(1)",
		"in_port(eth1),eth_type(0x8847),mpls(label=5,bos=1), actions:"
		"set(mpls(label=7,tc=2)),push_mpls(label=6,tc=1,ttl=64,bos=0,"
		"eth_type=0x8848),pop_mpls(eth_type=0x8847),br0",
		"in_port(br0),eth_type(0x0806),arp(op=1,sip=1.2.3.4), "
		"actions:check_pkt_len(size=200,gt(3,5),le(check_pkt_len("
		"size=100,gt(br0),le(drop)))),8",
		"in_port(vxlan_sys_4789),eth_type(0x1234), actions:"
		"check_pkt_len(size=200,gt(check_pkt_len(size=500,gt(6),"
		"le(7))),le(recirc(0x9)))",
		"in_port(eth1),eth_type(0x1234), actions:check_pkt_len("
		"size=200,gt(drop),le(drop)),2",
		"in_port(erspan_sys),tunnel(tun_id=0x5,src=1.1.1.1,"
		"erspan(ver=1,idx=0x7),flags(+key)),eth_type(0x1234), actions:"
		"set(tunnel(tun_id=0x1,dst=2.2.2.2,ttl=64,erspan(ver=2,dir=1,"
		"hwid=0x7),flags(key))),ip6erspan_sys",
		"in_port(eth1),eth(dst=02:00:00:00:00:01),eth_type(0x1234), "
		"actions:drop",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (!is_translated(lines[i]))
			fail_msg("%s\n%s", lines[i], translatecase(lines[i]));
		assert_comes_back(lines[i]);
	}
	translatecase_host.keeps_tunnel_flags = true;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		assert_true(is_translated(lines[i]));
		assert_comes_back(lines[i]);
	}
	translatecase_host.keeps_tunnel_flags = false;
}

static void so_do_all_lines_of_a_file(const char *name, size_t at_least)
{
	FILE *in = corpus_open(name);
	char line[1 << 16];
	size_t n = 0;

	while (fgets(line, sizeof(line), in)) {
		char *tab = strrchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (!is_translated(tab ? tab + 1 : line))
			continue;
		assert_comes_back(line);
		n++;
	}
	fclose(in);
	assert_in_range(n, at_least, 1000);
}

static void flows_of_open_vswitch_come_back(void **state)
{
	(void)state;
	so_do_all_lines_of_a_file("odp-dump-flows.txt", 20);
}

static void flows_of_other_corpora_come_back(void **state)
{
	(void)state;
	if (!getenv("SWOFFD_CORPORA"))
		return;
	so_do_all_lines_of_a_file("odp-flows-realworld.txt", 7);
	so_do_all_lines_of_a_file("odp-dump-flows-lines.tsv", 40);
}

/* What of a rule no datapath flow says. */
static void what_only_tc_has_is_left(void **state)
{
	static const struct {
		const char *tc, *left;
	} cases[] = {
		{ "dev eth1 ingress protocol ip flower ip_proto tcp "
		  "dst_port 10-20 action drop",
		  "key-unsupported:dst_port_min key-unsupported:dst_port_max" },
		{ "dev eth1 ingress protocol ip flower ip_flags firstfrag "
		  "action drop", "key-unsupported:ip_frag" },
		{ "dev eth1 ingress protocol 802.1Q flower num_of_vlans 2 "
		  "action drop", "key-unsupported:num_of_vlans" },
		{ "block 5 protocol ip flower action drop",
		  "key-unsupported:block" },
		{ "dev eth1 ingress protocol ip flower action pass",
		  "action-unsupported:gact" },
		{ "dev eth1 ingress protocol ip flower "
		  "action mirred ingress redirect dev eth2",
		  "action-unsupported:mirred" },
		{ "dev eth1 ingress protocol ip flower action tunnel_key unset "
		  "pipe action mirred egress redirect dev eth2",
		  "action-unsupported:tunnel_key" },
		{ "dev eth1 ingress protocol ip flower ip_proto tcp "
		  "action pedit ex munge ip ttl add 0xff pipe "
		  "action mirred egress redirect dev eth2",
		  "action-unsupported:pedit" },
		{ "dev eth1 ingress protocol ip flower ip_proto tcp "
		  "action pedit ex munge ip ttl set 3 pipe "
		  "action mirred egress redirect dev eth2",
		  "action-unsupported:pedit without csum" },
		{ "dev eth1 ingress protocol ip flower ip_proto tcp "
		  "action csum iph pipe "
		  "action mirred egress redirect dev eth2",
		  "action-unsupported:csum" },
		{ "dev eth1 ingress protocol ip flower action skbedit "
		  "priority 5 pipe action sample rate 5 group 1 pipe "
		  "action police rate 1mbit burst 10k conform-exceed drop "
		  "action mirred egress redirect dev eth2",
		  "action-unsupported:skbedit action-unsupported:sample "
		  "action-unsupported:police" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reason_list left = { 0 }, reasons = { 0 };
		enum tctext_verb verb;
		struct error err;

		if (tctext_parse(cases[i].tc, &verb, &again, &reasons,
				 &err) < 0)
			fail_msg("%s\n%s", cases[i].tc, err.msg);
		odp_from_rule(&again, &back, &left);
		assert_string_equal(translatecase_reasons(&left),
				    cases[i].left);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_translation_comes_back),
		cmocka_unit_test(flows_of_open_vswitch_come_back),
		cmocka_unit_test(flows_of_other_corpora_come_back),
		cmocka_unit_test(what_only_tc_has_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
