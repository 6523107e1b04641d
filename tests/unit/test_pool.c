/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unittest.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/pool.h"
#include "swoffd/core/keypool.h"
#include "swoffd/core/place.h"

static void pages_keep_what_is_in_them_and_are_zero_behind(void **state)
{
	struct pages p = { 0 };
	unsigned char *bytes;
	size_t last;

	(void)state;
	assert_int_equal(pages_grow(&p, 10), 0);
	memset(p.data, 0x5a, 10);
	((unsigned char *)p.data)[p.size - 1] = 0xa5;
	last = p.size - 1;
	assert_int_equal(pages_grow(&p, 10 << 20), 0);
	assert_true(p.size >= 10 << 20);
	bytes = p.data;
	assert_int_equal(bytes[9], 0x5a);
	assert_int_equal(bytes[10], 0);
	assert_int_equal(bytes[last], 0xa5);
	assert_int_equal(bytes[last + 1], 0);
	assert_int_equal(bytes[p.size - 1], 0);
	assert_int_equal(pages_grow(&p, SIZE_MAX), -ENOMEM);
	assert_ptr_equal(p.data, bytes);
	pages_free(&p);
	assert_null(p.data);
}

/* Pages that were never written to are not resident. */
static void growing_touches_nothing(void **state)
{
	struct pages p = { 0 };
	unsigned long size, before = 0, after = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu %lu", &size, &before), 2);
	assert_int_equal(pages_grow(&p, (size_t)1 << 30), 0);
	rewind(f);
	assert_int_equal(fscanf(f, "%lu %lu", &size, &after), 2);
	assert_true(after - before < 1000);
	fclose(f);
	pages_free(&p);
}

static void small_ones_do_not_move_while_they_grow(void **state)
{
	struct pages p = { 0 };
	const void *first;

	(void)state;
	assert_int_equal(pages_grow(&p, 10), 0);
	first = p.data;
	assert_int_equal(pages_grow(&p, 1 << 20), 0);
	assert_ptr_equal(p.data, first);
	assert_in_range(p.size, 1 << 20, 2 << 20);
	pages_free(&p);
}

static void address_space_that_is_short_is_not_spared(void **state)
{
	struct rlimit before, less;
	struct pages p = { 0 };
	unsigned long size;
	FILE *f = fopen("/proc/self/statm", "re");
	int first, second;

	(void)state;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu", &size), 1);
	fclose(f);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	less = before;
	less.rlim_cur = size * (rlim_t)sysconf(_SC_PAGESIZE) + (1 << 20);
	assert_int_equal(setrlimit(RLIMIT_AS, &less), 0);
	first = pages_grow(&p, 10);
	second = pages_grow(&p, 1 << 19);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(first, 0);
	assert_int_equal(second, 0);
	assert_int_equal(p.size, 1 << 19);
	pages_free(&p);
}

static void items_are_used_again_and_begin_as_zero(void **state)
{
	struct pool p = { .item_size = 24 };
	uint32_t a = pool_get(&p), b = pool_get(&p);
	static const char zero[24];

	(void)state;
	assert_int_not_equal(a, POOL_NONE);
	assert_int_not_equal(a, b);
	memset(pool_at(&p, a), 0xff, 24);
	memset(pool_at(&p, b), 0xee, 24);
	pool_put(&p, a);
	pool_put(&p, POOL_NONE);
	assert_int_equal(pool_get(&p), a);
	assert_memory_equal(pool_at(&p, a), zero, 24);
	assert_int_equal(p.n_items, 2);
	pool_free_all(&p);
}

static void keys_of_every_size_come_out_as_they_went_in(void **state)
{
	struct keypool k = { 0 };
	uint8_t key[sizeof(struct flow_key)];
	uint32_t ids[sizeof(key) + 1];

	(void)state;
	for (size_t size = 0; size <= sizeof(key); size++) {
		memset(key, (int)size, sizeof(key));
		ids[size] = keypool_add(&k, key, (uint16_t)size);
		assert_int_not_equal(ids[size], POOL_NONE);
	}
	for (size_t size = 0; size <= sizeof(key); size++) {
		memset(key, (int)size, sizeof(key));
		assert_memory_equal(keypool_at(&k, ids[size], (uint16_t)size),
				    key, size);
		keypool_del(&k, ids[size], (uint16_t)size);
	}
	keypool_fini(&k);
}

static void a_place_is_there_as_long_as_something_is_in_it(void **state)
{
	struct places p = { 0 };
	uint32_t a = place_get(&p, 1, 0, 0), b = place_get(&p, 1, 0, 7);

	(void)state;
	assert_int_not_equal(a, b);
	assert_int_equal(place_get(&p, 1, 0, 0), a);
	assert_int_equal(place_find(&p, 1, 0, 7), b);
	assert_int_equal(place_find(&p, 1, 1, 7), PLACE_NONE);
	assert_int_equal(place_find(&p, 2, 0, 7), PLACE_NONE);
	assert_true(place_at(&p, a)->open);
	assert_false(place_at(&p, b)->open);

	place_at(&p, b)->n_leads = 1;
	place_check(&p, b);
	assert_int_equal(place_find(&p, 1, 0, 7), b);
	place_at(&p, b)->n_leads = 0;
	place_check(&p, b);
	assert_int_equal(place_find(&p, 1, 0, 7), PLACE_NONE);
	assert_int_equal(place_get(&p, 3, 1, 9), b);
	places_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_keep_what_is_in_them_and_are_zero_behind),
		cmocka_unit_test(growing_touches_nothing),
		cmocka_unit_test(small_ones_do_not_move_while_they_grow),
		cmocka_unit_test(address_space_that_is_short_is_not_spared),
		cmocka_unit_test(items_are_used_again_and_begin_as_zero),
		cmocka_unit_test(keys_of_every_size_come_out_as_they_went_in),
		cmocka_unit_test(a_place_is_there_as_long_as_something_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
