/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of a scalable function: one request each, all of them or none. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_function.h"
#include "swoffd/kernel/worker_priv.h"

#define SF_PORT 32768
#define OLD_MAC UINT64_C(0x020000000001)
#define NEW_MAC UINT64_C(0x020000000002)

static const struct kernel_handle dev0 = { "fake", "dev0" };

/* A driver with one function, which has an address and a state. */
static struct {
	struct devattrs attrs;
	uint32_t flavour;
	uint64_t share;
	unsigned int n_sets;
} driver;

static int reset(void **state)
{
	(void)state;
	memset(&driver, 0, sizeof(driver));
	driver.flavour = DEVLINK_PORT_FLAVOUR_PCI_SF;
	devattr_put(&driver.attrs, DEVATTR_HW_ADDR, OLD_MAC);
	return 0;
}

static void tell_port(nlsock_reply_fn reply, void *ctx)
{
	uint32_t buf[DEVLINK_MSG_SIZE / sizeof(uint32_t)];
	struct nlmsghdr *nlh = (void *)buf;

	devlink_encode_function_set(buf, 1, &dev0, SF_PORT, DEVATTR_HW_ADDR,
				    driver.attrs.num[DEVATTR_HW_ADDR]);
	assert_true(attr_put_u16(nlh, sizeof(buf), DEVLINK_ATTR_PORT_FLAVOUR,
				 (uint16_t)driver.flavour));
	reply(nlh, ctx);
}

static void tell_rate(nlsock_reply_fn reply, void *ctx)
{
	uint32_t buf[DEVLINK_MSG_SIZE / sizeof(uint32_t)];
	struct kernel_function leaf = { .port_index = SF_PORT };

	devattr_put(&leaf.attrs, DEVATTR_TX_SHARE, driver.share);
	devlink_encode_rate(buf, 1, DEVLINK_CMD_RATE_NEW, &dev0, &leaf);
	reply((const struct nlmsghdr *)(const void *)buf, ctx);
}

static int set_function(const struct nlmsghdr *nlh, struct error *err)
{
	struct devattrs a;

	assert_int_equal(devlink_decode_function(nlh, &a), 0);
	driver.n_sets++;
	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_has(&a, (enum devattr_id)id) &&
		    id != DEVATTR_HW_ADDR && id != DEVATTR_STATE)
			return error_set(err, EOPNOTSUPP, "%s",
					 strerror(EOPNOTSUPP));
	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_has(&a, (enum devattr_id)id))
			devattr_put(&driver.attrs, (enum devattr_id)id,
				    a.num[id]);
	return 0;
}

static int set_rate(const struct nlmsghdr *nlh)
{
	struct kernel_function f;

	assert_int_equal(devlink_decode_rate(nlh, &f), 0);
	assert_int_equal(f.port_index, SF_PORT);
	driver.share = f.attrs.num[DEVATTR_TX_SHARE];
	return 0;
}

int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err);

int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err)
{
	const struct nlmsghdr *nlh = buf;

	(void)w;
	switch (((const struct genlmsghdr *)NLMSG_DATA(nlh))->cmd) {
	case DEVLINK_CMD_PORT_GET:
		tell_port(reply, ctx);
		return 0;
	case DEVLINK_CMD_RATE_GET:
		tell_rate(reply, ctx);
		return 0;
	case DEVLINK_CMD_PORT_SET:
		return set_function(nlh, err);
	case DEVLINK_CMD_RATE_SET:
		return set_rate(nlh);
	default:
		fail_msg("another request");
		return -EINVAL;
	}
}

static int set(const char *words, struct error *out)
{
	struct worker worker = { .devlink = { .id = 1 } };
	struct kernel_job job = {
		.kind = JOB_SF_SET,
		.handle = dev0,
		.function = { .vf = KERNEL_NO_NUMBER, .port_index = SF_PORT },
	};
	int rc = devattr_parse(words, DEVATTR_OF_FUNCTION | DEVATTR_OF_RATE,
			       &job.function.attrs, out);

	assert_int_equal(rc, 0);
	rc = worker_sf_set(&worker, &job);
	*out = job.err;
	free(job.functions);
	return rc;
}

static void all_that_is_given_is_set(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(set("hw_addr 02:00:00:00:00:02 state active "
			     "tx_share 8mbit", &err), 0);
	assert_int_equal(driver.attrs.num[DEVATTR_HW_ADDR], NEW_MAC);
	assert_int_equal(driver.attrs.num[DEVATTR_STATE], 1);
	assert_int_equal(driver.share, 1000000);
	assert_int_equal(driver.n_sets, 2);
}

static void what_is_refused_is_named_and_the_rest_put_back(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(set("state active tx_share 8mbit roce enable "
			     "hw_addr 02:00:00:00:00:02", &err), -EOPNOTSUPP);
	assert_string_equal(err.msg, "fake/dev0/32768: roce enable: Operation "
				     "not supported");
	assert_int_equal(driver.attrs.num[DEVATTR_HW_ADDR], OLD_MAC);
	assert_false(devattr_has(&driver.attrs, DEVATTR_STATE));
	assert_int_equal(driver.share, 0);
	assert_int_equal(driver.n_sets, 3);
}

static void a_port_of_another_kind_is_none(void **state)
{
	struct error err = { 0 };

	(void)state;
	driver.flavour = DEVLINK_PORT_FLAVOUR_PCI_VF;
	assert_int_equal(set("state active", &err), -ENODEV);
	assert_string_equal(err.msg, "fake/dev0/32768: no such scalable "
				     "function");
	assert_int_equal(driver.n_sets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_that_is_given_is_set, reset),
		cmocka_unit_test_setup(
			what_is_refused_is_named_and_the_rest_put_back, reset),
		cmocka_unit_test_setup(a_port_of_another_kind_is_none, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
