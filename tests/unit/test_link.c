/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links as the kernel tells them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>

#include "swoffd/kernel/link.h"
#include "tests/unit/golden.h"

struct links {
	size_t n;
	struct kernel_link links[16];
};

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct links *l = ctx;

	assert_true(l->n < 16);
	assert_int_equal(link_decode(nlh, &l->links[l->n]), 0);
	l->n++;
}

static const struct kernel_link *find(const struct links *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->links[i].name, name))
			return &l->links[i];
	fail_msg("no link %s", name);
	return NULL;
}

static void reads_links(void **state)
{
	const struct kernel_link *uplink, *rep, *dummy, *bridge;
	struct links l = { 0 };
	struct golden g;

	(void)state;
	golden_load("link.txt", &g);
	for (size_t i = 0; i < g.n; i++)
		golden_each(&g.records[i], take, &l);
	uplink = find(&l, "eth0");
	rep = find(&l, "eth1");
	dummy = find(&l, "dummy0");
	bridge = find(&l, "br0");

	assert_string_equal(uplink->port_name, "p1");
	assert_string_equal(rep->port_name, "pf0vf0");
	assert_int_equal(strlen(rep->switch_id), 64);
	assert_string_equal(rep->switch_id, uplink->switch_id);
	assert_true(rep->up);
	assert_string_equal(rep->kind, "");

	assert_string_equal(dummy->kind, "dummy");
	assert_string_equal(dummy->switch_id, "");
	assert_int_equal(dummy->mtu, 9000);
	assert_int_equal(dummy->master, bridge->ifindex);
	assert_string_equal(bridge->kind, "bridge");
	assert_false(bridge->up);
	assert_int_equal(find(&l, "lo")->ifindex, 1);
	golden_free(&g);
}

/* A bridge tells of its ports in the same messages. */
static void ignores_bridge_ports(void **state)
{
	struct kernel_link l;
	struct nlmsghdr *nlh;
	struct golden g;

	(void)state;
	golden_load("link.txt", &g);
	nlh = (void *)g.records[0].data;
	((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_family =
		AF_BRIDGE;
	assert_int_equal(link_decode(nlh, &l), -EINVAL);
	golden_free(&g);
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_link l;

	(void)ctx;
	if (!link_decode(nlh, &l))
		assert_true(l.ifindex && strlen(l.name) < sizeof(l.name));
}

static void survives_torture(void **state)
{
	struct golden g;

	(void)state;
	golden_load("link.txt", &g);
	golden_torture(&g, decode_anything, NULL);
	golden_free(&g);
}

static void asks_for_all_links(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[LINK_MSG_SIZE];
	const struct nlmsghdr *nlh = (const void *)buf;

	(void)state;
	link_encode_dump(buf);
	assert_int_equal(nlh->nlmsg_type, RTM_GETLINK);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(nlh->nlmsg_len,
			 NLMSG_LENGTH(sizeof(struct ifinfomsg)) +
			 RTA_LENGTH(sizeof(uint32_t)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_links),
		cmocka_unit_test(ignores_bridge_ports),
		cmocka_unit_test(survives_torture),
		cmocka_unit_test(asks_for_all_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
