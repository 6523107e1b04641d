/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that are tried out, and keys that not every kernel knows. */
#include "tests/unittest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"
#include "tests/core_fixture.h"

static int setup(void **state)
{
	*state = core_fixture_new("fake/dev0", "eth0", ESWITCH_MODE_SWITCHDEV);
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static void name(struct port *port, const char *dev)
{
	*port = (struct port){ .no = PORT_NO_NONE };
	(void)strncpy(port->name, dev, sizeof(port->name) - 1);
}

/* ip to 192.0.2.1, from dev to another. */
static void make(struct rule *r, const char *dev, const char *to)
{
	*r = (struct rule){ .protocol_be = htons(ETH_P_IP), .n_actions = 1 };
	name(&r->dev, dev);
	r->match.key.eth_type_be = htons(ETH_P_IP);
	r->match.mask.eth_type_be = 0xffff;
	r->match.key.ipv4_dst_be = htonl(0xc0000201);
	r->match.mask.ipv4_dst_be = UINT32_MAX;
	r->actions[0].kind = RULE_ACTION_MIRRED;
	r->actions[0].verdict = RULE_STOLEN;
	r->actions[0].mirred.op = RULE_EGRESS_REDIRECT;
	name(&r->actions[0].mirred.port, to);
}

static void match_l2_miss(struct rule *r)
{
	r->match.key.l2_miss = 1;
	r->match.mask.l2_miss = 1;
}

static void settle(struct core_fixture *f)
{
	engine_settle(f->core->engine, &f->request);
	core_fixture_wait(f);
}

static int put(struct core_fixture *f, const struct rule *rule, uint32_t *slot,
	       struct reason_list *reasons)
{
	struct line_flow flow = { .verb = TCTEXT_ADD };
	struct error err = { 0 };

	rule_copy(&flow.rule, rule);
	return engine_put(f->core->engine, &flow, slot, reasons, &err);
}

static struct flow_view view(struct core_fixture *f, uint32_t slot)
{
	struct flow_view v;

	assert_true(engine_view(f->core->engine, slot, &v));
	return v;
}

static int n_explained;

static void on_explained(struct engine_explain *x)
{
	(void)x;
	n_explained++;
}

static void explain(struct core_fixture *f, struct engine_explain *x)
{
	int before = n_explained;

	x->done = on_explained;
	assert_int_equal(engine_explain(f->core->engine, x), 0);
	assert_int_equal(n_explained, before);
	for (int i = 0; i < 10000 && n_explained == before; i++)
		core_fixture_rounds(f, 1);
	assert_int_equal(n_explained, before + 1);
	assert_int_equal(f->fk->n_filters, f->core->engine->table.n_flows);
}

static bool check_ok(const struct engine_explain *x, const char *what,
		     const char *subject)
{
	for (size_t i = 0; i < x->n_checks; i++)
		if (strcmp(x->checks[i].what, what) == 0 &&
		    strcmp(x->checks[i].subject, subject) == 0)
			return x->checks[i].ok;
	fail_msg("no check of %s %s", what, subject);
	return false;
}

static void as_it_is_a_device_stays_as_it_is(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { .as_is = true };
	struct fake_link *link = fake_link_find(f->fk, "eth0_0");

	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_REFUSED);
	assert_int_equal(x.reasons.n, 1);
	assert_int_equal(x.reasons.reasons[0].code, REASON_QDISC_MISSING);
	assert_false(link->clsact);
	assert_false(link->tc_offload);

	link->clsact = link->tc_offload = true;
	x.reasons.n = 0;
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_IN_HW);
	assert_int_equal(x.reasons.n, 0);
}

static void what_hardware_takes_is_offloadable_and_leaves_nothing(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.reasons.n, 0);
	assert_int_equal(x.tried, TRIED_IN_HW);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 1);
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 1);
	assert_int_equal(engine_count(f->core->engine, FLOW_PENDING), 0);
	assert_int_equal(engine_n_slots(f->core->engine), 0);
	/* That stays: the manual says so. */
	assert_true(fake_link_find(f->fk, "eth0_0")->clsact);
	assert_true(fake_link_find(f->fk, "eth0_0")->tc_offload);
	assert_false(fake_link_find(f->fk, "eth0_1")->clsact);
	assert_true(check_ok(&x, "port", "eth0_0"));
	assert_true(check_ok(&x, "switchdev", "eth0_1"));
	assert_true(check_ok(&x, "hw-tc-offload", "eth0_0"));
	assert_true(check_ok(&x, "capacity", "eth0_0"));
}

static void what_the_driver_refuses_has_its_words(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	f->fk->unsupported[0] = "ipv4_dst";
	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_NOT_IN_HW);
	assert_int_equal(x.reasons.n, 1);
	assert_int_equal(x.reasons.reasons[0].code, REASON_DRIVER_REFUSED);
	assert_int_equal(x.reasons.reasons[0].err, EOPNOTSUPP);
	assert_non_null(strstr(x.reasons.reasons[0].extack, "ipv4_dst"));
	assert_int_equal(f->fk->n_filters, 0);
}

static void a_full_table_is_said_to_be_full(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };
	struct reason_list reasons;
	struct rule first;
	uint32_t slot;

	f->fk->capacity = 1;
	make(&first, "eth0_0", "eth0_1");
	first.match.key.ipv4_dst_be = htonl(0xc0000202);
	assert_int_equal(put(f, &first, &slot, &reasons), 0);
	settle(f);
	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.reasons.reasons[0].code, REASON_TABLE_FULL);
	assert_false(check_ok(&x, "capacity", "eth0_0"));
	assert_int_equal(f->fk->n_in_hw, 1);
}

static void what_is_in_hardware_is_offloadable_though_it_be_full(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };
	struct reason_list reasons;
	uint32_t slot;

	f->fk->capacity = 1;
	make(&x.rule, "eth0_0", "eth0_1");
	assert_int_equal(put(f, &x.rule, &slot, &reasons), 0);
	settle(f);
	explain(f, &x);
	assert_int_equal(x.reasons.n, 0);
	assert_int_equal(x.tried, TRIED_IN_HW);
	assert_true(check_ok(&x, "capacity", "eth0_0"));
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 0);

	/* Others are not it, nor is it one that is not to be there. */
	name(&x.rule.actions[0].mirred.port, "eth0_0");
	explain(f, &x);
	assert_int_equal(x.reasons.reasons[0].code, REASON_TABLE_FULL);
	x.reasons.n = 0;
	make(&x.rule, "eth0_0", "eth0_1");
	x.rule.prio = 7;
	explain(f, &x);
	assert_int_equal(x.reasons.reasons[0].code, REASON_TABLE_FULL);
	x.reasons.n = 0;
	x.rule.prio = 0;
	x.rule.policy = RULE_SW_ONLY;
	explain(f, &x);
	assert_int_equal(x.reasons.n, 1);
	assert_int_equal(x.reasons.reasons[0].code, REASON_POLICY_SW_ONLY);
}

static void an_unknown_port_is_told_without_a_trial(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	make(&x.rule, "eth0_0", "eth77");
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_NOT);
	assert_int_equal(x.reasons.n, 1);
	assert_int_equal(x.reasons.reasons[0].code, REASON_PORT_UNKNOWN);
	assert_false(check_ok(&x, "port", "eth77"));
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 0);
}

static void all_that_speaks_against_a_flow_is_told_at_once(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	make(&x.rule, "eth78", "eth77");
	x.rule.n_actions = 2;
	x.rule.actions[1] = x.rule.actions[0];
	x.rule.actions[1].mirred.block = 22;
	explain(f, &x);
	assert_int_equal(x.reasons.n, 3);
	assert_int_equal(x.reasons.reasons[2].code, REASON_BLOCK_UNMANAGED);
}

static size_t n_checks_of(const struct engine_explain *x, const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_checks; i++)
		n += strcmp(x->checks[i].what, what) == 0;
	return n;
}

static void every_place_is_checked_once_by_its_name(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	make(&x.rule, "eth0_0", "eth0_0");
	explain(f, &x);
	assert_int_equal(n_checks_of(&x, "port"), 1);
	assert_int_equal(n_checks_of(&x, "switchdev"), 1);

	make(&x.rule, "eth0_0", "");
	x.rule.actions[0].mirred.port.no = 3;
	explain(f, &x);
	assert_int_equal(n_checks_of(&x, "port"), 2);
	assert_false(check_ok(&x, "port", "3"));

	x.reasons.n = 0;
	make(&x.rule, "", "eth0_0");
	x.rule.block = 22;
	x.rule.n_actions = 2;
	x.rule.actions[1] = x.rule.actions[0];
	x.rule.actions[1].mirred.block = 23;
	explain(f, &x);
	assert_int_equal(n_checks_of(&x, "port"), 3);
	assert_false(check_ok(&x, "port", "block 22"));
	assert_false(check_ok(&x, "port", "block 23"));
	assert_true(check_ok(&x, "port", "eth0_0"));
}

static bool has_reason(const struct reason_list *list, enum reason_code code,
		       const char *subject)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->reasons[i].code == code &&
		    strcmp(list->reasons[i].subject, subject) == 0)
			return true;
	return false;
}

static void ports_that_are_not_here_are_told_of_what_no_rule_can_do(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons = { 0 };
	static struct line_flow flow;
	struct error err = { 0 };

	assert_int_equal(engine_port_line(f->core->engine,
		"in_port(eth77),eth_type(0x0800),skb_mark(3),"
		"actions:clone(eth98),eth0_1,9,eth77", &flow, &reasons, &err),
		LINE_REFUSED);
	assert_true(has_reason(&reasons, REASON_KEY_UNSUPPORTED, "skb_mark"));
	assert_true(has_reason(&reasons, REASON_PORT_UNKNOWN, "eth77"));
	assert_true(has_reason(&reasons, REASON_PORT_UNKNOWN, "eth98"));
	assert_true(has_reason(&reasons, REASON_PORT_UNKNOWN, "9"));
	assert_false(has_reason(&reasons, REASON_PORT_UNKNOWN, "eth0_1"));
	assert_true(has_reason(&reasons, REASON_ACTION_UNSUPPORTED, "clone"));
	assert_int_equal(reasons.n, 5);
	assert_int_equal(f->core->engine->n_devs, 0);
	assert_int_equal(engine_port_line(f->core->engine,
		"recirc_id(0),eth_type(0x0800),skb_mark(3),actions:drop",
		&flow, &reasons, &err), LINE_REFUSED);
	for (size_t i = 0; i < reasons.n; i++)
		assert_int_not_equal(reasons.reasons[i].code,
				     REASON_PORT_UNKNOWN);
}

static void a_rule_whose_removal_fails_is_removed_all_the_same(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	fake_fail(&f->fk->fail_tc[REQUEST_DEL], 3, ENOBUFS, "");
	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_IN_HW);
	assert_int_equal(f->fk->n_filters, 0);
}

static void a_full_queue_delays_a_trial(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	f->fk->queue_limit = 1;
	make(&x.rule, "eth0_0", "eth0_1");
	explain(f, &x);
	assert_int_equal(x.tried, TRIED_IN_HW);
	assert_int_equal(f->fk->n_filters, 0);
}

static void what_a_killed_daemon_left_on_the_scratch_chain_goes(void **state)
{
	struct core_fixture *f = *state;
	static struct rule left, foreign;

	make(&left, "eth0_0", "eth0_1");
	left.dev.ifindex = fake_link_find(f->fk, "eth0_0")->info.ifindex;
	left.actions[0].mirred.port.ifindex = left.dev.ifindex;
	left.chain = ENGINE_SCRATCH_CHAIN;
	left.prio = 5;
	left.handle = 9;
	rule_copy(&foreign, &left);
	foreign.prio = 6;
	fake_link_find(f->fk, "eth0_0")->clsact = true;
	memcpy(fake_filter_add_foreign(f->fk, &left)->cookie, "swof", 4);
	(void)fake_filter_add_foreign(f->fk, &foreign);
	core_fixture_restart(f);
	core_fixture_rounds(f, 20);
	assert_null(fake_filter_find(f->fk, left.dev.ifindex, left.chain, 5,
				     9));
	assert_non_null(fake_filter_find(f->fk, left.dev.ifindex, left.chain,
					 6, 9));
}

static void a_flow_is_not_taken_where_rules_are_tried(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t slot;

	make(&r, "eth0_0", "eth0_1");
	r.chain = ENGINE_SCRATCH_CHAIN;
	assert_int_equal(put(f, &r, &slot, &reasons), -EINVAL);
	r.chain = 0;
	r.actions[0] = (struct rule_action){ .kind = RULE_ACTION_GACT,
					     .verdict = RULE_GOTO_CHAIN,
					     .chain = ENGINE_SCRATCH_CHAIN };
	assert_int_equal(put(f, &r, &slot, &reasons), -EINVAL);
}

static void a_key_that_the_kernel_keeps_is_tried_once(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t one, two;

	make(&r, "eth0_0", "eth0_1");
	match_l2_miss(&r);
	assert_int_equal(put(f, &r, &one, &reasons), 0);
	r.match.key.ipv4_dst_be++;
	assert_int_equal(put(f, &r, &two, &reasons), 0);
	settle(f);
	assert_int_equal(view(f, one).state, FLOW_IN_HW);
	assert_int_equal(view(f, two).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 1);
	assert_int_equal(f->fk->n_filters, 2);
}

static void a_key_that_the_kernel_forgets_is_refused(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct flow_view v;
	struct rule r;
	uint32_t slot;

	f->fk->forgotten = "l2_miss";
	make(&r, "eth0_0", "eth0_1");
	match_l2_miss(&r);
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	v = view(f, slot);
	assert_int_equal(v.state, FLOW_REJECTED);
	assert_int_equal(v.reasons[0].reason.code, REASON_KERNEL_IGNORES_KEY);
	assert_string_equal(v.reasons[0].reason.subject, "l2_miss");
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD], 0);
}

static void explain_tries_a_newer_key_too(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { 0 };

	f->fk->forgotten = "l2_miss";
	make(&x.rule, "eth0_0", "eth0_1");
	match_l2_miss(&x.rule);
	for (int i = 0; i < 2; i++) {
		x.reasons.n = 0;
		explain(f, &x);
		assert_int_equal(x.reasons.n, 1);
		assert_int_equal(x.reasons.reasons[0].code,
				 REASON_KERNEL_IGNORES_KEY);
		assert_int_equal(x.tried, TRIED_NOT);
	}
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 1);
}

static void a_trial_of_a_key_that_fails_is_no_answer(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t slot;

	fake_fail(&f->fk->fail_tc[REQUEST_PROBE], 1, EPERM, "not today");
	make(&r, "eth0_0", "eth0_1");
	match_l2_miss(&r);
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_string_equal(view(f, slot).reasons[0].reason.extack,
			    "not today");
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void a_device_that_vanishes_ends_a_trial(void **state)
{
	struct core_fixture *f = *state;
	struct engine_explain x = { .done = on_explained };
	int before = n_explained;

	fake_link_add(f->fk, "veth0");
	core_fixture_rounds(f, 5);
	f->fk->hold_jobs = true;
	make(&x.rule, "veth0", "eth0_1");
	assert_int_equal(engine_explain(f->core->engine, &x), 0);
	core_fixture_rounds(f, 5);
	fake_link_del(f->fk, "veth0");
	core_fixture_rounds(f, 20);
	assert_int_equal(n_explained, before + 1);
	assert_int_equal(x.err, ENODEV);
	assert_int_equal(x.reasons.reasons[0].code, REASON_DEVICE_GONE);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_rounds(f, 5);
}

static void a_trial_under_way_ends_with_the_daemon(void **state)
{
	struct core_fixture *f = *state;
	static struct engine_explain x = { .done = on_explained };
	int before = n_explained;

	f->fk->hold_jobs = true;
	make(&x.rule, "eth0_0", "eth0_1");
	assert_int_equal(engine_explain(f->core->engine, &x), 0);
	core_fixture_rounds(f, 5);
	assert_int_equal(n_explained, before);
}

static void match_ct(struct rule *r)
{
	r->match.key.ct_state = r->match.mask.ct_state = 0x20;
}

static void what_software_must_see_is_refused_as_hw_only(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct fake_link *vxlan;
	struct rule r;
	uint32_t slot;

	make(&r, "eth0_0", "eth0_1");
	match_ct(&r);
	r.policy = RULE_HW_ONLY;
	assert_int_equal(put(f, &r, &slot, &reasons), -EOPNOTSUPP);
	assert_int_equal(reasons.reasons[0].code, REASON_HW_ONLY_IMPOSSIBLE);

	fake_link_add(f->fk, "vxlan_sys_4789");
	vxlan = fake_link_find(f->fk, "vxlan_sys_4789");
	(void)strcpy(vxlan->info.kind, "vxlan");
	fake_resync(f->fk);
	core_fixture_rounds(f, 10);
	make(&r, "vxlan_sys_4789", "eth0_1");
	r.policy = RULE_HW_ONLY;
	assert_int_equal(put(f, &r, &slot, &reasons), -EOPNOTSUPP);
	assert_string_equal(reasons.reasons[0].subject, "vxlan_sys_4789");
}

static void what_software_must_see_is_never_tried_with_skip_sw(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t slot;

	f->fk->unsupported[0] = "ct_state";
	make(&r, "eth0_0", "eth0_1");
	match_ct(&r);
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
	assert_int_equal(f->fk->n_tc[REQUEST_EXPLAIN], 1);
	assert_non_null(strstr(view(f, slot).reasons[0].reason.extack,
			       "ct_state"));
}

static void kinds_of_ports_come_from_the_kernel(void **state)
{
	struct core_fixture *f = *state;
	const struct port_resolver *r = &f->core->engine->ports;
	struct port port;

	fake_link_add(f->fk, "tun0");
	(void)strcpy(fake_link_find(f->fk, "tun0")->info.kind, "geneve");
	fake_link_add(f->fk, "vxlan_sys_1");
	fake_resync(f->fk);
	core_fixture_rounds(f, 10);
	name(&port, "tun0");
	assert_int_equal(r->kind(r, &port), PORT_KIND_GENEVE);
	assert_int_equal(r->resolve(r, &port), 0);
	assert_int_equal(port.ifindex,
			 fake_link_find(f->fk, "tun0")->info.ifindex);
	name(&port, "vxlan_sys_1");
	assert_int_equal(r->kind(r, &port), PORT_KIND_PLAIN);
	name(&port, "vxlan_sys_2");
	assert_int_equal(r->kind(r, &port), PORT_KIND_VXLAN);
	assert_int_equal(r->resolve(r, &port), -ENODEV);
}

static void add_vxlan(struct core_fixture *f)
{
	fake_link_add(f->fk, "vxlan0");
	(void)strcpy(fake_link_find(f->fk, "vxlan0")->info.kind, "vxlan");
	fake_resync(f->fk);
	core_fixture_rounds(f, 10);
}

static void translation_hears_of_tunnel_flags_once_there_is_a_tunnel(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t slot;

	make(&r, "eth0_0", "eth0_1");
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 0);
	add_vxlan(f);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 1);
	assert_true(f->core->engine->ports.keeps_tunnel_flags);
	assert_int_equal(f->fk->n_filters, 1);
}

static void tunnel_flags_that_the_kernel_forgets_are_none(void **state)
{
	struct core_fixture *f = *state;
	struct reason_list reasons;
	struct rule r;
	uint32_t slot;

	f->fk->forgotten = "enc_flags";
	add_vxlan(f);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 0);
	make(&r, "eth0_0", "eth0_1");
	assert_int_equal(put(f, &r, &slot, &reasons), 0);
	settle(f);
	core_fixture_rounds(f, 10);
	assert_int_equal(f->fk->n_tc[REQUEST_PROBE], 1);
	assert_false(f->core->engine->ports.keeps_tunnel_flags);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_hardware_takes_is_offloadable_and_leaves_nothing),
		CASE(as_it_is_a_device_stays_as_it_is),
		CASE(what_the_driver_refuses_has_its_words),
		CASE(a_full_table_is_said_to_be_full),
		CASE(what_is_in_hardware_is_offloadable_though_it_be_full),
		CASE(an_unknown_port_is_told_without_a_trial),
		CASE(all_that_speaks_against_a_flow_is_told_at_once),
		CASE(every_place_is_checked_once_by_its_name),
		CASE(ports_that_are_not_here_are_told_of_what_no_rule_can_do),
		CASE(a_rule_whose_removal_fails_is_removed_all_the_same),
		CASE(a_full_queue_delays_a_trial),
		CASE(what_a_killed_daemon_left_on_the_scratch_chain_goes),
		CASE(a_flow_is_not_taken_where_rules_are_tried),
		CASE(a_key_that_the_kernel_keeps_is_tried_once),
		CASE(a_key_that_the_kernel_forgets_is_refused),
		CASE(explain_tries_a_newer_key_too),
		CASE(a_trial_of_a_key_that_fails_is_no_answer),
		CASE(a_device_that_vanishes_ends_a_trial),
		CASE(a_trial_under_way_ends_with_the_daemon),
		CASE(what_software_must_see_is_refused_as_hw_only),
		CASE(what_software_must_see_is_never_tried_with_skip_sw),
		CASE(kinds_of_ports_come_from_the_kernel),
		CASE(translation_hears_of_tunnel_flags_once_there_is_a_tunnel),
		CASE(tunnel_flags_that_the_kernel_forgets_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
