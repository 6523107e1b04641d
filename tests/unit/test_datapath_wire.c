/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Datapaths and ports as the kernel told them, and what is asked of it. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/datapath_wire.h"
#include "tests/unit/golden.h"

#define FAMILY 30

static struct golden golden;

static int load(void **state)
{
	(void)state;
	golden_load("datapath.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

static void read_datapath(const struct nlmsghdr *nlh, void *ctx)
{
	struct datapath_info dp;
	unsigned int *n = ctx;

	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	assert_int_equal(datapath_wire_decode(nlh, &dp), 0);
	assert_int_equal(dp.id, 5);
	assert_string_equal(dp.name, "dp0");
	assert_true(dp.features & OVS_DP_F_UNALIGNED);
	++*n;
}

static void datapaths_are_read(void **state)
{
	static const char *const all[] = {
		"ovs_datapath NEW", "ovs_datapath SET", "ovs_datapath GET",
		"ovs_datapath DEL",
	};
	unsigned int n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		golden_each(golden_find(&golden, all[i]), read_datapath, &n);
	assert_int_equal(n, 4);
}

/* What `ovs-dpctl show` has of them. */
static const struct datapath_port ports[] = {
	{ 5, 0, 5, OVS_VPORT_TYPE_INTERNAL, "dp0" },
	{ 5, 1, 3, OVS_VPORT_TYPE_NETDEV, "v0" },
	{ 5, 2, 2, OVS_VPORT_TYPE_NETDEV, "v1" },
	{ 5, 3, 4, OVS_VPORT_TYPE_NETDEV, "vx0" },
};

static void read_port(const struct nlmsghdr *nlh, void *ctx)
{
	struct datapath_port port;
	unsigned int *n = ctx;

	if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return;
	assert_int_equal(datapath_wire_decode_port(nlh, &port), 0);
	assert_in_range(port.no, 0, ARRAY_LEN(ports) - 1);
	assert_memory_equal(&port, &ports[port.no], sizeof(port));
	++*n;
}

static void ports_are_read(void **state)
{
	unsigned int n = 0;

	(void)state;
	golden_each(golden_find(&golden, "ovs_vport GET"), read_port, &n);
	assert_int_equal(n, ARRAY_LEN(ports));
	golden_each(golden_find(&golden, "ovs_vport NEW"), read_port, &n);
	golden_each(golden_find(&golden, "ovs_vport DEL"), read_port, &n);
	assert_int_equal(n, ARRAY_LEN(ports) + 2);
}

static void decode(const struct nlmsghdr *nlh, void *ctx)
{
	struct datapath_info dp;
	struct datapath_port port;

	(void)ctx;
	(void)datapath_wire_has_key(nlh);
	if (!datapath_wire_decode(nlh, &dp))
		assert_true(dp.id && strnlen(dp.name, IFNAMSIZ) < IFNAMSIZ);
	if (!datapath_wire_decode_port(nlh, &port))
		assert_true(port.dp &&
			    strnlen(port.name, IFNAMSIZ) < IFNAMSIZ);
}

static void no_damage_to_a_message_does_harm(void **state)
{
	(void)state;
	golden_torture(&golden, decode, NULL);
}

/* Without its name or number there is nothing to tell. */
static void what_lacks_something_is_refused(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[DATAPATH_WIRE_SIZE];
	struct nlmsghdr *nlh = datapath_wire_dump(buf, FAMILY, 1, 5, false);
	struct datapath_info dp;
	struct datapath_port port;

	(void)state;
	assert_int_equal(datapath_wire_decode(nlh, &dp), -EBADMSG);
	mnl_attr_put_strz(nlh, OVS_DP_ATTR_NAME, "a-name-of-16-sig");
	assert_int_equal(datapath_wire_decode(nlh, &dp), -EBADMSG);
	nlh = datapath_wire_dump(buf, FAMILY, 1, 5, false);
	mnl_attr_put_strz(nlh, OVS_DP_ATTR_NAME, "dp0");
	assert_int_equal(datapath_wire_decode(nlh, &dp), 0);
	assert_int_equal(datapath_wire_decode_port(nlh, &port), -EBADMSG);
	mnl_attr_put_u16(nlh, OVS_DP_ATTR_USER_FEATURES, 1);
	assert_int_equal(datapath_wire_decode(nlh, &dp), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datapaths_are_read),
		cmocka_unit_test(ports_are_read),
		cmocka_unit_test(no_damage_to_a_message_does_harm),
		cmocka_unit_test(what_lacks_something_is_refused),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
