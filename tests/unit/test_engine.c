/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine's decisions, against a kernel that fails on demand. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/enginecase.h"

#define DEV ENGINECASE_DEV
#define FLOW ENGINECASE_FLOW

static struct reason_list no;  /* reasons of a put, where nobody looks */

static void a_flow_that_hardware_takes_is_in_hw_without_a_reason(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	assert_int_equal(view(f, slot).state, FLOW_PENDING);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).n_reasons, 0);
	assert_int_equal(f->fk->n_in_hw, 1);
	assert_true(fake_link_find(f->fk, "eth0_0")->tc_offload);
}

static void a_full_table_gives_sw_with_errno_and_extack(void **state)
{
	struct core_fixture *f = *state;
	struct flow_view v;

	f->fk->capacity = 1;
	put(f, FLOW);
	settle(f);
	v = view(f, put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop"));
	settle(f);

	v = view(f, v.slot);
	assert_int_equal(v.state, FLOW_SW);
	assert_int_equal(v.n_reasons, 1);
	assert_int_equal(v.reasons[0].reason.code, REASON_TABLE_FULL);
	assert_int_equal(v.reasons[0].reason.err, ENOSPC);
	assert_true(strlen(v.reasons[0].reason.extack) > 0);
	assert_int_equal(f->fk->n_filters, 2);
}

static void hw_only_is_rejected_where_best_effort_runs_in_software(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	struct error err = { 0 };
	uint32_t slot;

	flow.rule.policy = RULE_HW_ONLY;
	fake_fail(&f->fk->fail_tc[REQUEST_ADD], 1, EOPNOTSUPP, "no such key");
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &no, &err), 0);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_string_equal(view(f, slot).reasons[0].reason.extack,
			    "no such key");
	assert_int_equal(f->fk->n_filters, 0);
}

static void the_same_flow_again_changes_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);
	uint64_t n_adds;

	settle(f);
	n_adds = f->fk->n_tc[REQUEST_ADD];
	assert_int_equal(put(f, FLOW), slot);
	settle(f);

	assert_int_equal(f->fk->n_tc[REQUEST_ADD], n_adds);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
	assert_int_equal(count(f, FLOW_IN_HW), 1);
}

static void other_actions_replace_the_rule_in_place(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	assert_int_equal(put(f, "in_port(eth0_0),eth_type(0x0800),"
				"ipv4(dst=192.0.2.1),actions:drop"), slot);
	settle(f);

	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 1);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(view(f, slot).rule.actions[0].verdict, RULE_DROP);
}

static void counters_survive_a_replace(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_filter_at(f->fk, 0)->stats = (struct kernel_stats){
		.packets = 5, .bytes = 500, .hw_packets = 5, .hw_bytes = 500,
		.used_ms = 10,
	};
	refresh(f);
	assert_int_equal(view(f, slot).stats.hw_packets, 5);

	put(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),"
	       "actions:drop");
	settle(f);
	refresh(f);
	assert_int_equal(view(f, slot).stats.hw_packets, 5);
	assert_int_equal(view(f, slot).stats.bytes, 500);
}

static void a_new_match_for_a_ufid_is_made_before_the_old_one_breaks(void **state)
{
	static const char first[] =
		"ufid:00000000-0000-0000-0000-000000000001," FLOW;
	static const char second[] =
		"ufid:00000000-0000-0000-0000-000000000001,"
		"in_port(eth0_0),eth_type(0x86dd),actions:eth0_1";
	struct core_fixture *f = *state;
	uint32_t old = put(f, first), new;
	struct line_flow line = parse(f, second);
	struct flow_view v;

	settle(f);
	new = put(f, second);
	assert_int_not_equal(old, new);
	settle(f);

	assert_int_equal(f->fk->n_filters, 1);
	assert_false(engine_view(f->core->engine, old, &v));
	assert_int_equal(view(f, new).state, FLOW_IN_HW);
	assert_int_equal(engine_find_ufid(f->core->engine, &line.ufid), new);
}

static void a_lost_result_is_asked_for_and_not_sent_twice(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_fail(&f->fk->fail_tc[REQUEST_ADD], 1, ENOBUFS, "");
	slot = put(f, FLOW);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);
	assert_true(f->fk->n_tc[REQUEST_GET] >= 1);
}

static void results_that_stay_lost_end_in_a_reason(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_fail(&f->fk->fail_tc[REQUEST_ADD], UINT32_MAX, ENOBUFS, "");
	fake_fail(&f->fk->fail_tc[REQUEST_GET], UINT32_MAX, ENOBUFS, "");
	slot = put(f, FLOW);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_int_equal(view(f, slot).reasons[0].reason.code,
			 REASON_RESULT_UNKNOWN);
}

static void a_foreign_rule_in_the_way_is_not_overwritten(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	uint32_t slot;

	flow.rule.dev.ifindex = fake_link_find(f->fk, "eth0_0")->info.ifindex;
	flow.rule.prio = 77;
	flow.rule.handle = 1;
	assert_non_null(fake_filter_add_foreign(f->fk, &flow.rule));
	slot = put(f, "filter add dev eth0_0 ingress protocol ip prio 77 "
		      "flower dst_ip 192.0.2.1 action drop");
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_int_equal(view(f, slot).reasons[0].reason.code,
			 REASON_DUPLICATE);
	engine_flush(f->core->engine);
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_delete_that_overtakes_its_add_spares_a_foreign_rule(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow foreign = parse(f, FLOW), flow;
	struct error err = { 0 };

	foreign.rule.dev.ifindex =
		fake_link_find(f->fk, "eth0_0")->info.ifindex;
	foreign.rule.prio = 77;
	foreign.rule.handle = 1;
	assert_non_null(fake_filter_add_foreign(f->fk, &foreign.rule));
	flow = parse(f, "filter add dev eth0_0 ingress protocol ip prio 77 "
		     "flower dst_ip 198.51.100.1 action drop");

	put(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	settle(f);
	engine_flush(f->core->engine);
	settle(f);
	f->fk->hold_tc = true;
	put(f, "filter add dev eth0_0 ingress protocol ip prio 77 "
	       "flower dst_ip 198.51.100.1 action drop");
	core_fixture_rounds(f, 3);
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
	core_fixture_rounds(f, 3);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);

	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 1);
}

static void another_ufid_for_the_same_flow_is_another_cookie(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	assert_int_equal(put(f, "ufid:00000000-0000-0000-0000-000000000009,"
				FLOW), slot);
	settle(f);
	refresh(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	engine_flush(f->core->engine);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
}

static void a_refused_replace_does_not_leave_the_old_rule(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_fail(&f->fk->fail_tc[REQUEST_REPLACE], UINT32_MAX, EINVAL, "no");
	put(f, "in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),"
	       "actions:drop");
	put(f, "in_port(eth0_0),eth_type(0x0806),actions:drop");
	engine_settle(f->core->engine, &f->request);
	core_fixture_rounds(f, 2);
	fake_fail(&f->fk->fail_tc[REQUEST_ADD], UINT32_MAX, EINVAL, "no");
	core_fixture_wait(f);
	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	refresh(f);

	assert_int_equal(view(f, slot).state, FLOW_REJECTED);
	assert_string_equal(view(f, slot).reasons[0].reason.extack, "no");
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_delete_that_fails_is_not_forgotten(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	struct error err = { 0 };

	put(f, FLOW);
	settle(f);
	fake_fail(&f->fk->fail_tc[REQUEST_DEL], 100, EBUSY, "");
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
	f->fk->fail_tc[REQUEST_DEL].count = 0;
	refresh(f);

	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(count(f, FLOW_IN_HW), 0);
}

static void more_devices_than_batches_all_get_their_qdisc(void **state)
{
	struct core_fixture *f = *state;
	char name[16], line[80];

	f->fk->queue_limit = 3;
	for (int i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "veth%d", i);
		fake_link_add(f->fk, name);
		(void)snprintf(line, sizeof(line),
			       "in_port(%s),eth_type(0x0800),actions:drop",
			       name);
		put(f, line);
	}
	settle(f);
	assert_int_equal(count(f, FLOW_REJECTED), 0);
	assert_int_equal(f->fk->n_filters, 64);
}

static void what_is_for_the_host_stays_with_the_datapath(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, "in_port(eth0_0),eth_type(0x0806),"
				      "actions:eth0_1,br0");
	struct error err = { 0 };
	uint32_t slot;

	fake_link_add(f->fk, "br0");
	(void)snprintf(fake_link_find(f->fk, "br0")->info.kind, 16,
		       "openvswitch");
	fake_resync(f->fk);
	core_fixture_rounds(f, 3);
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &no, &err),
			 -EOPNOTSUPP);
	assert_int_equal(no.reasons[0].code, REASON_PORT_NOT_OFFLOADABLE);
	assert_string_equal(no.reasons[0].subject, "br0");
}

static void egress_needs_clsact_and_says_so(void **state)
{
	struct core_fixture *f = *state;
	uint32_t in, out;

	fake_link_find(f->fk, "eth0_0")->ingress = true;
	in = put(f, FLOW);
	out = put(f, "filter add dev eth0_0 egress protocol ip flower "
		     "action drop");
	settle(f);

	assert_int_equal(view(f, in).state, FLOW_IN_HW);
	assert_int_equal(view(f, out).state, FLOW_REJECTED);
	assert_int_equal(view(f, out).reasons[0].reason.code,
			 REASON_QDISC_MISSING);
	assert_int_equal(f->fk->n_filters, 1);
}

static void a_lost_flow_can_be_deleted_by_its_match(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	struct error err = { 0 };

	put(f, FLOW);
	settle(f);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_LEGACY);
	settle(f);
	assert_int_equal(count(f, FLOW_LOST), 1);
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
	assert_int_equal(count(f, FLOW_LOST), 0);
}

static void only_a_flow_that_is_there_can_be_changed(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, "filter change dev eth0_0 ingress "
				      "protocol ip flower action drop");
	struct error err = { 0 };
	uint32_t slot;

	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &no, &err),
			 -ENOENT);
	assert_int_equal(engine_n_slots(f->core->engine), 0);
}

static void dumps_that_fail_do_not_make_it_spin(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps;

	for (int i = 0; i < 300; i++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=10.1.%d.%d),"
			       "actions:drop", i / 256, i % 256);
		put(f, line);
	}
	fake_fail(&f->fk->fail_dump, UINT32_MAX, EMFILE, "");
	n_dumps = f->fk->n_dumps;
	core_fixture_rounds(f, 500);
	assert_in_range(f->fk->n_dumps - n_dumps, 1, 4);
}

static void a_rule_that_somebody_deleted_is_put_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_filter_del(f->fk, fake_filter_at(f->fk, 0));
	refresh(f);

	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

static void flows_of_a_device_that_is_gone_are_lost_and_come_back(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, DEV);
	uint32_t slot = put(f, FLOW);

	settle(f);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_LOST);
	assert_int_equal(view(f, slot).reasons[0].reason.code,
			 REASON_DEVICE_GONE);

	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_in_hw, 1);
}

static void a_rule_that_leads_to_a_device_that_is_gone_is_withdrawn(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	fake_link_add(f->fk, "veth0");
	slot = put(f, "in_port(eth0_0),eth_type(0x0800),actions:veth0");
	settle(f);
	fake_link_del(f->fk, "veth0");
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_LOST);
	assert_string_equal(view(f, slot).reasons[0].reason.subject, "veth0");
	assert_int_equal(f->fk->n_filters, 0);

	assert_int_equal(f->core->engine->dev_index.n_used, 1);

	fake_link_add(f->fk, "veth0");
	settle(f);
	assert_int_equal(f->core->engine->dev_index.n_used, 2);
	assert_int_equal(f->fk->n_filters, 1);
	assert_int_not_equal(view(f, slot).state, FLOW_LOST);
}

static void a_flow_deleted_before_it_was_sent_never_reaches_the_kernel(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	struct error err = { 0 };

	put(f, FLOW);
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
	settle(f);

	assert_int_equal(f->fk->n_tc[REQUEST_ADD], 0);
	assert_int_equal(count(f, FLOW_PENDING), 0);
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err),
			 -ENOENT);
}

static void put_again_while_it_is_being_deleted_it_stays(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, FLOW);
	struct error err = { 0 };
	uint32_t slot = put(f, FLOW);

	settle(f);
	f->fk->hold_tc = true;
	assert_int_equal(engine_del_line(f->core->engine, &flow, &err), 0);
	assert_int_equal(loop_once(f->loop, 0), 0);
	assert_int_equal(put(f, FLOW), slot);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);
}

static void put_again_before_it_was_deleted_nothing_is_sent(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);

	settle(f);
	del(f, FLOW);
	assert_int_equal(put(f, FLOW), slot);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_tc[REQUEST_DEL], 0);
	assert_int_equal(f->fk->n_tc[REQUEST_REPLACE], 0);
}

static void what_is_put_after_a_flush_stays(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	put(f, FLOW);
	put(f, "in_port(eth0_1),eth_type(0x0806),actions:eth0_0");
	settle(f);
	for (int i = 0; i < 600; i++)
		engine_flush(f->core->engine);
	slot = put(f, FLOW);
	settle(f);

	assert_int_equal(f->fk->n_filters, 1);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
}

/* As a lost answer may leave it. */
static void a_filter_of_ours_in_the_place_is_taken_over(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot;

	put(f, FLOW);
	settle(f);
	/* The daemon forgets it, the kernel does not. */
	flowtab_del(&f->core->engine->table, 0);
	f->core->engine->n_state[FLOW_IN_HW]--;
	f->core->engine->devs[0]->n_there[RULE_INGRESS]--;
	slot = put(f, FLOW);
	settle(f);

	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(f->fk->n_filters, 1);
}

static void flush_takes_ours_and_only_ours(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow foreign = parse(f, FLOW);

	foreign.rule.dev.ifindex =
		fake_link_find(f->fk, "eth0_0")->info.ifindex;
	foreign.rule.prio = 5;
	foreign.rule.handle = 9;
	assert_non_null(fake_filter_add_foreign(f->fk, &foreign.rule));
	put(f, FLOW);
	put(f, "in_port(eth0_1),eth_type(0x0806),actions:eth0_0");
	settle(f);
	assert_int_equal(f->fk->n_filters, 3);

	engine_flush(f->core->engine);
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
	for (int s = 0; s < FLOW_N_STATES; s++)
		assert_int_equal(count(f, (enum flow_state)s), 0);
}

static void many_flows_are_verified_by_a_dump(void **state)
{
	struct core_fixture *f = *state;
	char line[200];

	for (unsigned int i = 0; i < 5000; i++) {
		(void)snprintf(line, sizeof(line),
			       "in_port(eth0_%u),eth_type(0x0800),"
			       "ipv4(dst=10.0.%u.%u),actions:eth0_%u", i % 2,
			       i / 256, i % 256, (i + 1) % 2);
		put(f, line);
	}
	settle(f);

	assert_int_equal(count(f, FLOW_IN_HW), 5000);
	assert_true(f->fk->n_tc[REQUEST_GET] < 500);
	assert_true(f->fk->n_dumps >= 2);
}

static void what_is_for_software_is_known_by_the_answer(void **state)
{
	struct core_fixture *f = *state;
	uint64_t n_dumps = f->fk->n_dumps;
	size_t n;

	put_for_software(f, 10, 0, 5000);
	settle(f);

	assert_int_equal(count(f, FLOW_SW), 5000);
	assert_int_equal(engine_reasons(f->core->engine,
					engine_flow(f->core->engine, 0),
					&n)->code, REASON_POLICY_SW_ONLY);
	assert_int_equal(f->fk->n_tc[REQUEST_GET], 0);
	assert_int_equal(f->fk->n_dumps, n_dumps);
}

static void what_is_taken_out_of_hardware_is_known_by_the_answer(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, "dev eth0_0 ingress protocol ip flower "
			    "dst_ip 192.0.2.1 action drop");
	uint64_t n_gets;

	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	n_gets = f->fk->n_tc[REQUEST_GET];
	put(f, "dev eth0_0 ingress protocol ip flower dst_ip 192.0.2.1 "
	    "skip_hw action drop");
	settle(f);
	assert_int_equal(view(f, slot).state, FLOW_SW);
	/* Of what the old filter had counted. */
	assert_int_equal(f->fk->n_tc[REQUEST_GET], n_gets + 1);
	assert_int_equal(f->fk->n_in_hw, 0);
}

static void the_next_daemon_adopts_and_rewrites_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, FLOW);
	struct ufid ufid;
	uint64_t n_adds;

	settle(f);
	ufid = view(f, slot).ufid;
	n_adds = f->fk->n_tc[REQUEST_ADD];
	core_fixture_restart(f);

	assert_int_equal(count(f, FLOW_IN_HW), 1);
	assert_int_equal(f->fk->n_tc[REQUEST_ADD], n_adds);
	assert_int_equal(engine_find_ufid(f->core->engine, &ufid), slot);
	assert_int_equal(put(f, FLOW), slot);
	settle(f);
	assert_int_equal(f->fk->n_filters, 1);
}

static void what_this_kernel_would_forget_of_an_action_is_refused(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, "dev eth0_0 ingress protocol ip flower "
				      "action tunnel_key set src_ip 192.0.2.2 "
				      "dst_ip 192.0.2.1 id 5 nofrag "
				      "action drop");
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	uint32_t slot;

	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &reasons,
				    &err), -EOPNOTSUPP);
	assert_int_equal(reasons.n, 1);
	assert_int_equal(reasons.reasons[0].code, REASON_KERNEL_IGNORES_KEY);
	assert_string_equal(reasons.reasons[0].subject, "nofrag");
	assert_int_equal(engine_count(f->core->engine, FLOW_REJECTED), 0);
}

static void an_unknown_device_is_refused_and_nothing_changes(void **state)
{
	struct core_fixture *f = *state;
	struct line_flow flow = parse(f, "in_port(nosuch0),eth_type(0x0800),"
				      "actions:eth0_1");
	struct error err = { 0 };
	uint32_t slot;

	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &no, &err),
			 -ENODEV);
	assert_non_null(strstr(err.msg, "nosuch0"));
	flow = parse(f, "in_port(7),eth_type(0x0800),actions:eth0_1");
	assert_int_equal(engine_put(f->core->engine, &flow, &slot, &no, &err),
			 -ENODEV);
	assert_non_null(strstr(err.msg, "--names"));
	assert_int_equal(engine_n_slots(f->core->engine), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(a_flow_that_hardware_takes_is_in_hw_without_a_reason),
		ENGINECASE(a_full_table_gives_sw_with_errno_and_extack),
		ENGINECASE(hw_only_is_rejected_where_best_effort_runs_in_software),
		ENGINECASE(the_same_flow_again_changes_nothing),
		ENGINECASE(other_actions_replace_the_rule_in_place),
		ENGINECASE(counters_survive_a_replace),
		ENGINECASE(a_new_match_for_a_ufid_is_made_before_the_old_one_breaks),
		ENGINECASE(a_lost_result_is_asked_for_and_not_sent_twice),
		ENGINECASE(results_that_stay_lost_end_in_a_reason),
		ENGINECASE(a_foreign_rule_in_the_way_is_not_overwritten),
		ENGINECASE(a_delete_that_overtakes_its_add_spares_a_foreign_rule),
		ENGINECASE(another_ufid_for_the_same_flow_is_another_cookie),
		ENGINECASE(a_refused_replace_does_not_leave_the_old_rule),
		ENGINECASE(a_delete_that_fails_is_not_forgotten),
		ENGINECASE(more_devices_than_batches_all_get_their_qdisc),
		ENGINECASE(what_is_for_the_host_stays_with_the_datapath),
		ENGINECASE(egress_needs_clsact_and_says_so),
		ENGINECASE(a_lost_flow_can_be_deleted_by_its_match),
		ENGINECASE(only_a_flow_that_is_there_can_be_changed),
		ENGINECASE(dumps_that_fail_do_not_make_it_spin),
		ENGINECASE(a_rule_that_somebody_deleted_is_put_back),
		ENGINECASE(flows_of_a_device_that_is_gone_are_lost_and_come_back),
		ENGINECASE(a_rule_that_leads_to_a_device_that_is_gone_is_withdrawn),
		ENGINECASE(a_flow_deleted_before_it_was_sent_never_reaches_the_kernel),
		ENGINECASE(put_again_while_it_is_being_deleted_it_stays),
		ENGINECASE(put_again_before_it_was_deleted_nothing_is_sent),
		ENGINECASE(what_is_put_after_a_flush_stays),
		ENGINECASE(a_filter_of_ours_in_the_place_is_taken_over),
		ENGINECASE(flush_takes_ours_and_only_ours),
		ENGINECASE(many_flows_are_verified_by_a_dump),
		ENGINECASE(what_is_for_software_is_known_by_the_answer),
		ENGINECASE(what_is_taken_out_of_hardware_is_known_by_the_answer),
		ENGINECASE(the_next_daemon_adopts_and_rewrites_nothing),
		ENGINECASE(what_this_kernel_would_forget_of_an_action_is_refused),
		ENGINECASE(an_unknown_device_is_refused_and_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
