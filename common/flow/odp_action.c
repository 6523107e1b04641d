/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions of a datapath flow.  Those with a translation are read in full; of
 * the others only the name and where they end.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_parse.h"

/* What vswitchd says about its own datapath, with commas in it; the last. */
static bool is_extra_info(const char *p)
{
	static const char prefix[] = "dp-extra-info:";

	return strncmp(p, prefix, sizeof(prefix) - 1) == 0;
}

/* pcp and cfi may be left out, and then are as Open vSwitch has them. */
struct push_vlan {
	bool has_vid;
	uint64_t tpid, vid, pcp, cfi;
};

static int parse_push_vlan_field(struct scan *s, struct push_vlan *v)
{
	const char *name = s->p;
	size_t len = scan_word_len(name);

	if (name[len] != '=')
		return scan_expected(s, "vid=, pcp=, cfi= or tpid=");
	s->p += len + 1;
	if (scan_is(name, len, "vid")) {
		v->has_vid = true;
		return scan_uint(s, 0xfff, "vid", &v->vid);
	}
	if (scan_is(name, len, "pcp"))
		return scan_uint(s, 7, "pcp", &v->pcp);
	if (scan_is(name, len, "cfi"))
		return scan_uint(s, 1, "cfi", &v->cfi);
	if (scan_is(name, len, "tpid"))
		return scan_uint(s, 0xffff, "tpid", &v->tpid);
	return scan_fail_at(s, name, "unknown field of push_vlan(): \"%.*s\"",
			    (int)(len < 32 ? len : 32), name);
}

static int parse_push_vlan(struct scan *s, struct odp_action *a)
{
	struct push_vlan v = { .tpid = ETH_P_8021Q, .cfi = 1 };
	const char *open = s->p;
	int rc;

	s->p++;
	do {
		odp_skip_separators(s);
		rc = parse_push_vlan_field(s, &v);
		if (rc < 0)
			return rc;
	} while (*s->p == ',' || scan_is_space(*s->p));
	if (!scan_char(s, ')'))
		return scan_expected(s, "\",\" or \")\"");
	if (!v.has_vid)
		return scan_fail_at(s, open, "push_vlan() without vid=");

	a->kind = ODP_PUSH_VLAN;
	a->push_vlan.tpid_be = htons((uint16_t)v.tpid);
	a->push_vlan.id = (uint16_t)v.vid;
	a->push_vlan.prio = (uint8_t)v.pcp;
	a->push_vlan.cfi = (uint8_t)v.cfi;
	return 0;
}

static int parse_pop_vlan(struct scan *s, struct odp_action *a)
{
	(void)s;
	a->kind = ODP_POP_VLAN;
	return 0;
}

static int parse_recirc(struct scan *s, struct odp_action *a)
{
	uint64_t id;
	int rc;

	s->p++;
	rc = scan_uint(s, UINT32_MAX, "recirc_id", &id);
	if (rc < 0)
		return rc;
	if (!scan_char(s, ')'))
		return scan_expected(s, "\")\"");
	a->kind = ODP_RECIRC;
	a->number = (uint32_t)id;
	return 0;
}

static int parse_drop(struct scan *s, struct odp_action *a)
{
	struct scan rest = *s;

	odp_skip_separators(&rest);
	if (*rest.p && !is_extra_info(rest.p))
		return scan_expected(&rest, "nothing behind drop");
	a->kind = ODP_DROP;
	return 0;
}

/* set(ipv4(…)) is told apart from set(eth(…)). */
static int parse_set(struct scan *s, struct odp_action *a)
{
	const char *inner = s->p + 1;
	size_t len = scan_word_len(inner);

	a->kind = ODP_OTHER;
	(void)inner;
	(void)len;
	return scan_skip_parens(s);
}

enum args { ARGS_NONE, ARGS_SOME, ARGS_MAYBE };

static const struct action_word {
	const char *name;
	enum args args;
	int (*parse)(struct scan *s, struct odp_action *a);
} action_words[] = {
	{ "push_vlan", ARGS_SOME, parse_push_vlan },
	{ "pop_vlan", ARGS_NONE, parse_pop_vlan },
	{ "recirc", ARGS_SOME, parse_recirc },
	{ "drop", ARGS_NONE, parse_drop },
	{ "set", ARGS_SOME, parse_set },
	/* No translation: refused by name. */
	{ "userspace", ARGS_SOME, NULL },
	{ "ct", ARGS_MAYBE, NULL },
	{ "ct_clear", ARGS_NONE, NULL },
	{ "push_mpls", ARGS_SOME, NULL },
	{ "pop_mpls", ARGS_SOME, NULL },
	{ "add_mpls", ARGS_SOME, NULL },
	{ "push_eth", ARGS_SOME, NULL },
	{ "pop_eth", ARGS_NONE, NULL },
	{ "push_nsh", ARGS_SOME, NULL },
	{ "pop_nsh", ARGS_MAYBE, NULL },
	{ "tnl_push", ARGS_SOME, NULL },
	{ "tnl_pop", ARGS_SOME, NULL },
	{ "sample", ARGS_SOME, NULL },
	{ "psample", ARGS_SOME, NULL },
	{ "hash", ARGS_SOME, NULL },
	{ "trunc", ARGS_SOME, NULL },
	{ "clone", ARGS_SOME, NULL },
	{ "meter", ARGS_SOME, NULL },
	{ "check_pkt_len", ARGS_SOME, NULL },
	{ "dec_ttl", ARGS_MAYBE, NULL },
	{ "lb_output", ARGS_SOME, NULL },
	{ "set_masked", ARGS_SOME, NULL },
	{ "trace", ARGS_MAYBE, NULL },
	{ "tc", ARGS_SOME, NULL },     /* what odp_format_rule() has no word for */
};

static const struct action_word *find_action(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(action_words); i++)
		if (scan_is(name, len, action_words[i].name))
			return &action_words[i];
	return NULL;
}

static int parse_other(struct scan *s, struct odp_action *a, const char *name,
		       size_t len)
{
	a->kind = ODP_OTHER;
	(void)name;
	(void)len;
	return *s->p == '(' ? scan_skip_parens(s) : 0;
}

/* action24(00 01): an attribute newer than the program that printed it. */
static bool is_numbered_action(const char *name, size_t len)
{
	return len > 6 && strncmp(name, "action", 6) == 0 &&
	       scan_span(name + 6, SCAN_DIGIT) >= len - 6;
}

/* Any bare word that is no action is the name or number of a port. */
static int parse_action(struct scan *s, struct odp_action *a)
{
	const char *name = s->p;
	size_t len = scan_word_len(name);
	const struct action_word *w = find_action(name, len);
	bool args = name[len] == '(';

	if (w && args && w->args == ARGS_NONE)
		return scan_fail_at(s, name, "%s takes no arguments", w->name);
	if (w && !args && w->args == ARGS_SOME)
		return scan_fail_at(s, name, "expected \"(\" behind %s",
				    w->name);
	if (w || (args && is_numbered_action(name, len))) {
		s->p += len;
		return w && w->parse ? w->parse(s, a) :
				       parse_other(s, a, name, len);
	}
	if (args)
		return scan_fail_at(s, name, "unknown action \"%.*s\"",
				    len < 32 ? (int)len : 32, name);
	a->kind = ODP_OUTPUT;
	return scan_port(s, SCAN_PAREN | ODP_SEPARATORS, &a->output);
}

/* `actions:drop` is how an empty list is printed. */
static void normalize_drop(struct odp_flow *flow)
{
	if (flow->n_actions == 1 && flow->actions[0].kind == ODP_DROP)
		flow->n_actions = 0;
}

struct odp_action *odp_add_action(struct odp_flow *flow,
				  enum odp_action_kind kind)
{
	struct odp_action *a;

	if (flow->n_actions == ODP_MAX_ACTIONS)
		return NULL;
	a = &flow->actions[flow->n_actions++];
	memset(a, 0, sizeof(*a));
	a->kind = (uint8_t)kind;
	return a;
}

void *odp_add_data(struct odp_flow *flow, struct odp_action *a, size_t size)
{
	size_t start = a->data_size ? a->data + a->data_size :
				      (flow->data_size + 7U) & ~7U;

	if (start + size > ODP_DATA_SIZE)
		return NULL;
	memset(flow->data + flow->data_size, 0,
	       start + size - flow->data_size);
	if (!a->data_size)
		a->data = (uint32_t)start;
	a->data_size += (uint32_t)size;
	flow->data_size = (uint32_t)(start + size);
	return flow->data + start;
}

int odp_parse_actions(struct odp_parser *p)
{
	struct odp_flow *flow = p->flow;
	struct odp_action extra;

	for (odp_skip_separators(&p->s); *p->s.p; odp_skip_separators(&p->s)) {
		bool fits = flow->n_actions < ODP_MAX_ACTIONS;
		struct odp_action *a = fits ? &flow->actions[flow->n_actions] :
					      &extra;
		int rc;

		if (is_extra_info(p->s.p)) {
			break;
		}
		rc = parse_action(&p->s, a);
		if (rc < 0)
			return rc;
		if (*p->s.p && !scan_span(p->s.p, ODP_SEPARATORS))
			return scan_expected(&p->s, "\",\"");
		if (fits)
			flow->n_actions++;
	}
	normalize_drop(flow);
	return 0;
}
