/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapath flows as the kernel tells them: the text of each is what ovs-dpctl
 * prints of the same message, and no damaged message does any harm.
 */
#include "tests/unittest.h"

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
	uint8_t raw[sizeof(words)];

	(void)state;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ovs_header));
	mnl_attr_put(nlh, OVS_FLOW_ATTR_UFID, sizeof(words), words);
	assert_int_equal(ovs_flow_decode(nlh, 0, &flow), 0);
	assert_true(flow.has_ufid);
	ufid_format(&flow.ufid, text);
	assert_string_equal(text, "01234567-89ab-cdef-0011-223344556677");
	ufid_to_wire(&flow.ufid, raw);
	assert_memory_equal(raw, words, sizeof(words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flow_is_what_ovs_dpctl_prints),
		cmocka_unit_test(no_damage_to_a_message_does_harm),
		cmocka_unit_test(the_datapath_is_in_the_header),
		cmocka_unit_test(a_ufid_has_the_text_that_ovs_prints),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
