/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actions of a tc line: which there are, and the properties that all of
 * them have.  Defaults are those of tc(8), also where they surprise: pedit and
 * csum end with pass.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/tc_act/tc_gact.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

#define PROB_MAX 10000         /* of 10 000, as act_gact has it */

/*
 * Actions with little to say
 */

static int parse_random(struct tc_parser *p, struct rule_action *a)
{
	uint64_t value;
	int rc;

	if (tc_is_prefix(p, "netrand"))
		a->gact.prob = PGACT_NETRAND;
	else if (tc_is_prefix(p, "determ"))
		a->gact.prob = PGACT_DETERM;
	else
		return scan_expected(&p->s, "netrand or determ");
	tc_next(p);
	rc = act_verdict(p, &a->gact.prob_verdict, &a->gact.prob_arg);
	if (rc == 0)
		rc = act_uint(p, 10, PROB_MAX, "a chance in 10000", &value);
	if (rc == 0)
		a->gact.prob_value = (uint16_t)value;
	return rc;
}

static int parse_gact(struct tc_parser *p, struct rule_action *a)
{
	int rc;

	/* No verdict is pass; tc sends the same for both. */
	if (a->only_index) {
		a->only_index = false;
		a->verdict = RULE_PASS;
		return 0;
	}
	rc = act_verdict(p, &a->verdict, &a->chain);
	if (rc < 0 || !tc_is_prefix(p, "random"))
		return rc;
	tc_next(p);
	return parse_random(p, a);
}

static int parse_target(struct tc_parser *p, struct rule_action *a)
{
	uint64_t block;
	int rc;

	if (tc_is(p, "blockid")) {
		tc_next(p);
		rc = act_uint(p, 0, UINT32_MAX, "the index of a block", &block);
		if (rc == 0 && !block)
			return scan_fail_at(&p->s, p->s.p,
					    "there is no block 0");
		a->mirred.block = (uint32_t)block;
		a->mirred.port.no = PORT_NO_NONE;
		return rc;
	}
	if (!tc_is_prefix(p, "dev"))
		return scan_expected(&p->s, "\"dev\"");
	tc_next(p);
	return tc_port(p, &a->mirred.port);
}

static int parse_mirred(struct tc_parser *p, struct rule_action *a)
{
	static const enum rule_mirred ops[2][2] = {
		{ RULE_INGRESS_REDIRECT, RULE_INGRESS_MIRROR },
		{ RULE_EGRESS_REDIRECT, RULE_EGRESS_MIRROR },
	};
	bool egress, mirror;
	int rc;

	if (a->only_index) {
		a->mirred.port.no = PORT_NO_NONE;
		return 0;
	}
	egress = tc_is_prefix(p, "egress");
	if (!egress && !tc_is_prefix(p, "ingress"))
		return scan_expected(&p->s, "egress or ingress");
	tc_next(p);
	mirror = tc_is_prefix(p, "mirror");
	if (!mirror && !tc_is_prefix(p, "redirect"))
		return scan_expected(&p->s, "mirror or redirect");
	tc_next(p);
	rc = act_index(p, a);
	if (rc == 0)
		rc = parse_target(p, a);
	if (rc < 0)
		return rc;
	a->mirred.op = ops[egress][mirror];
	a->verdict = RULE_STOLEN;
	/* Behind a redirect, tc reads a verdict as an action of its own. */
	return mirror ? act_control(p, a, RULE_PIPE) : 0;
}

/*
 * All of them
 */

static const struct action_word {
	const char *word;
	enum rule_action_kind kind;
	int (*parse)(struct tc_parser *p, struct rule_action *a);
} action_words[] = {
	{ "mirred", RULE_ACTION_MIRRED, parse_mirred },
	{ "vlan", RULE_ACTION_VLAN, act_parse_vlan },
	{ "gact", RULE_ACTION_GACT, parse_gact },
	{ "tunnel_key", RULE_ACTION_TUNNEL_KEY, act_parse_tunnel },
	{ "pedit", RULE_ACTION_PEDIT, act_parse_pedit },
	{ "csum", RULE_ACTION_CSUM, act_parse_csum },
	{ "ct", RULE_ACTION_CT, act_parse_ct },
	{ "police", RULE_ACTION_POLICE, act_parse_police },
	{ "sample", RULE_ACTION_SAMPLE, act_parse_sample },
	{ "skbedit", RULE_ACTION_SKBEDIT, act_parse_skbedit },
	{ "mpls", RULE_ACTION_MPLS, act_parse_mpls },
	/* Refused by name. */
	{ "skbmod", 0, NULL }, { "bpf", 0, NULL }, { "connmark", 0, NULL },
	{ "ctinfo", 0, NULL }, { "gate", 0, NULL }, { "ife", 0, NULL },
	{ "nat", 0, NULL }, { "simple", 0, NULL }, { "xt", 0, NULL },
	{ "ipt", 0, NULL },
};

/* Of an action that is not read: all words up to the next "action". */
static int refuse(struct tc_parser *p, const char *word)
{
	reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "%s", word);
	while (tc_len(p) && !tc_is(p, "action"))
		tc_next(p);
	return 0;
}

/* Is there a parameter, or nothing but the index of an action made before?
 * A new ct needs no parameters. */
static bool only_index_follows(const struct tc_parser *p,
			       const struct rule_action *a)
{
	return a->kind != RULE_ACTION_CT && tc_is_prefix(p, "index");
}

static int parse_kind(struct tc_parser *p, struct rule_action *a)
{
	if (act_at_verdict(p))
		return parse_gact(p, a);
	for (size_t i = 0; i < ARRAY_LEN(action_words); i++) {
		const struct action_word *w = &action_words[i];

		if (!tc_is(p, w->word))
			continue;
		tc_next(p);
		if (!w->parse)
			return refuse(p, w->word);
		a->kind = w->kind;
		a->only_index = only_index_follows(p, a);
		if (a->only_index && act_index(p, a) < 0)
			return -EINVAL;
		if (a->only_index && !a->index)
			return scan_expected(&p->s, "more than index 0");
		return w->parse(p, a);
	}
	return scan_expected(&p->s, "an action such as drop, mirred or vlan");
}

/*
 * Properties
 */

static int parse_cookie(struct tc_parser *p, struct rule_action *a)
{
	size_t len = tc_len(p);
	int n;

	if (!len || len % 2 || len > 2 * sizeof(a->cookie))
		return scan_expected(&p->s, "up to 16 bytes in hexadecimal");
	memset(a->cookie, 0, sizeof(a->cookie));
	n = act_scan_hex(p, "", a->cookie, sizeof(a->cookie));
	if (n < 0)
		return n;
	a->cookie_size = (uint8_t)n;
	return tc_word_done(p);
}

static int parse_hw_stats(struct tc_parser *p, struct rule_action *a)
{
	static const struct act_bit words[] = {
		{ "immediate", TCA_ACT_HW_STATS_IMMEDIATE },
		{ "delayed", TCA_ACT_HW_STATS_DELAYED },
		{ "disabled", 0 },
		{ "any", TCA_ACT_HW_STATS_IMMEDIATE |
				TCA_ACT_HW_STATS_DELAYED },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!tc_is_prefix(p, words[i].word))
			continue;
		a->hw_stats = (uint8_t)words[i].bit;
		a->has_hw_stats = true;
		tc_next(p);
		return 0;
	}
	return scan_expected(&p->s, "immediate, delayed, disabled or any");
}

static int parse_no_percpu(struct tc_parser *p, struct rule_action *a)
{
	(void)p;
	a->no_percpu = true;
	return 0;
}

/* An action cannot be elsewhere than its filter. */
static int refuse_skip_sw(struct tc_parser *p, struct rule_action *a)
{
	(void)a;
	reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "skip_sw");
	return 0;
}

static int refuse_skip_hw(struct tc_parser *p, struct rule_action *a)
{
	(void)a;
	reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0, "skip_hw");
	return 0;
}

static int parse_properties(struct tc_parser *p, struct rule_action *a)
{
	static const struct {
		const char *word;
		int (*parse)(struct tc_parser *p, struct rule_action *a);
	} words[] = {
		{ "cookie", parse_cookie },
		{ "hw_stats", parse_hw_stats },
		{ "no_percpu", parse_no_percpu },
		{ "skip_sw", refuse_skip_sw },
		{ "skip_hw", refuse_skip_hw },
	};
	int rc = act_index(p, a);

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(words); i++) {
		if (!tc_is(p, words[i].word))
			continue;
		tc_next(p);
		rc = words[i].parse(p, a);
		if (rc == 0)
			rc = act_index(p, a);
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
	if (rc == 0)
		rc = parse_properties(p, a);
	if (rc == 0 && a->only_index && !a->index)
		return scan_expected(&p->s, "an index other than 0 before this");
	return rc;
}

int tc_parse_actions(struct tc_parser *p)
{
	struct rule *r = p->rule;
	struct rule_action extra;

	while (tc_len(p)) {
		bool fits = r->n_actions < RULE_MAX_ACTIONS;
		int rc;

		/* The rule is refused; its data is of no use any more. */
		if (!fits)
			r->data_size = 0;
		rc = parse_action(p, fits ? &r->actions[r->n_actions] :
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
