/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows of a datapath become rules, and rules go with them. */
#include "tests/unit/companioncase.h"

#include <errno.h>

#define UNSUPPORTED CC_MATCH ", packets:0, bytes:0, used:never, actions:userspace(pid=0,slow_path(action))"
#define DROP CC_MATCH ", packets:0, bytes:0, used:never, actions:drop"
#define CT CC_MATCH ", packets:0, bytes:0, used:never, actions:ct(zone=1),recirc(0x1)"
#define PORTLESS CC_MATCH ", packets:0, bytes:0, used:never, actions:3"

/* The last that was added. */
static const struct rule *rule(struct companioncase *cc)
{
	uint32_t i = cc->f->fk->n_slots;

	while (i-- > 0)
		if (fake_filter_at(cc->f->fk, i))
			return &fake_filter_at(cc->f->fk, i)->rule;
	fail_msg("there is none");
	return NULL;
}

static void a_flow_that_is_told_is_in_hw(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc_n_reads(cc);

	cc_flow(cc, 1);
	cc_rounds(cc);
	assert_int_equal(cc_n_reads(cc), n);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_true(cc_view(cc, 1)->mirrored && cc_view(cc, 1)->in_dp);
	assert_string_equal(cc_view(cc, 1)->dev, "eth0_0");
	assert_string_equal(cc_view(cc, 1)->dp, "ovs-system");
	assert_int_equal(cc_n_rules(cc), 1);
}

static void flows_that_were_there_are_in_hw(void **state)
{
	struct companioncase *cc = *state;

	for (uint32_t i = 1; i <= 300; i++)
		cc_flow(cc, i);
	cc_mode(cc, COMPANION_MIRROR);
	assert_int_equal(cc_n_rules(cc), 300);
	assert_int_equal(cc_status(cc).shares[COMPANION_IN_HW].flows, 300);
	assert_int_equal(cc_status(cc).n_flows, 300);
}

static void a_changed_flow_changes_the_rule(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc_put(cc, 1, DROP);
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 1);
	assert_non_null(strstr(cc_view(cc, 1)->text, "actions:drop"));
	assert_int_equal(rule(cc)->actions[0].kind, RULE_ACTION_GACT);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void a_flow_that_goes_takes_its_rule_along(void **state)
{
	struct companioncase *cc = *state;
	struct companion_flow flow;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc_del(cc, 1);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_false(cc_knows(cc, 1, &flow));
}

static void one_that_no_rule_is_made_of_has_reasons(void **state)
{
	struct companioncase *cc = *state;

	cc_put(cc, 1, UNSUPPORTED);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_DATAPATH);
	cc_has_reason(cc, 1, REASON_ACTION_UNSUPPORTED);
	assert_false(cc_view(cc, 1)->mirrored);
	assert_int_equal(cc_n_rules(cc), 0);
}

static void one_that_becomes_such_loses_its_rule(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc_put(cc, 1, UNSUPPORTED);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	cc_has_reason(cc, 1, REASON_ACTION_UNSUPPORTED);
	cc_flow(cc, 1);
	cc_rounds(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(cc_view(cc, 1)->n_reasons, 0);
}

static void one_to_a_port_without_netdev_waits_for_it(void **state)
{
	struct companioncase *cc = *state;

	cc_port(cc, 3, "late0");
	cc_put(cc, 1, PORTLESS);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_PORT_UNKNOWN);
	(void)fake_link_add(cc->f->fk, "late0");
	cc_rounds(cc);
	cc_refresh(cc);
	assert_true(cc_view(cc, 1)->mirrored);
	assert_int_equal(cc_n_rules(cc), 1);
}

/* Those that will never go must not stand in its way. */
static void it_does_not_wait_behind_thousands(void **state)
{
	struct companioncase *cc = *state;

	for (uint32_t i = 2; i < 2000; i++) {
		char rest[CC_LINE_SIZE];

		(void)snprintf(rest, sizeof(rest), "in_port(1),eth(),"
			       "eth_type(0x0800),ipv4(dst=192.1.%u.%u,frag=no)"
			       ", packets:0, bytes:0, used:never, actions:"
			       "userspace(pid=0,slow_path(action))",
			       i >> 8, i & 255);
		cc_put(cc, i, rest);
	}
	cc_port(cc, 3, "late0");
	cc_put(cc, 1, PORTLESS);
	cc_refresh(cc);
	(void)fake_link_add(cc->f->fk, "late0");
	cc_rounds(cc);
	cc_refresh(cc);
	assert_true(cc_view(cc, 1)->mirrored);
}

static void what_was_asked_for_is_not_replaced(void **state)
{
	struct companioncase *cc = *state;
	struct line_flow line;
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	struct engine *e = cc->f->core->engine;
	uint32_t slot;

	assert_int_equal(line_parse(engine_reader(e), "in_port(eth0_0),"
			 "eth_type(0x0800),ipv4(dst=192.0.0.1,frag=no),"
			 "actions:drop", &line, &reasons, &err), LINE_FLOW);
	assert_int_equal(engine_put(e, &line, &slot, &reasons, &err), 0);
	cc_flow(cc, 1);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_DUPLICATE);
	assert_int_equal(cc_n_rules(cc), 1);
	assert_int_equal(engine_n_mirrored(e), 0);

	assert_int_equal(engine_del_line(e, &line, &err), 0);
	cc_refresh(cc);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
	assert_int_equal(engine_n_mirrored(e), 1);
}

static void nor_is_one_with_the_same_ufid(void **state)
{
	struct companioncase *cc = *state;
	struct line_flow line;
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	struct engine *e = cc->f->core->engine;
	struct ufid ufid = cc_ufid(1);
	char text[UFID_STR_SIZE], words[CC_LINE_SIZE];
	uint32_t slot;

	ufid_format(&ufid, text);
	(void)snprintf(words, sizeof(words), "ufid:%s,in_port(eth0_1),"
		       "eth_type(0x86dd),actions:drop", text);
	assert_int_equal(line_parse(engine_reader(e), words, &line, &reasons,
				    &err), LINE_FLOW);
	assert_int_equal(engine_put(e, &line, &slot, &reasons, &err), 0);
	cc_flow(cc, 1);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_DUPLICATE);
	cc_del(cc, 1);
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 1);
	assert_int_equal(engine_find_ufid(e, &ufid), slot);
}

static void hw_only_falls_back_where_it_cannot_be(void **state)
{
	struct companioncase *cc = *state;
	struct flow_view v;
	struct ufid ufid = cc_ufid(1);
	struct engine *e = cc->f->core->engine;

	cc_flow(cc, 2);
	cc_set(cc, COMPANION_MIRROR, RULE_HW_ONLY);
	cc_put(cc, 1, CT);
	cc_refresh(cc);
	assert_true(cc_view(cc, 1)->mirrored);
	assert_true(engine_view(e, engine_find_ufid(e, &ufid), &v));
	assert_int_equal(v.policy, RULE_BEST_EFFORT);
	ufid = cc_ufid(2);
	assert_true(engine_view(e, engine_find_ufid(e, &ufid), &v));
	assert_int_equal(v.policy, RULE_HW_ONLY);
}

static void another_policy_is_that_of_rules_that_are_there(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc_set(cc, COMPANION_MIRROR, RULE_SW_ONLY);
	cc_is_in(cc, 1, COMPANION_IN_TC);
	assert_int_equal(cc->f->fk->n_in_hw, 0);
}

static void recirculation_waits_for_the_feature(void **state)
{
	struct companioncase *cc = *state;

	cc->fd->deaf = true;
	cc_mode(cc, COMPANION_MIRROR);
	cc_put(cc, 1, CT);
	cc_refresh(cc);
	cc_has_reason(cc, 1, REASON_RECIRC_NOT_SHARED);
	assert_int_equal(cc_n_rules(cc), 0);
	/* It is not asked for in each round. */
	for (int i = 0; i < 10; i++)
		cc_later(cc, CC_LONG_MS);
	assert_in_range(cc->fd->n_features, 1, COMPANION_MAX_ASKED);

	cc->fd->deaf = false;
	(void)cc->fd->base.ops->features_set(&cc->fd->base, CC_DP,
					     OVS_DP_F_TC_RECIRC_SHARING);
	cc_refresh(cc);
	assert_true(cc_view(cc, 1)->mirrored);
}

static void a_port_that_goes_takes_rules_out_at_once(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc_n_reads(cc);

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc->fd->hold = true;
	fake_dp_port_del(cc->fd, CC_DP, 1);
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	core_fixture_rounds(cc->f, 1);
	assert_int_equal(cc_n_reads(cc), n);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_false(cc_view(cc, 1)->mirrored);
}

static void one_that_comes_back_brings_them_back(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc->fd->hold = true;
	fake_dp_port_del(cc->fd, CC_DP, 1);
	cc_port(cc, 1, "eth0_0");
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

/* Not told, but not read any more. */
static void ports_that_are_missing_go_too(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc->fd->quiet = true;
	fake_dp_port_del(cc->fd, CC_DP, 1);
	cc->fd->quiet = false;
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_int_equal(cc_status(cc).n_ports, 2);
}

static void a_datapath_that_goes_takes_all(void **state)
{
	struct companioncase *cc = *state;

	for (uint32_t i = 1; i <= 40; i++)
		cc_flow(cc, i);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 40);
	fake_dp_del(cc->fd, CC_DP);
	cc_rounds(cc);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_int_equal(cc_status(cc).n_flows, 0);
	assert_int_equal(cc_status(cc).n_ports, 0);
	assert_int_equal(cc_status(cc).n_datapaths, 0);
}

static void after_a_restart_rules_are_not_rewritten(void **state)
{
	struct companioncase *cc = *state;
	uint64_t n;

	cc->settings.mode = COMPANION_MIRROR;
	for (uint32_t i = 1; i <= 20; i++)
		cc_flow(cc, i);
	cc_refresh(cc);
	cc_rounds(cc);
	cc->fd->quiet = true;
	cc_del(cc, 7);
	cc->fd->quiet = false;
	n = cc_n_written(cc);
	cc_restart(cc);
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 19);
	assert_int_equal(cc_n_written(cc), n + 1);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

static void after_a_restart_in_another_mode_they_go(void **state)
{
	struct companioncase *cc = *state;
	static const enum companion_mode modes[] = { COMPANION_OFF,
						     COMPANION_OBSERVE };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		cc_mode(cc, COMPANION_MIRROR);
		cc_flow(cc, 1);
		cc_refresh(cc);
		assert_int_equal(cc_n_rules(cc), 1);
		companion_free(cc->c);
		fake_ovs_abandon(cc->fo);
		core_fixture_restart(cc->f);
		/* Somebody edited the file, and the store is new. */
		(void)cc->f->fs->base.ops->clear(&cc->f->fs->base,
						 STORE_SETTINGS);
		cc->settings.mode = modes[i];
		cc_start(cc);
		cc_refresh(cc);
		assert_int_equal(cc_n_rules(cc), 0);
	}
}

static void rules_go_with_the_mode(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_put(cc, 2, UNSUPPORTED);
	cc_refresh(cc);
	cc_mode(cc, COMPANION_OBSERVE);
	assert_int_equal(cc_n_rules(cc), 0);
	cc_is_in(cc, 1, COMPANION_IN_DATAPATH);
	assert_false(cc_view(cc, 1)->mirrored);
	cc_mode(cc, COMPANION_MIRROR);
	assert_int_equal(cc_n_rules(cc), 1);
	cc_mode(cc, COMPANION_OFF);
	assert_int_equal(cc_n_rules(cc), 0);
	assert_int_equal(cc_status(cc).n_flows, 0);
	assert_int_equal(cc_status(cc).n_datapaths, 0);
	cc_mode(cc, COMPANION_MIRROR);
	assert_int_equal(cc_status(cc).n_ports, 3);
	assert_int_equal(cc_status(cc).n_datapaths, 1);
}

/* ufids are hashes of keys, and both datapaths have a port 1. */
static void another_datapath_may_have_the_same_ufid(void **state)
{
	struct companioncase *cc = *state;
	struct ufid ufid = cc_ufid(1);
	struct datapath_port port = { .dp = 200, .no = 1, .name = "eth0" };
	char text[UFID_STR_SIZE], line[CC_LINE_SIZE];
	uint64_t n;

	cc_flow(cc, 1);
	cc_refresh(cc);
	n = cc_n_written(cc);
	ufid_format(&ufid, text);
	(void)snprintf(line, sizeof(line), "ufid:%s, " DROP, text);
	fake_dp_add(cc->fd, 200, "other", 0);
	port.ifindex = fake_link_find(cc->f->fk, "eth0")->info.ifindex;
	fake_dp_port_put(cc->fd, &port);
	fake_dp_flow_put(cc->fd, 200, line);
	for (int i = 0; i < 3; i++)
		cc_refresh(cc);
	assert_int_equal(cc_n_written(cc), n);
	assert_string_equal(cc_view(cc, 1)->dp, "ovs-system");
	fake_dp_flow_del(cc->fd, 200, &ufid);
	cc_refresh(cc);
	cc_is_in(cc, 1, COMPANION_IN_HW);
}

/* One key, two names: the rule is that of the second. */
static void two_flows_of_one_rule_do_not_mix(void **state)
{
	struct companioncase *cc = *state;

	cc_put(cc, 1, DROP);
	cc_refresh(cc);
	cc_put(cc, 2, DROP);
	cc_refresh(cc);
	assert_int_equal(cc_n_rules(cc), 1);
	cc_del(cc, 2);
	cc_refresh(cc);
	/* Another takes the place. */
	cc_flow(cc, 3);
	cc_refresh(cc);
	assert_false(cc_view(cc, 1)->mirrored &&
		     cc_view(cc, 1)->where == COMPANION_IN_HW &&
		     cc_n_rules(cc) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CC_MIRROR(a_flow_that_is_told_is_in_hw),
		CC_OFF(flows_that_were_there_are_in_hw),
		CC_MIRROR(a_changed_flow_changes_the_rule),
		CC_MIRROR(a_flow_that_goes_takes_its_rule_along),
		CC_MIRROR(one_that_no_rule_is_made_of_has_reasons),
		CC_MIRROR(one_that_becomes_such_loses_its_rule),
		CC_MIRROR(one_to_a_port_without_netdev_waits_for_it),
		CC_MIRROR(it_does_not_wait_behind_thousands),
		CC_MIRROR(what_was_asked_for_is_not_replaced),
		CC_MIRROR(nor_is_one_with_the_same_ufid),
		CC_MIRROR(hw_only_falls_back_where_it_cannot_be),
		CC_MIRROR(another_policy_is_that_of_rules_that_are_there),
		CC_OFF(recirculation_waits_for_the_feature),
		CC_MIRROR(a_port_that_goes_takes_rules_out_at_once),
		CC_MIRROR(one_that_comes_back_brings_them_back),
		CC_MIRROR(ports_that_are_missing_go_too),
		CC_MIRROR(a_datapath_that_goes_takes_all),
		CC_MIRROR(after_a_restart_rules_are_not_rewritten),
		CC_MIRROR(after_a_restart_in_another_mode_they_go),
		CC_MIRROR(rules_go_with_the_mode),
		CC_MIRROR(another_datapath_may_have_the_same_ufid),
		CC_MIRROR(two_flows_of_one_rule_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
