/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who waits for whom: the loop for nobody, clients for the loop. */
#include "tests/unittest.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "swoffd/kernel/lane.h"

struct item {
	struct item *next;
	int nice;                      /* of the thread that ran it */
	char name[16];
};

struct fixture {
	struct loop *loop;
	struct lane *lane;
	unsigned int n_done;
	const struct item *last;
	sem_t ran;                     /* once for each */
};

static void run(void *item, void *ctx)
{
	struct fixture *f = ctx;
	struct item *i = item;

	i->nice = getpriority(PRIO_PROCESS, 0);
	(void)pthread_getname_np(pthread_self(), i->name, sizeof(i->name));
	sem_post(&f->ran);
}

static void done(void *item, void *ctx)
{
	struct fixture *f = ctx;

	f->n_done++;
	f->last = item;
}

static const struct lane_ops ops = {
	.name = "a lane",
	.next_offset = offsetof(struct item, next),
	.run = run,
	.done = done,
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(sem_init(&f->ran, 0, 0), 0);
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(lane_new(f->loop, &ops, f, &f->lane), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	lane_free(f->lane);
	loop_free(f->loop);
	sem_destroy(&f->ran);
	free(f);
	return 0;
}

/* Also of many that lie ready: others want the loop too. */
static void one_comes_back_in_a_round_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct item items[20];

	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		lane_push(f->lane, &items[i]);
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		assert_int_equal(sem_wait(&f->ran), 0);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		while (f->n_done == i)
			assert_int_equal(loop_once(f->loop, -1), 0);
		assert_int_equal(f->n_done, i + 1);
		assert_ptr_equal(f->last, &items[i]);
	}
}

static void its_thread_gives_way_to_the_loop(void **state)
{
	struct fixture *f = *state;
	int nice = getpriority(PRIO_PROCESS, 0);
	struct item item;

	lane_push(f->lane, &item);
	while (!f->n_done)
		assert_int_equal(loop_once(f->loop, -1), 0);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), nice);
	if (nice < 19)
		assert_true(item.nice > nice);
}

static void its_thread_has_a_name(void **state)
{
	struct fixture *f = *state;
	struct item item;

	lane_push(f->lane, &item);
	while (!f->n_done)
		assert_int_equal(loop_once(f->loop, -1), 0);
	assert_string_equal(item.name, "a lane");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_comes_back_in_a_round_and_in_order),
		TEST(its_thread_gives_way_to_the_loop),
		TEST(its_thread_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
