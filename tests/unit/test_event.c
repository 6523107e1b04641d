/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of events, who is told of them, and what is lost. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/enginecase.h"

struct fixture {
	struct loop *loop;
	struct event_log log;
	struct event_watch watch;
	unsigned int n_told;
};

static void on_event(struct event_watch *w)
{
	container_of(w, struct fixture, watch)->n_told++;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(event_log_init(&f->log, f->loop), 0);
	f->watch.on_event = on_event;
	list_init(&f->watch.node);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	event_log_fini(&f->log);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void add(struct fixture *f, enum event_kind kind, unsigned int n)
{
	const struct event ev = event_make(kind);

	while (n--)
		event_add(&f->log, &ev);
}

static void watch(struct fixture *f, uint64_t kinds)
{
	f->watch.kinds = kinds;
	event_watch_add(&f->log, &f->watch);
}

/* Its number, or 0 if there is none. */
static uint64_t next(struct fixture *f, struct event_cursor *c, uint64_t kinds)
{
	const struct event *ev = event_next(&f->log, c, kinds);

	return ev ? ev->seq : 0;
}

static struct event_cursor after(struct fixture *f, uint64_t seq)
{
	struct event_cursor c;

	event_cursor_set(&f->log, &c, EVENT_ALL_KINDS, seq);
	return c;
}

static void they_are_numbered_from_1_and_read_in_order(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c = after(f, 0);

	watch(f, EVENT_ALL_KINDS);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 0);
	add(f, EVENT_DEVICE_NEW, 1);
	add(f, EVENT_FLOW_STATE, 2);
	add(f, EVENT_REP_NEW, 1);
	add(f, EVENT_FLOW_DELETED, 1);
	for (uint64_t seq = 1; seq <= 5; seq++)
		assert_int_equal(next(f, &c, EVENT_ALL_KINDS), seq);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 0);
	assert_int_equal(c.lost, 0);
	add(f, EVENT_REP_GONE, 1);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 6);
	event_watch_del(&f->log, &f->watch);
}

static void reading_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c;

	add(f, EVENT_DEVICE_NEW, 10);
	c = after(f, 7);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 8);
	c = after(f, 10);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 0);
	assert_int_equal(c.lost, 0);
}

static void only_kinds_that_are_wanted_are_read(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c = after(f, 0);

	add(f, EVENT_DEVICE_NEW, 1);
	add(f, EVENT_LINK_NEW, 3);
	add(f, EVENT_DEVICE_GONE, 1);
	assert_int_equal(next(f, &c, EVENT_BIT(EVENT_DEVICE_NEW) |
				     EVENT_BIT(EVENT_DEVICE_GONE)), 1);
	assert_int_equal(next(f, &c, EVENT_BIT(EVENT_DEVICE_GONE)), 5);
}

static void a_reader_who_is_late_knows_how_much_it_missed(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c = after(f, 0);

	add(f, EVENT_DEVICE_NEW, EVENT_KEPT);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 1);
	add(f, EVENT_DEVICE_NEW, 100);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 101);
	assert_int_equal(c.lost, 99);
	add(f, EVENT_DEVICE_NEW, 3 * EVENT_KEPT);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 3 * EVENT_KEPT + 101);
	assert_int_equal(c.lost, 99 + 3 * EVENT_KEPT - 1);
}

static void so_does_one_who_comes_back(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c;

	add(f, EVENT_DEVICE_NEW, EVENT_KEPT + 50);
	c = after(f, 20);
	assert_int_equal(c.lost, 30);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 51);
	c = after(f, 50);
	assert_int_equal(c.lost, 0);
	c = after(f, 49);
	assert_int_equal(c.lost, 1);
	event_cursor_oldest(&f->log, &c);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 51);
	assert_int_equal(c.lost, 0);
}

static void who_waits_for_the_next_has_missed_nothing(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c = after(f, 0);

	watch(f, EVENT_ALL_KINDS);
	add(f, EVENT_LINK_NEW, EVENT_KEPT + 5);
	add(f, EVENT_FLOW_STATE, EVENT_KEPT + 5);
	add(f, EVENT_DEVICE_NEW, 1);
	event_cursor_last(&f->log, &c);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 2 * EVENT_KEPT + 11);
	add(f, EVENT_FLOW_DELETED, 1);
	event_cursor_last(&f->log, &c);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 2 * EVENT_KEPT + 12);
	assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 0);
	assert_int_equal(c.lost, 0);
	event_watch_del(&f->log, &f->watch);
}

static void flows_push_nothing_else_out(void **state)
{
	struct fixture *f = *state;
	struct event_cursor c;

	watch(f, EVENT_ALL_KINDS);
	add(f, EVENT_DEVICE_NEW, 3);
	add(f, EVENT_FLOW_STATE, 1000000);
	add(f, EVENT_DEVICE_GONE, 1);
	event_cursor_set(&f->log, &c, ~EVENT_OF_FLOWS, 1);
	assert_int_equal(c.lost, 0);
	assert_int_equal(next(f, &c, ~EVENT_OF_FLOWS), 2);
	assert_int_equal(next(f, &c, ~EVENT_OF_FLOWS), 3);
	assert_int_equal(next(f, &c, ~EVENT_OF_FLOWS), 1000004);
	assert_int_equal(c.lost, 0);
	c = after(f, 1);
	assert_int_equal(c.lost, 1000000 - EVENT_KEPT);
	event_watch_del(&f->log, &f->watch);
}

static void flows_are_kept_only_while_somebody_watches(void **state)
{
	struct fixture *f = *state;

	add(f, EVENT_FLOW_STATE, 5);
	assert_int_equal(f->log.seq, 0);
	assert_false(event_is_wanted(&f->log, EVENT_FLOW_STATE));
	assert_true(event_is_wanted(&f->log, EVENT_FLOW_FLUSH));
	watch(f, EVENT_BIT(EVENT_FLOW_STATE));
	add(f, EVENT_FLOW_STATE, 1);
	add(f, EVENT_FLOW_DELETED, 1);
	assert_int_equal(f->log.seq, 1);
	event_watch_del(&f->log, &f->watch);
	add(f, EVENT_FLOW_STATE, 1);
	assert_int_equal(f->log.seq, 1);
}

static void who_watches_is_told_of_what_it_wants(void **state)
{
	struct fixture *f = *state;

	watch(f, EVENT_BIT(EVENT_REP_NEW));
	add(f, EVENT_REP_NEW, 2);
	add(f, EVENT_REP_GONE, 1);
	assert_int_equal(f->n_told, 2);
	event_watch_del(&f->log, &f->watch);
	add(f, EVENT_REP_NEW, 1);
	assert_int_equal(f->n_told, 2);
}

static void numbers_of_the_future_and_huge_ones_do_no_harm(void **state)
{
	static const uint64_t seqs[] = { 4, 1000, UINT64_MAX - 1, UINT64_MAX };
	struct fixture *f = *state;

	add(f, EVENT_DEVICE_NEW, 3);
	for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
		struct event_cursor c = after(f, seqs[i]);

		assert_int_equal(next(f, &c, EVENT_ALL_KINDS), 0);
		assert_int_equal(c.lost, 0);
	}
}

static void text_is_cut_and_made_printable(void **state)
{
	struct event ev = event_make(EVENT_PLAN_FAILED);
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + EVENT_TEXT_SIZE - 2, "\xc3\xa4", 2);
	text[sizeof(text) - 1] = '\0';
	text[3] = '\n';
	event_text(&ev, "%s", text);
	assert_int_equal(strlen(ev.text), EVENT_TEXT_SIZE - 1);
	assert_int_equal(ev.text[3], '?');
	assert_int_equal(ev.text[EVENT_TEXT_SIZE - 2], '?');
	event_word(&ev, 0, text);
	assert_int_equal(strlen(ev.words[0]), EVENT_WORD_SIZE - 1);
}

static void words_choose_kinds_or_all_of_a_noun(void **state)
{
	struct error err;
	uint64_t kinds;

	(void)state;
	assert_int_equal(event_kinds_parse(" vf-count  device ", &kinds, &err),
			 0);
	assert_int_equal(kinds, EVENT_BIT(EVENT_VF_COUNT) |
				EVENT_BIT(EVENT_DEVICE_NEW) |
				EVENT_BIT(EVENT_DEVICE_GONE) |
				EVENT_BIT(EVENT_DEVICE_RELOAD) |
				EVENT_BIT(EVENT_DEVICE_RESTORED) |
				EVENT_BIT(EVENT_DEVICE_NOT_RESTORED) |
				EVENT_BIT(EVENT_DEVICE_CONTESTED));
	assert_int_equal(event_kinds_parse("", &kinds, &err), 0);
	assert_true(kinds == EVENT_ALL_KINDS);
	assert_int_equal(event_kinds_parse("flow vf-cuont", &kinds, &err),
			 -EINVAL);
	assert_string_equal(err.msg, "no events 'vf-cuont'; did you mean "
			    "'vf-count'?");
	assert_int_equal(event_kinds_parse("devic", &kinds, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "'device'?"));
}

static void words_that_are_no_words_are_refused(void **state)
{
	struct error err;
	uint64_t kinds = 7;
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(event_kinds_parse(text, &kinds, &err), -EINVAL);
	assert_int_equal(event_kinds_parse("device-", &kinds, &err), -EINVAL);
	assert_int_equal(event_kinds_parse("-", &kinds, &err), -EINVAL);
	assert_int_equal(event_kinds_parse("\n", &kinds, &err), -EINVAL);
	assert_int_equal(kinds, 7);
}

static void names_begin_with_their_noun_and_are_told_apart(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_N_KINDS; i++) {
		const char *name = event_table[i].name;
		size_t len = event_noun_len((enum event_kind)i);

		assert_true(len > 1 && name[len] == '-');
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name, event_table[j].name);
	}
}

static struct event_cursor from_now(struct core_fixture *f)
{
	struct event_cursor c;

	event_cursor_set(&f->core->events, &c, EVENT_ALL_KINDS,
			 f->core->events.seq);
	return c;
}

/* The next of those, which must be there. */
static const struct event *expect(struct core_fixture *f,
				  struct event_cursor *c, enum event_kind kind)
{
	const struct event *ev = event_next(&f->core->events, c,
					    EVENT_ALL_KINDS);

	assert_non_null(ev);
	assert_string_equal(event_table[ev->kind].name,
			    event_table[kind].name);
	return ev;
}

static void a_change_of_mode_is_told_step_by_step(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = device_find(f->core, ENGINECASE_DEV, &f->err);
	struct event_cursor c = from_now(f);
	const struct event *ev;

	assert_int_equal(core_fixture_set_mode(f, d, ESWITCH_MODE_LEGACY), 0);
	core_fixture_wait(f);
	ev = expect(f, &c, EVENT_PLAN_BEGUN);
	assert_string_equal(ev->device, ENGINECASE_DEV);
	assert_string_equal(ev->words[0], "legacy");
	ev = expect(f, &c, EVENT_PLAN_STEP);
	assert_string_equal(ev->words[0], "begun");
	for (uint32_t vf = 0; vf < 2; vf++) {
		ev = expect(f, &c, EVENT_LINK_GONE);
		assert_string_equal(ev->netdev, vf ? "eth0_1" : "eth0_0");
		ev = expect(f, &c, EVENT_REP_GONE);
		assert_int_equal(ev->vf, vf);
		assert_int_equal(ev->port, vf + 1);
		assert_string_equal(ev->words[0], "pcivf");
	}
	ev = expect(f, &c, EVENT_PLAN_STEP);
	assert_string_equal(ev->words[0], "done");
	ev = expect(f, &c, EVENT_ESWITCH_MODE);
	assert_string_equal(ev->words[0], "switchdev");
	assert_string_equal(ev->words[1], "legacy");
	(void)expect(f, &c, EVENT_PLAN_DONE);
	assert_null(event_next(&f->core->events, &c, EVENT_ALL_KINDS));
}

static void a_step_that_fails_is_told_and_the_way_back(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = device_find(f->core, ENGINECASE_DEV, &f->err);
	const uint64_t plans = EVENT_BIT(EVENT_PLAN_BEGUN) |
			       EVENT_BIT(EVENT_PLAN_PUT_BACK) |
			       EVENT_BIT(EVENT_PLAN_FAILED);
	struct event_cursor c = from_now(f);

	fake_fail(&f->fk->fail_job[JOB_ESWITCH_SET], 1, EBUSY, "not now");
	assert_int_equal(core_fixture_set_mode(f, d, ESWITCH_MODE_LEGACY), 0);
	core_fixture_wait(f);
	assert_int_equal(event_next(&f->core->events, &c, plans)->kind,
			 EVENT_PLAN_BEGUN);
	assert_int_equal(event_next(&f->core->events, &c, plans)->kind,
			 EVENT_PLAN_PUT_BACK);
	assert_non_null(strstr(event_next(&f->core->events, &c, plans)->text,
			       "set mode legacy"));
	assert_null(event_next(&f->core->events, &c, plans));
}

static void what_only_looks_is_no_event(void **state)
{
	struct core_fixture *f = *state;
	struct device *d = device_find(f->core, ENGINECASE_DEV, &f->err);
	struct event_cursor c = from_now(f);

	f->plan.dry = true;
	assert_int_equal(core_fixture_set_mode(f, d, ESWITCH_MODE_LEGACY), 0);
	core_fixture_wait(f);
	f->plan.dry = false;
	assert_int_equal(core_fixture_set_mode(f, d, ESWITCH_MODE_SWITCHDEV),
			 0);
	core_fixture_wait(f);
	fake_resync(f->fk);
	core_fixture_rounds(f, 20);
	(void)expect(f, &c, EVENT_DAEMON_RESYNC);
	assert_null(event_next(&f->core->events, &c, EVENT_ALL_KINDS));
}

static void the_start_is_one_event(void **state)
{
	struct core_fixture *f = *state;
	struct event_cursor c;
	const struct event *ev;

	event_cursor_oldest(&f->core->events, &c);
	ev = expect(f, &c, EVENT_DAEMON_READY);
	assert_int_equal(ev->numbers[0], 1);
	assert_int_equal(ev->numbers[1], 3);
	assert_null(event_next(&f->core->events, &c, EVENT_ALL_KINDS));
}

static void a_rename_is_told_of_the_representor(void **state)
{
	struct core_fixture *f = *state;
	struct event_cursor c = from_now(f);
	const struct event *ev;

	fake_link_rename(f->fk, "eth0_1", "vm7");
	ev = expect(f, &c, EVENT_LINK_RENAMED);
	assert_string_equal(ev->netdev, "vm7");
	assert_string_equal(ev->words[0], "eth0_1");
	assert_string_equal(ev->device, ENGINECASE_DEV);
	assert_int_equal(ev->port, 2);
	(void)fake_link_add(f->fk, "br7");
	ev = expect(f, &c, EVENT_LINK_NEW);
	assert_string_equal(ev->device, "");
	assert_int_equal(ev->port, KERNEL_NO_NUMBER);
}

/* As devlink does it: all ports go and come again. */
static void a_reload_is_told_from_a_mode_change(void **state)
{
	const uint64_t kinds = EVENT_BIT(EVENT_DEVICE_RELOAD) |
			       EVENT_BIT(EVENT_REP_NEW);
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, ENGINECASE_DEV);
	const struct kernel_events *told = f->fk->base.events;
	struct event_cursor c = from_now(f);
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		told->port_gone(f->core, &d->info.handle, p->info.index);
	loop_advance(f->loop, 70);
	list_for_each(p, &d->ports, node)
		told->port(f->core, &p->info);
	assert_int_equal(event_next(&f->core->events, &c, kinds)->numbers[0],
			 70);
	for (int i = 0; i < 3; i++)
		assert_int_equal(event_next(&f->core->events, &c, kinds)->kind,
				 EVENT_REP_NEW);
	assert_null(event_next(&f->core->events, &c, kinds));
}

static void ignore(struct event_watch *w)
{
	(void)w;
}

static void a_flow_is_told_from_its_birth_to_its_end(void **state)
{
	struct core_fixture *f = *state;
	struct event_watch w = { .kinds = EVENT_OF_FLOWS, .on_event = ignore };
	struct event_cursor c = from_now(f);
	const struct event *ev;
	struct ufid ufid;

	event_watch_add(&f->core->events, &w);
	ufid = view(f, put(f, ENGINECASE_FLOW)).ufid;
	settle(f);
	ev = event_next(&f->core->events, &c, EVENT_OF_FLOWS);
	assert_non_null(ev);
	assert_memory_equal(&ev->ufid, &ufid, sizeof(ufid));
	assert_string_equal(ev->netdev, "eth0_0");
	assert_string_equal(ev->words[0], "pending");
	assert_string_equal(ev->words[1], "in_hw");
	assert_null(event_next(&f->core->events, &c, EVENT_OF_FLOWS));
	del(f, ENGINECASE_FLOW);
	settle(f);
	ev = event_next(&f->core->events, &c, EVENT_OF_FLOWS);
	assert_int_equal(ev->kind, EVENT_FLOW_DELETED);
	assert_string_equal(ev->words[0], "in_hw");
	assert_null(event_next(&f->core->events, &c, EVENT_OF_FLOWS));
	event_watch_del(&f->core->events, &w);
}

#define FLOW_LINE_SIZE 120

static void put_two(struct core_fixture *f, char line[2][FLOW_LINE_SIZE])
{
	for (int i = 0; i < 2; i++) {
		(void)snprintf(line[i], FLOW_LINE_SIZE, "in_port(eth0_0),"
			       "eth_type(0x0800),ipv4(dst=192.0.2.%d),"
			       "actions:eth0_1", i);
		(void)put(f, line[i]);
		settle(f);
	}
}

static void a_full_table_is_told_once_and_room_again(void **state)
{
	const uint64_t kinds = EVENT_BIT(EVENT_CAPACITY_FULL) |
			       EVENT_BIT(EVENT_CAPACITY_ROOM) |
			       EVENT_BIT(EVENT_CAPACITY_HIGH_WATER) |
			       EVENT_BIT(EVENT_CAPACITY_LIMIT);
	struct core_fixture *f = *state;
	struct event_cursor c = from_now(f);
	const struct event *ev;
	char line[2][FLOW_LINE_SIZE];

	f->fk->capacity = 1;
	put_two(f, line);
	refresh(f);
	ev = event_next(&f->core->events, &c, kinds);
	assert_int_equal(ev->kind, EVENT_CAPACITY_FULL);
	assert_string_equal(ev->device, ENGINECASE_DEV);
	assert_int_equal(ev->numbers[0], 1);
	assert_int_equal(event_next(&f->core->events, &c, kinds)->kind,
			 EVENT_CAPACITY_LIMIT);
	ev = event_next(&f->core->events, &c, kinds);
	assert_int_equal(ev->kind, EVENT_CAPACITY_HIGH_WATER);
	assert_int_equal(ev->numbers[0], 1);
	refresh(f);
	assert_null(event_next(&f->core->events, &c, kinds));
	for (int i = 0; i < 2; i++)
		del(f, line[i]);
	settle(f);
	refresh(f);
	ev = event_next(&f->core->events, &c, kinds);
	assert_non_null(ev);
	assert_int_equal(ev->kind, EVENT_CAPACITY_ROOM);
	assert_int_equal(ev->numbers[0], 0);
	assert_int_equal(ev->numbers[1], 1);
}

static void room_is_told_when_no_flow_is_left_to_be_read(void **state)
{
	const uint64_t kinds = EVENT_BIT(EVENT_CAPACITY_FULL) |
			       EVENT_BIT(EVENT_CAPACITY_ROOM);
	struct core_fixture *f = *state;
	struct event_cursor c = from_now(f);
	char line[2][FLOW_LINE_SIZE];

	f->fk->capacity = 1;
	put_two(f, line);
	for (int i = 0; i < 2; i++)
		del(f, line[i]);
	settle(f);
	assert_int_equal(event_next(&f->core->events, &c, kinds)->kind,
			 EVENT_CAPACITY_FULL);
	assert_null(event_next(&f->core->events, &c, kinds));
	loop_advance(f->loop, 60000);
	core_fixture_rounds(f, 2);
	assert_int_equal(event_next(&f->core->events, &c, kinds)->kind,
			 EVENT_CAPACITY_ROOM);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_are_numbered_from_1_and_read_in_order),
		TEST(reading_goes_on_where_it_ended),
		TEST(only_kinds_that_are_wanted_are_read),
		TEST(a_reader_who_is_late_knows_how_much_it_missed),
		TEST(so_does_one_who_comes_back),
		TEST(who_waits_for_the_next_has_missed_nothing),
		TEST(flows_push_nothing_else_out),
		TEST(flows_are_kept_only_while_somebody_watches),
		TEST(who_watches_is_told_of_what_it_wants),
		TEST(numbers_of_the_future_and_huge_ones_do_no_harm),
		TEST(text_is_cut_and_made_printable),
		TEST(words_choose_kinds_or_all_of_a_noun),
		TEST(words_that_are_no_words_are_refused),
		TEST(names_begin_with_their_noun_and_are_told_apart),
		ENGINECASE(a_change_of_mode_is_told_step_by_step),
		ENGINECASE(a_step_that_fails_is_told_and_the_way_back),
		ENGINECASE(what_only_looks_is_no_event),
		ENGINECASE(the_start_is_one_event),
		ENGINECASE(a_rename_is_told_of_the_representor),
		ENGINECASE(a_reload_is_told_from_a_mode_change),
		ENGINECASE(a_flow_is_told_from_its_birth_to_its_end),
		ENGINECASE(a_full_table_is_told_once_and_room_again),
		ENGINECASE(room_is_told_when_no_flow_is_left_to_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
