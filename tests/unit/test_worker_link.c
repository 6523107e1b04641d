/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of a netdev: all or none, whatever the kernel takes, refuses, or
 * takes and does not do. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/worker_priv.h"

static struct {
	uint32_t mtu;
	bool up;
	bool deaf_mtu;                 /* it is taken and not done */
	int fail_up;                   /* errno of the next, or 0 */
	int fail_mtu_after;            /* so many are done, then none; -1: all */
	int fail_name;
	unsigned int n_sets;
} netdev;

/* No ethtool: hw-tc-offload is no setting here. */
int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err);
int __wrap_worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply,
		      void *ctx, struct error *err)
{
	(void)w;
	(void)buf;
	(void)reply;
	(void)ctx;
	return error_set(err, EOPNOTSUPP, "%s", strerror(EOPNOTSUPP));
}

static void tell(nlsock_reply_fn reply, void *ctx)
{
	uint32_t buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_NEWLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = 7;
	ifi->ifi_flags = netdev.up ? IFF_UP : 0;
	(void)attr_put_str(nlh, sizeof(buf), IFLA_IFNAME, "rep0");
	(void)attr_put_u32(nlh, sizeof(buf), IFLA_MTU, netdev.mtu);
	reply(nlh, ctx);
}

static int refuse(struct error *err, int code)
{
	return error_set(err, code, "%s", strerror(code));
}

static int set_mtu(const struct nlattr *attr, struct error *err)
{
	if (netdev.fail_mtu_after == 0)
		return refuse(err, EINVAL);
	netdev.fail_mtu_after -= netdev.fail_mtu_after > 0;
	return netdev.deaf_mtu ? 0 : attr_u32(attr, &netdev.mtu);
}

static int set(const struct nlmsghdr *nlh, struct error *err)
{
	const struct nlattr *tb[IFLA_MTU + 1];
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	size_t size;
	const void *body = attr_body(nlh, sizeof(*ifi), &size);

	netdev.n_sets++;
	assert_int_equal(ifi->ifi_index, 7);
	attr_table(body, size, tb, IFLA_MTU);
	if (tb[IFLA_IFNAME] && netdev.fail_name)
		return refuse(err, netdev.fail_name);
	if (tb[IFLA_MTU])
		return set_mtu(tb[IFLA_MTU], err);
	if (ifi->ifi_change & IFF_UP && netdev.fail_up)
		return refuse(err, netdev.fail_up);
	if (ifi->ifi_change & IFF_UP)
		netdev.up = ifi->ifi_flags & IFF_UP;
	return 0;
}

int __wrap_worker_ask_route(struct worker *w, void *buf,
			    nlsock_reply_fn reply, void *ctx,
			    struct error *err);
int __wrap_worker_ask_route(struct worker *w, void *buf,
			    nlsock_reply_fn reply, void *ctx,
			    struct error *err)
{
	const struct nlmsghdr *nlh = buf;

	(void)w;
	if (nlh->nlmsg_type != RTM_GETLINK)
		return set(nlh, err);
	tell(reply, ctx);
	return 0;
}

static struct worker worker = { .ethtool = { .id = 1 } };

static int setup(void **state)
{
	(void)state;
	memset(&netdev, 0, sizeof(netdev));
	netdev.mtu = 1500;
	netdev.fail_mtu_after = -1;
	return 0;
}

/* What the job says; its message is in err. */
static int try_set(const char *words, struct error *err)
{
	struct kernel_settings s = { 0 };
	struct kernel_job job = { .ifindex = 7, .settings = &s };
	int rc;

	assert_int_equal(repattr_parse(words, &s.want, err), 0);
	rc = worker_link_set(&worker, &job);
	*err = job.err;
	assert_int_equal(s.was.num[REPATTR_MTU], 1500);
	return rc;
}

static void all_are_set(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(try_set("mtu 9000 up", &err), 0);
	assert_int_equal(netdev.mtu, 9000);
	assert_true(netdev.up);
	assert_int_equal(netdev.n_sets, 2);
}

static void what_is_so_already_is_not_set(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(try_set("mtu 1500 down", &err), 0);
	assert_int_equal(netdev.n_sets, 0);
}

static void what_was_set_before_a_refusal_is_put_back(void **state)
{
	struct error err;

	(void)state;
	netdev.fail_up = EADDRNOTAVAIL;
	assert_int_equal(try_set("mtu 9000 up", &err), -EADDRNOTAVAIL);
	assert_string_equal(err.msg, "ifindex 7: set up: Cannot assign "
			    "requested address");
	assert_int_equal(netdev.mtu, 1500);
}

static void a_driver_without_the_feature_is_a_refusal_too(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(try_set("mtu 9000 hw-tc-offload on up", &err),
			 -EOPNOTSUPP);
	assert_non_null(strstr(err.msg, "set hw-tc-offload on"));
	assert_int_equal(netdev.mtu, 1500);
	assert_false(netdev.up);
}

static void what_is_taken_and_not_done_is_an_error(void **state)
{
	struct error err;

	(void)state;
	netdev.deaf_mtu = true;
	assert_int_equal(try_set("mtu 9000 up", &err), -EOPNOTSUPP);
	assert_string_equal(err.msg, "ifindex 7: set mtu 9000: the kernel has "
			    "taken it, and it is 'mtu 1500'");
	assert_false(netdev.up);
}

static void what_cannot_be_put_back_is_said(void **state)
{
	struct error err;

	(void)state;
	netdev.fail_up = EBUSY;
	netdev.fail_mtu_after = 1;
	assert_int_equal(try_set("mtu 9000 up", &err), -EBUSY);
	assert_non_null(strstr(err.msg, "; mtu could not be put back"));
}

static void a_netdev_that_is_up_is_not_taken_down_for_a_name(void **state)
{
	struct kernel_naming n = { .name = "tenant7" };
	struct kernel_job job = { .ifindex = 7, .naming = &n };

	(void)state;
	netdev.up = true;
	netdev.fail_name = EBUSY;
	assert_int_equal(worker_link_name(&worker, &job), -EBUSY);
	assert_string_equal(job.err.msg, "ifindex 7: rename to 'tenant7': it "
			    "is up, and this kernel renames it only while it "
			    "is down; it is done the next time that it is");
	assert_true(netdev.up);
	assert_int_equal(netdev.n_sets, 1);
	netdev.fail_name = 0;
	assert_int_equal(worker_link_name(&worker, &job), 0);
	assert_string_equal(n.link.name, "rep0");
}

#define CLAIM(claim) cmocka_unit_test_setup(claim, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(all_are_set),
		CLAIM(what_is_so_already_is_not_set),
		CLAIM(what_was_set_before_a_refusal_is_put_back),
		CLAIM(a_driver_without_the_feature_is_a_refusal_too),
		CLAIM(what_is_taken_and_not_done_is_an_error),
		CLAIM(what_cannot_be_put_back_is_said),
		CLAIM(a_netdev_that_is_up_is_not_taken_down_for_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
