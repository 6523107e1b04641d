/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapath flows as the kernel tells them: the text of each is what ovs-dpctl
 * prints of the same message, and no damaged message does any harm.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/odp.h"
#include "swoffd/kernel/ovs_flow.h"
#include "tests/unit/golden.h"

static struct golden golden;
static struct odp_flow flow;

static int load(void **state)
{
	(void)state;
	golden_load("ovs-flow.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

/* Text that ovs-dpctl has otherwise, and why. */
static const struct {
	const char *theirs, *ours;
} differences[] = {
	/* An attribute that 3.1 has no name for, and nothing of it matched. */
	{ ",key32(00 00/00 00)", "" },
	/* Matched to be zero, which it does not print of a tunnel. */
	{ "2.2,ttl=64,tp_dst=", "2.2,tos=0,ttl=64,tp_dst=" },
	/* It is one byte of two that can be matched: all there is. */
	{ "op=1/0xff", "op=1" },
	/* These are bytes and no number: zeros in front are some of them. */
	{ "md2=0x1020304", "md2=0x01020304" },
};

static void put_as_ours(char *text)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(*differences);
	     i++) {
		const char *theirs = differences[i].theirs;
		const char *ours = differences[i].ours;
		char *p = strstr(text, theirs);

		if (!p)
			continue;
		memmove(p + strlen(ours), p + strlen(theirs),
			strlen(p + strlen(theirs)) + 1);
		memcpy(p, ours, strlen(ours));
	}
}

static void compare(const struct nlmsghdr *nlh, void *ctx)
{
	char line[4096], text[4096];
	struct error err;
	size_t n_refused;

	if (nlh->nlmsg_type < 0x10 ||
	    nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(struct genlmsghdr))
		return;
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), 0);
	assert_true(odp_flow_format(&flow, text, sizeof(text)) <
		    (int)sizeof(text));
	(void)snprintf(line, sizeof(line), "%s", (const char *)ctx);
	put_as_ours(line);
	assert_string_equal(text, line);

	/* It is matched as its text is, and refused as that is. */
	n_refused = flow.refused.n;
	assert_int_equal(odp_flow_parse(line, &flow, &err), 0);
	assert_int_equal(n_refused, flow.refused.n);
}

static void each_flow_is_what_ovs_dpctl_prints(void **state)
{
	(void)state;
	for (size_t i = 0; i < golden.n; i++)
		golden_each(&golden.records[i], compare,
			    golden.records[i].command);
	assert_true(golden.n > 25);
}

static void decode(const struct nlmsghdr *nlh, void *ctx)
{
	int dp;

	(void)ctx;
	(void)ovs_flow_datapath(nlh, &dp);
	if (ovs_flow_decode(nlh, 0, &flow) < 0)
		return;
	assert_true(flow.n_actions <= ODP_MAX_ACTIONS);
	assert_true(flow.n_given <= FLOW_MAX_FIELDS);
	for (size_t i = 0; i < flow.n_actions; i++)
		assert_true(i + flow.actions[i].n_inner < flow.n_actions);
}

static void no_damage_to_a_message_does_harm(void **state)
{
	(void)state;
	golden_torture(&golden, decode, NULL);
}

static void the_datapath_is_in_the_header(void **state)
{
	const struct nlmsghdr *nlh = (const void *)golden.records[0].data;
	int dp = 0;

	(void)state;
	assert_int_equal(ovs_flow_datapath(nlh, &dp), 0);
	assert_true(dp > 0);
}

/* OVS prints the sixteen bytes as four numbers of this machine. */
static void a_ufid_has_the_text_that_ovs_prints(void **state)
{
	static const uint32_t words[] = { 0x01234567, 0x89abcdef, 0x00112233,
					  0x44556677 };
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	char text[UFID_STR_SIZE];

	(void)state;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ovs_header));
	mnl_attr_put(nlh, OVS_FLOW_ATTR_UFID, sizeof(words), words);
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), 0);
	assert_true(flow.has_ufid);
	ufid_format(&flow.ufid, text);
	assert_string_equal(text, "01234567-89ab-cdef-0011-223344556677");
}

/* As the kernel does it with one that is too large for a dump. */
static void a_key_without_actions_is_no_drop(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *nest;

	(void)state;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ovs_header));
	nest = mnl_attr_nest_start(nlh, OVS_FLOW_ATTR_KEY);
	mnl_attr_put_u32(nlh, OVS_KEY_ATTR_IN_PORT, 1);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), 0);
	assert_int_equal(flow.n_actions, 1);
	assert_int_equal(flow.actions[0].kind, ODP_OTHER);
	mnl_attr_put(nlh, OVS_FLOW_ATTR_ACTIONS, 0, NULL);
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), 0);
	assert_int_equal(flow.n_actions, 0);
}

/* A flow with one attribute in its key, and one action. */
static const struct nlmsghdr *make(void *buf, bool has_ufid, uint16_t key,
				   size_t key_size, uint16_t action,
				   size_t action_size)
{
	static const uint8_t zeros[16];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ovs_flow_stats stats = { .n_packets = 3, .n_bytes = 180 };
	struct nlattr *nest;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ovs_header));
	if (has_ufid)
		mnl_attr_put(nlh, OVS_FLOW_ATTR_UFID, 16, zeros);
	nest = mnl_attr_nest_start(nlh, OVS_FLOW_ATTR_KEY);
	mnl_attr_put_u32(nlh, OVS_KEY_ATTR_IN_PORT, 1);
	mnl_attr_put(nlh, key, key_size, zeros);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put(nlh, OVS_FLOW_ATTR_STATS, sizeof(stats), &stats);
	nest = mnl_attr_nest_start(nlh, OVS_FLOW_ATTR_ACTIONS);
	mnl_attr_put_u32(nlh, OVS_ACTION_ATTR_OUTPUT, 2);
	mnl_attr_put(nlh, action, action_size, zeros);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

/* So that it is refused, and is no reason to know nothing of others. */
static void of_what_is_malformed_the_rest_is_told(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[256];
	char text[1024];

	(void)state;
	assert_int_equal(ovs_flow_decode(make(buf, true,
					      OVS_KEY_ATTR_ETHERTYPE, 2,
					      OVS_ACTION_ATTR_SET, 1),
					 0, &flow), 1);
	(void)odp_flow_format(&flow, text, sizeof(text));
	assert_string_equal(text, "ufid:00000000-0000-0000-0000-000000000000, "
			    "in_port(1),eth_type(0x0000), packets:3, "
			    "bytes:180, used:never, actions:action0()");

	assert_int_equal(ovs_flow_decode(make(buf, true,
					      OVS_KEY_ATTR_ETHERTYPE, 1,
					      OVS_ACTION_ATTR_POP_VLAN, 0),
					 0, &flow), 1);
	assert_true(flow.has_ufid);
	assert_int_equal(flow.packets, 3);
	assert_int_equal(flow.n_actions, 2);
	assert_int_equal(flow.refused.n, 1);
	assert_string_equal(flow.refused.reasons[0].subject, "key0");
}

/* By what is shown of its key it differs from others. */
static void a_malformed_key_is_shown_in_bytes(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[256];
	char text[1024];

	(void)state;
	assert_int_equal(ovs_flow_decode(make(buf, false,
					      OVS_KEY_ATTR_ETHERTYPE, 1,
					      OVS_ACTION_ATTR_SET, 1),
					 0, &flow), 1);
	(void)odp_format_key(&flow, text, sizeof(text));
	assert_memory_equal(text, "key0(", 5);
	assert_int_equal(strlen(text), strlen("key0()") + 16 * 3 - 1);
	assert_int_equal(flow.actions[0].kind, ODP_OTHER);
}

static void one_that_nothing_is_known_of_is_not(void **state)
{
	_Alignas(NLMSG_ALIGNTO) char buf[128];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	(void)state;
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), -EBADMSG);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ovs_header));
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), -EBADMSG);
	mnl_attr_put_u32(nlh, OVS_FLOW_ATTR_UFID, 1);
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flow_is_what_ovs_dpctl_prints),
		cmocka_unit_test(no_damage_to_a_message_does_harm),
		cmocka_unit_test(the_datapath_is_in_the_header),
		cmocka_unit_test(a_ufid_has_the_text_that_ovs_prints),
		cmocka_unit_test(a_key_without_actions_is_no_drop),
		cmocka_unit_test(of_what_is_malformed_the_rest_is_told),
		cmocka_unit_test(a_malformed_key_is_shown_in_bytes),
		cmocka_unit_test(one_that_nothing_is_known_of_is_not),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
