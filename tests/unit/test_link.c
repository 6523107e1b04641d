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
	struct kernel_link links[20];
};

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct links *l = ctx;

	assert_true(l->n < 20);
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

static void load_links(struct links *l)
{
	struct golden g;

	golden_load("link.txt", &g);
	for (size_t i = 0; i < g.n; i++)
		golden_each(&g.records[i], take, l);
	golden_free(&g);
}

static void reads_altnames_and_addresses(void **state)
{
	const struct kernel_link *rep;
	struct links l = { 0 };
	const char *name;

	(void)state;
	load_links(&l);
	rep = find(&l, "eth1");
	assert_true(rep->mac && rep->mac >> 48 == 0);
	name = kernel_altname_next(rep, NULL);
	assert_string_equal(name, "tenant7");
	name = kernel_altname_next(rep, name);
	assert_string_equal(name, "rack-2.host-5");
	assert_null(kernel_altname_next(rep, name));
	assert_null(kernel_altname_next(find(&l, "eth0"), NULL));
	assert_int_equal(find(&l, "lo")->mac, 0);
}

static void altnames_that_find_no_room_are_left_out(void **state)
{
	struct kernel_link l = { 0 };
	char name[KERNEL_ALTNAME_SIZE];
	int n = 0;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < 5; i++)
		n += kernel_altname_add(&l, name);
	assert_int_equal(n, 3);
	assert_true(kernel_altname_add(&l, "short"));
	assert_false(kernel_altname_add(&l, ""));
	n = 0;
	for (const char *p = NULL; (p = kernel_altname_next(&l, p));)
		n++;
	assert_int_equal(n, 4);
}

static void reads_tunnels(void **state)
{
	const struct kernel_link *tunnel;
	struct links l = { 0 };

	(void)state;
	load_links(&l);
	tunnel = find(&l, "vx0");
	assert_string_equal(tunnel->kind, "vxlan");
	assert_int_equal(tunnel->lower, find(&l, "eth0")->ifindex);
	assert_false(tunnel->external || tunnel->tunnel_v6);
	tunnel = find(&l, "vx1");
	assert_true(!tunnel->lower && !tunnel->external && tunnel->tunnel_v6);
	tunnel = find(&l, "vx2");
	assert_true(!tunnel->lower && tunnel->external && !tunnel->tunnel_v6);
	assert_true(find(&l, "gnv0")->tunnel_v6);
	assert_false(find(&l, "gnv0")->external);
	assert_true(find(&l, "gnv1")->external);
	tunnel = find(&l, "gretap1");
	assert_string_equal(tunnel->kind, "gretap");
	assert_int_equal(tunnel->lower, find(&l, "eth0")->ifindex);
	assert_false(tunnel->external);
	assert_int_equal(find(&l, "eth1")->lower, 0);
}

/* Byte for byte what ip(8) sends; it asks for an ACK, as nlsock_request()
 * does. */
static void assert_sent(const struct golden *g, const char *command,
			const void *buf)
{
	const struct golden_record *r = golden_find(g, command);
	struct nlmsghdr nlh;

	memcpy(&nlh, buf, sizeof(nlh));
	nlh.nlmsg_flags |= NLM_F_ACK;
	assert_int_equal(nlh.nlmsg_len, r->size);
	assert_memory_equal(&nlh, r->data, sizeof(nlh));
	assert_memory_equal((const char *)buf + sizeof(nlh),
			    r->data + sizeof(nlh), r->size - sizeof(nlh));
}

static void sets_as_ip_does(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[LINK_MSG_SIZE];
	struct golden g;

	(void)state;
	golden_load("link-set.txt", &g);
	link_encode_mtu(buf, 3, 1400);
	assert_sent(&g, "ip link set dev eth1 mtu 1400", buf);
	link_encode_up(buf, 3, false);
	assert_sent(&g, "ip link set dev eth1 down", buf);
	link_encode_up(buf, 3, true);
	assert_sent(&g, "ip link set dev eth1 up", buf);
	link_encode_altname_add(buf, 3, "tenant8");
	assert_sent(&g, "ip link property add dev eth1 altname tenant8", buf);
	link_encode_rename(buf, 4, "tenant9");
	assert_sent(&g, "ip link set dev eth2 name tenant9", buf);
	golden_free(&g);
}

static void the_longest_altname_fits(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[LINK_MSG_SIZE];
	const struct nlmsghdr *nlh = (const void *)buf;
	char name[KERNEL_ALTNAME_SIZE];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	link_encode_altname_add(buf, 3, name);
	assert_int_equal(nlh->nlmsg_len,
			 NLMSG_LENGTH(sizeof(struct ifinfomsg)) +
			 RTA_LENGTH(RTA_LENGTH(sizeof(name))));
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
		cmocka_unit_test(reads_altnames_and_addresses),
		cmocka_unit_test(altnames_that_find_no_room_are_left_out),
		cmocka_unit_test(reads_tunnels),
		cmocka_unit_test(sets_as_ip_does),
		cmocka_unit_test(the_longest_altname_fits),
		cmocka_unit_test(ignores_bridge_ports),
		cmocka_unit_test(survives_torture),
		cmocka_unit_test(asks_for_all_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
