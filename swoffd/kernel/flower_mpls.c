/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The label stack as TCA_FLOWER_KEY_MPLS_OPTS: a list of entries. */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/flower_nest.h"

static const struct flow_mpls nothing;

static const struct {
	uint16_t type;
	uint8_t offset, size;
	uint32_t max;
} lse_parts[] = {
#define PART(TYPE, member, max) \
	{ TCA_FLOWER_KEY_MPLS_OPT_LSE_##TYPE, \
	  offsetof(struct flow_mpls, member), \
	  sizeof(((struct flow_mpls *)0)->member), max }
	PART(LABEL, label, 0xfffff),
	PART(TC, tc, 7),
	PART(BOS, bos, 1),
	PART(TTL, ttl, 0xff),
#undef PART
};

static uint32_t lse_get(const struct flow_mpls *e, size_t part)
{
	const char *p = (const char *)e + lse_parts[part].offset;
	uint32_t v;

	if (lse_parts[part].size == sizeof(uint8_t))
		return (uint8_t)*p;
	memcpy(&v, p, sizeof(v));
	return v;
}

static int put_lse_parts(struct nlmsghdr *nlh, size_t size,
			 const struct flow_mpls *key,
			 const struct flow_mpls *mask)
{
	for (size_t i = 0; i < ARRAY_LEN(lse_parts); i++) {
		uint32_t m = lse_get(mask, i);

		if (!m)
			continue;
		if (m != lse_parts[i].max)
			return -EOPNOTSUPP;
		if (!attr_put(nlh, size, lse_parts[i].type,
			      (const char *)key + lse_parts[i].offset,
			      lse_parts[i].size))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_lse(struct nlmsghdr *nlh, size_t size, uint8_t depth,
		   const struct flow_mpls *key, const struct flow_mpls *mask)
{
	struct nlattr *nest = attr_nest(nlh, size,
					TCA_FLOWER_KEY_MPLS_OPTS_LSE |
						NLA_F_NESTED);
	int rc;

	if (!nest ||
	    !attr_put_u8(nlh, size, TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH, depth))
		return -EMSGSIZE;
	rc = put_lse_parts(nlh, size, key, mask);
	mnl_attr_nest_end(nlh, nest);
	return rc;
}

int flower_mpls_put(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *f, const struct flow_match *match)
{
	struct nlattr *nest = attr_nest(nlh, size, f->attr | NLA_F_NESTED);
	int rc = nest ? 0 : -EMSGSIZE;

	for (uint8_t i = 0; i < FLOW_MAX_MPLS && !rc; i++)
		if (memcmp(&match->mask.mpls[i], &nothing,
			   sizeof(nothing)) != 0)
			rc = put_lse(nlh, size, (uint8_t)(i + 1),
				     &match->key.mpls[i],
				     &match->mask.mpls[i]);
	if (!rc)
		mnl_attr_nest_end(nlh, nest);
	return rc;
}

static int get_lse_part(const struct nlattr *attr, size_t part,
			struct flow_mpls *key, struct flow_mpls *mask)
{
	char *m = (char *)mask + lse_parts[part].offset;

	if (attr_copy(attr, (char *)key + lse_parts[part].offset,
		      lse_parts[part].size) ||
	    lse_get(key, part) > lse_parts[part].max)
		return -EBADMSG;
	if (lse_parts[part].size == sizeof(uint8_t))
		*m = (char)lse_parts[part].max;
	else
		memcpy(m, &lse_parts[part].max, sizeof(uint32_t));
	return 0;
}

static int get_lse(const struct nlattr *nest, struct flow_match *out)
{
	const struct nlattr *tb[TCA_FLOWER_KEY_MPLS_OPT_LSE_MAX + 1];
	struct flow_mpls *key, *mask;
	uint8_t depth;

	attr_nested_table(nest, tb, TCA_FLOWER_KEY_MPLS_OPT_LSE_MAX);
	if (attr_u8(tb[TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH], &depth) ||
	    depth < 1 || depth > FLOW_MAX_MPLS)
		return -EBADMSG;
	key = &out->key.mpls[depth - 1];
	mask = &out->mask.mpls[depth - 1];
	for (size_t i = 0; i < ARRAY_LEN(lse_parts); i++) {
		if (!tb[lse_parts[i].type])
			continue;
		if (get_lse_part(tb[lse_parts[i].type], i, key, mask))
			return -EBADMSG;
	}
	mask->there = 0;
	key->there = mask->there = memcmp(mask, &nothing, sizeof(nothing)) == 0;
	return 0;
}

int flower_mpls_get(const struct nlattr *nest, struct flow_match *out)
{
	const struct nlattr *attr;
	int strange = 0;

	attr_for_each_in(attr, nest) {
		if (attr_type(attr) != TCA_FLOWER_KEY_MPLS_OPTS_LSE)
			strange = 1;
		else if (get_lse(attr, out))
			return -EBADMSG;
	}
	return strange;
}
