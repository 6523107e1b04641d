/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modes, what is set meanwhile, and what is put back. */
#include "tests/unit/companioncase.h"

#include <errno.h>

static uint32_t features(struct companioncase *cc)
{
	return fake_dp_find(cc->fd, CC_DP)->info.features;
}

static bool shares(struct companioncase *cc)
{
	return features(cc) & OVS_DP_F_TC_RECIRC_SHARING;
}

static bool held(struct companioncase *cc)
{
	return cc->fo->status.settings.held;
}

static void is_mode(struct companioncase *cc, enum companion_mode mode)
{
	assert_string_equal(companion_mode_str(cc_status(cc).mode),
			    companion_mode_str(mode));
}

/* False: companion_stop() had nothing to do. */
static bool stop(struct companioncase *cc)
{
	return companion_stop(cc->c, &cc->f->request);
}

static void modes_have_words(void **state)
{
	enum companion_mode mode;

	(void)state;
	for (int i = 0; i < COMPANION_N_MODES; i++) {
		assert_int_equal(companion_mode_parse(companion_mode_str(
				 (enum companion_mode)i), &mode), 0);
		assert_int_equal(mode, i);
	}
	assert_int_equal(companion_mode_parse("", &mode), -EINVAL);
	assert_int_equal(companion_mode_parse("Mirror", &mode), -EINVAL);
}

static void off_reads_nothing(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	for (int i = 0; i < 5; i++)
		cc_later(cc, CC_LONG_MS);
	cc_refresh(cc);
	assert_int_equal(cc->fd->n_reads[DATAPATH_READ_ALL], 0);
	assert_int_equal(cc_status(cc).n_flows, 0);
}

static void auto_follows_hw_offload(void **state)
{
	struct companioncase *cc = *state;

	cc_mode(cc, COMPANION_AUTO);
	is_mode(cc, COMPANION_OFF);
	cc->fo->status.settings.hw_offload = true;
	cc_later(cc, COMPANION_ROUND_MS);
	is_mode(cc, COMPANION_OBSERVE);
	cc->fo->status.known = false;
	cc_later(cc, CC_LONG_MS);
	is_mode(cc, COMPANION_OFF);
	assert_int_equal(cc_status(cc).asked.mode, COMPANION_AUTO);
}

static void mirror_waits_while_open_vswitch_offloads(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_refresh(cc);
	assert_int_equal(cc->f->fk->n_filters, 1);
	cc->fo->status.settings.hw_offload = true;
	cc_later(cc, CC_LONG_MS);
	is_mode(cc, COMPANION_OBSERVE);
	assert_non_null(strstr(cc_status(cc).why, "hw-offload"));
	assert_int_equal(cc->f->fk->n_filters, 0);
	assert_false(shares(cc) || held(cc));

	cc->fo->status.settings.hw_offload = false;
	cc_later(cc, CC_LONG_MS);
	is_mode(cc, COMPANION_MIRROR);
	assert_string_equal(cc_status(cc).why, "");
	cc_refresh(cc);
	assert_int_equal(cc->f->fk->n_filters, 1);
	assert_true(shares(cc) && held(cc));
}

static void what_is_set_comes_and_goes_with_the_mode(void **state)
{
	struct companioncase *cc = *state;

	fake_dp_find(cc->fd, CC_DP)->info.features = OVS_DP_F_UNALIGNED;
	cc_mode(cc, COMPANION_MIRROR);
	assert_true(shares(cc) && held(cc));
	assert_true(features(cc) & OVS_DP_F_UNALIGNED);
	assert_int_equal(cc->fo->n_holds, 1);
	cc_mode(cc, COMPANION_OFF);
	assert_int_equal(features(cc), OVS_DP_F_UNALIGNED);
	assert_false(held(cc));
}

static void each_round_looks_whether_it_is_so_still(void **state)
{
	struct companioncase *cc = *state;

	for (int i = 0; i < 2 * COMPANION_MAX_ASKED; i++) {
		/* Open vSwitch has been restarted, and set by somebody. */
		(void)cc->fd->base.ops->features_set(&cc->fd->base, CC_DP, 0);
		cc->fo->status.settings.held = false;
		cc_later(cc, CC_LONG_MS);
		assert_true(shares(cc) && held(cc));
	}
}

static void a_feature_of_open_vswitch_is_left(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n;

	cc_mode(cc, COMPANION_OBSERVE);
	assert_false(shares(cc));
	cc->fo->status.settings.hw_offload = true;
	cc_later(cc, CC_LONG_MS);
	(void)cc->fd->base.ops->features_set(&cc->fd->base, CC_DP,
					     OVS_DP_F_TC_RECIRC_SHARING);
	n = cc->fd->n_features;
	for (int i = 0; i < 3; i++)
		cc_later(cc, CC_LONG_MS);
	assert_true(shares(cc));
	assert_int_equal(cc->fd->n_features, n);
}

static void a_start_in_another_mode_puts_back(void **state)
{
	struct companioncase *cc = *state;

	assert_int_equal(cc->fo->n_releases, 1);
	for (int i = 0; i < 3; i++)
		cc_later(cc, CC_LONG_MS);
	assert_int_equal(cc->fo->n_releases, 1);
	assert_int_equal(cc->fo->n_holds, 0);
}

static void what_fails_is_tried_again(void **state)
{
	struct companioncase *cc = *state;

	cc->fo->fail = EIO;
	cc_mode(cc, COMPANION_MIRROR);
	cc_later(cc, CC_LONG_MS);
	assert_true(cc->fo->n_holds > 1);
	assert_false(held(cc));
	cc->fo->fail = 0;
	cc->fo->refuse = ENOTCONN;
	cc_later(cc, CC_LONG_MS);
	assert_false(held(cc));
	cc->fo->refuse = 0;
	cc_later(cc, CC_LONG_MS);
	assert_true(held(cc));

	cc->fo->fail = EIO;
	cc_mode(cc, COMPANION_OFF);
	cc_later(cc, CC_LONG_MS);
	assert_true(held(cc));
	cc->fo->fail = 0;
	cc_later(cc, CC_LONG_MS);
	assert_false(held(cc));
}

/* Nobody knows whether it was done: it is put back in any case. */
static void a_hold_without_an_answer_is_put_back(void **state)
{
	struct companioncase *cc = *state;

	assert_int_equal(cc->fo->n_releases, 1);
	cc->fo->fail = ECONNRESET;
	cc->fo->fail_done = true;
	cc_mode(cc, COMPANION_MIRROR);
	assert_true(held(cc));
	cc->fo->fail = 0;
	cc_mode(cc, COMPANION_OFF);
	cc_later(cc, CC_LONG_MS);
	assert_false(held(cc));
}

static void a_mode_that_changes_during_a_hold(void **state)
{
	struct companioncase *cc = *state;

	cc->fo->hold = true;
	cc_mode(cc, COMPANION_MIRROR);
	cc_mode(cc, COMPANION_OFF);
	cc->fo->hold = false;
	fake_ovs_answer(cc->fo);
	cc_rounds(cc);
	assert_true(held(cc));
	cc_later(cc, CC_LONG_MS);
	assert_false(held(cc));
}

static void nothing_is_asked_of_who_is_not_there(void **state)
{
	struct companioncase *cc = *state;
	uint32_t n = cc->fo->n_holds;

	cc->fo->status.connected = false;
	cc->fo->status.settings.held = false;
	cc_later(cc, CC_LONG_MS);
	assert_int_equal(cc->fo->n_holds, n);
	is_mode(cc, COMPANION_MIRROR);
	cc->fo->status.connected = true;
	cc_later(cc, CC_LONG_MS);
	assert_int_equal(cc->fo->n_holds, n + 1);
}

static void mode_and_policy_survive_a_restart(void **state)
{
	struct companioncase *cc = *state;

	cc_set(cc, COMPANION_MIRROR, RULE_HW_ONLY);
	cc_restart(cc);
	cc_refresh(cc);
	is_mode(cc, COMPANION_MIRROR);
	assert_int_equal(cc_status(cc).asked.policy, RULE_HW_ONLY);
	cc_set(cc, COMPANION_AUTO, RULE_SW_ONLY);
	cc_restart(cc);
	assert_int_equal(cc_status(cc).asked.mode, COMPANION_AUTO);
	assert_int_equal(cc_status(cc).asked.policy, RULE_SW_ONLY);
}

static void a_record_that_is_damaged_is_left_alone(void **state)
{
	struct companioncase *cc = *state;
	struct store *s = &cc->f->fs->base;
	static const uint8_t records[][8] = { { 99, 0 }, { 3, 99 }, { 255 } };

	for (size_t i = 0; i < ARRAY_LEN(records); i++) {
		assert_int_equal(s->ops->put(s, STORE_SETTINGS, 1, records[i],
					     sizeof(records[i])), 0);
		assert_int_equal(s->ops->commit(s), 0);
		cc_restart(cc);
		assert_int_equal(cc_status(cc).asked.mode, COMPANION_OFF);
	}
	assert_int_equal(s->ops->put(s, STORE_SETTINGS, 1, records[0], 3), 0);
	assert_int_equal(s->ops->commit(s), 0);
	cc_restart(cc);
	assert_int_equal(cc_status(cc).asked.mode, COMPANION_OFF);
}

static void a_store_that_fails_is_no_reason_not_to(void **state)
{
	struct companioncase *cc = *state;

	cc->f->fs->fail_commits = 1;
	cc_mode(cc, COMPANION_MIRROR);
	is_mode(cc, COMPANION_MIRROR);
}

static void stop_takes_all_out_and_puts_back(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_refresh(cc);
	assert_true(stop(cc));
	core_fixture_wait(cc->f);
	assert_int_equal(cc->f->fk->n_filters, 0);
	assert_false(held(cc) || shares(cc));
	/* What happens now is nobody's business. */
	cc_flow(cc, 2);
	cc_del(cc, 1);
	fake_dp_del(cc->fd, CC_DP);
	cc_later(cc, CC_LONG_MS);
	assert_int_equal(cc->f->fk->n_filters, 0);
	assert_false(cc->fo->asked);
}

static void stop_during_a_hold_puts_back(void **state)
{
	struct companioncase *cc = *state;
	int n = cc->f->n_done;

	cc->fo->hold = true;
	cc_mode(cc, COMPANION_MIRROR);
	n = cc->f->n_done;
	assert_true(stop(cc));
	cc_rounds(cc);
	assert_int_equal(cc->f->n_done, n);
	cc->fo->hold = false;
	fake_ovs_answer(cc->fo);
	core_fixture_wait(cc->f);
	assert_false(held(cc));
}

static void stop_during_a_release_waits_for_it(void **state)
{
	struct companioncase *cc = *state;
	int n;

	cc->fo->hold = true;
	cc_mode(cc, COMPANION_OFF);
	assert_non_null(cc->fo->asked);
	n = cc->f->n_done;
	assert_true(stop(cc));
	cc_rounds(cc);
	assert_int_equal(cc->f->n_done, n);
	cc->fo->hold = false;
	fake_ovs_answer(cc->fo);
	core_fixture_wait(cc->f);
	assert_false(held(cc));
}

static void stop_waits_for_rules_that_are_going(void **state)
{
	struct companioncase *cc = *state;
	const struct companion_settings off = { COMPANION_OFF,
						RULE_BEST_EFFORT };
	struct core_fixture other = { .n_done = 0 };

	cc_flow(cc, 1);
	cc_refresh(cc);
	other.request.done = cc->f->request.done;
	cc->f->fk->hold_tc = true;
	cc->c->set(cc->c, &off, &other.request);
	core_fixture_rounds(cc->f, 2);
	assert_true(stop(cc));
	cc_rounds(cc);
	assert_int_equal(cc->f->fk->n_filters, 1);
	cc->f->fk->hold_tc = false;
	fake_release(cc->f->fk);
	core_fixture_wait(cc->f);
	assert_int_equal(cc->f->fk->n_filters, 0);
	cc_rounds(cc);
	assert_int_equal(other.n_done, 1);
}

static void stop_when_the_release_fails_ends_too(void **state)
{
	struct companioncase *cc = *state;

	cc->fo->fail = EIO;
	assert_true(stop(cc));
	core_fixture_wait(cc->f);
	assert_true(held(cc));
}

static void stop_has_nothing_to_do_in_other_modes(void **state)
{
	struct companioncase *cc = *state;

	assert_false(stop(cc));
	cc_later(cc, CC_LONG_MS);
}

static void stop_in_the_middle_of_a_read(void **state)
{
	struct companioncase *cc = *state;
	struct core_fixture other = { .n_done = 0 };

	other.request.done = cc->f->request.done;
	cc_flow(cc, 1);
	cc_refresh(cc);
	cc->fd->hold = true;
	cc->c->refresh(cc->c, &other.request);
	cc_rounds(cc);
	assert_true(stop(cc));
	core_fixture_wait(cc->f);
	cc->fd->hold = false;
	fake_datapath_release(cc->fd);
	cc_later(cc, CC_LONG_MS);
	/* Whoever waits is answered, and once. */
	assert_int_equal(other.n_done, 1);
	assert_int_equal(cc->f->fk->n_filters, 0);
}

static void many_who_ask_are_all_answered(void **state)
{
	struct companioncase *cc = *state;
	static struct core_fixture asking[20];
	const struct companion_settings s[2] = {
		{ COMPANION_OBSERVE, RULE_BEST_EFFORT },
		{ COMPANION_MIRROR, RULE_BEST_EFFORT },
	};

	for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
		asking[i].n_done = 0;
		asking[i].request.done = cc->f->request.done;
		if (i % 3)
			cc->c->refresh(cc->c, &asking[i].request);
		else
			cc->c->set(cc->c, &s[i & 1], &asking[i].request);
		core_fixture_rounds(cc->f, 1);
	}
	cc_later(cc, CC_LONG_MS);
	for (size_t i = 0; i < ARRAY_LEN(asking); i++)
		assert_int_equal(asking[i].n_done, 1);
}

/* With requests of all kinds under way, which nobody waits for any more. */
static void it_may_be_freed_at_any_time(void **state)
{
	struct companioncase *cc = *state;

	cc_flow(cc, 1);
	cc_rounds(cc);
	cc->fo->hold = true;
	cc->fo->status.settings.held = false;
	cc->fd->hold = true;
	cc_later(cc, CC_LONG_MS);
	assert_non_null(cc->fo->asked);
	assert_true(cc->fd->reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_have_words),
		CC_OFF(off_reads_nothing),
		CC_OFF(auto_follows_hw_offload),
		CC_MIRROR(mirror_waits_while_open_vswitch_offloads),
		CC_OFF(what_is_set_comes_and_goes_with_the_mode),
		CC_MIRROR(each_round_looks_whether_it_is_so_still),
		CC_MIRROR(a_feature_of_open_vswitch_is_left),
		CC_OBSERVE(a_start_in_another_mode_puts_back),
		CC_OFF(what_fails_is_tried_again),
		CC_OFF(a_hold_without_an_answer_is_put_back),
		CC_OFF(a_mode_that_changes_during_a_hold),
		CC_MIRROR(nothing_is_asked_of_who_is_not_there),
		CC_OFF(mode_and_policy_survive_a_restart),
		CC_OFF(a_record_that_is_damaged_is_left_alone),
		CC_OFF(a_store_that_fails_is_no_reason_not_to),
		CC_MIRROR(stop_takes_all_out_and_puts_back),
		CC_OFF(stop_during_a_hold_puts_back),
		CC_MIRROR(stop_during_a_release_waits_for_it),
		CC_MIRROR(stop_waits_for_rules_that_are_going),
		CC_MIRROR(stop_when_the_release_fails_ends_too),
		CC_OBSERVE(stop_has_nothing_to_do_in_other_modes),
		CC_MIRROR(stop_in_the_middle_of_a_read),
		CC_MIRROR(many_who_ask_are_all_answered),
		CC_MIRROR(it_may_be_freed_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
