/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Features come as bit sets by name, Documentation/networking/
 * ethtool-netlink.rst: with NOMASK the set bits are listed, without it each
 * bit listed has its value beside it.
 */
#include "swoffd/kernel/ethtool.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/genl.h"

#define FEATURE "hw-tc-offload"

/* All of it fits ETHTOOL_MSG_SIZE, so the checks cannot fail. */
static struct nlmsghdr *put_request(void *buf, uint16_t family, uint8_t cmd,
				    uint32_t ifindex)
{
	struct nlmsghdr *nlh = genl_put(buf, family, cmd,
					ETHTOOL_GENL_VERSION, 0);
	struct nlattr *nest = attr_nest(nlh, ETHTOOL_MSG_SIZE,
					ETHTOOL_A_FEATURES_HEADER |
					NLA_F_NESTED);

	(void)attr_put_u32(nlh, ETHTOOL_MSG_SIZE, ETHTOOL_A_HEADER_DEV_INDEX,
			   ifindex);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

void ethtool_encode_get(void *buf, uint16_t family, uint32_t ifindex)
{
	put_request(buf, family, ETHTOOL_MSG_FEATURES_GET, ifindex);
}

void ethtool_encode_set(void *buf, uint16_t family, uint32_t ifindex, bool on)
{
	struct nlmsghdr *nlh = put_request(buf, family,
					   ETHTOOL_MSG_FEATURES_SET, ifindex);
	static const uint16_t types[] = {
		ETHTOOL_A_FEATURES_WANTED | NLA_F_NESTED,
		ETHTOOL_A_BITSET_BITS | NLA_F_NESTED,
		ETHTOOL_A_BITSET_BITS_BIT | NLA_F_NESTED,
	};
	struct nlattr *nests[ARRAY_LEN(types)];

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		nests[i] = attr_nest(nlh, ETHTOOL_MSG_SIZE, types[i]);
	(void)attr_put_str(nlh, ETHTOOL_MSG_SIZE, ETHTOOL_A_BITSET_BIT_NAME,
			   FEATURE);
	if (on)
		(void)attr_put(nlh, ETHTOOL_MSG_SIZE,
			       ETHTOOL_A_BITSET_BIT_VALUE, NULL, 0);
	for (size_t i = ARRAY_LEN(types); i--;)
		mnl_attr_nest_end(nlh, nests[i]);
}

static bool bit_value(const struct nlattr *bit, bool listed_is_set, bool *out)
{
	const struct nlattr *tb[ETHTOOL_A_BITSET_BIT_MAX + 1];

	attr_nested_table(bit, tb, ETHTOOL_A_BITSET_BIT_MAX);
	if (!attr_is_str(tb[ETHTOOL_A_BITSET_BIT_NAME], FEATURE))
		return false;
	*out = listed_is_set || tb[ETHTOOL_A_BITSET_BIT_VALUE];
	return true;
}

static bool in_set(const struct nlattr *set)
{
	const struct nlattr *tb[ETHTOOL_A_BITSET_MAX + 1], *bits, *bit;
	bool value = false;

	if (!set)
		return false;
	attr_nested_table(set, tb, ETHTOOL_A_BITSET_MAX);
	bits = tb[ETHTOOL_A_BITSET_BITS];
	if (!bits)
		return false;
	attr_for_each_in(bit, bits)
		if (attr_type(bit) == ETHTOOL_A_BITSET_BITS_BIT &&
		    bit_value(bit, tb[ETHTOOL_A_BITSET_NOMASK], &value))
			return value;
	return false;
}

int ethtool_decode(const struct nlmsghdr *nlh, struct ethtool_tc_offload *out)
{
	const struct nlattr *tb[ETHTOOL_A_FEATURES_MAX + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, ETHTOOL_A_FEATURES_MAX);
	if (!tb[ETHTOOL_A_FEATURES_ACTIVE])
		return -EBADMSG;
	out->changeable = in_set(tb[ETHTOOL_A_FEATURES_HW]) &&
			  !in_set(tb[ETHTOOL_A_FEATURES_NOCHANGE]);
	out->wanted = in_set(tb[ETHTOOL_A_FEATURES_WANTED]);
	out->active = in_set(tb[ETHTOOL_A_FEATURES_ACTIVE]);
	return 0;
}
