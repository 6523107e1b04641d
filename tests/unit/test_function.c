/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs, functions and rates in netlink, against ip(8), devlink(8), the kernel. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devattr_wire.h"
#include "swoffd/kernel/devlink_function.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/vfinfo.h"
#include "tests/unit/golden.h"

#define PORT "netdevsim/netdevsim10/128"
#define NODE "netdevsim/netdevsim10/g1"

static const struct kernel_handle sim = { "netdevsim", "netdevsim10" };
static struct golden golden;

static int load(void **state)
{
	(void)state;
	golden_load("function.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

static struct devattrs parse(const char *words)
{
	struct error err = { 0 };
	struct devattrs a;

	if (devattr_parse(words, DEVATTR_OF_ANY, &a, &err) < 0)
		fail_msg("%s: %s", words, err.msg);
	return a;
}

static enum devattr_id first(const struct devattrs *a)
{
	int id = 0;

	while (!devattr_has(a, (enum devattr_id)id))
		id++;
	return (enum devattr_id)id;
}

/* Whole, but for what pads the last byte, which devlink(8) does not clear. */
static void assert_sent(const char *command, const void *ours)
{
	const struct golden_record *r = golden_find(&golden, command);
	const struct nlmsghdr *tool = (const void *)r->data, *nlh = ours;
	size_t head = sizeof(*nlh) + sizeof(struct genlmsghdr);
	size_t size = nlh->nlmsg_len - (nlh->nlmsg_len > head + 3 ? 3 : 0);

	assert_int_equal(nlh->nlmsg_len, tool->nlmsg_len);
	assert_int_equal(nlh->nlmsg_type, tool->nlmsg_type);
	assert_memory_equal(nlh + 1, tool + 1, 1);
	assert_memory_equal((const char *)ours + head, r->data + head,
			    size - head);
}

static void sets_vfs_as_ip_does(void **state)
{
	static const struct {
		const char *command, *words;
	} rows[] = {
		{ "mac 02:00:00:00:00:05", "mac 02:00:00:00:00:05" },
		{ "vlan 5 qos 3", "vlan 5 qos 3" },
		{ "vlan 5 qos 3 proto 802.1ad", "vlan 5 qos 3 proto 802.1ad" },
		{ "max_tx_rate 100 min_tx_rate 10",
		  "max_tx_rate 100 min_tx_rate 10" },
		{ "spoofchk on", "spoofchk on" }, { "trust on", "trust on" },
		{ "state disable", "link_state disable" },
		{ "query_rss on", "query_rss on" },
	};
	_Alignas(4) char buf[VFINFO_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct devattrs a = parse(rows[i].words);
		char command[128];

		(void)snprintf(command, sizeof(command),
			       "ip link set eth0 vf 1 %s", rows[i].command);
		vfinfo_encode_set(buf, 2, 1, first(&a), &a);
		assert_sent(command, buf);
		assert_int_equal(a.mask & ~vfinfo_together(first(&a)), 0);
	}
}

static void asks_for_vfs_without_statistics(void **state)
{
	_Alignas(4) char buf[VFINFO_MSG_SIZE];
	const struct nlmsghdr *nlh = (const void *)buf;
	const struct nlattr *tb[IFLA_EXT_MASK + 1];
	uint32_t mask;
	size_t size;
	const void *body;

	(void)state;
	vfinfo_encode_get(buf, 7);
	assert_int_equal(nlh->nlmsg_type, RTM_GETLINK);
	assert_int_equal(((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))
				 ->ifi_index, 7);
	body = attr_body(nlh, sizeof(struct ifinfomsg), &size);
	attr_table(body, size, tb, IFLA_EXT_MASK);
	assert_int_equal(attr_u32(tb[IFLA_EXT_MASK], &mask), 0);
	assert_int_equal(mask, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS);
}

struct vfs {
	uint32_t n;
	struct devattrs each[2];
};

static void take_vf(uint32_t vf, const struct devattrs *attrs, void *ctx)
{
	struct vfs *vfs = ctx;

	assert_int_equal(vf, vfs->n);
	assert_true(vfs->n < 2);
	vfs->each[vfs->n++] = *attrs;
}

static void reads_vfs(void **state)
{
	const struct golden_record *r = golden_find(&golden,
						    "ip link show dev eth0");
	struct devattrs want = parse("mac 02:00:00:00:00:05 vlan 5 qos 3 "
				     "proto 802.1ad min_tx_rate 0 "
				     "max_tx_rate 0 trust on spoofchk on "
				     "link_state disable query_rss on");
	struct vfs vfs = { 0 };

	(void)state;
	assert_int_equal(vfinfo_decode((const void *)r->data, take_vf, &vfs),
			 0);
	assert_int_equal(vfs.n, 2);
	assert_int_equal(vfs.each[1].mask, want.mask);
	for (int id = 0; id < DEVATTR_N; id++)
		assert_true(devattr_equal(&vfs.each[1], &want,
					  (enum devattr_id)id));
	assert_int_equal(vfs.each[0].mask, want.mask);
	assert_int_equal(vfs.each[0].num[DEVATTR_MAC], 0);
	assert_int_equal(vfs.each[0].num[DEVATTR_TRUST], 0);
}

/* A driver that has no such thing leaves the kernel's -1. */
static void what_a_driver_has_not_is_absent(void **state)
{
	_Alignas(4) char buf[VFINFO_MSG_SIZE];
	struct ifla_vf_trust trust = { .vf = 0, .setting = UINT32_MAX };
	struct ifla_vf_mac mac = { .vf = 0 };
	struct nlmsghdr *nlh = (void *)buf;
	struct nlattr *list, *info;
	struct vfs vfs = { 0 };

	(void)state;
	vfinfo_encode_get(buf, 1);
	list = attr_nest(nlh, sizeof(buf), IFLA_VFINFO_LIST);
	info = attr_nest(nlh, sizeof(buf), IFLA_VF_INFO);
	assert_true(attr_put(nlh, sizeof(buf), IFLA_VF_TRUST, &trust,
			     sizeof(trust)));
	assert_true(attr_put(nlh, sizeof(buf), IFLA_VF_MAC, &mac,
			     sizeof(mac)));
	mnl_attr_nest_end(nlh, info);
	mnl_attr_nest_end(nlh, list);
	assert_int_equal(vfinfo_decode(nlh, take_vf, &vfs), 0);
	assert_int_equal(vfs.n, 1);
	assert_int_equal(vfs.each[0].mask, DEVATTR_BIT(DEVATTR_MAC));
}

static uint16_t family(void)
{
	return ((const struct nlmsghdr *)golden_find(
		&golden, "devlink port function set " PORT " state active")
			->data)->nlmsg_type;
}

static void sets_functions_as_devlink_does(void **state)
{
	static const char *const words[] = { "hw_addr 02:00:00:00:00:05",
					     "state active" };
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct devattrs a = parse(words[i]);
		enum devattr_id id = first(&a);
		char command[128];

		(void)snprintf(command, sizeof(command),
			       "devlink port function set " PORT " %s",
			       words[i]);
		devlink_encode_function_set(buf, family(), &sim, 128, id,
					    a.num[id]);
		assert_sent(command, buf);
	}
}

/* What is set is what a port would tell: the kernel's are newer than 6.1. */
static void a_function_reads_as_it_is_set(void **state)
{
	static const char *const words[] = {
		"hw_addr 02:00:00:00:00:05", "roce enable", "roce disable",
		"migratable enable", "ipsec_crypto enable",
		"ipsec_packet disable", "max_io_eqs 32", "state inactive",
	};
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct devattrs a = parse(words[i]), b;
		enum devattr_id id = first(&a);

		devlink_encode_function_set(buf, family(), &sim, 128, id,
					    a.num[id]);
		assert_int_equal(devlink_decode_function((void *)buf, &b), 0);
		assert_int_equal(b.mask, a.mask);
		assert_true(devattr_equal(&a, &b, id));
	}
}

static void a_port_tells_the_address_of_its_function(void **state)
{
	struct devattrs a = parse("hw_addr 02:00:00:00:00:05");
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	struct kernel_port port;

	(void)state;
	devlink_encode_function_set(buf, family(), &sim, 128, DEVATTR_HW_ADDR,
				    a.num[DEVATTR_HW_ADDR]);
	assert_int_equal(devlink_decode_port((void *)buf, &port), 0);
	assert_int_equal(port.function_mac, 0x020000000005);
	devlink_encode_function_set(buf, family(), &sim, 128, DEVATTR_ROCE, 1);
	assert_int_equal(devlink_decode_port((void *)buf, &port), 0);
	assert_int_equal(port.function_mac, 0);
}

static void sets_rates_as_devlink_does(void **state)
{
	static const struct {
		const char *command;
		uint8_t cmd;
		struct kernel_function f;
		const char *words;
	} rows[] = {
		{ "add " NODE " tx_share 10mbit", DEVLINK_CMD_RATE_NEW,
		  { .node = "g1" }, "tx_share 10mbit" },
		{ "set " NODE " tx_max 1gbit", DEVLINK_CMD_RATE_SET,
		  { .node = "g1" }, "tx_max 1gbit" },
		{ "set " PORT " tx_share 8mbit", DEVLINK_CMD_RATE_SET,
		  { .port_index = 128 }, "tx_share 8mbit" },
		{ "set " PORT " parent g1", DEVLINK_CMD_RATE_SET,
		  { .port_index = 128 }, "parent g1" },
		{ "set " PORT " noparent", DEVLINK_CMD_RATE_SET,
		  { .port_index = 128 }, "noparent" },
		{ "del " NODE, DEVLINK_CMD_RATE_DEL, { .node = "g1" }, "" },
	};
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct kernel_function f = rows[i].f;
		char command[128];

		f.attrs = parse(rows[i].words);
		(void)snprintf(command, sizeof(command),
			       "devlink port function rate %s",
			       rows[i].command);
		devlink_encode_rate(buf, family(), rows[i].cmd, &sim, &f);
		assert_sent(command, buf);
	}
}

struct rates {
	int n;
	struct kernel_function each[4];
};

static void take_rate(const struct nlmsghdr *nlh, void *ctx)
{
	struct rates *r = ctx;

	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	assert_true(r->n < 4);
	assert_int_equal(devlink_decode_rate(nlh, &r->each[r->n++]), 0);
}

static void reads_rates(void **state)
{
	struct rates r = { 0 };

	(void)state;
	golden_each(golden_find(&golden, "devlink port function rate show"),
		    take_rate, &r);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.each[0].node, "g1");
	assert_int_equal(r.each[0].attrs.num[DEVATTR_TX_SHARE], 1250000);
	assert_int_equal(r.each[0].attrs.num[DEVATTR_TX_MAX], 125000000);
	assert_string_equal(r.each[0].attrs.parent, "");
	assert_int_equal(r.each[1].port_index, 128);
	assert_string_equal(r.each[1].node, "");
	assert_string_equal(r.each[1].attrs.parent, "g1");
	assert_int_equal(r.each[2].port_index, 129);
	/* This kernel has no priorities. */
	assert_false(devattr_has(&r.each[2].attrs, DEVATTR_TX_PRIORITY));
}

static void a_rate_with_all_attributes_reads_as_it_is_set(void **state)
{
	struct kernel_function f = { .node = "a-node" }, back;
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	f.attrs = parse("tx_share 1mbit tx_max 2mbit priority 3 weight 4 "
			"parent g1");
	devlink_encode_rate(buf, family(), DEVLINK_CMD_RATE_NEW, &sim, &f);
	assert_int_equal(devlink_decode_rate((void *)buf, &back), 0);
	assert_string_equal(back.node, "a-node");
	assert_int_equal(back.attrs.mask, f.attrs.mask);
	for (int id = DEVATTR_TX_SHARE; id <= DEVATTR_PARENT; id++)
		assert_true(devattr_equal(&f.attrs, &back.attrs,
					  (enum devattr_id)id));
}

static void ignore_vf(uint32_t vf, const struct devattrs *attrs, void *ctx)
{
	(void)vf;
	(void)ctx;
	assert_int_equal(attrs->mask >> DEVATTR_N, 0);
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_function f;
	struct devattrs a;

	(void)ctx;
	(void)vfinfo_decode(nlh, ignore_vf, NULL);
	(void)devlink_decode_function(nlh, &a);
	if (!devlink_decode_rate(nlh, &f))
		assert_true(strlen(f.node) < sizeof(f.node) &&
			    strlen(f.attrs.parent) < sizeof(f.attrs.parent));
}

static void survives_torture(void **state)
{
	(void)state;
	golden_torture(&golden, decode_anything, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_vfs_as_ip_does),
		cmocka_unit_test(asks_for_vfs_without_statistics),
		cmocka_unit_test(reads_vfs),
		cmocka_unit_test(what_a_driver_has_not_is_absent),
		cmocka_unit_test(sets_functions_as_devlink_does),
		cmocka_unit_test(a_function_reads_as_it_is_set),
		cmocka_unit_test(a_port_tells_the_address_of_its_function),
		cmocka_unit_test(sets_rates_as_devlink_does),
		cmocka_unit_test(reads_rates),
		cmocka_unit_test(a_rate_with_all_attributes_reads_as_it_is_set),
		cmocka_unit_test(survives_torture),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
