/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures are the kernel's own (linux/tc_act/), copied out before they are
 * read because attributes are aligned to four bytes only.
 */
#include "swoffd/kernel/action.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/tc_act/tc_vlan.h>
#include <linux/types.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/act_stats.h"
#include "swoffd/kernel/attr.h"

#define OPTIONS_MAX 16         /* of any kind of action that we know */

static const int verdicts[] = {
	[RULE_PIPE] = TC_ACT_PIPE,
	[RULE_DROP] = TC_ACT_SHOT,
	[RULE_PASS] = TC_ACT_OK,
	[RULE_STOLEN] = TC_ACT_STOLEN,
	[RULE_GOTO_CHAIN] = TC_ACT_GOTO_CHAIN,
};

static const int mirreds[] = {
	[RULE_EGRESS_REDIRECT] = TCA_EGRESS_REDIR,
	[RULE_EGRESS_MIRROR] = TCA_EGRESS_MIRROR,
	[RULE_INGRESS_REDIRECT] = TCA_INGRESS_REDIR,
	[RULE_INGRESS_MIRROR] = TCA_INGRESS_MIRROR,
};

static const int vlans[] = {
	[RULE_VLAN_POP] = TCA_VLAN_ACT_POP,
	[RULE_VLAN_PUSH] = TCA_VLAN_ACT_PUSH,
	[RULE_VLAN_MODIFY] = TCA_VLAN_ACT_MODIFY,
};

/* Where value is in a table of kernel numbers, or -1. */
static int number_of(const int *table, size_t n, int value)
{
	for (size_t i = 0; i < n; i++)
		if (table[i] == value)
			return (int)i;
	return -1;
}

static int put_verdict(const struct rule_action *a)
{
	if (a->verdict == RULE_GOTO_CHAIN)
		return TC_ACT_GOTO_CHAIN | (int)(a->chain & RULE_MAX_CHAIN);
	return verdicts[a->verdict];
}

static bool get_verdict(int v, struct rule_action *a)
{
	int i;

	if (v > 0 && TC_ACT_EXT_CMP(v, TC_ACT_GOTO_CHAIN)) {
		a->chain = (uint32_t)v & RULE_MAX_CHAIN;
		v = TC_ACT_GOTO_CHAIN;
	}
	i = number_of(verdicts, ARRAY_LEN(verdicts), v);
	if (i < 0)
		return false;
	a->verdict = (enum rule_verdict)i;
	return true;
}

static bool put_gact(struct nlmsghdr *nlh, size_t size,
		     const struct rule_action *a)
{
	struct tc_gact p = { .action = put_verdict(a) };

	return attr_put(nlh, size, TCA_GACT_PARMS, &p, sizeof(p));
}

/* The get functions say what they did not understand, or NULL. */
static const char *get_gact(const struct nlattr **tb, struct rule_action *a)
{
	struct tc_gact p;

	if (attr_copy(tb[TCA_GACT_PARMS], &p, sizeof(p)))
		return "parameters";
	if (tb[TCA_GACT_PROB])
		return "random";
	return get_verdict(p.action, a) ? NULL : "verdict";
}

static bool put_mirred(struct nlmsghdr *nlh, size_t size,
		       const struct rule_action *a)
{
	struct tc_mirred p = {
		.action = put_verdict(a),
		.eaction = mirreds[a->mirred.op],
		.ifindex = a->mirred.port.ifindex,
	};

	return attr_put(nlh, size, TCA_MIRRED_PARMS, &p, sizeof(p));
}

static const char *get_mirred(const struct nlattr **tb, struct rule_action *a)
{
	struct tc_mirred p;
	int op;

	if (attr_copy(tb[TCA_MIRRED_PARMS], &p, sizeof(p)))
		return "parameters";
	op = number_of(mirreds, ARRAY_LEN(mirreds), p.eaction);
	if (op < 0)
		return "direction";
	a->mirred.op = (enum rule_mirred)op;
	a->mirred.port.ifindex = p.ifindex;
	a->mirred.port.no = PORT_NO_NONE;
	return get_verdict(p.action, a) ? NULL : "verdict";
}

static bool put_vlan(struct nlmsghdr *nlh, size_t size,
		     const struct rule_action *a)
{
	struct tc_vlan p = {
		.action = put_verdict(a),
		.v_action = vlans[a->vlan.op],
	};

	if (!attr_put(nlh, size, TCA_VLAN_PARMS, &p, sizeof(p)))
		return false;
	if (a->vlan.op == RULE_VLAN_POP)
		return true;
	return attr_put_u16(nlh, size, TCA_VLAN_PUSH_VLAN_ID, a->vlan.id) &&
	       (!a->vlan.tpid_be ||
		attr_put_u16(nlh, size, TCA_VLAN_PUSH_VLAN_PROTOCOL,
			     a->vlan.tpid_be)) &&
	       (!a->vlan.has_prio ||
		attr_put_u8(nlh, size, TCA_VLAN_PUSH_VLAN_PRIORITY,
			    a->vlan.prio));
}

/* The kernel takes 802.1Q where no protocol is given and reports it so. */
static const char *get_tag(const struct nlattr **tb, struct rule_action *a)
{
	if (attr_u16(tb[TCA_VLAN_PUSH_VLAN_ID], &a->vlan.id))
		return "id";
	if (tb[TCA_VLAN_PUSH_VLAN_PROTOCOL] &&
	    attr_u16(tb[TCA_VLAN_PUSH_VLAN_PROTOCOL], &a->vlan.tpid_be))
		return "protocol";
	if (!a->vlan.tpid_be)
		a->vlan.tpid_be = htons(ETH_P_8021Q);
	a->vlan.has_prio = tb[TCA_VLAN_PUSH_VLAN_PRIORITY];
	if (a->vlan.has_prio &&
	    attr_u8(tb[TCA_VLAN_PUSH_VLAN_PRIORITY], &a->vlan.prio))
		return "priority";
	return NULL;
}

static const char *get_vlan(const struct nlattr **tb, struct rule_action *a)
{
	struct tc_vlan p;
	int op;

	if (attr_copy(tb[TCA_VLAN_PARMS], &p, sizeof(p)))
		return "parameters";
	op = number_of(vlans, ARRAY_LEN(vlans), p.v_action);
	if (op < 0)
		return "operation";
	a->vlan.op = (enum rule_vlan)op;
	if (!get_verdict(p.action, a))
		return "verdict";
	return op == RULE_VLAN_POP ? NULL : get_tag(tb, a);
}

static const struct kind {
	const char *name;
	uint16_t tm_attr;
	bool (*put)(struct nlmsghdr *nlh, size_t size,
		    const struct rule_action *a);
	const char *(*get)(const struct nlattr **tb, struct rule_action *a);
} kinds[] = {
	[RULE_ACTION_GACT] = { "gact", TCA_GACT_TM, put_gact, get_gact },
	[RULE_ACTION_MIRRED] = { "mirred", TCA_MIRRED_TM, put_mirred,
				 get_mirred },
	[RULE_ACTION_VLAN] = { "vlan", TCA_VLAN_TM, put_vlan, get_vlan },
};

static const struct nla_bitfield32 no_percpu = {
	.value = TCA_ACT_FLAGS_NO_PERCPU_STATS,
	.selector = TCA_ACT_FLAGS_NO_PERCPU_STATS,
};

static bool put_options(struct nlmsghdr *nlh, size_t size,
			const struct rule_action *a)
{
	struct nlattr *nest = attr_nest(nlh, size,
					TCA_ACT_OPTIONS | NLA_F_NESTED);

	if (!nest || !kinds[a->kind].put(nlh, size, a))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

static bool put_action(struct nlmsghdr *nlh, size_t size, uint16_t order,
		       const struct rule_action *a, const uint8_t *cookie)
{
	struct nlattr *nest = attr_nest(nlh, size, order);

	if (!nest ||
	    !attr_put_str(nlh, size, TCA_ACT_KIND, kinds[a->kind].name) ||
	    !put_options(nlh, size, a) ||
	    !attr_put(nlh, size, TCA_ACT_FLAGS, &no_percpu,
		      sizeof(no_percpu)))
		return false;
	if (cookie && !attr_put(nlh, size, TCA_ACT_COOKIE, cookie,
				KERNEL_COOKIE_SIZE))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

static bool is_sound(const struct rule_action *a)
{
	return (size_t)a->kind < ARRAY_LEN(kinds) &&
	       (size_t)a->verdict < ARRAY_LEN(verdicts) &&
	       (a->kind != RULE_ACTION_MIRRED ||
		(size_t)a->mirred.op < ARRAY_LEN(mirreds)) &&
	       (a->kind != RULE_ACTION_VLAN ||
		(size_t)a->vlan.op < ARRAY_LEN(vlans));
}

int action_encode(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const struct rule *rule,
		  const uint8_t cookie[KERNEL_COOKIE_SIZE])
{
	struct nlattr *nest = attr_nest(nlh, size, type);

	if (!nest)
		return -EMSGSIZE;
	if (rule->n_actions > RULE_MAX_ACTIONS)
		return -EINVAL;
	for (uint16_t i = 0; i < rule->n_actions; i++) {
		if (!is_sound(&rule->actions[i]))
			return -EINVAL;
		if (!put_action(nlh, size, (uint16_t)(i + 1),
				&rule->actions[i], i ? NULL : cookie))
			return -EMSGSIZE;
	}
	mnl_attr_nest_end(nlh, nest);
	return 0;
}

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

static const struct kind *find_kind(const struct nlattr *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (attr_is_str(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

/* Options: what the action does, and when it last did. */
static const char *get_options(const struct nlattr **tb,
			       const struct kind *kind, struct rule_action *a,
			       uint64_t *used_ms)
{
	const struct nlattr *opt[OPTIONS_MAX + 1];

	if (!tb[TCA_ACT_OPTIONS])
		return "without options";
	attr_nested_table(tb[TCA_ACT_OPTIONS], opt, OPTIONS_MAX);
	*used_ms = act_stats_used_ms(opt[kind->tm_attr]);
	*a = (struct rule_action){
		.kind = (enum rule_action_kind)(kind - kinds),
	};
	return kind->get(opt, a);
}

static void get_action(const struct nlattr **tb, struct rule *rule,
		       struct action_summary *out)
{
	const struct kind *kind = find_kind(tb[TCA_ACT_KIND]);
	struct kernel_stats stats = { .used_ms = UINT64_MAX };
	struct rule_action action;
	const char *what = "";

	if (kind && rule) {
		what = get_options(tb, kind, &action, &stats.used_ms);
		if (!what)
			rule->actions[rule->n_actions++] = action;
	}
	if (what && rule)
		miss(out, tb[TCA_ACT_KIND], what);
	act_stats_decode(tb[TCA_ACT_STATS], &stats);
	act_stats_merge(&out->stats, &stats);
	if (!out->has_cookie &&
	    !attr_copy(tb[TCA_ACT_COOKIE], out->cookie, KERNEL_COOKIE_SIZE))
		out->has_cookie = true;
}

int action_decode(const struct nlattr *nest, struct rule *rule,
		  struct action_summary *out)
{
	const struct nlattr *acts[RULE_MAX_ACTIONS + 1];
	const struct nlattr *tb[TCA_ACT_IN_HW_COUNT + 1];

	out->has_cookie = false;
	out->undecoded[0] = '\0';
	out->stats = (struct kernel_stats){ .used_ms = UINT64_MAX };
	if (rule)
		rule->n_actions = 0;
	attr_nested_table(nest, acts, RULE_MAX_ACTIONS);
	for (int i = 1; i <= RULE_MAX_ACTIONS && acts[i]; i++) {
		attr_nested_table(acts[i], tb, TCA_ACT_IN_HW_COUNT);
		if (!tb[TCA_ACT_KIND])
			return -EBADMSG;
		get_action(tb, rule, out);
	}
	return 0;
}
