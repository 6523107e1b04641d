/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every key of a datapath flow: what it means, and how it is written. */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp.h"

#define TEXT_SIZE 4096

static struct odp_flow *parse(const char *line)
{
	static struct odp_flow flow;
	struct error err;

	memset(&flow, 0x5a, sizeof(flow));
	if (odp_flow_parse_name(line, &flow, &err) < 0)
		fail_msg("%s\n%s", line, err.msg);
	return &flow;
}

static const char *error_of(const char *line)
{
	static struct odp_flow flow;
	static struct error err;

	memset(&err, 0, sizeof(err));
	if (odp_flow_parse_name(line, &flow, &err) != -EINVAL)
		fail_msg("no error: %s", line);
	return err.msg;
}

static const char *key_text(const struct odp_flow *flow)
{
	static char text[TEXT_SIZE];
	int len = odp_format_key(flow, text, sizeof(text));

	assert_int_equal(len, strlen(text));
	return text;
}

/* "deadbeef" of the bytes of the field, in memory. */
static const char *bytes_of(const struct flow_key *k, const char *name,
			    char out[64])
{
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];
		const uint8_t *p = (const uint8_t *)k + f->offset;

		if (strcmp(f->name, name) != 0)
			continue;
		assert_true(f->size <= 16);
		for (size_t i = 0; i < f->size; i++)
			sprintf(out + 2 * i, "%02x", p[i]);
		return out;
	}
	fail_msg("no field %s", name);
	return NULL;
}

static void a_key_is_its_value_and_its_mask(void **state)
{
	static const struct {
		const char *line, *field, *key, *mask;
	} cases[] = {
		{ "skb_priority(0x1234/0xff)", "skb_priority", "34120000",
		  "ff000000" },
		{ "skb_mark(7)", "skb_mark", "07000000", "ffffffff" },
		{ "dp_hash(0x3/0xf)", "dp_hash", "03000000", "0f000000" },
		{ "recirc_id(0x10)", "recirc_id", "10000000", "ffffffff" },
		{ "packet_type(ns=1,id=0x894f)", "packet_type", "0100",
		  "ffff" },
		{ "tunnel(tun_id=0xfedcba9876543210/0xff)", "tun_id",
		  "fedcba9876543210", "00000000000000ff" },
		{ "tunnel(tun_id=5)", "tun_id", "0000000000000005",
		  "ffffffffffffffff" },
		{ "tunnel(src=1.2.3.4/255.255.0.0)", "enc_ipv4_src",
		  "01020304", "ffff0000" },
		{ "tunnel(ipv6_dst=fd00::1/ff00::)", "enc_ipv6_dst",
		  "fd000000000000000000000000000001",
		  "ff000000000000000000000000000000" },
		{ "tunnel(tos=0x8/0xfc)", "enc_ip_tos", "08", "fc" },
		{ "tunnel(ttl=64)", "enc_ip_ttl", "40", "ff" },
		{ "tunnel(tp_dst=4789)", "enc_tp_dst", "12b5", "ffff" },
		{ "tunnel(flags(df|csum|key))", "tun_flags", "0e000000",
		  "1f000000" },
		{ "tunnel(flags(-df-csum+key))", "tun_flags", "08000000",
		  "0e000000" },
		{ "tunnel(flags(0))", "tun_flags", "00000000", "1f000000" },
		{ "tunnel(vxlan(gbp(id=10/0xff,flags=0xb)))", "vxlan_gbp",
		  "0a000b00", "ff00ff00" },
		{ "tunnel(erspan(ver=1,idx=0x3))", "erspan_index", "00000003",
		  "ffffffff" },
		{ "tunnel(erspan(ver=2,dir=1/0x1,hwid=0x7/0x7))",
		  "erspan_dir", "01", "01" },
		{ "tunnel(gtpu(flags=0x30,msgtype=255/0xf))", "gtpu_msgtype",
		  "ff", "0f" },
		{ "ct_state(+trk-new)", "dp_ct_state", "20000000",
		  "21000000" },
		{ "ct_state(new|trk)", "dp_ct_state", "21000000",
		  "ff000000" },
		{ "ct_state(0x21/0x23)", "dp_ct_state", "21000000",
		  "23000000" },
		{ "ct_state(33)", "dp_ct_state", "21000000", "ff000000" },
		{ "ct_zone(0x5/0xff)", "ct_zone", "0500", "ff00" },
		{ "ct_mark(0x1)", "ct_mark", "01000000", "ffffffff" },
		{ "ct_label(0x102030405060708090a0b0c0d0e0f10/0xff)",
		  "ct_label", "100f0e0d0c0b0a090807060504030201",
		  "ff000000000000000000000000000000" },
		{ "ct_label(258)", "ct_label",
		  "02010000000000000000000000000000",
		  "ffffffffffffffffffffffffffffffff" },
		{ "ct_tuple4(proto=6,tp_src=1/0xff)", "ct_tp_src", "0001",
		  "00ff" },
		{ "ct_tuple6(dst=::1,tp_dst=2)", "ct_tp_dst", "0002", "ffff" },
		{ "ct_tuple6(dst_port=3)", "ct_tp_dst", "0003", "ffff" },
		{ "eth_type(0x8100),vlan(vid=99/0xff0,pcp=7/0x0)", "vlan_id",
		  "6300", "f00f" },
		{ "eth_type(0x1234/0xfff0)", "eth_type", "1234", "fff0" },
		{ "eth_type(0x8847),mpls(label=100,tc=3,ttl=64,bos=1)",
		  "mpls_label", "64000000", "ffff0f00" },
		{ "nsh(spi=0x123/0xfff)", "nsh_spi", "23010000", "ff0f0000" },
		{ "nsh(c2=0x11223344)", "nsh_c2", "11223344", "ffffffff" },
		{ "ipv4(proto=6/0)", "ip_proto", "06", "00" },
		{ "ipv6(label=0x5/0xf0)", "ipv6_label", "05000000",
		  "f0000000" },
		{ "tcp_flags(+syn-ack+[200])", "tcp_flags", "0202", "0212" },
		{ "tcp_flags(syn|ack)", "tcp_flags", "0012", "0fff" },
		{ "tcp_flags(0x2/0x3)", "tcp_flags", "0002", "0003" },
		{ "nd(target=::3/::250)", "nd_target",
		  "00000000000000000000000000000003",
		  "00000000000000000000000000000250" },
		{ "nd_ext(nd_reserved=0x80000000,nd_options_type=2)",
		  "nd_options_type", "02", "ff" },
		{ "arp(op=1/0xf0)", "arp_op", "01", "f0" },
		{ "arp(op=1)", "arp_op", "01", "ff" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct odp_flow *f = parse(cases[i].line);

		assert_string_equal(bytes_of(&f->match.key, cases[i].field,
					     out), cases[i].key);
		assert_string_equal(bytes_of(&f->match.mask, cases[i].field,
					     out), cases[i].mask);
		assert_int_equal(f->refused.n, 0);
		assert_string_equal(key_text(f), cases[i].line);
	}
}

static void geneve_options_are_as_on_the_wire(void **state)
{
	static const uint8_t key[] = {
		0x01, 0x02, 0x80, 0x01, 0, 0, 0, 0x0a,
		0, 0, 0, 0x01, 0, 0, 0, 0,
		0xff, 0xff, 0x01, 0,
	};
	static const uint8_t mask[] = {
		0xff, 0xff, 0xff, 0x01, 0, 0, 0, 0xff,
		0, 0, 0, 0x01, 0, 0, 0, 0,
		0xff, 0x00, 0x0f, 0,
	};
	const struct odp_flow *f = parse(
		"tunnel(geneve({class=0x102,type=0x80,len=4,0xa/0xff}{len=4}"
		"{class=0xffff/0xff00,type=0x1/0xf,len=0}))");

	(void)state;
	assert_int_equal(f->match.key.enc_geneve.len, sizeof(key));
	assert_int_equal(f->match.mask.enc_geneve.len, sizeof(mask));
	assert_memory_equal(f->match.key.enc_geneve.data, key, sizeof(key));
	assert_memory_equal(f->match.mask.enc_geneve.data, mask, sizeof(mask));
}

static void a_label_stack_is_read_whole(void **state)
{
	static const char *const lines[] = {
		"mpls(label=100/0xfffff,tc=3/7,ttl=64/0xff,bos=0/1,"
		"label=200/0xff,tc=1/0,ttl=3/0xff,bos=1/1)",
		"mpls(lse0=0x64640,lse1=0xc8303/0xff1ff)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		const struct odp_flow *f = parse(lines[i]);
		const struct flow_mpls *key = f->match.key.mpls;
		const struct flow_mpls *mask = f->match.mask.mpls;

		assert_int_equal(key[0].label, 100);
		assert_int_equal(key[0].tc, 3);
		assert_int_equal(key[0].ttl, 64);
		assert_int_equal(key[0].bos, 0);
		assert_int_equal(mask[0].bos, 1);
		assert_int_equal(key[1].label, 200);
		assert_int_equal(mask[1].label, 0xff);
		assert_int_equal(mask[1].tc, 0);
		assert_int_equal(key[1].ttl, 3);
		assert_int_equal(mask[1].bos, 1);
		assert_int_equal(mask[2].label, 0);
		assert_int_equal(f->refused.n, 0);
		assert_string_equal(key_text(f), lines[i]);
	}
}

static void what_the_text_names_is_given_in_its_order(void **state)
{
	static const char *const names[] = {
		"recirc_id", "eth_dst", "eth_type", "ip_ttl", "ip_proto",
	};
	const struct odp_flow *f = parse(
		"recirc_id(0),in_port(1),eth(dst=00:00:00:00:00:01),"
		"eth_type(0x0800),ipv4(ttl=3/0,proto=6)");

	(void)state;
	assert_int_equal(f->n_given, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(flow_fields[f->given[i]].name, names[i]);
	assert_true(f->has_eth);
	assert_false(parse("in_port(1),eth_type(0x0800)")->has_eth);
}

/* What flower could not say, it does not say: a reason for each. */
static void what_no_rule_can_say_is_refused_by_name(void **state)
{
	static const struct {
		const char *line, *reasons;
	} cases[] = {
		{ "in_port(1/0xff)", "mask-unsupported:in_port" },
		{ "key29(00 00 00 01/ff ff ff ff)", "key-unknown:key29" },
		{ "key29(00 00 00 00/00 00 00 00)", "" },
		{ "key32(00 01)", "key-unknown:key32" },
		{ "eth_type((bad key length 4, expected 2)(00 01 02 03)",
		  "key-unknown:eth_type" },
		{ "key32(bad key length 1, expected -1)(00/(bad mask length "
		  "1, expected -1)(00)", "key-unknown:key32" },
		{ "tunnel(key17(00 01/ff ff))", "key-unknown:key17" },
		{ "eth_type(0x8100),vlan(vid=1,cfi=0)",
		  "mask-unsupported:vlan cfi" },
		{ "arp(op=257)", "key-unsupported:arp_op above 255" },
		{ "arp(op=257/0xff)", "" },
		{ "ct_state(0x100/0x100)", "mask-unsupported:dp_ct_state" },
		{ "eth_type(0x88a8),vlan(vid=1),encap(eth_type(0x8100),"
		  "vlan(vid=2),encap(eth_type(0x8100),vlan(vid=3,cfi=0),"
		  "encap(eth_type(0x0800),ipv4(frag=no))))",
		  "key-unsupported:third vlan" },
		{ "mpls(label=1,label=2,label=3,label=4,label=5,label=6,"
		  "label=7,label=8)", "key-unsupported:more than 7 mpls "
		  "labels" },
		{ "tc(egress)", "key-unsupported:tc" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct odp_flow *f = parse(cases[i].line);
		const struct reason *r = f->refused.reasons;
		char text[256] = "";

		if (f->refused.n)
			snprintf(text, sizeof(text), "%s:%s",
				 reason_row(r->code)->name, r->subject);
		assert_string_equal(text, cases[i].reasons);
		assert_true(f->refused.n <= 1);
		assert_string_equal(key_text(f), cases[i].line);
	}
}

static void bad_keys_are_told_by_column_and_word(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "tunnel(tun_id=0x10000000000000000)",
		  "column 15: expected tun_id, at most 18446744073709551615, "
		  "found \"0x10000000000000000\"" },
		{ "tunnel(tun_id=1,tun_id=2)",
		  "column 17: \"tun_id\" is given twice" },
		{ "tunnel(flags(df)flags(csum))",
		  "column 17: expected \",\" or \")\", found \"flags\"" },
		{ "tunnel(flags(df),flags(csum))",
		  "column 18: \"flags\" is given twice" },
		{ "tunnel(flags(df|fin))",
		  "column 17: expected df, csum, key, oam or crit, "
		  "found \"fin\"" },
		{ "tunnel(geneve({class=1,type=2}))",
		  "column 30: expected len=, found \"}\"" },
		{ "tunnel(geneve({len=6}))",
		  "column 20: len is no multiple of 4" },
		{ "tunnel(geneve({len=4,len=8}))",
		  "column 26: len is given twice" },
		{ "tunnel(geneve({0x1,len=4}))",
		  "column 16: expected len= before the data, "
		  "found \"0x1\"" },
		{ "tunnel(geneve({len=4,0x100000000}))",
		  "column 22: expected data of the option, at most 8 "
		  "hexadecimal digits, found \"0x100000000}\"" },
		{ "tunnel(geneve({len=124}{len=124}))",
		  "column 29: more than 252 bytes of options" },
		{ "tunnel(geneve({len=4)", "column 21: expected \",\" or "
					  "\"}\", found \")\"" },
		{ "tunnel(vxlan(id=1))", "column 14: expected gbp(, "
					 "found \"id=1\"" },
		{ "tunnel(vxlan(gbp(id=65536)))",
		  "column 21: expected id, at most 65535, "
		  "found \"65536\"" },
		{ "tunnel(erspan(x=1))",
		  "column 15: expected a field of erspan(), found \"x=1\"" },
		{ "tunnel(erspan(ver=1,ver=1))",
		  "column 21: \"ver\" is given twice" },
		{ "tunnel(nothing(1))",
		  "column 8: expected a field of tunnel(), "
		  "found \"nothing\"" },
		{ "ct_state(+trk", "column 14: expected \")\", found the end" },
		{ "ct_state(trk+new)", "column 13: expected \")\", "
				       "found \"+new\"" },
		{ "ct_zone(65536)", "column 9: expected ct_zone, at most "
				    "65535, found \"65536\"" },
		{ "ct_label(0x123456789012345678901234567890123)",
		  "column 10: expected ct_label, at most 32 hexadecimal "
		  "digits, found \"0x123456789012345678901234567890\"" },
		{ "ct_label(x)", "column 10: expected ct_label, a number, "
				 "found \"x\"" },
		{ "recirc_id()", "column 11: expected recirc_id, a number, "
				 "found \")\"" },
		{ "eth(src=00:01:02:03:04:05/ff:ff)",
		  "column 27: expected a MAC address, found \"ff:ff\"" },
		{ "eth_type(0x0800/)",
		  "column 17: expected eth_type, a number, found \")\"" },
		{ "ipv4(ttl=1/2/3)",
		  "column 13: expected \",\" or \")\", found \"/3\"" },
		{ "mpls(label=1,tc=1,tc=2)",
		  "column 19: \"tc\" is given twice" },
		{ "mpls(lse99=1)", "column 9: expected the number of an "
				   "entry, at most 32, found \"99=1\"" },
		{ "in_port(\"p1)", "column 12: expected another quote, "
				   "found \")\"" },
		{ "encap(skb_mark(1))",
		  "column 7: \"skb_mark\" inside encap()" },
		{ "key29(00", "column 6: \"(\" is never closed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(error_of(cases[i].line),
				    cases[i].message);
}

/* n times part, between before and after. */
static char *repeated(const char *before, const char *part, size_t n,
		      const char *after)
{
	size_t len = strlen(part), at = strlen(before);
	char *line = malloc(at + n * len + strlen(after) + 1);

	assert_non_null(line);
	memcpy(line, before, at + 1);
	for (size_t i = 0; i < n; i++, at += len)
		memcpy(line + at, part, len);
	strcpy(line + at, after);
	return line;
}

static void long_lines_end_in_an_error(void **state)
{
	static const struct {
		const char *before, *part, *after, *message;
	} cases[] = {
		{ "", "key29(01),", "", "more than a flow has room for" },
		{ "key29(", "00 ", ")", "more than a flow has room for" },
		{ "tunnel(", "key17(01),", ")", "more than a flow has room for" },
		{ "mpls(", "label=1,", ")", "more than a flow has room for" },
		{ "vlan(", "cfi=1,", ")", "more than a flow has room for" },
		{ "tunnel(geneve(", "{len=0}", "))", "more than 252 bytes" },
		{ "ct_label(0x", "00000000", "1)",
		  "more than a flow has room for" },
		{ "", "encap(", "", "more than 32 levels of encap()" },
		{ "", "(", "", "expected a key" },
		{ "tcp_flags(", "+syn-ack", "",
		  "more than a flow has room for" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = 1024 * 1024 / strlen(cases[i].part);
		char *line = repeated(cases[i].before, cases[i].part, n,
				      cases[i].after);

		if (!strstr(error_of(line), cases[i].message))
			fail_msg("%s: %s", cases[i].part, error_of(line));
		free(line);
	}
}

static void encap_nests_32_times(void **state)
{
	char *inner = repeated("", ")", 32, "");
	char *fine = repeated("", "encap(", 32, inner);
	char *deep = repeated("", "encap(", 33, inner);

	(void)state;
	assert_string_equal(key_text(parse(fine)), fine);
	assert_string_equal(error_of(deep),
			    "column 198: more than 32 levels of encap()");
	free(inner);
	free(fine);
	free(deep);
}

static void a_small_buffer_gets_the_beginning_of_a_key(void **state)
{
	static const char line[] = "recirc_id(0),in_port(eth1),eth()";
	const struct odp_flow *f = parse(line);

	(void)state;
	for (size_t size = 0; size < sizeof(line) + 2; size++) {
		char out[sizeof(line) + 8];
		size_t kept = size < sizeof(line) ? size : sizeof(line);

		memset(out, 'x', sizeof(out));
		assert_int_equal(odp_format_key(f, out, size),
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
		cmocka_unit_test(a_key_is_its_value_and_its_mask),
		cmocka_unit_test(geneve_options_are_as_on_the_wire),
		cmocka_unit_test(a_label_stack_is_read_whole),
		cmocka_unit_test(what_the_text_names_is_given_in_its_order),
		cmocka_unit_test(what_no_rule_can_say_is_refused_by_name),
		cmocka_unit_test(bad_keys_are_told_by_column_and_word),
		cmocka_unit_test(long_lines_end_in_an_error),
		cmocka_unit_test(encap_nests_32_times),
		cmocka_unit_test(a_small_buffer_gets_the_beginning_of_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
