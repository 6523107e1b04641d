/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actions of a tc line.  What happens after each has the default that
 * tc(8) gives it: pipe, but for a redirect and a plain verdict.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_parse.h"

#define VLAN_VID_MAX 4094      /* net/sched/act_vlan.c refuses 4095 */

/*
 * Verdicts
 */

static const struct verdict_word {
	const char *word;
	int verdict;                   /* enum rule_verdict; -1: refused */
	bool has_arg;                  /* behind it, one word */
} verdict_words[] = {
	{ "drop", RULE_DROP, false },
	{ "shot", RULE_DROP, false },
	{ "pass", RULE_PASS, false },
	{ "ok", RULE_PASS, false },
	{ "pipe", RULE_PIPE, false },
	{ "goto", RULE_GOTO_CHAIN, false },
	{ "continue", -1, false },
	{ "reclassify", -1, false },
	{ "trap", -1, false },
	{ "jump", -1, true },
};

static const struct verdict_word *find_verdict(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(verdict_words); i++)
		if (tc_is(p, verdict_words[i].word))
			return &verdict_words[i];
	return NULL;
}

static int parse_goto(struct tc_parser *p, struct rule_action *a)
{
	uint64_t chain;
	int rc;

	if (!tc_is(p, "chain"))
		return scan_expected(&p->s, "\"chain\"");
	tc_next(p);
	rc = tc_uint(p, UINT32_MAX, "a chain", &chain);
	if (rc < 0)
		return rc;
	if (chain > RULE_MAX_CHAIN)
		reason_add(p->reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   (unsigned int)chain);
	a->chain = (uint32_t)chain;
	return 0;
}

static int parse_verdict(struct tc_parser *p, struct rule_action *a)
{
	const struct verdict_word *w = find_verdict(p);
	uint64_t count;

	if (!w)
		return scan_expected(&p->s, "drop, pass, pipe or goto");
	tc_next(p);
	if (w->verdict < 0)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s",
			   w->word);
	else
		a->verdict = (enum rule_verdict)w->verdict;
	if (w->has_arg)
		return tc_uint(p, UINT32_MAX, w->word, &count);
	return w->verdict == RULE_GOTO_CHAIN ? parse_goto(p, a) : 0;
}

static int parse_optional_verdict(struct tc_parser *p, struct rule_action *a)
{
	return find_verdict(p) ? parse_verdict(p, a) : 0;
}

/*
 * Actions
 */

static int parse_gact(struct tc_parser *p, struct rule_action *a)
{
	int rc;

	a->kind = RULE_ACTION_GACT;
	rc = parse_verdict(p, a);
	if (rc < 0)
		return rc;
	if (tc_is(p, "random"))
		for (int i = 0; i < 4 && tc_len(p); i++) {
			reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
				   "random");
			tc_next(p);
		}
	return 0;
}

/* index 0 is "a new one"; any other is an action made by somebody else. */
static int parse_index(struct tc_parser *p)
{
	uint64_t index;
	int rc;

	if (!tc_is(p, "index"))
		return 0;
	tc_next(p);
	rc = tc_uint(p, UINT32_MAX, "index", &index);
	if (rc == 0 && index)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "index");
	return rc;
}

static int parse_mirred(struct tc_parser *p, struct rule_action *a)
{
	bool egress, mirror;
	int rc;

	egress = tc_is(p, "egress");
	if (!egress && !tc_is(p, "ingress"))
		return scan_expected(&p->s, "egress or ingress");
	tc_next(p);
	mirror = tc_is(p, "mirror");
	if (!mirror && !tc_is(p, "redirect"))
		return scan_expected(&p->s, "mirror or redirect");
	tc_next(p);
	rc = parse_index(p);
	if (rc < 0)
		return rc;
	if (tc_is(p, "blockid")) {
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "mirred blockid");
		tc_next(p);
		tc_next(p);
		return 0;
	}
	if (!tc_is(p, "dev"))
		return scan_expected(&p->s, "\"dev\"");
	tc_next(p);

	a->kind = RULE_ACTION_MIRRED;
	a->verdict = mirror ? RULE_PIPE : RULE_STOLEN;
	if (mirror)
		a->mirred.op = egress ? RULE_EGRESS_MIRROR :
					RULE_INGRESS_MIRROR;
	else
		a->mirred.op = egress ? RULE_EGRESS_REDIRECT :
					RULE_INGRESS_REDIRECT;
	rc = tc_port(p, &a->mirred.port);
	if (rc < 0)
		return rc;
	/* Behind a redirect, tc reads a verdict as an action of its own. */
	return mirror ? parse_optional_verdict(p, a) : 0;
}

static int parse_vlan_id(struct tc_parser *p, struct rule_action *a)
{
	uint64_t id;
	int rc = tc_uint(p, UINT16_MAX, "a vlan id", &id);

	if (rc < 0)
		return rc;
	if (id > VLAN_VID_MAX)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "vlan id %u", (unsigned int)id);
	a->vlan.id = (uint16_t)id;
	return 0;
}

static int parse_vlan_protocol(struct tc_parser *p, struct rule_action *a)
{
	int rc = tc_protocol(p, &a->vlan.tpid_be);

	if (rc == 0 && !flow_is_tpid(a->vlan.tpid_be))
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "vlan protocol 0x%04x", ntohs(a->vlan.tpid_be));
	return rc;
}

static int parse_vlan_prio(struct tc_parser *p, struct rule_action *a)
{
	uint64_t prio;
	int rc = tc_uint(p, 7, "priority", &prio);

	if (rc < 0)
		return rc;
	a->vlan.prio = (uint8_t)prio;
	a->vlan.has_prio = true;
	return 0;
}

static int parse_vlan_tag(struct tc_parser *p, struct rule_action *a)
{
	bool has_id = false;
	int rc = 0;

	a->vlan.tpid_be = htons(ETH_P_8021Q);
	while (rc == 0) {
		if (tc_is(p, "id")) {
			tc_next(p);
			has_id = true;
			rc = parse_vlan_id(p, a);
		} else if (tc_is(p, "protocol")) {
			tc_next(p);
			rc = parse_vlan_protocol(p, a);
		} else if (tc_is(p, "priority")) {
			tc_next(p);
			rc = parse_vlan_prio(p, a);
		} else {
			break;
		}
	}
	if (rc == 0 && !has_id)
		return scan_expected(&p->s, "id");
	return rc;
}

static int parse_vlan(struct tc_parser *p, struct rule_action *a)
{
	int rc = 0;

	a->kind = RULE_ACTION_VLAN;
	a->verdict = RULE_PIPE;
	if (tc_is(p, "push_eth") || tc_is(p, "pop_eth")) {
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "vlan %.*s", (int)tc_len(p), p->s.p);
		while (tc_len(p) && !tc_is(p, "action"))
			tc_next(p);
		return 0;
	}
	if (tc_is(p, "pop"))
		a->vlan.op = RULE_VLAN_POP;
	else if (tc_is(p, "push"))
		a->vlan.op = RULE_VLAN_PUSH;
	else if (tc_is(p, "modify"))
		a->vlan.op = RULE_VLAN_MODIFY;
	else
		return scan_expected(&p->s, "pop, push or modify");
	tc_next(p);
	if (a->vlan.op != RULE_VLAN_POP)
		rc = parse_vlan_tag(p, a);
	return rc < 0 ? rc : parse_optional_verdict(p, a);
}

static const struct action_word {
	const char *word;
	int (*parse)(struct tc_parser *p, struct rule_action *a);
} action_words[] = {
	{ "mirred", parse_mirred },
	{ "vlan", parse_vlan },
	{ "gact", parse_gact },
	/* Refused by name. */
	{ "pedit", NULL }, { "csum", NULL }, { "ct", NULL },
	{ "tunnel_key", NULL }, { "mpls", NULL }, { "police", NULL },
	{ "sample", NULL }, { "skbedit", NULL }, { "skbmod", NULL },
	{ "bpf", NULL }, { "connmark", NULL }, { "ctinfo", NULL },
	{ "gate", NULL }, { "ife", NULL }, { "nat", NULL },
	{ "simple", NULL }, { "xt", NULL }, { "ipt", NULL },
};

/* Of an action that is not read: all words up to the next "action". */
static int refuse(struct tc_parser *p, const char *word)
{
	reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s", word);
	while (tc_len(p) && !tc_is(p, "action"))
		tc_next(p);
	return 0;
}

static int parse_kind(struct tc_parser *p, struct rule_action *a)
{
	if (find_verdict(p))
		return parse_gact(p, a);
	for (size_t i = 0; i < ARRAY_LEN(action_words); i++) {
		const struct action_word *w = &action_words[i];

		if (!tc_is(p, w->word))
			continue;
		tc_next(p);
		return w->parse ? w->parse(p, a) : refuse(p, w->word);
	}
	return scan_expected(&p->s, "an action such as drop, mirred or vlan");
}

/* The cookie is ours, and so are the other properties of an action. */
static int parse_properties(struct tc_parser *p)
{
	static const struct {
		const char *word;
		bool has_arg;
	} words[] = {
		{ "cookie", true }, { "hw_stats", true },
		{ "no_percpu", false }, { "skip_sw", false },
		{ "skip_hw", false },
	};
	int rc = parse_index(p);

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(words); i++) {
		if (!tc_is(p, words[i].word))
			continue;
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s",
			   words[i].word);
		tc_next(p);
		if (words[i].has_arg)
			tc_next(p);
		i = (size_t)-1;
	}
	return rc;
}

static int parse_action(struct tc_parser *p, struct rule_action *a)
{
	int rc;

	memset(a, 0, sizeof(*a));
	a->verdict = RULE_PIPE;
	if (tc_is(p, "action"))
		tc_next(p);
	rc = parse_kind(p, a);
	return rc < 0 ? rc : parse_properties(p);
}

int tc_parse_actions(struct tc_parser *p)
{
	struct rule *r = p->rule;
	struct rule_action extra;

	while (tc_len(p)) {
		bool fits = r->n_actions < RULE_MAX_ACTIONS;
		int rc = parse_action(p, fits ? &r->actions[r->n_actions] :
					       &extra);

		if (rc < 0)
			return rc;
		if (fits)
			r->n_actions++;
		else
			reason_add(p->reasons, REASON_TOO_MANY_ACTIONS, 0,
				   "at most %d", RULE_MAX_ACTIONS);
	}
	return 0;
}
