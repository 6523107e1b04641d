/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules printed as datapath flows. */
#include "tests/unit/flowcase.h"

/* Open vSwitch 3.1 prints these, but for packet_type and the statistics. */
static void a_flow_is_printed_as_it_came(void **state)
{
	static const char *const lines[] = {
		"recirc_id(0),in_port(1),eth(src=50:54:00:00:00:05,"
		"dst=50:54:00:00:00:07),eth_type(0x0800),ipv4("
		"src=10.0.0.0/255.255.255.0,dst=10.0.0.2,proto=6,tos=0/0x3,"
		"ttl=64,frag=no),tcp(src=0/0xff00,dst=8080),"
		"tcp_flags(+syn-ack), actions:2",
		"recirc_id(0x1),in_port(eth1),eth_type(0x0800),"
		"ipv4(proto=6,frag=no),tcp(dst=81),tcp_flags(syn|ack), "
		"actions:push_vlan(tpid=0x88a8,vid=10,pcp=3),eth2",
		"recirc_id(0),in_port(2),eth_type(0x88a8),vlan(vid=11,pcp=0),"
		"encap(eth_type(0x8100),vlan(vid=12),encap(eth_type(0x0800),"
		"ipv4(frag=later))), actions:1,2,3",
		"recirc_id(0),in_port(2),eth_type(0x8100),vlan(vid=11),"
		"encap(eth_type(0x0806),arp(sip=10.0.0.1,tip=10.0.0.2,op=1)),"
		" actions:pop_vlan,3",
		"recirc_id(0),in_port(2),eth_type(0x8100),vlan(),"
		"encap(eth_type(0x1234)), actions:drop",
		"recirc_id(0),in_port(1),eth_type(0x86dd),"
		"ipv6(src=fe80::/ffff::,dst=ff02::2,proto=58,tclass=0x70/0xf0,"
		"hlimit=255,frag=no),icmpv6(type=128,code=0), "
		"actions:2,pop_vlan",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(flowcase_odp(lines[i]), lines[i]);
}

static void what_only_tc_has_is_in_its_words(void **state)
{
	(void)state;
	assert_string_equal(
		flowcase_odp("dev eth1 egress protocol ip prio 7 handle 0x3 "
			     "flower ip_flags firstfrag skip_sw "
			     "action mirred ingress mirror dev eth2 "
			     "action vlan modify id 5 action pass"),
		"recirc_id(0),in_port(eth1),eth_type(0x0800),"
		"tc(ip_flags firstfrag),tc(egress),tc(prio 7),tc(handle 0x3),"
		"tc(skip_sw), "
		"actions:tc(action mirred ingress mirror dev eth2 pipe),"
		"tc(action vlan modify id 5 pipe),"
		"tc(action pass)");
	assert_string_equal(
		flowcase_odp("dev eth1 ingress protocol all flower "
			     "action goto chain 5"),
		"recirc_id(0),in_port(eth1),eth_type(0x0000/0x0000), "
		"actions:recirc(0x5)");
	assert_string_equal(
		flowcase_odp("block 22 protocol ip flower action drop"),
		"recirc_id(0),eth_type(0x0800),tc(block 22), actions:drop");
}

static void such_text_is_not_taken_for_a_flow(void **state)
{
	(void)state;
	assert_non_null(strstr(
		flowcase_error("in_port(1),eth_type(0x1234),tc(egress), "
			       "actions:tc(action pass)"),
		"unknown action \"tc\""));
	assert_string_equal(
		flowcase_reasons("in_port(1),eth_type(0x1234),tc(egress), "
				 "actions:drop"),
		"key-unsupported:tc");
}

static void a_small_buffer_gets_the_beginning(void **state)
{
	static const char line[] =
		"recirc_id(0),in_port(eth1),eth_type(0x0800), actions:1,2";
	const struct rule rule = *flowcase_rule(line);

	(void)state;
	for (size_t size = 0; size < sizeof(line) + 2; size++) {
		char out[sizeof(line) + 8];
		size_t kept = size < sizeof(line) ? size : sizeof(line);

		memset(out, 'x', sizeof(out));
		assert_int_equal(odp_format_rule(&rule, out, size),
				 sizeof(line) - 1);
		if (kept) {
			assert_memory_equal(out, line, kept - 1);
			assert_int_equal(out[kept - 1], '\0');
		}
		assert_int_equal(out[kept], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_is_printed_as_it_came),
		cmocka_unit_test(what_only_tc_has_is_in_its_words),
		cmocka_unit_test(such_text_is_not_taken_for_a_flow),
		cmocka_unit_test(a_small_buffer_gets_the_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
