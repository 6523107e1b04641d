/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions of datapath flows: what is read is printed again, and what cannot be
 * read is pointed at.
 *
 * Lists of $SWOFFD_CORPORA (default: tests/corpora) are read as well.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/odp.h"

#define TEXT_SIZE (256 * 1024)

static struct odp_flow flow;
static struct error err;

static int parse(const char *actions)
{
	static char line[TEXT_SIZE + 32];

	err.msg[0] = '\0';
	snprintf(line, sizeof(line), "in_port(1),actions:%s", actions);
	return odp_flow_parse(line, &flow, &err);
}

static const char *printed(const char *actions)
{
	static char text[TEXT_SIZE];
	int len;

	if (parse(actions) < 0)
		fail_msg("%s\n%s", actions, err.msg);
	len = odp_format_actions(&flow, text, sizeof(text));
	assert_int_equal(len, strlen(text));
	return text;
}

/* Where the actions begin is column 20. */
static const char *refused(const char *actions)
{
	if (parse(actions) == 0)
		fail_msg("%s", actions);
	assert_int_equal(err.code, EINVAL);
	return err.msg;
}

static const struct odp_action *only(const char *actions)
{
	if (parse(actions) < 0)
		fail_msg("%s\n%s", actions, err.msg);
	assert_int_equal(flow.n_actions, 1);
	return &flow.actions[0];
}

/*
 * Files
 */

typedef void (*list_fn)(const char *list);

static size_t each_of_file(const char *dir, const char *file, list_fn fn)
{
	static char line[65536];
	char path[4096];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "r");
	if (!f)
		return 0;
	for (; fgets(line, sizeof(line), f); n++) {
		line[strcspn(line, "\n")] = '\0';
		fn(line);
	}
	fclose(f);
	return n;
}

static size_t each_of_tree(const char *file, list_fn fn)
{
	const char *top = getenv("srcdir");
	char dir[2048];

	snprintf(dir, sizeof(dir), "%s/tests/corpora", top ? top : ".");
	return each_of_file(dir, file, fn);
}

static size_t each_of_corpora(const char *file, list_fn fn)
{
	const char *dir = getenv("SWOFFD_CORPORA");

	return dir ? each_of_file(dir, file, fn) : 0;
}

static void check_same(const char *list)
{
	assert_string_equal(printed(list), list);
}

/* Rows with words for what the program would print there. */
static bool is_placeholder(const char *list)
{
	return strcmp(list, "//") == 0 || strcmp(list, "ACTIONS") == 0 ||
	       strstr(list, "recirc(X)") || strstr(list, "recirc(?)");
}

static void check_same_unless_placeholder(const char *list)
{
	if (!is_placeholder(list))
		check_same(list);
}

static void check_refused(const char *list)
{
	unsigned int column = 0;

	if (strncmp(list, "encap_nsh", 9) == 0)
		(void)refused(list);
	assert_int_equal(sscanf(refused(list), "column %u: ", &column), 1);
	assert_true(column >= 20 && column <= 20 + strlen(list));
}

static void lists_are_printed_as_they_were(void **state)
{
	(void)state;
	assert_true(each_of_tree("odp-actions.txt", check_same) > 60);
	(void)each_of_corpora("odp-actions-valid.txt", check_same);
	(void)each_of_corpora("odp-actions-from-ofproto-trace.txt",
			      check_same_unless_placeholder);
	(void)each_of_corpora("odp-actions-invalid.txt", check_refused);
}

/*
 * Damage
 */

/* On the heap at its exact size, so that ASan sees a step too far. */
static void check_fixpoint(const char *list, size_t len)
{
	static const char before[] = "in_port(1),actions:";
	char *line = malloc(sizeof(before) + len), *text = NULL;
	int size;

	assert_non_null(line);
	memcpy(line, before, sizeof(before) - 1);
	memcpy(line + sizeof(before) - 1, list, len);
	line[sizeof(before) - 1 + len] = '\0';
	if (odp_flow_parse(line, &flow, &err) < 0) {
		assert_memory_equal(err.msg, "column ", 7);
	} else {
		size = odp_format_actions(&flow, NULL, 0) + 1;
		text = malloc((size_t)size);
		assert_non_null(text);
		odp_format_actions(&flow, text, (size_t)size);
		assert_string_equal(printed(text), text);
	}
	free(text);
	free(line);
}

static void check_damage(const char *list)
{
	static const char damage[] = "(),/:=0f{}#-%[ \x01\xff|+";
	static unsigned int seed = 1;
	size_t len = strlen(list);
	char copy[4096];

	if (!len || len >= sizeof(copy))
		return;
	for (size_t cut = 0; cut < len; cut++)
		check_fixpoint(list, cut);
	for (size_t at = 0; at < len; at++) {
		seed = seed * 1103515245 + 12345;
		memcpy(copy, list, len);
		copy[at] = damage[(seed >> 16) % (sizeof(damage) - 1)];
		check_fixpoint(copy, len);
		memmove(copy + at, copy + at + 1, len - at - 1);
		check_fixpoint(copy, len - 1);
	}
}

static void what_damage_leaves_is_printed_as_it_is_read(void **state)
{
	(void)state;
	assert_true(each_of_tree("odp-actions.txt", check_damage) > 60);
	(void)each_of_corpora("odp-actions-valid.txt", check_damage);
	(void)each_of_corpora("odp-actions-from-ofproto-trace.txt",
			      check_damage);
}

/*
 * Forms
 */

static void numbers_and_order_have_one_form(void **state)
{
	static const char *const rows[][2] = {
		{ "recirc(18)", "recirc(0x12)" },
		{ " 1,, 2 ,\t3", "1,2,3" },
		{ "push_vlan(pcp=0x5 vid=0x10)", "push_vlan(vid=16,pcp=5)" },
		{ "push_vlan(vid=1)", "push_vlan(vid=1,pcp=0)" },
		{ "push_vlan(tpid=0x8100,vid=1,pcp=0,cfi=1)",
		  "push_vlan(vid=1,pcp=0)" },
		{ "ct()", "ct" },
		{ "ct(zone=5,commit)", "ct(commit,zone=5)" },
		{ "ct(zone=0)", "ct" },
		{ "ct(commit,mark=7)", "ct(commit,mark=0x7/0xffffffff)" },
		{ "ct(commit,mark=18)", "ct(commit,mark=0x18/0xffffffff)" },
		{ "ct(commit,label=18)", "ct(commit,label=0x12)" },
		{ "ct(commit,nat(src=1.1.1.1-1.1.1.1:80-80))",
		  "ct(commit,nat(src=1.1.1.1:80))" },
		{ "ct(nat())", "ct(nat)" },
		{ "ct(commit,nat(src=fe80::1,hash,persistent))",
		  "ct(commit,nat(src=fe80::1,persistent,hash))" },
		{ "clone()", "clone(drop)" },
		{ "clone( 1 , 2 )", "clone(1,2)" },
		{ "sample(sample=33.333%,actions(1))",
		  "sample(sample=33.3%,actions(1))" },
		{ "sample(sample=50%,actions())",
		  "sample(sample=50.0%,actions(drop))" },
		{ "check_pkt_len(size=0x64,gt(),le())",
		  "check_pkt_len(size=100,gt(drop),le(drop))" },
		{ "pop_nsh", "pop_nsh()" },
		{ "set_masked(ipv4(ttl=1/0xff))", "set(ipv4(ttl=1))" },
		{ "set(tcp( src=80 , dst=0x50 ))", "set(tcp(src=80,dst=80))" },
		{ "set(eth_type(0x800))", "set(eth_type(0x0800))" },
		{ "psample( group=1 cookie=0xaa )",
		  "psample(group=1,cookie=0xaa)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(printed(rows[i][0]), rows[i][1]);
		assert_string_equal(printed(rows[i][1]), rows[i][1]);
	}
}

/*
 * What is stored
 */

static void actions_inside_others_are_counted(void **state)
{
	(void)state;
	assert_int_equal(parse("check_pkt_len(size=200,gt(clone(1,2)),le(3)),"
			       "4"), 0);
	assert_int_equal(flow.n_actions, 8);
	assert_int_equal(flow.actions[0].kind, ODP_CHECK_PKT_LEN);
	assert_int_equal(flow.actions[0].number, 200);
	assert_int_equal(flow.actions[0].n_inner, 6);
	assert_int_equal(flow.actions[1].kind, ODP_IF_GT);
	assert_int_equal(flow.actions[1].n_inner, 3);
	assert_int_equal(flow.actions[2].kind, ODP_CLONE);
	assert_int_equal(flow.actions[2].n_inner, 2);
	assert_int_equal(flow.actions[5].kind, ODP_IF_LE);
	assert_int_equal(flow.actions[5].n_inner, 1);
	assert_int_equal(flow.actions[7].output.no, 4);
}

static void a_list_that_only_drops_is_empty(void **state)
{
	(void)state;
	assert_int_equal(parse("drop"), 0);
	assert_int_equal(flow.n_actions, 0);
	assert_int_equal(only("clone(drop)")->n_inner, 0);
	assert_int_equal(parse("clone(1,drop)"), 0);
	assert_int_equal(flow.actions[0].n_inner, 2);
	assert_int_equal(flow.actions[2].kind, ODP_DROP);
}

static void a_field_that_is_set_has_value_and_mask(void **state)
{
	const struct odp_action *a = only("set(tcp(src=80/0xff00,dst=0x1234))");
	const struct odp_set_field *f = odp_data(&flow, a);

	(void)state;
	assert_string_equal(flow_fields[f->row].name, "tcp_src");
	assert_int_equal(f->size, 2);
	assert_memory_equal(f->bytes, "\x00\x50\xff\x00", 4);
	f = (const void *)(f->bytes + 4);
	assert_string_equal(flow_fields[f->row].name, "tcp_dst");
	assert_memory_equal(f->bytes, "\x12\x34\xff\xff", 4);
	assert_int_equal(a->data_size, 16);
}

static void tracking_has_all_of_its_parts(void **state)
{
	const struct odp_action *a = only(
		"ct(commit,zone=7,mark=0x1/0xf,label=0x100,helper=ftp,"
		"nat(dst=10.0.0.1-10.0.0.2:80-90,random))");
	const struct odp_ct *ct = odp_data(&flow, a);

	(void)state;
	assert_true(ct->commit && !ct->force && ct->has_zone);
	assert_int_equal(ct->zone, 7);
	assert_int_equal(ct->mark, 1);
	assert_int_equal(ct->mark_mask, 0xf);
	assert_int_equal(ct->label[1], 1);
	assert_int_equal(ct->label_mask[15], 0xff);
	assert_string_equal(ct->helper, "ftp");
	assert_int_equal(ct->nat, ODP_NAT_DST);
	assert_int_equal(ct->nat_family, 4);
	assert_memory_equal(ct->nat_min, "\x0a\0\0\x01", 4);
	assert_memory_equal(ct->nat_max, "\x0a\0\0\x02", 4);
	assert_int_equal(ct->nat_port_min, 80);
	assert_int_equal(ct->nat_port_max, 90);
	assert_true(ct->nat_random && !ct->nat_hash);
}

static void shares_are_of_all_that_32_bits_hold(void **state)
{
	(void)state;
	assert_int_equal(only("sample(sample=100.0%,actions())")->number,
			 UINT32_MAX);
	assert_int_equal(only("sample(sample=50.0%,actions())")->number,
			 UINT32_MAX / 2 + 1);
	assert_int_equal(only("sample(sample=0.0%,actions())")->number, 0);
}

static void stored_arguments_are_in_their_byte_order(void **state)
{
	const struct odp_action *a;

	(void)state;
	a = only("push_vlan(tpid=0x88a8,vid=13,pcp=5,cfi=0)");
	assert_memory_equal(&a->push_vlan.tpid_be, "\x88\xa8", 2);
	assert_int_equal(a->push_vlan.id, 13);
	assert_int_equal(a->push_vlan.prio, 5);
	assert_int_equal(a->push_vlan.cfi, 0);
	a = only("push_mpls(label=10,tc=1,ttl=64,bos=1,eth_type=0x8847)");
	assert_int_equal(a->push_mpls.label, 10);
	assert_int_equal(a->push_mpls.ttl, 64);
	assert_memory_equal(&a->push_mpls.eth_type_be, "\x88\x47", 2);
	a = only("push_eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02)");
	assert_int_equal(a->push_eth.src[5], 1);
	assert_int_equal(a->push_eth.dst[5], 2);
}

/*
 * Errors
 */

static void errors_name_column_word_and_what_was_expected(void **state)
{
	static const char *const rows[][2] = {
		{ "1 2(", "column 22: unknown action \"2\", expected "
		  "one such as drop, push_vlan(…) or a port" },
		{ "encap_nsh@:{@", "column 20: expected the name or number of "
		  "a port, found \"encap_nsh@:{@\"" },
		{ "drop,1", "column 25: expected nothing behind drop, found "
		  "\"1\"" },
		{ "clone(drop,1)", "column 31: expected nothing behind drop, "
		  "found \"1\"" },
		{ "recirc", "column 20: expected \"(\" behind recirc" },
		{ "recirc(", "column 27: expected recirc_id, a number, found "
		  "the end" },
		{ "recirc()", "column 26: expected recirc_id in recirc()" },
		{ "recirc(1,2)", "column 29: expected \")\", found \"2\"" },
		{ "recirc(4294967296)", "column 27: expected recirc_id, at "
		  "most 4294967295, found \"4294967296\"" },
		{ "pop_vlan(1)", "column 20: pop_vlan takes no arguments" },
		{ "push_vlan(pcp=1)", "column 29: expected vid in "
		  "push_vlan()" },
		{ "push_vlan(vid=1,vid=2)", "column 36: \"vid\" is given "
		  "twice" },
		{ "push_vlan(vid=4096,pcp=0)", "column 34: expected vid, at "
		  "most 4095, found \"4096\"" },
		{ "push_vlan(vlan=1)", "column 30: expected an argument of "
		  "push_vlan(): tpid=,vid=,pcp=,cfi=, found \"vlan=1\"" },
		{ "push_vlan(vid=1/2)", "column 35: expected \",\" or \")\", "
		  "found \"/2\"" },
		{ "clone(1", "column 27: expected \",\" or \")\", found "
		  "the end" },
		{ "clone(1)2", "column 28: expected \",\", found \"2\"" },
		{ "clone(pop_vlan(1))", "column 26: pop_vlan takes no "
		  "arguments" },
		{ "gt(1)", "column 20: unknown action \"gt\", expected "
		  "one such as drop, push_vlan(…) or a port" },
		{ "check_pkt_len(size=1,le(1),gt(2))", "column 41: expected "
		  "\"gt\", found \"le\"" },
		{ "check_pkt_len(size=1gt(1),le(1))", "column 40: expected "
		  "\",gt\", found \"gt\"" },
		{ "sample(sample=1%actions(1))", "column 36: expected "
		  "\",actions\", found \"actions\"" },
		{ "check_pkt_len(size=1,gt(1))", "column 46: expected "
		  "\",le\", found \")\"" },
		{ "sample(sample=101%,actions(1))", "column 34: expected a "
		  "percentage, at most 100, found \"101%\"" },
		{ "sample(sample=100.1%,actions(1))", "column 34: expected at "
		  "most 100%" },
		{ "psample()", "column 27: expected group in psample()" },
		{ "psample(group=abc)", "column 34: expected group, a number, "
		  "found \"abc\"" },
		{ "psample(cookie=0x01)", "column 27: expected group in "
		  "psample()" },
		{ "psample(group=1,cookie=12)", "column 43: expected cookie, "
		  "bytes as 0x…, found \"12\"" },
		{ "userspace(slow_path(0))", "column 29: expected pid in "
		  "userspace()" },
		{ "userspace(pid=1,flow_sample(what=1))", "column 48: expected "
		  "an argument of flow_sample(): probability=,"
		  "collector_set_id=,obs_domain_id=,obs_point_id=,"
		  "output_port=,ingress,egress, found \"what=1\"" },
		{ "ct(comit)", "column 23: expected one of commit,"
		  "force_commit,zone=,mark=,label=,eventmask=,helper=,"
		  "timeout=,nat, found \"comit\"" },
		{ "ct(commit,commit)", "column 30: \"commit\" is given "
		  "twice" },
		{ "ct(commit", "column 29: expected \",\" or \")\", found "
		  "the end" },
		{ "ct(nat(random))", "column 26: expected src or dst in "
		  "nat()" },
		{ "ct(nat(src,dst))", "column 26: expected either src or dst "
		  "in nat()" },
		{ "ct(nat(src=10.0.0.2-10.0.0.1))", "column 31: expected the "
		  "lower address first" },
		{ "ct(nat(src=10.0.0.2-fe80::1))", "column 40: expected an "
		  "IPv4 address, found \"fe80::1\"" },
		{ "ct(nat(src=10.0.0.2:9-8))", "column 40: expected ports from "
		  "1 on, the lower one first" },
		{ "ct(helper=)", "column 30: expected the name of a helper, at "
		  "most 31 characters, found \")\"" },
		{ "ct(label=0x100000000000000000000000000000000)",
		  "column 29: expected ct_label, at most 32 hexadecimal "
		  "digits, found \"0x100000000000000000000000000000\"" },
		{ "set(foo(bar=1))", "column 24: expected a key to set, such "
		  "as ipv4(dst=10.0.0.1), found \"foo\"" },
		{ "set(tcp(port=1))", "column 28: expected a field of tcp(): "
		  "src=,dst=, found \"port=1\"" },
		{ "set(tunnel(erspan(vers=1,idx=2)))", "column 38: expected a "
		  "field of erspan(): ver=,idx=,dir=,hwid=, found "
		  "\"vers=1\"" },
		{ "set(tcp(src=1,src=2))", "column 34: \"src\" is given "
		  "twice" },
		{ "set(tcp())", "column 24: expected a field in tcp()" },
		{ "set(tcp(src=1)", "column 34: expected \")\", found the "
		  "end" },
		{ "set(tcp(src=1),udp(src=1))", "column 35: expected \")\", "
		  "found \"udp\"" },
		{ "set(tunnel(dst=1.1.1.1/255.0.0.0))", "column 35: "
		  "expected all of enc_ipv4_dst, without a mask" },
		{ "set(tunnel(geneve({class=1,type=1,len=4,0xa/0xf})))",
		  "column 37: expected all of geneve, without a mask" },
		{ "set(tunnel(vxlan(gbp(id=1))))", "column 36: expected all "
		  "of vxlan_gbp, without a mask" },
		{ "set(tunnel(flags(+df)))", "column 36: expected all of "
		  "tun_flags, without a mask" },
		{ "set(arp(op=1/0xff))", "column 31: expected all of arp_op, "
		  "without a mask" },
		{ "set(ipv4(frag=no/0))", "column 34: expected all of ip_frag, "
		  "without a mask" },
		{ "set(arp(op=256))", "column 31: expected arp_op, at most "
		  "0xff" },
		{ "action24(0)", "column 29: expected a byte, two digits, "
		  "found \"0\"" },
		{ "bad length 2, expected 4 for: 5", "column 50: expected "
		  "actionN(…), found \"5\"" },
		{ "4294967296", "column 20: expected a port, at most "
		  "4294967294, found \"4294967296\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(refused(rows[i][0]), rows[i][1]);
}

#define TNL_HEADER "tnl_push(tnl_port(6),header(size=126,type=112,eth(dst=" \
	"f8:bc:12:44:34:b6,src=f8:bc:12:46:58:e0,dl_type=0x86dd),"

static void a_segment_header_has_one_segment_more_than_are_left(void **state)
{
	(void)state;
	assert_non_null(strstr(refused(TNL_HEADER "srv6(segments_left=2,segs("
				       "::1,::2,::3,::4))),out_port(1))"),
			       "expected 3 segments, one more than "
			       "segments_left, found 4"));
	assert_non_null(strstr(refused(TNL_HEADER "srv6(segs(::1),"
				       "segments_left=0)),out_port(1))"),
			       "expected segments_left= before the "
			       "segments"));
}

/*
 * Bounds
 */

static const char *repeated(const char *before, const char *what, size_t n,
			    const char *after)
{
	static char text[TEXT_SIZE];
	char *p = text + sprintf(text, "%s", before);

	while (n--)
		p += sprintf(p, "%s", what);
	assert_true(p + strlen(after) < text + sizeof(text));
	strcpy(p, after);
	return text;
}

static void no_more_actions_are_read_than_a_flow_has(void **state)
{
	(void)state;
	assert_int_equal(parse(repeated("", "1,", 8191, "")), 0);
	assert_int_equal(flow.n_actions, 8191);
	assert_string_equal(refused(repeated("", "1,", 8192, "")),
			    "column 16402: more than 8191 actions");
	assert_int_equal(parse(repeated("clone(", "1,", 8190, ")")), 0);
	assert_string_equal(refused(repeated("clone(", "1,", 8191, ")")),
			    "column 16406: more than 8191 actions");
}

static void nesting_is_bounded(void **state)
{
	char text[1024];

	(void)state;
	for (size_t n = 32; n <= 33; n++) {
		strcpy(text, repeated("", "clone(", n, "1"));
		strcat(text, repeated("", ")", n, ""));
		if (n == 32)
			assert_string_equal(printed(text), text);
		else
			assert_string_equal(refused(text), "column 217: more "
					    "than 32 levels of actions");
	}
}

static void arguments_are_read_until_a_flow_is_full(void **state)
{
	(void)state;
	assert_int_equal(parse(repeated("userspace(pid=1,userdata(", "00",
					32000, "))")), 0);
	assert_non_null(strstr(refused(repeated("userspace(pid=1,userdata(",
						"00", 33000, "))")),
			       "longer than 65536 bytes"));
	assert_non_null(strstr(refused(repeated("", "ct,", 8000, "")),
			       "longer than 65536 bytes"));
	assert_non_null(strstr(refused(repeated("", "set(eth(src=1:2:3:4:5:6)),",
						6000, "")),
			       "longer than 65536 bytes"));
}

static void text_that_does_not_fit_is_cut_and_counted(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(parse("clone(1,2),ct(commit)"), 0);
	assert_int_equal(odp_format_actions(&flow, text, sizeof(text)), 21);
	assert_string_equal(text, "clone(1");
	assert_int_equal(odp_format_actions(&flow, NULL, 0), 21);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_printed_as_they_were),
		cmocka_unit_test(what_damage_leaves_is_printed_as_it_is_read),
		cmocka_unit_test(numbers_and_order_have_one_form),
		cmocka_unit_test(actions_inside_others_are_counted),
		cmocka_unit_test(a_list_that_only_drops_is_empty),
		cmocka_unit_test(a_field_that_is_set_has_value_and_mask),
		cmocka_unit_test(tracking_has_all_of_its_parts),
		cmocka_unit_test(shares_are_of_all_that_32_bits_hold),
		cmocka_unit_test(stored_arguments_are_in_their_byte_order),
		cmocka_unit_test(errors_name_column_word_and_what_was_expected),
		cmocka_unit_test(
			a_segment_header_has_one_segment_more_than_are_left),
		cmocka_unit_test(no_more_actions_are_read_than_a_flow_has),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(arguments_are_read_until_a_flow_is_full),
		cmocka_unit_test(text_that_does_not_fit_is_cut_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
