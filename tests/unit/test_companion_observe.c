/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows that Open vSwitch has put into tc itself: nothing is written. */
#include "tests/unit/companioncase.h"

#include <errno.h>

#define DROP CC_MATCH ", packets:0, bytes:0, used:never, actions:drop"
#define WORDS \
	"filter add dev eth0_0 ingress protocol ip flower dst_ip 192.0.2.1 " \
	"action mirred egress redirect dev eth0_1"
#define WORDS_GOTO \
	"filter add dev eth0_0 ingress protocol ip flower dst_ip 192.0.2.1 " \
	"action goto chain 5"
#define IN_CHAIN(chain) \
	"recirc_id(" chain ")," CC_MATCH \
	", packets:0, bytes:0, used:never, actions:drop"

static uint32_t ifindex(struct companioncase *cc, const char *name)
{
	return fake_link_find(cc->f->fk, name)->info.ifindex;
}

static struct kernel_filter make(struct companioncase *cc, uint32_t n)
{
	struct ufid ufid = cc_ufid(n);
	struct kernel_filter filter = {
		.ifindex = ifindex(cc, "eth0_0"), .hook = RULE_INGRESS,
		.prio = 2, .handle = n, .in_hw = true, .has_cookie = true,
		.stats = { .packets = 7, .bytes = 700, .hw_packets = 5,
			   .hw_bytes = 500, .used_ms = 100 },
	};

	fake_dp_cookie(&ufid, filter.cookie);
	return filter;
}

static void put(struct companioncase *cc, uint32_t n, bool in_hw)
{
	struct kernel_filter filter = make(cc, n);

	filter.in_hw = in_hw;
	fake_dp_filter_put(cc->fd, &filter, WORDS);
}

static void del(struct companioncase *cc, uint32_t n)
{
	fake_dp_filter_del(cc->fd, ifindex(cc, "eth0_0"), 2, n);
}

/* Of nothing that could change anything. */
static int nothing_was_written(void **state)
{
	struct companioncase *cc = *state;
	const uint64_t *n = cc->f->fk->n_tc;

	assert_int_equal(n[REQUEST_ADD] + n[REQUEST_REPLACE] + n[REQUEST_DEL],
			 0);
	assert_int_equal(cc->f->fk->n_jobs, 0);
	assert_int_equal(cc->fd->n_features, 0);
	assert_int_equal(cc->fo->n_holds, 0);
	return cc_teardown(state);
}

static int setup(void **state)
{
	struct companioncase *cc;

	(void)cc_setup_observe(state);
	cc = *state;
	cc->fo->status.settings.hw_offload = true;
	cc->f->fk->n_jobs = 0;         /* those of the start */
	return 0;
}

#define OBSERVECASE(fn) \
	cmocka_unit_test_setup_teardown(fn, setup, nothing_was_written)

static void filters_of_open_vswitch_are_flows(void **state)
{
	struct companioncase *cc = *state;
	const struct companion_flow *flow;

	put(cc, 1, true);
	put(cc, 2, false);
	cc_refresh(cc);
	flow = cc_view(cc, 1);
	assert_true(flow->in_tc && !flow->in_dp && !flow->mirrored);
	assert_string_equal(flow->dev, "eth0_0");
	assert_int_equal(flow->packets, 7);
	assert_int_equal(flow->hw_packets, 5);
	assert_non_null(strstr(flow->text, "in_port(eth0_0)"));
	assert_non_null(strstr(flow->text, "actions:eth0_1"));
	assert_int_equal(flow->n_reasons, 0);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	cc_is_in(cc, 2, COMPANION_IN_TC);
	assert_int_equal(cc_status(cc).shares[COMPANION_IN_HW].packets, 10);
	assert_int_equal(cc_status(cc).shares[COMPANION_IN_TC].packets, 4);
}

static void those_of_other_hooks_are_found(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 1);

	filter.hook = RULE_EGRESS;
	filter.ifindex = ifindex(cc, "eth0_1");
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	cc_refresh(cc);
	assert_string_equal(cc_view(cc, 1)->dev, "eth0_1");
}

static void those_of_the_block_of_a_bond_are_found(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 1);
	uint32_t bond = fake_bond_add(cc->f->fk, "bond0");

	cc_rounds(cc);
	cc_port(cc, 3, "bond0");
	filter.ifindex = 0;
	filter.block = bond;
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	cc_refresh(cc);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	fake_dp_filter_del(cc->fd, 0, 2, 1);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void others_are_not_taken_for_them(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 1);

	memcpy(filter.cookie, KERNEL_COOKIE_MAGIC, KERNEL_COOKIE_MAGIC_SIZE);
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	filter = make(cc, 2);
	memcpy(filter.cookie, KERNEL_COOKIE_MIRROR, KERNEL_COOKIE_MAGIC_SIZE);
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	filter = make(cc, 3);
	filter.has_cookie = false;
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void one_that_cannot_be_decoded_is_there(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 1);

	fake_dp_filter_put(cc->fd, &filter, NULL);
	cc_refresh(cc);
	assert_string_equal(cc_view(cc, 1)->text, "");
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void a_filter_that_goes_is_gone(void **state)
{
	struct companioncase *cc = *state;
	struct companion_flow flow;

	put(cc, 1, true);
	put(cc, 2, true);
	cc_refresh(cc);
	del(cc, 1);
	cc_refresh(cc);
	assert_false(cc_knows(cc, 1, &flow));
	cc_is_in(cc, 2, COMPANION_IN_HW);
	assert_int_equal(cc_status(cc).n_flows, 1);
}

static void a_port_that_cannot_be_read_keeps_its_flows(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 3);

	put(cc, 1, true);
	filter.ifindex = ifindex(cc, "eth0_1");
	fake_dp_filter_put(cc->fd, &filter, WORDS);
	cc_refresh(cc);
	/* The first dump is that of port 0, which has none. */
	fake_dp_port_del(cc->fd, CC_DP, 0);
	cc_refresh(cc);
	cc_quiet(cc, 1);
	del(cc, 1);
	fake_dp_filter_del(cc->fd, filter.ifindex, 2, 3);
	cc->fd->fail_filters = EIO;
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 1);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void nor_does_one_that_cannot_be_asked_for_lose_them(void **state)
{
	struct companioncase *cc = *state;

	put(cc, 1, true);
	cc_refresh(cc);
	cc->fd->fail_filters_early = true;
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	cc->fd->fail_filters_early = false;
	del(cc, 1);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void without_the_module_filters_are_gone_too(void **state)
{
	struct companioncase *cc = *state;

	put(cc, 1, true);
	cc_refresh(cc);
	cc->fd->absent = true;
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void one_in_both_is_one_flow(void **state)
{
	struct companioncase *cc = *state;
	const struct companion_flow *flow;

	cc_put(cc, 1, CC_MATCH ", packets:3, bytes:300, used:1.0s, actions:2");
	put(cc, 1, false);
	cc_refresh(cc);
	flow = cc_view(cc, 1);
	assert_true(flow->in_tc && flow->in_dp);
	assert_int_equal(flow->packets, 10);
	cc_is_in(cc, 1, COMPANION_IN_TC);
	del(cc, 1);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_DATAPATH);
	assert_int_equal(cc_view(cc, 1)->packets, 3);

	put(cc, 1, true);
	cc_refresh(cc);
	cc_del(cc, 1);
	cc_rounds(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_false(cc_view(cc, 1)->in_dp);
}

static void hw_offload_may_be_off(void **state)
{
	struct companioncase *cc = *state;

	cc->fo->status.settings.hw_offload = false;
	cc_put(cc, 1, DROP);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_OVS_OFFLOAD_OFF);
	assert_false(cc_view(cc, 1)->unexplained);
}

static void a_chain_may_be_led_to_by_nothing(void **state)
{
	struct companioncase *cc = *state;
	struct kernel_filter filter = make(cc, 9);

	cc_put(cc, 1, IN_CHAIN("0x5"));
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_CHAIN_UNREACHABLE);
	assert_string_equal(cc_view(cc, 1)->reasons[0].subject, "recirc_id(0x5)");
	fake_dp_filter_put(cc->fd, &filter, WORDS_GOTO);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_OVS_LEFT_OUT);
	del(cc, 9);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_CHAIN_UNREACHABLE);
}

static void it_may_have_been_left_out(void **state)
{
	struct companioncase *cc = *state;

	cc_put(cc, 1, DROP);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_OVS_LEFT_OUT);
	assert_true(cc_view(cc, 1)->unexplained);
}

static void a_driver_may_be_silent_or_not_asked(void **state)
{
	struct companioncase *cc = *state;

	put(cc, 1, false);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_DRIVER_SILENT);
	assert_true(cc_view(cc, 1)->unexplained);
	cc->fo->status.settings.tc_policy = "skip_hw";
	cc_has_reason(cc, 1, REASON_POLICY_SW_ONLY);
	assert_false(cc_view(cc, 1)->unexplained);
}

static void what_tc_has_no_words_for_is_the_reason(void **state)
{
	struct companioncase *cc = *state;

	cc_put(cc, 1, CC_MATCH ", packets:0, bytes:0, used:never, "
	       "actions:userspace(pid=0,slow_path(action))");
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_ACTION_UNSUPPORTED);
}

/* The rest is told nothing of, but counted. */
static void a_table_that_is_full_takes_no_more(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n;

	cc_priv(cc)->table.max_flows = 4;
	for (uint32_t i = 1; i <= 10; i++)
		cc_put(cc, i, DROP);
	cc_refresh(cc);
	for (int i = 0; i < 3; i++) {
		cc_refresh(cc);
		assert_int_equal(cc_status(cc).n_flows, 4);
		assert_int_equal(cc_status(cc).n_untold, 6);
	}
	/* And nobody reads all the time because of them. */
	n = cc->fd->n_reads[DATAPATH_READ_ALL];
	cc_refresh(cc);
	assert_int_equal(cc->fd->n_reads[DATAPATH_READ_ALL], n);
	for (uint32_t i = 1; i <= 7; i++)
		cc_del(cc, i);
	cc_refresh(cc);
	cc_refresh(cc);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_flows, 3);
	assert_int_equal(cc_status(cc).n_untold, 0);
}

static void many_ports_are_read_one_by_one(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n;

	cc->fd->hold = true;
	for (uint32_t i = 3; i < 503; i++) {
		char name[IFNAMSIZ];

		(void)snprintf(name, sizeof(name), "p%u", i);
		(void)fake_link_add(cc->f->fk, name);
		cc_port(cc, i, name);
	}
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	cc_refresh(cc);
	cc_quiet(cc, 1);
	n = cc->fd->n_filters;
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_ports, 503);
	assert_int_equal(cc->fd->n_filters - n, 2 * 503);
	/* They go without a word. */
	cc->fd->quiet = true;
	for (uint32_t i = 3; i < 503; i++)
		fake_dp_port_del(cc->fd, CC_DP, i);
	cc_refresh(cc);
	assert_int_equal(cc_status(cc).n_ports, 3);
}

static void more_datapaths_than_are_followed_are_left(void **state)
{
	struct companioncase *cc = *state;

	for (uint32_t i = 0; i < COMPANION_MAX_DATAPATHS; i++)
		fake_dp_add(cc->fd, 1000 + i, "another", 0);
	cc_refresh(cc);
	cc_quiet(cc, 1);
	assert_int_equal(cc_status(cc).n_datapaths, COMPANION_MAX_DATAPATHS);
	cc_refresh(cc);
	cc_quiet(cc, 1);
}

/* What is told late is no reason to read all at once. */
static void flows_that_come_all_the_time_cost_no_more(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc->fd->n_reads[DATAPATH_READ_ALL] +
		     cc->fd->n_reads[DATAPATH_READ_STATS];

	for (uint32_t i = 1; i <= 20; i++) {
		cc->fd->hold = true;
		cc_later(cc, COMPANION_ROUND_MS);
		cc_put(cc, i, DROP);
		cc->fd->hold = false;
		fake_datapath_release(cc->fd);
		cc_rounds(cc);
	}
	assert_int_equal(cc_status(cc).n_flows, 20);
	assert_in_range(cc->fd->n_reads[DATAPATH_READ_ALL] +
			cc->fd->n_reads[DATAPATH_READ_STATS] - n, 10, 21);
}

/* What was read of tc is not true any more once it is not read. */
static void the_mode_may_change_while_filters_are_read(void **state)
{
	struct companioncase *cc = *state;
	static const enum companion_mode modes[] = {
		COMPANION_OFF, COMPANION_MIRROR
	};
	struct companion_flow flow;

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		const struct companion_settings s = { modes[i],
						      RULE_BEST_EFFORT };

		cc->fo->status.settings.hw_offload = false;
		put(cc, 1, true);
		cc_mode(cc, COMPANION_OBSERVE);
		cc_is_in(cc, 1, COMPANION_IN_HW);
		loop_advance(cc->f->loop, CC_LONG_MS);
		while (!cc->fd->filtering || cc->fd->last_filters.ifindex !=
						     ifindex(cc, "eth0_0"))
			core_fixture_rounds(cc->f, 1);
		cc->c->set(cc->c, &s, &cc->f->request);
		core_fixture_wait(cc->f);
		assert_false(cc_knows(cc, 1, &flow));
		assert_int_equal(cc_status(cc).n_flows, 0);
		del(cc, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OBSERVECASE(filters_of_open_vswitch_are_flows),
		OBSERVECASE(those_of_other_hooks_are_found),
		OBSERVECASE(those_of_the_block_of_a_bond_are_found),
		OBSERVECASE(others_are_not_taken_for_them),
		OBSERVECASE(one_that_cannot_be_decoded_is_there),
		OBSERVECASE(a_filter_that_goes_is_gone),
		OBSERVECASE(a_port_that_cannot_be_read_keeps_its_flows),
		OBSERVECASE(nor_does_one_that_cannot_be_asked_for_lose_them),
		OBSERVECASE(without_the_module_filters_are_gone_too),
		OBSERVECASE(one_in_both_is_one_flow),
		OBSERVECASE(hw_offload_may_be_off),
		OBSERVECASE(a_chain_may_be_led_to_by_nothing),
		OBSERVECASE(it_may_have_been_left_out),
		OBSERVECASE(a_driver_may_be_silent_or_not_asked),
		OBSERVECASE(what_tc_has_no_words_for_is_the_reason),
		OBSERVECASE(a_table_that_is_full_takes_no_more),
		OBSERVECASE(many_ports_are_read_one_by_one),
		OBSERVECASE(more_datapaths_than_are_followed_are_left),
		OBSERVECASE(flows_that_come_all_the_time_cost_no_more),
		CC_OBSERVE(the_mode_may_change_while_filters_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
