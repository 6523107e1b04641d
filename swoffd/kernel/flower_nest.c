/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nests of CFM and of tunnel options are rows of the table, as every other
 * key; Geneve options and label stacks are lists, which no row can be.
 */
#include "swoffd/kernel/flower_nest.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "swoffd/kernel/attr.h"

static const struct flow_key nothing;

static bool put_value(struct nlmsghdr *nlh, size_t size, uint16_t type,
		      const struct flow_field *f, const struct flow_key *k)
{
	return attr_put(nlh, size, type, (const char *)k + f->offset, f->size);
}

/*
 * Rows inside an attribute, exact all of them: CFM
 */

static int put_subs(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *of,
		    const struct flow_match *match)
{
	struct nlattr *nest = attr_nest(nlh, size, of->attr | NLA_F_NESTED);

	if (!nest)
		return -EMSGSIZE;
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (f->attr != of->attr || !flow_field_any(f, &match->mask))
			continue;
		if (!flow_field_exact(f, &match->mask))
			return -EOPNOTSUPP;
		if (!put_value(nlh, size, f->sub, f, &match->key))
			return -EMSGSIZE;
	}
	mnl_attr_nest_end(nlh, nest);
	return 0;
}

static const struct flow_field *find_sub(uint16_t attr, uint16_t opts,
					 uint16_t sub)
{
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (f->attr == attr && f->opts == opts && f->sub == sub)
			return f;
	}
	return NULL;
}

/* A value of netlink into the one structure, all bits into the other. */
static int get_exact(const struct flow_field *f, const struct nlattr *attr,
		     struct flow_match *out)
{
	int rc = attr_copy(attr, (char *)&out->key + f->offset, f->size);

	if (rc)
		return rc;
	flow_field_set_exact(f, &out->mask);
	return 0;
}

static int get_subs(const struct flow_field *of, const struct nlattr *nest,
		    struct flow_match *out)
{
	const struct flow_field *f;
	const struct nlattr *attr;
	int strange = 0;

	attr_for_each_in(attr, nest) {
		f = find_sub(of->attr, of->opts, attr_type(attr));
		if (!f)
			strange = 1;
		else if (get_exact(f, attr, out))
			return -EBADMSG;
	}
	return strange;
}

/*
 * Tunnel options of one kind, rows of the table
 */

/*
 * The kernel wants all parts that options of a kind have; of those that this
 * version of the options has not it keeps nothing, and tc calls them exact.
 */
static bool put_part(struct nlmsghdr *nlh, size_t size,
		     const struct flow_field *f,
		     const struct flow_match *match, bool mask)
{
	struct flow_key all = nothing;

	if (!mask)
		return put_value(nlh, size, f->sub, f, &match->key);
	if (f->kind == FLOW_KIND_ERSPAN_VER)
		return put_value(nlh, size, f->sub, f, &match->key);
	if (flow_field_applies(f, match))
		return put_value(nlh, size, f->sub, f, &match->mask);
	flow_field_set_exact(f, &all);
	return put_value(nlh, size, f->sub, f, &all);
}

/* Bits of a mask that the kernel does not keep, without a word of it. */
static bool forgets_bits(const struct flow_field *f,
			 const struct flow_key *mask)
{
	if (flow_field_exact(f, mask))
		return false;
	return f->kind == FLOW_KIND_ERSPAN_VER ||
	       flow_field_get(f, mask) & ~flow_field_kept(f);
}

static int put_parts(struct nlmsghdr *nlh, size_t size,
		     const struct flow_field *of,
		     const struct flow_match *match, bool mask)
{
	struct nlattr *outer, *nest;

	outer = attr_nest(nlh, size, (mask ? of->mask_attr : of->attr) |
					     NLA_F_NESTED);
	nest = outer ? attr_nest(nlh, size, of->opts | NLA_F_NESTED) : NULL;
	if (!nest)
		return -EMSGSIZE;
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (f->attr != of->attr || f->opts != of->opts)
			continue;
		if (forgets_bits(f, &match->mask))
			return -EOPNOTSUPP;
		if (!put_part(nlh, size, f, match, mask))
			return -EMSGSIZE;
	}
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_nest_end(nlh, outer);
	return 0;
}

static int put_opts(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *f,
		    const struct flow_match *match)
{
	int rc;

	if (f->kind == FLOW_KIND_GENEVE)
		return flower_geneve_put(nlh, size, f, match);
	rc = put_parts(nlh, size, f, match, false);
	return rc ? rc : put_parts(nlh, size, f, match, true);
}

static int get_masks(const struct flow_field *of, const struct nlattr *nest,
		     struct flow_key *mask)
{
	struct flow_match scratch = { .key = *mask };
	int rc = get_subs(of, nest, &scratch);

	if (rc < 0)
		return rc;
	*mask = scratch.key;
	return rc;
}

/* In tc's bytes are also the parts that this version has not. */
static void settle_part(const struct flow_field *f, struct flow_match *m)
{
	if (!flow_field_applies(f, m))
		memset((char *)&m->mask + f->offset, 0, f->size);
	flow_field_settle(f, m);
}

static int get_parts(const struct flow_field *f, const struct nlattr *option,
		     const struct nlattr *mask_option, struct flow_match *out)
{
	int rc = get_subs(f, option, out);

	if (rc == 0 && mask_option)
		rc = get_masks(f, mask_option, &out->mask);
	/* Of other versions it is not known what they have. */
	if (rc == 0 && f->kind == FLOW_KIND_ERSPAN_VER &&
	    flow_field_get(f, &out->key) - 1 > 1)
		rc = 1;
	for (size_t i = 0; i < flow_n_fields; i++)
		if (flow_fields[i].attr == f->attr &&
		    flow_fields[i].opts == f->opts)
			settle_part(&flow_fields[i], out);
	return rc;
}

static const struct nlattr *first_in(const struct nlattr *nest)
{
	const struct nlattr *attr;

	if (nest)
		attr_for_each_in(attr, nest)
			return attr;
	return NULL;
}

static int get_opts(uint16_t attr, const struct nlattr *nest,
		    const struct nlattr *mask, struct flow_match *out)
{
	const struct nlattr *option = first_in(nest);

	if (!option)
		return 0;
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (f->attr != attr || f->opts != attr_type(option))
			continue;
		if (f->kind == FLOW_KIND_GENEVE)
			return flower_geneve_get(f, nest, mask, out);
		return get_parts(f, option, first_in(mask), out);
	}
	return 1;
}

int flower_put_nest(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *f, const struct flow_match *match)
{
	if (f->kind == FLOW_KIND_MPLS_OPTS)
		return flower_mpls_put(nlh, size, f, match);
	return f->opts ? put_opts(nlh, size, f, match) :
			 put_subs(nlh, size, f, match);
}

int flower_get_nest(const struct flow_field *f, const struct nlattr *attr,
		    const struct nlattr *mask, struct flow_match *out)
{
	if (f->kind == FLOW_KIND_MPLS_OPTS)
		return flower_mpls_get(attr, out);
	return f->opts ? get_opts(f->attr, attr, mask, out) :
			 get_subs(f, attr, out);
}
