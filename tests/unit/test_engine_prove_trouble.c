/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever gets in the way of a proof, and places in hardware meanwhile. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/engine_audit.h"
#include "tests/unit/provecase.h"

static void it_waits_for_a_flow_that_is_under_way(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
}

static void but_not_for_ever(void **state)
{
	struct core_fixture *f = *state;
	struct proof q = { .prove.seconds = 1 };
	uint32_t slot;

	f->fk->hold_jobs = true;
	slot = put(f, ENGINECASE_FLOW);
	begin(f, slot, &q);
	assert_int_equal(wait_for(&q, nowhere), PROVE_NOT_IN_HW);
	assert_int_equal(q.prove.state, FLOW_PENDING);
}

static void a_kernel_that_is_silent_ends_it(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.seconds = 1 };

	begin(f, slot, &q);
	f->fk->hold_tc = true;
	assert_int_equal(wait_for(&q, as_it_should), PROVE_NO_TRAFFIC);
	/* One reading was asked for, not one each time. */
	assert_int_equal(f->core->engine->n_sent, 1);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	settle(f);
	assert_back(f, slot);
}

static void a_lost_reading_is_asked_for_again(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .n_done = 0 };

	begin(f, slot, &q);
	fake_fail(&f->fk->fail_tc[REQUEST_GET], 3, ENOBUFS, "");
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
}

static void a_driver_that_drops_the_rule_is_noticed(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	ticks(f, nowhere, 5);
	f->fk->unsupported[0] = "ipv4_dst";
	filter_of(f, slot)->in_hw = false;
	f->fk->n_in_hw--;
	assert_int_equal(wait_for(&q, as_it_should), PROVE_NOT_IN_HW);
	assert_int_equal(q.prove.reasons.reasons[0].code,
			 REASON_DRIVER_REFUSED);
}

static void a_filter_that_was_stolen_is_put_back_and_proven(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	ticks(f, nowhere, 5);
	fake_filter_del(f->fk, filter_of(f, slot));
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);

	q = (struct proof){ .prove.control = true };
	begin(f, slot, &q);
	wait_for_control(&q);
	fake_filter_del(f->fk, filter_of(f, slot));
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_back(f, slot);
}

static void a_flow_that_is_deleted_ends_it(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	ticks(f, nowhere, 5);
	del(f, ENGINECASE_FLOW);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_DELETED);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);

	slot = put_settled(f, ENGINECASE_FLOW);
	q = (struct proof){ .prove.control = true };
	begin(f, slot, &q);
	wait_for_control(&q);
	engine_flush(f->core->engine);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_DELETED);
	settle(f);
	assert_int_equal(f->fk->n_filters, 0);
	assert_int_equal(f->core->engine->devs[0]->n_claims, 0);
}

static void a_flow_that_is_wanted_again_at_once_goes_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	wait_for_control(&q);
	f->fk->hold_tc = true;
	del(f, ENGINECASE_FLOW);
	ticks(f, nowhere, 5);
	assert_int_equal(put(f, ENGINECASE_FLOW), slot);
	f->fk->hold_tc = false;
	fake_release(f->fk);
	assert_int_equal(wait_for(&q, nowhere), PROVE_DELETED);
	settle(f);
	assert_back(f, slot);
}

static void a_flow_that_is_put_otherwise_ends_it(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	ticks(f, nowhere, 5);
	assert_int_equal(put(f, DROP), slot);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_CHANGED);

	q = (struct proof){ .prove.control = true };
	begin(f, slot, &q);
	wait_for_control(&q);
	assert_int_equal(put(f, ENGINECASE_FLOW), slot);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_CHANGED);
	settle(f);
	assert_back(f, slot);
	assert_int_equal(filter_of(f, slot)->rule.actions[0].kind,
			 RULE_ACTION_MIRRED);
}

static void the_same_flow_once_more_changes_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	wait_for_control(&q);
	assert_int_equal(put(f, ENGINECASE_FLOW), slot);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_back(f, slot);
}

static void a_device_that_goes_takes_the_control_with_it(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, ENGINECASE_DEV);
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	wait_for_control(&q);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_NOT_IN_HW);
	assert_int_equal(q.prove.state, FLOW_LOST);
	assert_int_equal(q.prove.reasons.reasons[0].code, REASON_DEVICE_GONE);
	assert_int_equal(f->core->engine->devs[0]->n_claims, 0);
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	settle(f);
	assert_back(f, slot);
}

static void who_does_not_want_to_know_leaves_no_trace(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	engine_prove_cancel(f->core->engine, &q.prove);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_STOPPED);
	assert_back(f, slot);

	q = (struct proof){ .prove.control = true };
	begin(f, slot, &q);
	wait_for_control(&q);
	engine_prove_cancel(f->core->engine, &q.prove);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_STOPPED);
	assert_back(f, slot);
	engine_prove_cancel(f->core->engine, &q.prove);
}

/* While the rule is on its way to software, too. */
static void it_can_be_called_off_at_any_time(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);

	for (int n = 0; n < 12; n++) {
		struct proof q = { .prove.control = true };

		begin(f, slot, &q);
		while (!flow_at(f, slot)->control) {
			as_it_should(filter_of(f, slot));
			loop_advance(f->loop, TICK_MS);
			core_fixture_rounds(f, 1);
		}
		core_fixture_rounds(f, n);
		engine_prove_cancel(f->core->engine, &q.prove);
		assert_int_equal(wait_for(&q, as_it_should), PROVE_STOPPED);
		assert_back(f, slot);
	}
}

static void a_daemon_that_stops_brings_it_back_first(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	struct error err = { 0 };

	begin(f, slot, &q);
	wait_for_control(&q);
	assert_true(engine_prove_stop(f->core->engine, &f->request));
	core_fixture_wait(f);
	assert_int_equal(q.n_done, 1);
	assert_int_equal(q.prove.verdict, PROVE_STOPPED);
	assert_back(f, slot);
	assert_int_equal(try_begin(f, slot, &q, &err), -ESHUTDOWN);
	assert_false(engine_prove_stop(f->core->engine, &f->request));
}

/* Whether the store was written or not: the cookie tells. */
static void the_next_daemon_brings_it_back(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);

	for (int written = 1; written >= 0; written--) {
		struct proof q = { .prove.control = true };
		uint64_t sent;

		f->fs->fail_commits = written ? 0 : UINT32_MAX;
		begin(f, slot, &q);
		wait_for_control(&q);
		ticks(f, as_it_should, 3);
		refresh(f);
		sent = view(f, slot).stats.packets;
		core_fixture_restart(f);
		settle(f);
		assert_int_equal(q.n_done, 0);
		slot = engine_find_ufid(f->core->engine, &q.prove.ufid);
		assert_back(f, slot);
		core_fixture_rounds(f, 12);
		assert_null(twin(f));
		if (written)
			assert_int_equal(view(f, slot).stats.packets, sent);
	}
}

static void found_none(struct engine_audit *a, const struct audit_finding *x)
{
	(void)a;
	(void)x;
	fail();
}

static void audited(struct engine_audit *a)
{
	a->fix = false;
}

static void an_audit_in_the_control_finds_nothing(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };
	struct engine_audit a = { .fix = true, .found = found_none,
				  .done = audited };

	begin(f, slot, &q);
	wait_for_control(&q);
	engine_audit(f->core->engine, &a);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_false(a.fix);
	assert_int_equal(a.n_clean, 1);
	assert_int_equal(a.n_pending, 0);
	assert_back(f, slot);
}

/*
 * Places
 */

static void a_flow_is_proven_by_one_at_a_time(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true }, r = { .n_done = 0 };
	struct error err = { 0 };

	begin(f, slot, &q);
	assert_int_equal(try_begin(f, slot, &r, &err), -EBUSY);
	assert_non_null(strstr(err.msg, "being proven already"));
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	assert_int_equal(r.n_done, 0);
	begin(f, slot, &r);
	assert_int_equal(wait_for(&r, as_it_should), PROVE_PROVEN);
}

static void not_all_are_proven_at_once(void **state)
{
	static struct proof proofs[100];
	struct core_fixture *f = *state;
	struct error err = { 0 };
	int n = 0;

	for (; n < 100; n++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=10.0.0.%d),"
			       "actions:eth0_1", n);
		proofs[n] = (struct proof){ .n_done = 0 };
		if (try_begin(f, put(f, line), &proofs[n], &err) < 0)
			break;
	}
	assert_int_equal(n, 64);
	assert_int_equal(err.code, EBUSY);
	for (int i = 0; i < n; i++)
		assert_int_equal(wait_for(&proofs[i], as_it_should),
				 PROVE_PROVEN);
}

static void what_is_not_there_is_not_proven(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .n_done = 0 };
	struct error err = { 0 };

	begin(f, slot, &q);
	(void)wait_for(&q, as_it_should);
	del(f, ENGINECASE_FLOW);
	settle(f);
	assert_int_equal(engine_prove(f->core->engine, &q.prove, &err),
			 -ENOENT);
}

/* The other one has ten times the packets. */
static void mostly_the_other(struct fake_filter *flt)
{
	for (unsigned int i = 0; i < (flt->rule.handle == 2 ? 10 : 1); i++)
		as_it_should(flt);
}

static void nobody_gets_its_place_meanwhile(void **state)
{
	struct core_fixture *f = *state;
	struct proof q = { .prove = { .control = true, .seconds = 3600,
				      .packets = 3000 } };
	uint32_t slot, other, late;

	f->fk->capacity = 1;
	slot = put_settled(f, ENGINECASE_FLOW);
	other = put_settled(f, OTHER);
	assert_int_equal(other, 1);
	ticks(f, nowhere, 20);
	begin(f, slot, &q);
	for (int n = 0; n < 600 && !is_controlled(&q); n++)
		tick(f, mostly_the_other);
	assert_int_equal(view(f, other).state, FLOW_SW);
	/* One that comes, and the look whether the table has grown. */
	late = put_settled(f, "in_port(eth0_0),eth_type(0x86dd),actions:drop");
	ticks(f, mostly_the_other, 150);
	assert_true(is_controlled(&q));
	assert_int_equal(view(f, other).state, FLOW_SW);
	assert_int_equal(view(f, late).state, FLOW_EVICTED);
	assert_int_equal(f->fk->n_in_hw, 1);
	assert_true(twin(f)->in_hw);
	assert_int_equal(wait_for(&q, mostly_the_other), PROVE_PROVEN);
	assert_back(f, slot);
	/* Now it is as it always is. */
	ticks(f, mostly_the_other, 200);
	assert_int_equal(view(f, other).state, FLOW_IN_HW);
	assert_int_equal(view(f, slot).state, FLOW_EVICTED);
}

static void hardware_that_does_not_take_it_again_is_told(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.control = true };

	begin(f, slot, &q);
	wait_for_control(&q);
	f->fk->unsupported[0] = "ipv4_dst";
	assert_int_equal(wait_for(&q, as_it_should), PROVE_NOT_BACK);
	assert_int_equal(q.prove.state, FLOW_SW);
	assert_int_equal(q.prove.reasons.reasons[0].code,
			 REASON_DRIVER_REFUSED);
	assert_int_equal(f->fk->n_filters, 1);
	assert_false(flow_at(f, slot)->proving || flow_at(f, slot)->claims);
}

static void a_flow_under_proof_does_not_give_way(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	struct proof q = { .prove.seconds = 60 };

	begin(f, slot, &q);
	engine_capacity_set(f->core->engine,
			    engine_capacity_find(f->core->engine, "eth0_0"),
			    0, 0);
	ticks(f, nowhere, 100);
	assert_int_equal(view(f, slot).state, FLOW_IN_HW);
	assert_int_equal(wait_for(&q, as_it_should), PROVE_PROVEN);
	ticks(f, nowhere, 100);
	assert_int_equal(view(f, slot).state, FLOW_EVICTED);
}

static void rates_are_what_they_would_be_without(void **state)
{
	struct core_fixture *f = *state;
	uint32_t slot = put_settled(f, ENGINECASE_FLOW);
	uint32_t other = put_settled(f, OTHER);
	struct proof q = { .prove = { .seconds = 60, .packets = 100000 } };

	begin(f, slot, &q);
	ticks(f, as_it_should, 100);
	assert_int_equal(q.n_done, 0);
	assert_true(view(f, other).rate > 0);
	assert_true(view(f, slot).rate == view(f, other).rate);
	engine_prove_cancel(f->core->engine, &q.prove);
	(void)wait_for(&q, as_it_should);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINECASE(an_audit_in_the_control_finds_nothing),
		ENGINECASE(it_waits_for_a_flow_that_is_under_way),
		ENGINECASE(but_not_for_ever),
		ENGINECASE(a_kernel_that_is_silent_ends_it),
		ENGINECASE(a_lost_reading_is_asked_for_again),
		ENGINECASE(a_driver_that_drops_the_rule_is_noticed),
		ENGINECASE(a_filter_that_was_stolen_is_put_back_and_proven),
		ENGINECASE(a_flow_that_is_deleted_ends_it),
		ENGINECASE(a_flow_that_is_wanted_again_at_once_goes_back),
		ENGINECASE(a_flow_that_is_put_otherwise_ends_it),
		ENGINECASE(the_same_flow_once_more_changes_nothing),
		ENGINECASE(a_device_that_goes_takes_the_control_with_it),
		ENGINECASE(who_does_not_want_to_know_leaves_no_trace),
		ENGINECASE(it_can_be_called_off_at_any_time),
		ENGINECASE(a_daemon_that_stops_brings_it_back_first),
		ENGINECASE(the_next_daemon_brings_it_back),
		ENGINECASE(a_flow_is_proven_by_one_at_a_time),
		ENGINECASE(not_all_are_proven_at_once),
		ENGINECASE(what_is_not_there_is_not_proven),
		ENGINECASE(nobody_gets_its_place_meanwhile),
		ENGINECASE(hardware_that_does_not_take_it_again_is_told),
		ENGINECASE(a_flow_under_proof_does_not_give_way),
		ENGINECASE(rates_are_what_they_would_be_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
