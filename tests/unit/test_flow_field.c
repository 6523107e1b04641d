/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of fields promises to those who walk it. */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "common/flow/field.h"

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
		assert_true(f->attr <= TCA_FLOWER_MAX);
		assert_true(f->attr || !f->mask_attr);
		assert_true(!f->max || f->size <= sizeof(uint32_t));
		assert_true(f->odp_group || f->attr);
		assert_true(!f->need_proto || f->need & FLOW_NEED_IP);
	}
}

/* Otherwise one match would be encoded twice, or decoded into the wrong. */
static void rows_that_share_storage_or_attribute_never_both_apply(void **state)
{
	static const uint16_t types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP,
					  ETH_P_8021Q, ETH_P_LLDP };
	static const uint8_t protos[] = { 0, 1, 6, 17, 58, 132 };

	(void)state;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
	for (size_t p = 0; p < sizeof(protos); p++) {
		struct flow_match m = {
			.key = { .eth_type_be = htons(types[t]),
				 .ip_proto = protos[p] },
			.mask = { .eth_type_be = 0xffff, .ip_proto = 0xff },
		};

		for (size_t a = 0; a < flow_n_fields; a++)
		for (size_t b = 0; b < a; b++) {
			const struct flow_field *fa = &flow_fields[a];
			const struct flow_field *fb = &flow_fields[b];

			if (!flow_field_applies(fa, &m) ||
			    !flow_field_applies(fb, &m))
				continue;
			assert_int_not_equal(fa->offset, fb->offset);
			if (fa->attr)
				assert_int_not_equal(fa->attr, fb->attr);
		}
	}
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
			rows_that_share_storage_or_attribute_never_both_apply),
		cmocka_unit_test(a_field_applies_only_to_its_protocol),
		cmocka_unit_test(numbers_go_in_and_come_out_in_host_order),
		cmocka_unit_test(exact_means_all_bits_that_the_field_has),
		cmocka_unit_test(bits_outside_the_mask_are_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
