/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of fields promises to those who walk it. */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "common/flow/field.h"
#include "common/flow/uapi.h"

static const struct flow_field *row(const char *name, uint8_t need)
{
	for (size_t i = 0; i < flow_n_fields; i++)
		if (strcmp(flow_fields[i].name, name) == 0 &&
		    (flow_fields[i].need & need) == need)
			return &flow_fields[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void a_row_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		assert_true(f->size > 0);
		assert_true(f->offset + f->size <= sizeof(struct flow_key));
		assert_true(f->attr <= (f->probed ? UAPI_FLOWER_MAX :
						    TCA_FLOWER_MAX));
		assert_true(f->attr || (!f->mask_attr && !f->opts && !f->sub));
		assert_true(!f->probed || f->attr > TCA_FLOWER_MAX);
		assert_true(!f->max || f->size <= sizeof(uint32_t));
		assert_true(f->odp_group || f->attr);
		assert_true(!f->need_proto || f->need & FLOW_NEED_IP);
	}
}

static const struct flow_field *row_of(size_t n)
{
	assert_true(n < flow_n_fields);
	return &flow_fields[n];
}

static bool overlap(const struct flow_field *a, const struct flow_field *b)
{
	return a->offset < b->offset + b->size &&
	       b->offset < a->offset + a->size;
}

/* All bits of a row, what a row means being that of type and protocol. */
static void check_rows(const struct flow_match *m)
{
	struct flow_rows rows;

	(void)flow_match_rows(m, &rows);
	for (size_t a = 0; (a = flow_rows_next(&rows, a)) < flow_n_fields; a++)
	for (size_t b = a + 1;
	     (b = flow_rows_next(&rows, b)) < flow_n_fields; b++) {
		const struct flow_field *fa = row_of(a), *fb = row_of(b);

		assert_false(overlap(fa, fb));
		if (fa->attr == fb->attr && fa->attr)
			assert_true(fa->opts != fb->opts ||
				    fa->sub != fb->sub);
	}
}

/* Otherwise one match would be encoded twice, or decoded into the wrong. */
static void rows_of_a_match_share_neither_storage_nor_attribute(void **state)
{
	static const uint16_t types[] = {
		ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_8021Q, ETH_P_LLDP,
		ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_CFM,
	};
	static const uint8_t protos[] = { 0, 1, 6, 17, 50, 58, 115, 132 };
	struct flow_match m;

	(void)state;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
	for (size_t p = 0; p < sizeof(protos); p++)
	for (int stack = 0; stack < 2; stack++) {
		memset(&m, 0, sizeof(m));
		memset(&m.mask, 0xff, sizeof(m.mask));
		m.key.eth_type_be = htons(types[t]);
		m.key.ip_proto = protos[p];
		if (!stack)
			memset((char *)&m.mask.mpls + sizeof(struct flow_mpls)
			       - 1, 0, sizeof(m.mask.mpls)
			       - sizeof(struct flow_mpls) + 1);
		check_rows(&m);
	}
}

static void a_match_knows_its_rows(void **state)
{
	struct flow_match m = { 0 };
	struct flow_rows rows;
	size_t n;

	(void)state;
	assert_true(flow_match_rows(&m, &rows));
	assert_int_equal(flow_rows_next(&rows, 0), flow_n_fields);

	m.mask.eth_type_be = 0xffff;
	m.key.eth_type_be = htons(ETH_P_IPV6);
	m.mask.ipv6_dst[15] = 1;
	m.mask.l2_miss = 1;
	assert_true(flow_match_rows(&m, &rows));
	n = flow_rows_next(&rows, 0);
	assert_string_equal(row_of(n)->name, "l2_miss");
	n = flow_rows_next(&rows, n + 1);
	assert_string_equal(row_of(n)->name, "eth_type");
	n = flow_rows_next(&rows, n + 1);
	assert_string_equal(row_of(n)->name, "ipv6_dst");
	assert_int_equal(flow_rows_next(&rows, n + 1), flow_n_fields);

	/* Nobody speaks for a port without a protocol. */
	m.mask.tp_dst_be = 1;
	assert_false(flow_match_rows(&m, &rows));
}

static void a_label_stack_has_one_form(void **state)
{
	struct flow_match m = { .key.eth_type_be = htons(ETH_P_MPLS_UC),
				.mask.eth_type_be = 0xffff };
	struct flow_rows rows;
	size_t n;

	(void)state;
	m.mask.mpls[0].label = 0xfffff;
	assert_true(flow_match_rows(&m, &rows));
	n = flow_rows_next(&rows, flow_rows_next(&rows, 0) + 1);
	assert_string_equal(row_of(n)->name, "mpls_label");
	m.mask.mpls[3].ttl = 0xff;
	assert_true(flow_match_rows(&m, &rows));
	n = flow_rows_next(&rows, flow_rows_next(&rows, 0) + 1);
	assert_string_equal(row_of(n)->name, "mpls");
	assert_int_equal(flow_rows_next(&rows, n + 1), flow_n_fields);
}

/* As net/sched/cls_flower.c keeps them. */
static void a_mask_of_tunnel_options_settles_on_what_is_kept(void **state)
{
	struct flow_match m = { 0 };

	(void)state;
	m.mask.enc_vxlan_gbp = 0x48ffff;
	flow_field_settle(row("vxlan_gbp", 0), &m);
	assert_int_equal(m.mask.enc_vxlan_gbp, 0xffffffff);
	m.mask.enc_vxlan_gbp = 0xff00ff;
	m.key.enc_vxlan_gbp = 0xffffff;
	flow_field_settle(row("vxlan_gbp", 0), &m);
	assert_int_equal(m.mask.enc_vxlan_gbp, 0x4800ff);
	assert_int_equal(m.key.enc_vxlan_gbp, 0x4800ff);
	m.mask.enc_erspan_ver = m.key.enc_erspan_ver = 2;
	flow_field_settle(row("erspan_ver", 0), &m);
	assert_int_equal(m.mask.enc_erspan_ver, 0xff);
	assert_true(flow_field_applies(row("erspan_dir", 0), &m));
	assert_false(flow_field_applies(row("erspan_index", 0), &m));
}

static void a_field_applies_only_to_its_protocol(void **state)
{
	const struct flow_field *dst = row("tcp_dst", 0);
	const struct flow_field *vid = row("vlan_id", 0);
	const struct flow_field *tos6 = row("ip_tos", FLOW_NEED_IPV6);
	struct flow_match m = { 0 };

	(void)state;
	m.key.eth_type_be = htons(ETH_P_IP);
	m.key.ip_proto = 6;
	m.mask.ip_proto = 0xff;
	assert_false(flow_field_applies(dst, &m));
	m.mask.eth_type_be = 0xffff;
	assert_true(flow_field_applies(dst, &m));
	assert_false(flow_field_applies(tos6, &m));
	m.mask.ip_proto = 0x7f;
	assert_false(flow_field_applies(dst, &m));
	assert_false(flow_field_applies(vid, &m));

	/* Behind a tag. */
	m.key.eth_type_be = htons(ETH_P_8021Q);
	m.key.vlan_eth_type_be = htons(ETH_P_IPV6);
	assert_true(flow_field_applies(vid, &m));
	assert_int_equal(flow_match_l3_type(&m), 0);
	m.mask.vlan_eth_type_be = 0xffff;
	assert_int_equal(flow_match_l3_type(&m), ETH_P_IPV6);
	assert_true(flow_field_applies(tos6, &m));

	/* The number of tags is as good as the ethertype. */
	memset(&m, 0, sizeof(m));
	m.key.num_of_vlans = 1;
	assert_false(flow_field_applies(vid, &m));
	m.mask.num_of_vlans = 0xff;
	assert_true(flow_field_applies(vid, &m));
	assert_false(flow_field_applies(row("cvlan_id", 0), &m));

	/* Behind PPPoE. */
	m.mask.num_of_vlans = 0;
	m.key.eth_type_be = htons(ETH_P_PPP_SES);
	m.mask.eth_type_be = m.mask.ppp_proto_be = 0xffff;
	assert_true(flow_field_applies(row("pppoe_sid", 0), &m));
	m.key.ppp_proto_be = htons(UAPI_PPP_IPV6);
	assert_true(flow_field_applies(tos6, &m));
	m.key.ppp_proto_be = htons(UAPI_PPP_MPLS_UC);
	assert_true(flow_field_applies(row("mpls_label", 0), &m));
}

static void numbers_go_in_and_come_out_in_host_order(void **state)
{
	struct flow_key k = { 0 };

	(void)state;
	flow_field_set(row("tcp_dst", 0), &k, 0x1234);
	assert_memory_equal(&k.tp_dst_be, "\x12\x34", 2);
	assert_int_equal(flow_field_get(row("tcp_dst", 0), &k), 0x1234);
	flow_field_set(row("vlan_id", 0), &k, 10);
	assert_int_equal(k.vlan_id, 10);
	flow_field_set(row("ip_frag", 0), &k, 3);
	assert_memory_equal(&k.ip_flags_be, "\0\0\0\x03", 4);
	flow_field_set(row("ip_ttl", 0), &k, 64);
	assert_int_equal(k.ip_ttl, 64);
	assert_int_equal(flow_field_get(row("ip_ttl", 0), &k), 64);
}

static void exact_means_all_bits_that_the_field_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];
		struct flow_key mask = { 0 };

		assert_false(flow_field_any(f, &mask));
		assert_false(flow_field_exact(f, &mask));
		flow_field_set_exact(f, &mask);
		assert_true(flow_field_any(f, &mask));
		assert_true(flow_field_exact(f, &mask));
	}
}

static void bits_outside_the_mask_are_cleared(void **state)
{
	struct flow_match m = { .key.ipv4_src_be = htonl(0x0a010203),
				.mask.ipv4_src_be = htonl(0xffff0000) };

	(void)state;
	flow_field_clear_unmasked(row("ipv4_src", 0), &m);
	assert_int_equal(m.key.ipv4_src_be, htonl(0x0a010000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_whole),
		cmocka_unit_test(
			rows_of_a_match_share_neither_storage_nor_attribute),
		cmocka_unit_test(a_match_knows_its_rows),
		cmocka_unit_test(a_label_stack_has_one_form),
		cmocka_unit_test(
			a_mask_of_tunnel_options_settles_on_what_is_kept),
		cmocka_unit_test(a_field_applies_only_to_its_protocol),
		cmocka_unit_test(numbers_go_in_and_come_out_in_host_order),
		cmocka_unit_test(exact_means_all_bits_that_the_field_has),
		cmocka_unit_test(bits_outside_the_mask_are_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
