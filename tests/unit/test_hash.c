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
		cmocka_unit_test(an_empty_index_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
