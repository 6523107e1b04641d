/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules in chains: only where a rule leads to them, and in the right order. */
#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/enginecase.h"

#define DEV "filter add dev eth0_0 ingress "
#define PARENT DEV "chain 0 protocol ip flower dst_ip 192.0.2.1 " \
		   "action goto chain 5"
#define CHILD DEV "chain 5 protocol ip flower dst_ip 192.0.2.1 " \
		  "action mirred egress redirect dev eth0_1"

static void what_nothing_leads_to_is_not_put(void **state)
{
	struct core_fixture *f = *state;
	uint32_t child = put(f, CHILD);
	struct flow_view v;

	settle(f);
	v = view(f, child);
	assert_int_equal(v.state, FLOW_REJECTED);
	assert_int_equal(v.reasons[0].reason.code, REASON_CHAIN_UNREACHABLE);
	assert_string_equal(v.reasons[0].reason.subject, "chain 5");
	assert_int_equal(f->fk->n_filters, 0);

	put(f, PARENT);
	settle(f);
	assert_int_equal(view(f, child).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 2);
}

static void a_goto_of_another_device_or_hook_does_not_lead_there(void **state)
{
	struct core_fixture *f = *state;
	uint32_t child = put(f, CHILD);

	put(f, "filter add dev eth0_1 ingress protocol ip flower "
	       "action goto chain 5");
	put(f, "filter add dev eth0_0 egress protocol ip flower "
	       "action goto chain 5");
	settle(f);
	assert_int_equal(view(f, child).state, FLOW_REJECTED);
}

/* Filters are numbered as they come. */
static void children_go_in_before_their_parent(void **state)
{
	struct core_fixture *f = *state;
	uint32_t parent = put(f, PARENT);
	uint32_t child = put(f, CHILD);
	uint32_t grandchild = put(f, DEV "chain 9 protocol ip flower "
					 "action drop");
	uint32_t middle = put(f, DEV "chain 5 protocol ip flower "
				     "dst_ip 192.0.2.2 action goto chain 9");

	settle(f);
	assert_true(filter_of(f, child)->id < filter_of(f, parent)->id);
	assert_true(filter_of(f, middle)->id < filter_of(f, parent)->id);
	assert_true(filter_of(f, grandchild)->id < filter_of(f, middle)->id);
	assert_int_equal(count(f, FLOW_IN_HW), 4);
}

static void without_its_parent_a_child_goes_too(void **state)
{
	struct core_fixture *f = *state;
	uint32_t parent = put(f, PARENT), child = put(f, CHILD);

	settle(f);
	f->fk->hold_tc = true;
	del(f, PARENT);
	core_fixture_rounds(f, 3);
	/* The parent is on its way out; nothing touches the child before. */
	assert_non_null(filter_of(f, parent));
	assert_int_equal(view(f, child).state, FLOW_IN_HW);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);

	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(view(f, child).state, FLOW_REJECTED);
	put(f, PARENT);
	settle(f);
	assert_int_equal(view(f, child).state, FLOW_IN_HW);
}

static void a_second_parent_keeps_the_children(void **state)
{
	struct core_fixture *f = *state;
	uint32_t child = put(f, CHILD);

	put(f, PARENT);
	put(f, DEV "chain 0 protocol ipv6 flower action goto chain 5");
	settle(f);
	del(f, PARENT);
	settle(f);
	assert_int_equal(view(f, child).state, FLOW_IN_HW);
}

static void a_parent_that_leads_elsewhere_now_lets_go(void **state)
{
	struct core_fixture *f = *state;
	uint32_t child = put(f, CHILD), other;

	put(f, PARENT);
	settle(f);
	other = put(f, DEV "chain 6 protocol ip flower action drop");
	put(f, DEV "chain 0 protocol ip flower dst_ip 192.0.2.1 "
		   "action goto chain 6");
	settle(f);
	assert_int_equal(view(f, child).state, FLOW_REJECTED);
	assert_int_equal(view(f, other).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 2);
}

static void a_parent_that_is_refused_leads_nowhere(void **state)
{
	struct core_fixture *f = *state;
	uint32_t child = put(f, CHILD), parent;
	struct line_flow line = parse(f, PARENT);
	struct reason_list reasons;
	struct error err;

	line.rule.policy = RULE_HW_ONLY;
	f->fk->unsupported[0] = "ipv4_dst";
	assert_int_equal(engine_put(f->core->engine, &line, &parent, &reasons,
				    &err), 0);
	settle(f);
	assert_int_equal(view(f, parent).state, FLOW_REJECTED);
	assert_int_equal(view(f, child).state, FLOW_REJECTED);
	assert_int_equal(f->fk->n_filters, 0);
}

static void chains_that_lead_to_each_other_are_not_kept_by_that(void **state)
{
	struct core_fixture *f = *state;

	put(f, PARENT);
	put(f, DEV "chain 5 protocol ip flower action goto chain 7");
	put(f, DEV "chain 7 protocol ip flower action goto chain 5");
	settle(f);
	assert_int_equal(f->fk->n_filters, 3);
	del(f, PARENT);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(count(f, FLOW_REJECTED), 2);
}

static void adopted_children_stay_and_orphans_go(void **state)
{
	struct core_fixture *f = *state;

	put(f, PARENT);
	put(f, CHILD);
	settle(f);
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 2);
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 0);

	for (uint32_t i = 0; i < f->fk->n_slots; i++)
		if (fake_filter_at(f->fk, i) &&
		    fake_filter_at(f->fk, i)->rule.chain == 0)
			fake_filter_del(f->fk, fake_filter_at(f->fk, i));
	core_fixture_restart(f);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(count(f, FLOW_REJECTED), 1);
}

static void a_big_chain_is_opened_and_closed_as_well(void **state)
{
	struct core_fixture *f = *state;

	for (unsigned int i = 0; i < 5000; i++) {
		char line[200];

		(void)snprintf(line, sizeof(line), DEV "chain 5 protocol ip "
			       "flower dst_ip 10.0.%u.%u action drop",
			       i / 256, i % 256);
		put(f, line);
	}
	settle(f);
	assert_int_equal(count(f, FLOW_REJECTED), 5000);
	put(f, PARENT);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 5001);
	del(f, PARENT);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(what_nothing_leads_to_is_not_put),
		ENGINECASE(a_goto_of_another_device_or_hook_does_not_lead_there),
		ENGINECASE(children_go_in_before_their_parent),
		ENGINECASE(without_its_parent_a_child_goes_too),
		ENGINECASE(a_second_parent_keeps_the_children),
		ENGINECASE(a_parent_that_leads_elsewhere_now_lets_go),
		ENGINECASE(a_parent_that_is_refused_leads_nowhere),
		ENGINECASE(chains_that_lead_to_each_other_are_not_kept_by_that),
		ENGINECASE(adopted_children_stay_and_orphans_go),
		ENGINECASE(a_big_chain_is_opened_and_closed_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
