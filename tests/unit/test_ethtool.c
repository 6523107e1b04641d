/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-tc-offload as ethtool(8) sets it and as the kernel tells it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/ethtool.h"
#include "tests/unit/golden.h"

static struct golden golden;

static int load(void **state)
{
	(void)state;
	golden_load("ethtool.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

static const struct nlattr *wanted(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[ETHTOOL_A_FEATURES_MAX + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);

	attr_table(body, size, tb, ETHTOOL_A_FEATURES_MAX);
	assert_non_null(tb[ETHTOOL_A_FEATURES_WANTED]);
	return tb[ETHTOOL_A_FEATURES_WANTED];
}

/* ethtool names the device, we its number; what is set is the same. */
static void sets_as_the_tool_does(void **state)
{
	const struct golden_record *r =
		golden_find(&golden, "ethtool -K eth2 hw-tc-offload on");
	const struct nlmsghdr *tool = (const void *)r->data;
	_Alignas(NLMSG_ALIGNTO) char buf[ETHTOOL_MSG_SIZE];
	const struct genlmsghdr *a, *b;
	const struct nlmsghdr *ours = (const void *)buf;

	(void)state;
	ethtool_encode_set(buf, tool->nlmsg_type, 4, true);
	a = mnl_nlmsg_get_payload(tool);
	b = mnl_nlmsg_get_payload(ours);
	assert_int_equal(a->cmd, b->cmd);
	assert_int_equal(a->version, b->version);
	assert_int_equal(wanted(tool)->nla_len, wanted(ours)->nla_len);
	/* The bit: index and name differ in nothing but what pads them. */
	assert_memory_equal(wanted(tool), wanted(ours), 12);
	assert_memory_equal(mnl_attr_get_payload(wanted(tool)),
			    mnl_attr_get_payload(wanted(ours)), 26);
	assert_int_equal(tool->nlmsg_len - ours->nlmsg_len, 12);
}

static void reads_features(void **state)
{
	struct ethtool_tc_offload f[2];
	int n = 0;

	(void)state;
	for (size_t i = 0; i < golden.n; i++)
		if (!strcmp(golden.records[i].command, "FEATURES_GET eth2"))
			assert_int_equal(ethtool_decode(
				(const void *)golden.records[i].data,
				&f[n++]), 0);
	assert_int_equal(n, 2);
	assert_true(f[0].changeable && f[0].wanted && f[0].active);
	assert_true(f[1].changeable && !f[1].wanted && !f[1].active);
}

/* With a mask, a bit that is listed can be off. */
static void reads_masked_sets(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[ETHTOOL_MSG_SIZE];
	struct nlmsghdr *nlh = (void *)buf;
	struct ethtool_tc_offload f;
	struct nlattr *set;

	(void)state;
	for (int on = 0; on < 2; on++) {
		ethtool_encode_set(buf, 0x13, 4, on);
		set = (void *)(uintptr_t)wanted(nlh);
		set->nla_type = ETHTOOL_A_FEATURES_ACTIVE | NLA_F_NESTED;
		assert_int_equal(ethtool_decode(nlh, &f), 0);
		assert_int_equal(f.active, on);
		assert_false(f.wanted);
		assert_false(f.changeable);
	}
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	struct ethtool_tc_offload f;

	(void)ctx;
	(void)ethtool_decode(nlh, &f);
}

static void survives_torture(void **state)
{
	(void)state;
	golden_torture(&golden, decode_anything, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_as_the_tool_does),
		cmocka_unit_test(reads_features),
		cmocka_unit_test(reads_masked_sets),
		cmocka_unit_test(survives_torture),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
