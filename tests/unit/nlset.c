/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knows of no nests: what is whole attributes from end to end is a nest, and
 * what is bytes that are equal is equal in any case.
 */
#include "tests/unit/nlset.h"

#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_vlan.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/field.h"
#include "swoffd/kernel/attr.h"

#define MAX_ATTRS 128
#define MAX_DEPTH 8

struct set {
	const char *data;
	size_t size;
};

static struct set inside(const struct nlattr *attr)
{
	return (struct set){ mnl_attr_get_payload(attr),
			     mnl_attr_get_payload_len(attr) };
}

/* Path of the nest that is compared, for the reader and for on_purpose(). */
struct walk {
	uint16_t path[MAX_DEPTH];
	size_t depth;
	char why[256];
};

static bool all_ones(struct set s)
{
	for (size_t i = 0; i < s.size; i++)
		if ((uint8_t)s.data[i] != UINT8_MAX)
			return false;
	return true;
}

static bool is_exact_mask(const struct nlattr *attr)
{
	if (!all_ones(inside(attr)))
		return false;
	for (size_t i = 0; i < flow_n_fields; i++)
		if (flow_fields[i].mask_attr == mnl_attr_get_type(attr))
			return true;
	return false;
}

/* The one that the kernel takes for granted. */
static bool is_first_tpid(const struct nlattr *attr)
{
	return mnl_attr_get_type(attr) == TCA_VLAN_PUSH_VLAN_PROTOCOL &&
	       inside(attr).size == 2 && !memcmp(inside(attr).data, "\x81", 2);
}

/* All that we send and tc does not: an exact mask, which says no more than
 * none, and of an action the cookie that tells our rules from others', and
 * counters for all CPUs together. */
static bool on_purpose(const struct walk *w, const struct nlattr *attr)
{
	uint16_t type = mnl_attr_get_type(attr);

	if (w->depth == 1 && w->path[0] == TCA_OPTIONS)
		return is_exact_mask(attr);
	if (w->depth == 4 && w->path[1] == TCA_FLOWER_ACT)
		return is_first_tpid(attr);
	return w->depth == 3 && w->path[1] == TCA_FLOWER_ACT &&
	       (type == TCA_ACT_COOKIE || type == TCA_ACT_FLAGS);
}

static bool is_nest(struct set s)
{
	const struct nlattr *attr;
	const char *end = s.data;

	attr_for_each(attr, s.data, s.size) {
		if (mnl_attr_get_type(attr) > 512)
			return false;
		end = (const char *)attr_next(attr);
	}
	return s.size && end >= s.data + s.size;
}

static bool same(struct walk *w, struct set tc, struct set ours);

static const struct nlattr *find(struct set s, uint16_t type)
{
	const struct nlattr *attr;

	attr_for_each(attr, s.data, s.size)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

/* tc sends the bits of an address that its mask does not have; nobody looks at
 * them.  all: the attributes beside a. */
static bool same_under_mask(struct set all, const struct nlattr *a,
			    const struct nlattr *b)
{
	const struct nlattr *mask = NULL;
	const char *x = inside(a).data, *y = inside(b).data;

	for (size_t i = 0; i < flow_n_fields && !mask; i++)
		if (flow_fields[i].attr == mnl_attr_get_type(a) &&
		    flow_fields[i].mask_attr && !flow_fields[i].opts)
			mask = find(all, flow_fields[i].mask_attr);
	if (!mask || mask->nla_len != a->nla_len || a->nla_len != b->nla_len)
		return false;
	for (size_t i = 0; i < inside(a).size; i++)
		if ((x[i] ^ y[i]) & inside(mask).data[i])
			return false;
	return true;
}

static bool same_attr(struct walk *w, struct set all, const struct nlattr *a,
		      const struct nlattr *b)
{
	bool ok;

	/* The flag NLA_F_NESTED too. */
	if (a->nla_type != b->nla_type)
		return false;
	if (a->nla_len == b->nla_len &&
	    !memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
		    mnl_attr_get_payload_len(a)))
		return true;
	if (w->depth == 1 && w->path[0] == TCA_OPTIONS &&
	    same_under_mask(all, a, b))
		return true;
	if (w->depth >= MAX_DEPTH || !is_nest(inside(a)) ||
	    !is_nest(inside(b)))
		return false;
	w->path[w->depth++] = mnl_attr_get_type(a);
	ok = same(w, inside(a), inside(b));
	w->depth--;
	return ok;
}

static bool differ(struct walk *w, const char *what,
		   const struct nlattr *attr)
{
	size_t n = 0;

	if (w->why[0])
		return false;
	for (size_t i = 0; i < w->depth; i++)
		n += (size_t)snprintf(w->why + n, sizeof(w->why) - n, "%u.",
				      w->path[i]);
	snprintf(w->why + n, sizeof(w->why) - n, "%u: %s",
		 mnl_attr_get_type(attr), what);
	return false;
}

static bool same(struct walk *w, struct set tc, struct set ours)
{
	const struct nlattr *b[MAX_ATTRS], *attr;
	size_t n = 0;

	attr_for_each(attr, ours.data, ours.size)
		if (n < MAX_ATTRS)
			b[n++] = attr;
	attr_for_each(attr, tc.data, tc.size) {
		size_t i = 0;

		while (i < n && !(b[i] && same_attr(w, tc, attr, b[i])))
			i++;
		if (i == n)
			return differ(w, "of tc alone, or not the same",
				      attr);
		b[i] = NULL;
		w->why[0] = '\0';
	}
	for (size_t i = 0; i < n; i++)
		if (b[i] && !on_purpose(w, b[i]))
			return differ(w, "ours alone", b[i]);
	return true;
}

const char *nlset_filters_differ(const struct nlmsghdr *tc,
				 const struct nlmsghdr *ours)
{
	static struct walk w;
	struct set a, b;

	w = (struct walk){ .depth = 0 };
	a.data = attr_body(tc, sizeof(struct tcmsg), &a.size);
	b.data = attr_body(ours, sizeof(struct tcmsg), &b.size);
	if (!a.data || !b.data)
		return "no message";
	if (tc->nlmsg_type != ours->nlmsg_type ||
	    ((tc->nlmsg_flags ^ ours->nlmsg_flags) &
	     ~(NLM_F_ACK | NLM_F_ECHO)) ||
	    memcmp(mnl_nlmsg_get_payload(tc), mnl_nlmsg_get_payload(ours),
		   sizeof(struct tcmsg)))
		return "header";
	(void)same(&w, a, b);
	return w.why;
}
