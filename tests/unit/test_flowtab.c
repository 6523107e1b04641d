/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "swoffd/core/flowtab.h"

static struct rule make_rule(uint32_t dst)
{
	struct rule r = {
		.chain = 3,
		.prio = 7,
		.protocol_be = htons(0x0800),
		.policy = RULE_HW_ONLY,
		.n_actions = 1,
	};

	r.match.mask.ipv4_dst_be = htonl(0xffffff00);
	r.match.key.ipv4_dst_be = htonl(dst & 0xffffff00);
	r.actions[0].kind = RULE_ACTION_GACT;
	r.actions[0].verdict = RULE_DROP;
	return r;
}

static int put(struct flowtab *t, const struct rule *r,
	       const struct ufid *ufid, uint32_t *slot)
{
	struct flow_key_ref ref;

	flowtab_ref(t, r, 1, &ref);
	return flowtab_add(t, r, 1, &ref, ufid, slot);
}

static uint32_t find(const struct flowtab *t, const struct rule *r,
		     uint16_t dev)
{
	struct flow_key_ref ref;

	flowtab_ref(t, r, dev, &ref);
	return flowtab_find(t, &ref);
}

static uint32_t add(struct flowtab *t, uint32_t dst)
{
	struct rule r = make_rule(dst);
	struct ufid ufid = { { 0 } };
	uint32_t slot = FLOWTAB_ANY_SLOT;

	memcpy(ufid.bytes, &dst, sizeof(dst));
	assert_int_equal(put(t, &r, &ufid, &slot), 0);
	return slot;
}

static void what_goes_in_comes_out(void **state)
{
	struct flowtab t = { 0 };
	uint32_t slot = add(&t, 0x0a000100);
	struct rule in = make_rule(0x0a000100), out;

	(void)state;
	flowtab_rule(&t, slot, &out);
	assert_memory_equal(&out.match, &in.match, sizeof(in.match));
	assert_memory_equal(out.actions, in.actions, sizeof(in.actions[0]));
	assert_int_equal(out.n_actions, 1);
	assert_int_equal(out.chain, 3);
	assert_int_equal(out.prio, 7);
	assert_int_equal(out.policy, RULE_HW_ONLY);
	assert_int_equal(out.handle, slot + 1);
	flowtab_fini(&t);
}

/* Bits here and there, of all lengths of runs; a key outside of the mask. */
static void scatter(struct flow_match *m, unsigned int seed)
{
	uint8_t *key = (uint8_t *)&m->key, *mask = (uint8_t *)&m->mask;

	for (size_t i = 0; i < sizeof(m->mask); i++) {
		seed = seed * 1103515245 + 12345;
		mask[i] = seed >> 16 & 3 ? 0 : (uint8_t)(seed >> 20);
		key[i] = (uint8_t)(seed >> 12) & mask[i];
	}
}

static void every_match_comes_out_as_it_went_in(void **state)
{
	static struct rule in, out;
	struct flowtab t = { 0 };
	struct ufid ufid = { { 0 } };

	(void)state;
	for (unsigned int seed = 0; seed < 200; seed++) {
		uint32_t slot = FLOWTAB_ANY_SLOT;

		scatter(&in.match, seed);
		if (seed % 3 == 0)
			memset(&in.match, 0, seed * 4);
		if (seed % 3 == 1)
			memset(&in.match.mask, 0xff, sizeof(in.match.mask));
		ufid.bytes[0] = (uint8_t)seed;
		assert_int_equal(put(&t, &in, &ufid, &slot), 0);
		memset(&out, 0xaa, sizeof(out));
		flowtab_rule(&t, slot, &out);
		assert_memory_equal(&out.match, &in.match, sizeof(in.match));
		assert_int_equal(find(&t, &in, 1), slot);
	}
	flowtab_fini(&t);
}

static void data_of_actions_and_the_class_come_out(void **state)
{
	static struct rule in, out;
	struct flowtab t = { 0 };
	uint32_t slot = FLOWTAB_ANY_SLOT;
	struct ufid ufid = { { 1 } };

	(void)state;
	in.n_actions = RULE_MAX_ACTIONS;
	in.classid = 0xffff0021;
	for (int i = 0; i < RULE_MAX_ACTIONS; i++)
		in.actions[i].kind = RULE_ACTION_PEDIT;
	assert_non_null(rule_add_data(&in, &in.actions[31], RULE_DATA_SIZE));
	memset(in.data, 0x5a, RULE_DATA_SIZE);
	assert_int_equal(put(&t, &in, &ufid, &slot), 0);
	flowtab_rule(&t, slot, &out);
	assert_true(rule_same_actions(&in, &out));
	assert_int_equal(out.classid, in.classid);
	assert_int_equal(flowtab_set_actions(&t, slot, &in), 0);
	in.data[RULE_DATA_SIZE - 1] = 0;
	assert_int_equal(flowtab_set_actions(&t, slot, &in), 1);
	in.classid = 0;
	assert_int_equal(flowtab_set_actions(&t, slot, &in), 1);
	flowtab_fini(&t);
}

static void flows_are_found_by_key_and_by_ufid(void **state)
{
	struct flowtab t = { 0 };
	struct rule r;
	struct ufid ufid;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		add(&t, i << 8);
	r = make_rule(500 << 8);
	assert_int_equal(find(&t, &r, 1), 500);
	assert_int_equal(find(&t, &r, 2), HASH_NONE);
	r.prio = 8;
	assert_int_equal(find(&t, &r, 1), HASH_NONE);

	ufid = flowtab_get(&t, 77)->ufid;
	assert_int_equal(flowtab_find_ufid(&t, &ufid), 77);
	flowtab_del(&t, 77);
	assert_int_equal(flowtab_find_ufid(&t, &ufid), HASH_NONE);
	flowtab_fini(&t);
}

/* Also of those in between, when the indexes grow. */
static void flows_that_go_leave_nothing_in_the_indexes(void **state)
{
	struct flowtab t = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		add(&t, i << 8);
	for (uint32_t i = 0; i < 5000; i++) {
		struct ufid ufid = flowtab_get(&t, i)->ufid;

		assert_int_equal(flowtab_find_ufid(&t, &ufid), i);
		if (i % 2)
			assert_int_equal(flowtab_set_ufid(&t, i, &(struct ufid){
				{ (uint8_t)i, (uint8_t)(i >> 8), 0, 1 } }), 0);
		flowtab_del(&t, i);
	}
	for (size_t i = 0; i < FLOWTAB_SHARDS; i++) {
		assert_int_equal(t.by_key[i].n_used, 0);
		assert_int_equal(t.by_ufid[i].n_used, 0);
		/* But each has had its share. */
		assert_in_range(t.by_key[i].n_cells, 64, 512);
	}
	flowtab_fini(&t);
}

static void equal_masks_and_actions_are_kept_once(void **state)
{
	struct flowtab t = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		add(&t, i << 8);
	assert_int_equal(intern_n_ids(&t.masks), 1);
	assert_int_equal(intern_n_ids(&t.actions), 1);
	for (uint32_t i = 0; i < 100; i++)
		flowtab_del(&t, i);
	assert_null(intern_data(&t.masks, 0, NULL));
	assert_int_equal(t.n_flows, 0);
	flowtab_fini(&t);
}

static void a_value_that_has_gone_is_not_found(void **state)
{
	struct intern in = { 0 };
	uint32_t a, b, again;

	(void)state;
	assert_int_equal(intern_get(&in, "one", 4, &a), 0);
	assert_int_equal(intern_get(&in, "one", 4, &again), 0);
	assert_int_equal(again, a);
	intern_put(&in, a);
	assert_int_equal(intern_find(&in, "one", 4), a);
	intern_put(&in, a);
	assert_int_equal(intern_find(&in, "one", 4), HASH_NONE);
	/* Its number is another's now. */
	assert_int_equal(intern_get(&in, "two", 4, &b), 0);
	assert_int_equal(b, a);
	assert_int_equal(intern_find(&in, "one", 4), HASH_NONE);
	assert_int_equal(intern_find(&in, "two", 4), b);
	intern_fini(&in);
}

static void slots_are_dense_and_used_again(void **state)
{
	struct flowtab t = { 0 };
	uint32_t a, b;

	(void)state;
	a = add(&t, 0x100);
	b = add(&t, 0x200);
	assert_int_equal(a, 0);
	assert_int_equal(b, 1);
	flowtab_del(&t, a);
	assert_null(flowtab_get(&t, a));
	assert_int_equal(add(&t, 0x300), a);
	flowtab_fini(&t);
}

/* So the filters of a load have handles that rise, also after a flush, which a
 * dump that follows it counts on (engine_pace.c). */
static void the_slot_that_is_free_for_longest_is_used_first(void **state)
{
	struct flowtab t = { 0 };
	uint32_t slots[20];

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(slots); i++)
		slots[i] = add(&t, i);
	for (uint32_t i = 0; i < ARRAY_LEN(slots); i++)
		flowtab_del(&t, slots[i]);
	for (uint32_t i = 0; i < ARRAY_LEN(slots); i++)
		assert_int_equal(add(&t, i), i);
	flowtab_fini(&t);
}

static void a_slot_can_be_wanted_by_number_once(void **state)
{
	struct flowtab t = { 0 };
	struct rule r = make_rule(0x100);
	struct ufid ufid = { { 1 } };
	uint32_t slot = 40;

	(void)state;
	assert_int_equal(put(&t, &r, &ufid, &slot), 0);
	assert_int_equal(slot, 40);
	r = make_rule(0x200);
	assert_int_equal(put(&t, &r, &ufid, &slot), -EEXIST);
	for (int i = 0; i < 40; i++)
		assert_int_not_equal(add(&t, 0x1000 + (i << 8)), 40);
	assert_int_equal(add(&t, 0x100000), 41);
	slot = FLOWTAB_MAX_FLOWS;
	assert_int_equal(put(&t, &r, &ufid, &slot), -ENOSPC);
	flowtab_fini(&t);
}

static void other_actions_are_told_from_the_same(void **state)
{
	struct flowtab t = { 0 };
	uint32_t slot = add(&t, 0x100);
	struct rule r = make_rule(0x100);

	(void)state;
	assert_int_equal(flowtab_set_actions(&t, slot, &r), 0);
	r.actions[0].verdict = RULE_PASS;
	assert_int_equal(flowtab_set_actions(&t, slot, &r), 1);
	r.policy = RULE_BEST_EFFORT;
	assert_int_equal(flowtab_set_actions(&t, slot, &r), 1);
	flowtab_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(every_match_comes_out_as_it_went_in),
		cmocka_unit_test(data_of_actions_and_the_class_come_out),
		cmocka_unit_test(flows_are_found_by_key_and_by_ufid),
		cmocka_unit_test(flows_that_go_leave_nothing_in_the_indexes),
		cmocka_unit_test(equal_masks_and_actions_are_kept_once),
		cmocka_unit_test(a_value_that_has_gone_is_not_found),
		cmocka_unit_test(slots_are_dense_and_used_again),
		cmocka_unit_test(the_slot_that_is_free_for_longest_is_used_first),
		cmocka_unit_test(a_slot_can_be_wanted_by_number_once),
		cmocka_unit_test(other_actions_are_told_from_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
