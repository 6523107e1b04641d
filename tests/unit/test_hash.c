/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unittest.h"

#include <string.h>

#include "common/base/hash.h"

static const char *const *words;

static bool word_equal(uint32_t id, const void *key, const void *ctx)
{
	(void)ctx;
	return strcmp(words[id], key) == 0;
}

static uint32_t find(const struct hash *h, const char *word)
{
	return hash_find(h, hash_bytes(word, strlen(word)), word_equal, word,
			 NULL);
}

static void what_was_added_is_found_and_what_was_deleted_is_not(void **state)
{
	static const char *const list[] = { "eth0", "eth1", "eth2" };
	struct hash h = { 0 };

	(void)state;
	words = list;
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(hash_add(&h, hash_bytes(list[i], 4), i), 0);
	assert_int_equal(find(&h, "eth1"), 1);
	assert_int_equal(find(&h, "eth9"), HASH_NONE);

	hash_del(&h, hash_bytes("eth1", 4), 1);
	assert_int_equal(find(&h, "eth1"), HASH_NONE);
	assert_int_equal(find(&h, "eth2"), 2);
	hash_fini(&h);
}

static bool never_equal(uint32_t id, const void *key, const void *ctx)
{
	(void)ctx;
	return id == *(const uint32_t *)key;
}

static void entries_with_the_same_hash_live_side_by_side(void **state)
{
	struct hash h = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(hash_add(&h, 42, i), 0);
	for (uint32_t i = 0; i < 1000; i += 2)
		hash_del(&h, 42, i);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(hash_find(&h, 42, never_equal, &i, NULL),
				 i % 2 ? i : HASH_NONE);
	assert_int_equal(h.n_used, 500);
	hash_fini(&h);
}

static void churn_does_not_make_it_grow(void **state)
{
	struct hash h = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(hash_add(&h, i * 2654435761u, i), 0);
		if (i >= 10)
			hash_del(&h, (i - 10) * 2654435761u, i - 10);
	}
	assert_int_equal(h.n_used, 10);
	assert_in_range(h.n_cells, 16, 64);
	hash_fini(&h);
}

/* Hashes that meet at the end of the table, where runs go on at its begin. */
static uint32_t crowded(uint32_t id)
{
	static const uint32_t near[] = { 0xffffffff, 0xfffffffe, 0, 1, 5,
					 0x7fffffff, 0x3ff, 0x1ff };

	return near[id % 8] - (id / 8 % 3) * (id % 2);
}

static uint32_t scattered(uint32_t id)
{
	return id * 2654435761u;
}

static void assert_holds(const struct hash *h, uint32_t (*of)(uint32_t id),
			 const bool *is_in, uint32_t n)
{
	for (uint32_t id = 0; id < n; id++)
		assert_int_equal(hash_find(h, of(id), never_equal, &id, NULL),
				 is_in[id] ? id : HASH_NONE);
}

static void grows_in_place_and_loses_nothing(uint32_t (*of)(uint32_t id))
{
	static bool is_in[3000];
	struct hash h = { 0 };
	uint32_t n = 0, x = 1;

	memset(is_in, 0, sizeof(is_in));
	for (uint32_t i = 0; i < 12000; i++) {
		uint32_t id;

		x = x * 1664525 + 1013904223;
		id = (x >> 8) % (i < 6000 ? 1500 : 3000);
		if (!is_in[id])
			assert_int_equal(hash_add(&h, of(id), id), 0);
		else
			hash_del(&h, of(id), id);
		n += is_in[id] ? UINT32_MAX : 1;
		is_in[id] = !is_in[id];
		if (i % 500 == 0 || i < 200)
			assert_holds(&h, of, is_in, 3000);
		assert_int_equal(h.n_used, n);
	}
	assert_holds(&h, of, is_in, 3000);
	hash_fini(&h);
}

static void runs_that_wrap_stay_whole_when_it_grows(void **state)
{
	(void)state;
	grows_in_place_and_loses_nothing(crowded);
}

static void so_do_all_others(void **state)
{
	(void)state;
	grows_in_place_and_loses_nothing(scattered);
}

static void an_empty_index_finds_nothing(void **state)
{
	struct hash h = { 0 };

	(void)state;
	assert_int_equal(find(&h, "eth0"), HASH_NONE);
	hash_del(&h, 1, 1);
	hash_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_was_added_is_found_and_what_was_deleted_is_not),
		cmocka_unit_test(
			entries_with_the_same_hash_live_side_by_side),
		cmocka_unit_test(churn_does_not_make_it_grow),
		cmocka_unit_test(runs_that_wrap_stay_whole_when_it_grows),
		cmocka_unit_test(so_do_all_others),
		cmocka_unit_test(an_empty_index_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
