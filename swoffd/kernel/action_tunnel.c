/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * act_tunnel_key: what is not plain.  Nests are flagged where tc 6.1 flags
 * them, for geneve options not.
 */
#include <linux/tc_act/tc_tunnel_key.h>
#include <string.h>

#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

#define GENEVE_HEAD 4          /* class, type, length in words */

/*
 * Options, one kind
 */

static bool put_geneve_opt(const struct action_out *out, const uint8_t *h)
{
	struct nlattr *nest = attr_nest(out->nlh, out->size,
					TCA_TUNNEL_KEY_ENC_OPTS_GENEVE);

	if (!nest ||
	    !attr_put(out->nlh, out->size,
		      TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS, h, 2) ||
	    !attr_put_u8(out->nlh, out->size,
			 TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE, h[2]) ||
	    !attr_put(out->nlh, out->size,
		      TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA, h + GENEVE_HEAD,
		      h[3] * 4U))
		return false;
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

static bool put_geneve(const struct action_out *out,
		       const struct rule_tunnel *t)
{
	const struct flow_opts *o = &t->geneve;
	struct nlattr *nest = attr_nest(out->nlh, out->size,
					TCA_TUNNEL_KEY_ENC_OPTS);

	if (!nest)
		return false;
	for (size_t at = 0; at + GENEVE_HEAD <= o->len;
	     at += GENEVE_HEAD + o->data[at + 3] * 4U) {
		if (at + GENEVE_HEAD + o->data[at + 3] * 4U > o->len ||
		    !put_geneve_opt(out, o->data + at))
			return false;
	}
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

/* The nest of one kind in the nest of all; NULL: no room. */
static struct nlattr *open_opts(const struct action_out *out, uint16_t kind,
				struct nlattr **outer)
{
	*outer = attr_nest(out->nlh, out->size,
			   TCA_TUNNEL_KEY_ENC_OPTS | NLA_F_NESTED);
	return *outer ? attr_nest(out->nlh, out->size, kind | NLA_F_NESTED) :
			NULL;
}

static bool put_vxlan(const struct action_out *out,
		      const struct rule_tunnel *t)
{
	struct nlattr *outer, *inner;

	inner = open_opts(out, TCA_TUNNEL_KEY_ENC_OPTS_VXLAN, &outer);
	if (!inner || !attr_put_u32(out->nlh, out->size,
				    TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP,
				    t->vxlan_gbp))
		return false;
	mnl_attr_nest_end(out->nlh, inner);
	mnl_attr_nest_end(out->nlh, outer);
	return true;
}

/* Version 1 has an index, version 2 a direction and a hardware id. */
static uint8_t erspan_parts(const struct rule_tunnel *t)
{
	if (t->erspan_has)
		return t->erspan_has;
	return RULE_ERSPAN_VER |
	       (t->erspan_ver == 1 ? RULE_ERSPAN_INDEX :
				     RULE_ERSPAN_DIR | RULE_ERSPAN_HWID);
}

static const struct {
	uint8_t has;
	uint16_t attr;
	size_t offset, size;
} erspan[] = {
#define AT(m) offsetof(struct rule_tunnel, m), \
	sizeof(((struct rule_tunnel *)0)->m)
	{ RULE_ERSPAN_VER, TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_VER,
	  AT(erspan_ver) },
	{ RULE_ERSPAN_INDEX, TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_INDEX,
	  AT(erspan_index_be) },
	{ RULE_ERSPAN_DIR, TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_DIR,
	  AT(erspan_dir) },
	{ RULE_ERSPAN_HWID, TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_HWID,
	  AT(erspan_hwid) },
#undef AT
};
#define N_ERSPAN (sizeof(erspan) / sizeof(erspan[0]))

static bool put_erspan(const struct action_out *out,
		       const struct rule_tunnel *t)
{
	struct nlattr *outer, *inner;
	uint8_t has = erspan_parts(t);

	inner = open_opts(out, TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN, &outer);
	if (!inner)
		return false;
	for (size_t i = 0; i < N_ERSPAN; i++)
		if (has & erspan[i].has &&
		    !attr_put(out->nlh, out->size, erspan[i].attr,
			      (const char *)t + erspan[i].offset,
			      erspan[i].size))
			return false;
	mnl_attr_nest_end(out->nlh, inner);
	mnl_attr_nest_end(out->nlh, outer);
	return true;
}

bool action_put_tunnel(const struct action_out *out,
		       const struct rule_action *a)
{
	const struct rule_tunnel *t;

	/* tc says so of unset, too. */
	if (!a->tunnel_key.set)
		return a->only_index ||
		       attr_put_u8(out->nlh, out->size,
				   TCA_TUNNEL_KEY_NO_CSUM, 0);
	t = rule_data(out->rule, a);
	if (!attr_put_u8(out->nlh, out->size, TCA_TUNNEL_KEY_NO_CSUM,
			 t->no_csum))
		return false;
	if (t->has & RULE_TUNNEL_GENEVE)
		return put_geneve(out, t);
	if (t->has & RULE_TUNNEL_VXLAN)
		return put_vxlan(out, t);
	return !(t->has & RULE_TUNNEL_ERSPAN) || put_erspan(out, t);
}

/*
 * Reading.  The kernel puts all geneve options into one nest, a class, a type
 * and data each.
 */

static const char *get_geneve(const struct nlattr *nest,
			      struct rule_tunnel *t)
{
	struct flow_opts *o = &t->geneve;
	const struct nlattr *attr;
	uint8_t head[GENEVE_HEAD] = { 0 };

	attr_for_each_in(attr, nest) {
		size_t size = attr_size(attr);

		switch (attr_type(attr)) {
		case TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS:
			if (attr_copy(attr, head, 2))
				return "geneve options";
			break;
		case TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE:
			if (attr_u8(attr, &head[2]))
				return "geneve options";
			break;
		case TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA:
			if (size % 4 || o->len + GENEVE_HEAD + size >
						sizeof(o->data))
				return "geneve options";
			head[3] = (uint8_t)(size / 4);
			memcpy(o->data + o->len, head, GENEVE_HEAD);
			memcpy(o->data + o->len + GENEVE_HEAD,
			       attr_data(attr), size);
			o->len = (uint8_t)(o->len + GENEVE_HEAD + size);
			break;
		default:
			return "geneve options";
		}
	}
	t->has |= RULE_TUNNEL_GENEVE;
	return NULL;
}

static const char *get_vxlan(const struct nlattr *nest, struct rule_tunnel *t)
{
	const struct nlattr *tb[TCA_TUNNEL_KEY_ENC_OPT_VXLAN_MAX + 1];

	attr_nested_table(nest, tb, TCA_TUNNEL_KEY_ENC_OPT_VXLAN_MAX);
	t->has |= RULE_TUNNEL_VXLAN;
	return attr_u32(tb[TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP], &t->vxlan_gbp) ?
		       "vxlan options" : NULL;
}

static const char *get_erspan(const struct nlattr *nest,
			      struct rule_tunnel *t)
{
	const struct nlattr *tb[TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_MAX + 1];
	uint8_t has = 0;

	attr_nested_table(nest, tb, TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_MAX);
	for (size_t i = 0; i < N_ERSPAN; i++) {
		if (!tb[erspan[i].attr])
			continue;
		if (attr_copy(tb[erspan[i].attr],
			      (char *)t + erspan[i].offset, erspan[i].size))
			return "erspan options";
		has |= erspan[i].has;
	}
	t->has |= RULE_TUNNEL_ERSPAN;
	return has == erspan_parts(t) ? NULL : "erspan options";
}

static const char *get_opts(const struct nlattr *opts, struct rule_tunnel *t)
{
	const struct nlattr *attr;
	const char *what = NULL;

	attr_for_each_in(attr, opts) {
		switch (attr_type(attr)) {
		case TCA_TUNNEL_KEY_ENC_OPTS_GENEVE:
			what = get_geneve(attr, t);
			break;
		case TCA_TUNNEL_KEY_ENC_OPTS_VXLAN:
			what = get_vxlan(attr, t);
			break;
		case TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN:
			what = get_erspan(attr, t);
			break;
		default:
			what = "options";
			break;
		}
		if (what)
			return what;
	}
	return NULL;
}

const char *action_get_tunnel(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a)
{
	struct rule_tunnel *t;
	uint8_t no_csum = 0;

	if (!a->tunnel_key.set)
		return NULL;
	t = (struct rule_tunnel *)(void *)(rule->data + a->data);
	t->has |= RULE_TUNNEL_NO_CSUM;
	if (tb[TCA_TUNNEL_KEY_NO_CSUM] &&
	    attr_u8(tb[TCA_TUNNEL_KEY_NO_CSUM], &no_csum))
		return "csum";
	t->no_csum = no_csum;
	return tb[TCA_TUNNEL_KEY_ENC_OPTS] ?
		       get_opts(tb[TCA_TUNNEL_KEY_ENC_OPTS], t) : NULL;
}
