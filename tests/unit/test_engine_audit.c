/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table against the kernel: every kind of difference is found, named and,
 * if that is wanted, made good. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_audit.h"
#include "tests/unit/enginecase.h"

struct audited {
	struct engine_audit audit;
	struct audit_finding last;
	bool done;
};

static void on_found(struct engine_audit *a, const struct audit_finding *f)
{
	container_of(a, struct audited, audit)->last = *f;
}

static void on_done(struct engine_audit *a)
{
	container_of(a, struct audited, audit)->done = true;
}

static const struct audited *audit(struct core_fixture *f, bool fix)
{
	static struct audited x;

	memset(&x, 0, sizeof(x));
	x.audit.fix = fix;
	x.audit.found = on_found;
	x.audit.done = on_done;
	engine_audit(f->core->engine, &x.audit);
	assert_false(x.done);
	for (int i = 0; i < 1000 && !x.done; i++)
		core_fixture_rounds(f, 1);
	assert_true(x.done);
	return &x;
}

static uint64_t findings(const struct audited *x)
{
	uint64_t n = 0;

	for (int i = 0; i < AUDIT_N_KINDS; i++)
		n += x->audit.n[i];
	return n;
}

/* That one finding and no other; after a fix there is none. */
static void finds(struct core_fixture *f, enum audit_kind kind,
		  const char *detail)
{
	const struct audited *x = audit(f, false);

	assert_int_equal(findings(x), 1);
	assert_int_equal(x->audit.n[kind], 1);
	assert_int_equal(x->last.kind, kind);
	assert_string_equal(x->last.dev, "eth0_0");
	assert_non_null(strstr(x->last.detail, detail));
	assert_int_equal(findings(audit(f, true)), 1);
	settle(f);
	core_fixture_rounds(f, 5);
	assert_int_equal(findings(audit(f, false)), 0);
}

static struct fake_filter *filter(struct core_fixture *f)
{
	return fake_filter_at(f->fk, f->fk->n_slots - 1);
}

static void all_is_clean_when_nobody_did_anything(void **state)
{
	struct core_fixture *f = *state;
	const struct audited *x;

	put(f, ENGINECASE_FLOW);
	put(f, "in_port(eth0_1),eth_type(0x0806),actions:drop");
	put(f, "filter add dev eth0_1 egress protocol ip flower action drop");
	settle(f);
	x = audit(f, false);
	assert_int_equal(findings(x), 0);
	assert_int_equal(x->audit.n_clean, 3);
	assert_int_equal(x->audit.n_foreign, 0);
	assert_false(x->audit.incomplete);
}

static void a_rule_that_is_not_there_is_missing(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	fake_filter_del(f->fk, filter(f));
	finds(f, AUDIT_MISSING, "");
	assert_int_equal(f->fk->n_filters, 1);
}

static void other_actions_are_a_change(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	filter(f)->rule.actions[0] = (struct rule_action){
		.kind = RULE_ACTION_GACT, .verdict = RULE_DROP,
	};
	finds(f, AUDIT_CHANGED, "actions");
	assert_int_equal(filter(f)->rule.actions[0].kind, RULE_ACTION_MIRRED);
}

static void another_policy_is_a_change(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	filter(f)->rule.policy = RULE_HW_ONLY;
	finds(f, AUDIT_CHANGED, "policy");
	assert_int_equal(filter(f)->rule.policy, RULE_BEST_EFFORT);
}

static void a_rule_that_hardware_let_go_is_a_change(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	filter(f)->in_hw = false;
	f->fk->n_in_hw--;
	finds(f, AUDIT_CHANGED, "not in hardware");
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void a_rule_that_leads_nowhere_is_stale(void **state)
{
	struct core_fixture *f = *state;

	put(f, ENGINECASE_FLOW);
	settle(f);
	filter(f)->rule.actions[0].mirred.port.ifindex = 0;
	finds(f, AUDIT_STALE, "");
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void a_rule_with_our_mark_and_no_flow_is_an_orphan(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow line = parse(f, ENGINECASE_FLOW);
	struct fake_filter *orphan;

	line.rule.dev.ifindex =
		fake_link_find(f->fk, "eth0_0")->info.ifindex;
	line.rule.prio = 7;
	line.rule.handle = 7;
	orphan = fake_filter_add_foreign(f->fk, &line.rule);
	memcpy(orphan->cookie, "swof1234deadbeef", KERNEL_COOKIE_SIZE);
	fake_link_find(f->fk, "eth0_0")->clsact = true;
	finds(f, AUDIT_ORPHAN, "");
	assert_int_equal(f->fk->n_filters, 0);
}

static void a_second_rule_of_a_flow_is_a_duplicate(void **state)
{
	struct core_fixture *f = *state;
	struct fake_filter *second;
	struct rule rule;

	put(f, ENGINECASE_FLOW);
	settle(f);
	rule_copy(&rule, &filter(f)->rule);
	rule.handle = 99;
	rule.match.key.ipv4_dst_be ^= 1;
	second = fake_filter_add_foreign(f->fk, &rule);
	memcpy(second->cookie, fake_filter_at(f->fk, 0)->cookie,
	       KERNEL_COOKIE_SIZE);
	finds(f, AUDIT_DUPLICATED, "");
	assert_int_equal(f->fk->n_filters, 1);
}

/* On eth0_0, or on a block. */
static struct fake_filter *add_foreign(struct core_fixture *f, uint32_t block)
{
	struct line_flow line = parse(f, ENGINECASE_FLOW);

	line.rule.dev.ifindex =
		fake_link_find(f->fk, "eth0_0")->info.ifindex;
	line.rule.block = block;
	line.rule.prio = 7;
	line.rule.handle = 7;
	return fake_filter_add_foreign(f->fk, &line.rule);
}

static void rules_of_others_are_counted_and_left_alone(void **state)
{
	struct core_fixture *f = *state;
	const struct audited *x;

	(void)add_foreign(f, 0);
	put(f, ENGINECASE_FLOW);
	settle(f);
	x = audit(f, true);
	assert_int_equal(findings(x), 0);
	assert_int_equal(x->audit.n_foreign, 1);
	assert_int_equal(f->fk->n_filters, 2);
}

static void share_block(struct core_fixture *f, const char *name,
			uint32_t block)
{
	struct fake_link *l = fake_link_find(f->fk, name);

	l->clsact = true;
	l->block = block;
}

/* Whatever the number of the block is. */
static void what_devices_share_is_counted_once(void **state)
{
	struct core_fixture *f = *state;
	struct fake_filter *filter = add_foreign(f, 77);

	share_block(f, "eth0_0", 77);
	share_block(f, "eth0_1", 77);
	assert_int_equal(audit(f, false)->audit.n_foreign, 1);
	memcpy(filter->cookie, KERNEL_COOKIE_MAGIC, 4);
	assert_int_equal(audit(f, true)->audit.n[AUDIT_ORPHAN], 1);
	core_fixture_rounds(f, 5);
	assert_int_equal(f->fk->n_filters, 0);
}

/* Its ports keep the block, and the hardware the rules. */
static void rules_of_a_bond_that_went_meanwhile_are_removed(void **state)
{
	struct core_fixture *f = *state;

	fake_bond_add(f->fk, "bond0");
	fake_link_enslave(f->fk, "eth0", "bond0");
	fake_link_enslave(f->fk, "eth0_1", "bond0");
	core_fixture_rounds(f, 10);
	put(f, "in_port(bond0),eth_type(0x0800),actions:drop");
	settle(f);
	core_free(f->core);
	f->core = NULL;
	f->fk->started = false;
	fake_link_del(f->fk, "bond0");
	core_fixture_restart(f);
	core_fixture_rounds(f, 10);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(findings(audit(f, false)), 0);
}

static void dumps_that_change_prove_nothing_missing(void **state)
{
	struct core_fixture *f = *state;
	const struct audited *x;

	put(f, ENGINECASE_FLOW);
	settle(f);
	fake_fail(&f->fk->fail_dump, UINT32_MAX, EINTR, "");
	x = audit(f, false);
	assert_true(x->audit.incomplete);
	assert_int_equal(findings(x), 0);
	f->fk->fail_dump.count = 0;
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void a_dump_that_was_taken_again_is_told_once(void **state)
{
	struct core_fixture *f = *state;
	const struct audited *x;

	(void)add_foreign(f, 0);
	put(f, ENGINECASE_FLOW);
	settle(f);
	filter(f)->rule.policy = RULE_HW_ONLY;
	f->fk->late_failure = true;
	fake_fail(&f->fk->fail_dump, 2, EINTR, "");
	x = audit(f, false);
	assert_false(x->audit.incomplete);
	assert_int_equal(findings(x), 1);
	assert_int_equal(x->audit.n_foreign, 1);
}

static void flows_on_the_move_are_pending(void **state)
{
	struct core_fixture *f = *state;
	const struct audited *x;

	put(f, ENGINECASE_FLOW);
	settle(f);
	f->fk->hold_tc = true;
	put(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),"
	       "actions:drop");
	core_fixture_rounds(f, 3);
	x = audit(f, true);
	assert_int_equal(findings(x), 0);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(all_is_clean_when_nobody_did_anything),
		ENGINECASE(a_rule_that_is_not_there_is_missing),
		ENGINECASE(other_actions_are_a_change),
		ENGINECASE(another_policy_is_a_change),
		ENGINECASE(a_rule_that_hardware_let_go_is_a_change),
		ENGINECASE(a_rule_that_leads_nowhere_is_stale),
		ENGINECASE(a_rule_with_our_mark_and_no_flow_is_an_orphan),
		ENGINECASE(a_second_rule_of_a_flow_is_a_duplicate),
		ENGINECASE(rules_of_others_are_counted_and_left_alone),
		ENGINECASE(what_devices_share_is_counted_once),
		ENGINECASE(rules_of_a_bond_that_went_meanwhile_are_removed),
		ENGINECASE(dumps_that_change_prove_nothing_missing),
		ENGINECASE(a_dump_that_was_taken_again_is_told_once),
		ENGINECASE(flows_on_the_move_are_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
