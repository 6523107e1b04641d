/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs and rates, against the fake kernel. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/function.h"
#include "tests/core_fixture.h"

#define DEV "pci/0000:03:00.0"

struct reader {
	struct function_request request;
	struct kernel_function each[16];
	size_t n;
	int n_done, err;
};

static int setup(void **state)
{
	*state = core_fixture_new(DEV, "enp3s0", ESWITCH_MODE_LEGACY);
	return 0;
}

static int setup_switchdev(void **state)
{
	*state = core_fixture_new(DEV, "enp3s0", ESWITCH_MODE_SWITCHDEV);
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static struct device *device(struct core_fixture *f)
{
	struct device *d = device_find(f->core, DEV, &f->err);

	assert_non_null(d);
	return d;
}

static struct devattrs parse(const char *words)
{
	struct error err = { 0 };
	struct devattrs a;

	if (devattr_parse(words, DEVATTR_OF_ANY, &a, &err) < 0)
		fail_msg("%s: %s", words, err.msg);
	return a;
}

/* The answer to a change: 0 or the errno, in f->err. */
static int settle(struct core_fixture *f, int rc)
{
	if (rc < 0)
		return -rc;
	core_fixture_wait(f);
	return f->err.code;
}

static int set_vf(struct core_fixture *f, uint32_t vf, const char *words)
{
	struct devattrs a = parse(words);

	return settle(f, vf_set(f->core, device(f), vf, &a, &f->request,
				&f->err));
}

typedef int (*rate_fn)(struct core *core, struct device *d,
		       const struct kernel_function *rate, struct request *r,
		       struct error *err);

static int change(struct core_fixture *f, rate_fn fn, const char *name,
		  const char *words)
{
	struct kernel_function rate;
	struct device *d;
	int rc = rate_find(f->core, name, &d, &rate, &f->err);

	if (rc < 0)
		return -rc;
	rate.attrs = parse(words);
	return settle(f, fn(f->core, d, &rate, &f->request, &f->err));
}

static void on_read(struct request *r, const struct error *err)
{
	struct reader *rd = container_of(r, struct reader, request.base);

	assert_true(rd->request.n <= 16);
	rd->n = rd->request.n;
	if (rd->n)
		memcpy(rd->each, rd->request.functions,
		       rd->n * sizeof(rd->each[0]));
	rd->err = err->code;
	rd->n_done++;
}

static void read_all(struct core_fixture *f, struct reader *rd,
		     int (*fn)(struct core *core, struct device *d,
			       struct function_request *r, struct error *err))
{
	struct error err;

	*rd = (struct reader){ .request.base.done = on_read };
	assert_int_equal(fn(f->core, device(f), &rd->request, &err), 0);
	core_fixture_rounds(f, 5);
	assert_int_equal(rd->n_done, 1);
}

static void a_vf_has_what_it_was_given(void **state)
{
	struct core_fixture *f = *state;
	struct reader rd;

	assert_int_equal(set_vf(f, 1, "mac 02:00:00:00:00:01 vlan 5 qos 3 "
				      "trust on max_tx_rate 100"), 0);
	read_all(f, &rd, vf_read);
	assert_int_equal(rd.n, 2);
	assert_int_equal(rd.each[1].vf, 1);
	assert_int_equal(rd.each[1].port_index, KERNEL_NO_NUMBER);
	assert_int_equal(rd.each[1].attrs.num[DEVATTR_MAC], 0x020000000001);
	assert_int_equal(rd.each[1].attrs.num[DEVATTR_VLAN], 5);
	assert_int_equal(rd.each[1].attrs.num[DEVATTR_TRUST], 1);
	assert_int_equal(rd.each[1].attrs.num[DEVATTR_MAX_TX_RATE], 100);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_VLAN], 0);
}

static void in_switchdev_mode_devlink_is_told(void **state)
{
	struct core_fixture *f = *state;
	struct reader rd;

	assert_int_equal(set_vf(f, 0, "mac 02:00:00:00:00:01 rate 100 "
				      "roce enable trust on"), 0);
	read_all(f, &rd, vf_read);
	assert_int_equal(rd.each[0].port_index, 1);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_HW_ADDR],
			 0x020000000001);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_TX_MAX], 12500000);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_MAX_TX_RATE], 0);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_ROCE], 1);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_TRUST], 1);
}

static void what_is_not_supported_is_named(void **state)
{
	struct core_fixture *f = *state;
	struct reader rd;

	f->fk->refused_attrs = DEVATTR_BIT(DEVATTR_SPOOFCHK);
	assert_int_equal(set_vf(f, 0, "vlan 7 spoofchk on"), EOPNOTSUPP);
	assert_non_null(strstr(f->err.msg, "spoofchk"));
	assert_string_equal(f->err.extack, "fake: not supported");
	read_all(f, &rd, vf_read);
	assert_int_equal(rd.each[0].attrs.num[DEVATTR_VLAN], 0);
	/* Without a devlink port there is no function to tell it to. */
	assert_int_equal(set_vf(f, 0, "roce enable"), EOPNOTSUPP);
	assert_non_null(strstr(f->err.msg, "roce"));
}

static void an_unknown_vf_is_told_how_many_there_are(void **state)
{
	struct core_fixture *f = *state;

	assert_int_equal(set_vf(f, 2, "trust on"), ENODEV);
	assert_non_null(strstr(f->err.msg, "no VF 2; there are 0 to 1"));
	assert_int_equal(settle(f, device_set_vf_count(f->core, device(f), 0,
						       &f->request,
						       &f->err)), 0);
	assert_int_equal(set_vf(f, 0, "trust on"), ENODEV);
	assert_non_null(strstr(f->err.msg, "there are no VFs"));
}

static void a_vf_is_not_set_while_the_mode_changes(void **state)
{
	struct core_fixture *f = *state;
	struct request other = { .done = f->request.done };
	struct devattrs a = parse("trust on");

	f->fk->hold_jobs = true;
	assert_int_equal(core_fixture_set_mode(f, device(f),
					       ESWITCH_MODE_SWITCHDEV), 0);
	assert_int_equal(vf_set(f->core, device(f), 0, &a, &other, &f->err),
			 -EBUSY);
	f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_wait(f);
}

static void rates_are_a_tree(void **state)
{
	struct core_fixture *f = *state;
	struct reader rd;

	assert_int_equal(change(f, rate_add, DEV "/gold", "tx_max 1gbit"), 0);
	assert_int_equal(change(f, rate_add, DEV "/silver", "parent gold"),
			 0);
	assert_int_equal(change(f, rate_set, DEV "/1",
				"parent silver tx_share 10mbit"), 0);
	assert_int_equal(change(f, rate_set, "enp3s0_1", "tx_max 20mbit"), 0);
	read_all(f, &rd, rate_read);
	assert_int_equal(rd.n, 4);
	assert_string_equal(rd.each[1].node, "silver");
	assert_string_equal(rd.each[1].attrs.parent, "gold");
	assert_int_equal(rd.each[2].port_index, 1);
	assert_string_equal(rd.each[2].attrs.parent, "silver");
	assert_int_equal(rd.each[2].attrs.num[DEVATTR_TX_SHARE], 1250000);
	assert_int_equal(rd.each[3].attrs.num[DEVATTR_TX_MAX], 2500000);

	assert_int_equal(change(f, rate_del, DEV "/silver", ""), EBUSY);
	assert_int_equal(change(f, rate_set, DEV "/1", "noparent"), 0);
	assert_int_equal(change(f, rate_del, DEV "/silver", ""), 0);
	assert_int_equal(change(f, rate_del, DEV "/silver", ""), ENODEV);
}

static void a_rate_that_is_refused_is_said_why(void **state)
{
	struct core_fixture *f = *state;

	assert_int_equal(change(f, rate_set, DEV "/1", "tx_max 10kbit"),
			 EINVAL);
	assert_string_equal(f->err.extack, "fake: not a multiple of 1Mbit");
	assert_int_equal(change(f, rate_add, DEV "/gold", "tx_max 6gbit"),
			 EINVAL);
	assert_int_equal(change(f, rate_set, DEV "/gold", "tx_max 1gbit"),
			 ENODEV);
}

static void a_rate_is_named_by_device_and_node_or_port(void **state)
{
	struct core_fixture *f = *state;

	assert_int_equal(change(f, rate_set, "nix", ""), ENODEV);
	assert_non_null(strstr(f->err.msg, "nor a representor"));
	assert_int_equal(change(f, rate_set, "pci/0000:03:00.1/gold", ""),
			 ENODEV);
	assert_non_null(strstr(f->err.msg, "did you mean '" DEV "'?"));
	assert_int_equal(change(f, rate_set, DEV "/99", ""), ENODEV);
	assert_non_null(strstr(f->err.msg, "no devlink port 99"));
	assert_int_equal(change(f, rate_add, DEV "/", ""), EINVAL);
	assert_int_equal(change(f, rate_add, DEV "/1", ""), EINVAL);
	assert_non_null(strstr(f->err.msg, "not a number"));
	assert_int_equal(change(f, rate_del, "enp3s0_0", ""), EINVAL);
}

static void what_is_promised_twice_is_warned_of(void **state)
{
	struct kernel_function all[] = {
		{ .node = "gold", .port_index = KERNEL_NO_NUMBER },
		{ .port_index = 1 }, { .port_index = 2 }, { .port_index = 3 },
	};
	char warning[FUNCTION_WARNING_SIZE];

	(void)state;
	all[0].attrs = parse("tx_max 10mbit");
	all[1].attrs = parse("tx_share 6mbit parent gold");
	all[2].attrs = parse("tx_share 4mbit parent gold");
	all[3].attrs = parse("tx_share 9mbit noparent");
	rate_warning(all, 4, &all[0], warning);
	assert_string_equal(warning, "");
	all[2].attrs = parse("tx_share 5mbit parent gold");
	rate_warning(all, 4, &all[0], warning);
	assert_string_equal(warning, "tx_share 11Mbit of its children "
				     "together is more than the tx_max "
				     "10Mbit");
	rate_warning(all, 4, &all[2], warning);
	assert_string_equal(warning, "");
	all[2].attrs = parse("tx_share 5mbit tx_max 3mbit parent gold");
	rate_warning(all, 4, &all[2], warning);
	assert_string_equal(warning, "tx_share 5Mbit is more than the tx_max "
				     "3Mbit");
}

static void a_long_name_is_told_whole(void **state)
{
	static const char name[] = "a-node-of-rates-whose-name-is-rather-long";
	struct core_fixture *f = *state;
	const struct event *ev, *last = NULL;
	struct event_cursor c;

	assert_int_equal(change(f, rate_add, DEV "/a-node-of-rates-whose-name-"
				"is-rather-long", ""), 0);
	event_cursor_oldest(&f->core->events, &c);
	while ((ev = event_next(&f->core->events, &c,
				EVENT_BIT(EVENT_RATE_ADD))))
		last = ev;
	assert_non_null(last);
	assert_string_equal(last->words[1], name);
}

static void a_reading_ends_with_the_core(void **state)
{
	struct core_fixture *f = *state;
	struct reader rd = { .request.base.done = on_read };
	struct error err;

	f->fk->hold_jobs = true;
	assert_int_equal(vf_read(f->core, device(f), &rd.request, &err), 0);
	f->fk->hold_jobs = false;
	core_fixture_restart(f);
	assert_int_equal(rd.n_done, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
#define SWITCHDEV(fn) \
	cmocka_unit_test_setup_teardown(fn, setup_switchdev, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_vf_has_what_it_was_given),
		SWITCHDEV(in_switchdev_mode_devlink_is_told),
		TEST(what_is_not_supported_is_named),
		TEST(an_unknown_vf_is_told_how_many_there_are),
		TEST(a_vf_is_not_set_while_the_mode_changes),
		SWITCHDEV(rates_are_a_tree),
		SWITCHDEV(a_rate_that_is_refused_is_said_why),
		SWITCHDEV(a_rate_is_named_by_device_and_node_or_port),
		SWITCHDEV(what_is_promised_twice_is_warned_of),
		SWITCHDEV(a_long_name_is_told_whole),
		TEST(a_reading_ends_with_the_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
