/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of the answers of a kernel that is older, or tells too much. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/kernel/devlink_function.h"
#include "swoffd/kernel/worker_priv.h"

static struct {
	int rates_rc;                  /* what asking for rates ends with */
	uint32_t n_rates;              /* told before that */
} told;

static void tell_rates(nlsock_reply_fn reply, void *ctx)
{
	uint32_t buf[DEVLINK_MSG_SIZE / sizeof(uint32_t)];
	const struct kernel_handle handle = { "fake", "dev0" };
	const struct kernel_function node = { .node = "gold" };

	devlink_encode_rate(buf, 1, DEVLINK_CMD_RATE_NEW, &handle, &node);
	for (uint32_t i = 0; i < told.n_rates; i++)
		reply((const struct nlmsghdr *)(const void *)buf, ctx);
}

int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err);

int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err)
{
	const struct nlmsghdr *nlh = buf;
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);

	(void)w;
	if (genl->cmd != DEVLINK_CMD_RATE_GET)
		return 0;
	tell_rates(reply, ctx);
	return told.rates_rc ? error_set(err, -told.rates_rc, "%s",
					 strerror(-told.rates_rc)) : 0;
}

static struct kernel_job job_of(enum kernel_job_kind kind)
{
	return (struct kernel_job){ .kind = kind,
				    .handle = { "fake", "dev0" } };
}

static struct worker worker = { .devlink = { .id = 1 } };

static void a_kernel_without_rates_has_vfs_all_the_same(void **state)
{
	struct kernel_job job = job_of(JOB_VF_READ);

	(void)state;
	told.n_rates = 0;
	told.rates_rc = -EOPNOTSUPP;
	assert_int_equal(worker_vf_read(&worker, &job), 0);
	/* Or a change that begins with it would be told to have failed. */
	assert_int_equal(job.err.code, 0);
	free(job.functions);
}

static void another_refusal_is_told(void **state)
{
	struct kernel_job job = job_of(JOB_RATE_READ);

	(void)state;
	told.n_rates = 1;
	told.rates_rc = -EPERM;
	assert_int_equal(worker_rate_read(&worker, &job), -EPERM);
	assert_string_equal(job.err.msg, "fake/dev0: read rates: Operation "
					 "not permitted");
	assert_null(job.functions);
}

static void what_is_too_much_is_an_error_and_not_cut(void **state)
{
	struct kernel_job job = job_of(JOB_RATE_READ);

	(void)state;
	told.rates_rc = 0;
	told.n_rates = 65536;
	assert_int_equal(worker_rate_read(&worker, &job), 0);
	assert_int_equal(job.n_functions, 65536);
	told.n_rates++;
	job.err = (struct error){ 0 };
	assert_int_equal(worker_rate_read(&worker, &job), -E2BIG);
	assert_null(job.functions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_without_rates_has_vfs_all_the_same),
		cmocka_unit_test(another_refusal_is_told),
		cmocka_unit_test(what_is_too_much_is_an_error_and_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
