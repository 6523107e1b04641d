/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of actions out of messages.  Reads only what the kernel tells; what it
 * does not understand it names.
 */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_csum.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/action_param.h"
#include "swoffd/kernel/act_stats.h"
#include "swoffd/kernel/action.h"
#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

/* TCA_CSUM_UPDATE_FLAG_*, up to SCTP. */
#define CSUM_FLAGS (2U * TCA_CSUM_UPDATE_FLAG_SCTP - 1)
#define OPTIONS_MAX 18         /* of any kind of action that we know */

static void miss(struct action_summary *out, const struct nlattr *kind,
		 const char *what)
{
	char name[16] = "?";

	if (out->undecoded[0])
		return;
	(void)attr_str(kind, name, sizeof(name));
	(void)snprintf(out->undecoded, sizeof(out->undecoded), "action %s%s%s",
		       name, what[0] ? " " : "", what);
}

static const struct action_kind *find_kind(const struct nlattr *name)
{
	for (size_t i = 0; i < ARRAY_LEN(action_kinds); i++)
		if (attr_is_str(name, action_kinds[i].name))
			return &action_kinds[i];
	return NULL;
}

static void set_op(struct rule_action *a, uint8_t op)
{
	switch (a->kind) {
	case RULE_ACTION_MIRRED:
		a->mirred.op = op;
		return;
	case RULE_ACTION_VLAN:
		a->vlan.op = op;
		return;
	case RULE_ACTION_MPLS:
		a->mpls.op = op;
		return;
	default:
		a->tunnel_key.set = op;
		return;
	}
}

static const char *get_op(const struct action_kind *kind, uint32_t value,
			  struct rule_action *a)
{
	if (a->kind == RULE_ACTION_CSUM && value & ~CSUM_FLAGS)
		return "operation";
	if (a->kind == RULE_ACTION_CSUM)
		a->csum.flags = value;
	if (!kind->ops)
		return NULL;
	for (uint8_t i = 0; kind->ops[i]; i++)
		if (kind->ops[i] == value) {
			set_op(a, i);
			return NULL;
		}
	return "operation";
}

static const char *get_parms(const struct nlattr **tb,
			     const struct action_kind *kind,
			     struct rule_action *a)
{
	const char *what;
	struct action_parms p;

	if (!kind->parms)
		return NULL;
	if (attr_copy(tb[kind->parms], &p,
		      offsetof(struct action_parms, more) +
			      kind->n_ops * sizeof(p.more[0])))
		return "parameters";
	a->index = action_get_index(p.index, p.refcnt, p.bindcnt);
	if (!action_get_verdict(p.action, &a->verdict, &a->chain))
		return "verdict";
	what = kind->n_ops ? get_op(kind, p.more[0], a) : NULL;
	if (a->kind == RULE_ACTION_MIRRED)
		a->mirred.port.ifindex = p.more[1];
	return what;
}

static const char *get_params(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a)
{
	const struct action_param *end, *f = action_params_of(a->kind, &end);

	for (; f < end; f++) {
		if (!action_param_fits(f, a) || !tb[f->attr])
			continue;
		if (f->size && attr_copy(tb[f->attr],
					 action_param_at(f, rule, a), f->size))
			return f->word[0] == '/' ? "mask" : f->word;
		action_param_set_there(f, rule, a);
	}
	if (a->kind == RULE_ACTION_SAMPLE && !a->sample.rate)
		return "rate";
	return NULL;
}

/* Options: what the action does, and when it last did. */
static const char *get_options(const struct nlattr **tb,
			       const struct action_kind *kind,
			       struct rule *rule, struct rule_action *a,
			       uint64_t *used_ms)
{
	const struct nlattr *opt[OPTIONS_MAX + 1];
	const char *what;

	if (!tb[TCA_ACT_OPTIONS])
		return "without options";
	attr_nested_table(tb[TCA_ACT_OPTIONS], opt, OPTIONS_MAX);
	*used_ms = act_stats_used_ms(opt[kind->tm]);
	what = get_parms(opt, kind, a);
	if (what)
		return what;
	if (action_fixed_data(a) && !rule_add_data(rule, a, action_fixed_data(a)))
		return "of so much data";
	what = get_params(opt, rule, a);
	return what || !kind->get ? what : kind->get(opt, rule, a);
}

static void get_properties(const struct nlattr **tb, struct rule_action *a)
{
	struct nla_bitfield32 bits;
	size_t size;

	if (!attr_copy(tb[TCA_ACT_HW_STATS], &bits, sizeof(bits))) {
		a->has_hw_stats = true;
		a->hw_stats = (uint8_t)(bits.value & bits.selector);
	}
	if (!attr_copy(tb[TCA_ACT_FLAGS], &bits, sizeof(bits)))
		a->no_percpu = bits.value & bits.selector &
			       TCA_ACT_FLAGS_NO_PERCPU_STATS;
	if (!tb[TCA_ACT_COOKIE])
		return;
	size = attr_size(tb[TCA_ACT_COOKIE]);
	if (size > RULE_COOKIE_SIZE)
		size = RULE_COOKIE_SIZE;
	memcpy(a->cookie, attr_data(tb[TCA_ACT_COOKIE]), size);
	a->cookie_size = (uint8_t)size;
}

/* A cookie of ours is none of the rule's. */
static void hide_cookie(struct rule_action *a)
{
	if (a->cookie_size < KERNEL_COOKIE_SIZE ||
	    !kernel_cookie_is_ours(a->cookie))
		return;
	memset(a->cookie, 0, sizeof(a->cookie));
	a->cookie_size = 0;
}

/* In place, for the data of an action lies behind that of the one before. */
static const char *get_rule_action(const struct nlattr **tb,
				   const struct action_kind *kind,
				   struct rule *rule, uint64_t *used_ms)
{
	struct rule_action *a = &rule->actions[rule->n_actions];
	uint16_t data_size = rule->data_size;
	const char *what;

	memset(a, 0, sizeof(*a));
	a->kind = (uint8_t)(kind - action_kinds);
	what = get_options(tb, kind, rule, a, used_ms);
	if (what) {
		rule->data_size = data_size;
		return what;
	}
	get_properties(tb, a);
	hide_cookie(a);
	rule->n_actions++;
	return NULL;
}

/* Ours wins, else the first. */
static void sum_cookie(const struct nlattr *attr, struct action_summary *out)
{
	uint8_t cookie[KERNEL_COOKIE_SIZE];

	if (attr_copy(attr, cookie, sizeof(cookie)))
		return;
	if (out->has_cookie && (!kernel_cookie_is_ours(cookie) ||
				kernel_cookie_is_ours(out->cookie)))
		return;
	out->has_cookie = true;
	memcpy(out->cookie, cookie, sizeof(cookie));
}

/* Packets are counted by the busiest action; a police shared by many rules
 * counts for all of them. */
static void sum_stats(const struct nlattr *kind, const struct nlattr *nest,
		      uint64_t used_ms, struct action_summary *out)
{
	struct kernel_stats stats = { .used_ms = used_ms };

	act_stats_decode(nest, &stats);
	act_stats_merge(&out->stats, &stats);
	if (!attr_is_str(kind, "police"))
		act_stats_merge(&out->unpoliced, &stats);
}

static void sum_begin(struct action_summary *out)
{
	out->has_cookie = false;
	out->stats = (struct kernel_stats){ .used_ms = UINT64_MAX };
	out->unpoliced = out->stats;
	out->undecoded[0] = '\0';
}

static void get_action(const struct nlattr **tb, struct rule *rule,
		       struct action_summary *out)
{
	const struct action_kind *kind = find_kind(tb[TCA_ACT_KIND]);
	uint64_t used_ms = UINT64_MAX;
	const char *what = kind ? get_rule_action(tb, kind, rule, &used_ms) :
				  "";

	if (what)
		miss(out, tb[TCA_ACT_KIND], what);
	sum_cookie(tb[TCA_ACT_COOKIE], out);
	sum_stats(tb[TCA_ACT_KIND], tb[TCA_ACT_STATS], used_ms, out);
}

int action_decode(const struct nlattr *nest, struct rule *rule,
		  struct action_summary *out)
{
	const struct nlattr *tb[TCA_ACT_IN_HW_COUNT + 1];
	const struct nlattr *act;
	size_t n = 0;

	sum_begin(out);
	rule->n_actions = 0;
	rule->data_size = 0;
	attr_for_each_in(act, nest) {
		attr_nested_table(act, tb, TCA_ACT_IN_HW_COUNT);
		if (!tb[TCA_ACT_KIND] || n++ == RULE_MAX_ACTIONS)
			return -EBADMSG;
		get_action(tb, rule, out);
	}
	return 0;
}

static bool sum_terse(const struct nlattr *act, struct action_summary *out)
{
	const struct nlattr *kind = NULL, *stats = NULL, *cookie = NULL, *attr;

	attr_for_each_in(attr, act) {
		switch (attr_type(attr)) {
		case TCA_ACT_KIND:
			kind = attr;
			break;
		case TCA_ACT_STATS:
			stats = attr;
			break;
		case TCA_ACT_COOKIE:
			cookie = attr;
			break;
		}
	}
	if (!kind)
		return false;
	sum_cookie(cookie, out);
	sum_stats(kind, stats, UINT64_MAX, out);
	return true;
}

int action_decode_terse(const struct nlattr *nest, struct action_summary *out)
{
	const struct nlattr *act;
	size_t n = 0;

	sum_begin(out);
	attr_for_each_in(act, nest)
		if (n++ == RULE_MAX_ACTIONS || !sum_terse(act, out))
			return -EBADMSG;
	return 0;
}
