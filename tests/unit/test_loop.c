/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unittest.h"

#include <unistd.h>

#include "common/base/loop.h"

struct pair {
	struct watch watch;
	struct watch *victim;
	int fds[2];
	int n_ready;
};

static void on_ready(struct watch *w, uint32_t events)
{
	struct pair *p = container_of(w, struct pair, watch);

	(void)events;
	p->n_ready++;
	if (p->victim)
		loop_del(p->victim);
}

static void pair_open(struct loop *l, struct pair *p)
{
	*p = (struct pair){ 0 };
	assert_int_equal(pipe(p->fds), 0);
	assert_int_equal(loop_add(l, &p->watch, p->fds[0], EPOLLIN, on_ready),
			 0);
	assert_int_equal(write(p->fds[1], "x", 1), 1);
}

static void pair_close(struct pair *p)
{
	loop_del(&p->watch);
	close(p->fds[0]);
	close(p->fds[1]);
}

static void a_watch_removed_during_dispatch_is_not_called(void **state)
{
	AUTO(loop_free) struct loop *l = NULL;
	struct pair a, b;

	(void)state;
	assert_int_equal(loop_new(&l), 0);
	pair_open(l, &a);
	pair_open(l, &b);
	a.victim = &b.watch;
	b.victim = &a.watch;

	assert_int_equal(loop_once(l, 0), 0);

	assert_int_equal(a.n_ready + b.n_ready, 1);
	pair_close(&a);
	pair_close(&b);
}

struct ticker {
	struct timer timer;
	struct loop *loop;
	int n_due, at;
	int *clock;
};

static void on_due(struct timer *t)
{
	struct ticker *k = container_of(t, struct ticker, timer);

	k->n_due++;
	k->at = ++*k->clock;
}

static void timers_come_in_order_and_a_cancelled_one_never(void **state)
{
	AUTO(loop_free) struct loop *l = NULL;
	struct ticker k[3];
	int clock = 0;

	(void)state;
	assert_int_equal(loop_new(&l), 0);
	for (int i = 0; i < 3; i++) {
		k[i] = (struct ticker){ .loop = l, .clock = &clock };
		timer_init(&k[i].timer, on_due);
	}
	timer_set(l, &k[0].timer, 3);
	timer_set(l, &k[1].timer, 1);
	timer_set(l, &k[2].timer, 2);
	timer_cancel(&k[2].timer);

	while (clock < 2)
		assert_int_equal(loop_once(l, -1), 0);

	assert_int_equal(k[1].at, 1);
	assert_int_equal(k[0].at, 2);
	assert_int_equal(k[2].n_due, 0);
}

struct work {
	struct deferred deferred;
	struct loop *loop;
	int n_runs;
	bool again;
};

static void on_run(struct deferred *d)
{
	struct work *w = container_of(d, struct work, deferred);

	w->n_runs++;
	if (w->again)
		defer(w->loop, d);
}

static void deferred_work_runs_once_a_round_however_often_asked(void **state)
{
	AUTO(loop_free) struct loop *l = NULL;
	struct work w = { .again = true };

	(void)state;
	assert_int_equal(loop_new(&l), 0);
	w.loop = l;
	deferred_init(&w.deferred, on_run);
	defer(l, &w.deferred);
	defer(l, &w.deferred);

	assert_int_equal(loop_once(l, -1), 0);
	assert_int_equal(w.n_runs, 1);
	assert_int_equal(loop_once(l, -1), 0);
	assert_int_equal(w.n_runs, 2);

	defer_cancel(&w.deferred);
	assert_int_equal(loop_once(l, 0), 0);
	assert_int_equal(w.n_runs, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_watch_removed_during_dispatch_is_not_called),
		cmocka_unit_test(
			timers_come_in_order_and_a_cancelled_one_never),
		cmocka_unit_test(
			deferred_work_runs_once_a_round_however_often_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
