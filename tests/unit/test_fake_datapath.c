/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake tells what the real datapaths would. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fake_datapath.h"

#define DP 7
#define FLOW_KEY "ufid:01234567-89ab-cdef-0011-223344556677," \
	"in_port(1),eth(),eth_type(0x0800),ipv4(frag=no), "
#define FLOW FLOW_KEY "packets:3, bytes:180, used:1.0s, actions:2"
#define CHANGED FLOW_KEY "packets:0, bytes:0, used:never, actions:drop"

struct fixture {
	struct loop *loop;
	struct fake_datapath *fake;
	struct datapaths *d;           /* the fake's */
	char told[512];                /* a word an event */
	struct odp_flow flow;          /* the last */
	struct ufid ufid;
};

static void say(void *ctx, const char *word, int err)
{
	struct fixture *f = ctx;
	size_t n = strlen(f->told);

	(void)snprintf(f->told + n, sizeof(f->told) - n, "%s%s", n ? " " : "",
		       word);
	n = strlen(f->told);
	if (err)
		(void)snprintf(f->told + n, sizeof(f->told) - n, ":%d", err);
}

static void on_datapath(void *ctx, const struct datapath_info *dp)
{
	assert_int_equal(dp->id, DP);
	say(ctx, "datapath", 0);
}

static void on_datapath_gone(void *ctx, uint32_t dp)
{
	assert_int_equal(dp, DP);
	say(ctx, "datapath_gone", 0);
}

static void on_port(void *ctx, const struct datapath_port *port)
{
	say(ctx, port->name, 0);
}

static void on_port_gone(void *ctx, const struct datapath_port *port)
{
	say(ctx, "gone", 0);
	say(ctx, port->name, 0);
}

static void note(struct fixture *f, uint32_t dp, const struct odp_flow *flow)
{
	assert_int_equal(dp, DP);
	f->flow = *flow;
	say(f, "flow", 0);
}

static void on_flow(void *ctx, uint32_t dp, struct odp_flow *flow)
{
	note(ctx, dp, flow);
}

static void on_flow_gone(void *ctx, uint32_t dp, const struct odp_flow *flow)
{
	note(ctx, dp, flow);
	say(ctx, "gone", 0);
}

static void on_stats(void *ctx, uint32_t dp, const struct datapath_stats *stats)
{
	assert_int_equal(dp, DP);
	assert_int_equal(stats->packets, 3);
	assert_int_equal(stats->bytes, 180);
	say(ctx, "stats", 0);
}

static void on_read_done(void *ctx, enum datapath_read what, int err)
{
	(void)what;
	say(ctx, "done", err);
}

static void on_lost(void *ctx)
{
	say(ctx, "lost", 0);
}

static void on_filter(void *ctx, const struct kernel_filter *filter)
{
	assert_true(filter->rule && filter->rule->n_actions == 1);
	say(ctx, "filter", 0);
}

static void on_filters_done(void *ctx, uint32_t ifindex, int err)
{
	(void)ifindex;
	say(ctx, "filters_done", err);
}

static const struct datapath_events events = {
	.datapath = on_datapath,
	.datapath_gone = on_datapath_gone,
	.port = on_port,
	.port_gone = on_port_gone,
	.flow = on_flow,
	.flow_stats = on_stats,
	.flow_gone = on_flow_gone,
	.read_done = on_read_done,
	.lost = on_lost,
	.filter = on_filter,
	.filters_done = on_filters_done,
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct datapath_port port = { .dp = DP, .no = 1,
					    .ifindex = 9, .name = "eth1" };

	assert_non_null(f);
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(fake_datapath_new(f->loop, &f->fake), 0);
	f->d = &f->fake->base;
	f->d->events = &events;
	f->d->events_ctx = f;
	fake_dp_add(f->fake, DP, "ovs-system", 0);
	fake_dp_port_put(f->fake, &port);
	f->ufid = fake_dp_flow_put(f->fake, DP, FLOW)->ufid;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	fake_datapath_free(f->fake);
	loop_free(f->loop);
	free(f);
	return 0;
}

/* What is told in the rounds that follow. */
static void assert_told(struct fixture *f, const char *words)
{
	f->told[0] = '\0';
	for (int i = 0; i < 4; i++)
		assert_int_equal(loop_once(f->loop, 0), 0);
	assert_string_equal(f->told, words);
}

static void read_all(struct fixture *f)
{
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_ALL), 0);
	assert_told(f, "datapath ovs-system eth1 flow done");
}

static void a_read_tells_everything(void **state)
{
	struct fixture *f = *state;

	assert_told(f, "");
	read_all(f);
	assert_int_equal(f->flow.used_ms, 1000);
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_STATS), 0);
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_ALL), -EBUSY);
	assert_told(f, "datapath ovs-system eth1 stats done");
	f->fake->absent = true;
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_ALL), -ENOENT);
}

static void from_then_on_changes_are_told(void **state)
{
	struct fixture *f = *state;

	fake_dp_flow_put(f->fake, DP, CHANGED);
	assert_told(f, "");
	read_all(f);
	fake_dp_flow_put(f->fake, DP, FLOW);
	assert_told(f, "flow");
	assert_int_equal(f->flow.n_actions, 1);
	fake_dp_flow_del(f->fake, DP, &f->ufid);
	fake_dp_port_del(f->fake, DP, 1);
	fake_dp_del(f->fake, DP);
	assert_told(f, "flow gone gone eth1 datapath_gone");
}

static void unless_they_are_lost(void **state)
{
	struct fixture *f = *state;

	read_all(f);
	fake_dp_flow_put(f->fake, DP, CHANGED);
	fake_datapath_lose(f->fake);
	assert_told(f, "lost");
	f->fake->quiet = true;
	fake_dp_flow_put(f->fake, DP, FLOW);
	assert_told(f, "");
}

static void reads_fail_when_they_are_told_to(void **state)
{
	struct fixture *f = *state;

	f->fake->fail_read = EINTR;
	f->fake->fail_early = true;
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_ALL), 0);
	assert_told(f, "done:4");
	f->fake->hold = true;
	assert_int_equal(f->d->ops->read(f->d, DATAPATH_READ_ALL), 0);
	assert_told(f, "");
	f->fake->hold = false;
	fake_datapath_release(f->fake);
	assert_told(f, "datapath ovs-system eth1 flow done");
}

static void features_are_told(void **state)
{
	struct fixture *f = *state;

	read_all(f);
	assert_int_equal(f->d->ops->features_set(f->d, DP, 5), 0);
	assert_told(f, "datapath");
	assert_int_equal(fake_dp_find(f->fake, DP)->info.features, 5);
}

static void filters_are_those_of_the_device(void **state)
{
	struct kernel_filter filter = { .ifindex = 9, .prio = 3, .handle = 1 };
	const struct kernel_dump dump = { .ifindex = 9 };
	struct fixture *f = *state;

	fake_dp_filter_put(f->fake, &filter, "filter add dev eth1 ingress "
			   "protocol ip prio 3 flower action drop");
	filter.ifindex = 10;
	fake_dp_filter_put(f->fake, &filter, NULL);
	assert_int_equal(f->d->ops->filters(f->d, &dump), 0);
	assert_told(f, "filter filters_done");
	fake_dp_filter_del(f->fake, 9, 3, 1);
	f->fake->fail_filters = EINTR;
	assert_int_equal(f->d->ops->filters(f->d, &dump), 0);
	assert_told(f, "filters_done:4");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_tells_everything),
		TEST(from_then_on_changes_are_told),
		TEST(unless_they_are_lost),
		TEST(reads_fail_when_they_are_told_to),
		TEST(features_are_told),
		TEST(filters_are_those_of_the_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
