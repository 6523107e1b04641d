/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all actions of a tc line have in common: verdicts, index, values. */
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

/* In the order in which tc tries them, for it takes any beginning. */
static const struct verdict_word {
	const char *word;
	enum rule_verdict verdict;
} verdict_words[] = {
	{ "continue", RULE_CONTINUE },
	{ "drop", RULE_DROP },
	{ "shot", RULE_DROP },
	{ "pass", RULE_PASS },
	{ "ok", RULE_PASS },
	{ "reclassify", RULE_RECLASSIFY },
	{ "pipe", RULE_PIPE },
	{ "goto", RULE_GOTO_CHAIN },
	{ "jump", RULE_JUMP },
	{ "trap", RULE_TRAP },
	/* Which tc prints, but cannot read. */
	{ "stolen", RULE_STOLEN },
};

static const struct verdict_word *find_verdict(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(verdict_words); i++)
		if (tc_is_prefix(p, verdict_words[i].word))
			return &verdict_words[i];
	return NULL;
}

bool act_at_verdict(const struct tc_parser *p)
{
	return find_verdict(p);
}

static int parse_goto(struct tc_parser *p, uint32_t *arg)
{
	uint64_t chain;
	int rc;

	if (!tc_is_prefix(p, "chain"))
		return scan_expected(&p->s, "\"chain\"");
	tc_next(p);
	rc = act_uint(p, 10, UINT32_MAX, "a chain", &chain);
	if (rc < 0)
		return rc;
	if (chain > RULE_MAX_CHAIN)
		reason_add(p->reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   (unsigned int)chain);
	*arg = (uint32_t)chain;
	return 0;
}

static int parse_jump(struct tc_parser *p, uint32_t *arg)
{
	uint64_t n;
	int rc = act_uint(p, 10, RULE_MAX_CHAIN, "how many actions", &n);

	if (rc == 0)
		*arg = (uint32_t)n;
	return rc;
}

int act_verdict(struct tc_parser *p, uint8_t *verdict, uint32_t *arg)
{
	const struct verdict_word *w = find_verdict(p);

	*arg = 0;
	if (tc_is(p, "stolen")) {
		*verdict = RULE_STOLEN;
		tc_next(p);
		return 0;
	}
	if (!w)
		return scan_expected(&p->s, "drop, pass, pipe, continue, "
				     "reclassify, trap, jump or goto");
	tc_next(p);
	*verdict = w->verdict;
	if (w->verdict == RULE_GOTO_CHAIN)
		return parse_goto(p, arg);
	return w->verdict == RULE_JUMP ? parse_jump(p, arg) : 0;
}

int act_control(struct tc_parser *p, struct rule_action *a,
		enum rule_verdict dflt)
{
	bool said = act_at_verdict(p) || tc_is(p, "stolen");

	/* The kernel changes nothing of an action that it has. */
	if (said && a->only_index)
		return scan_expected(&p->s, "no verdict, as the action of "
				     "this index has its own");
	if (said)
		return act_verdict(p, &a->verdict, &a->chain);
	a->verdict = a->only_index ? RULE_PIPE : (uint8_t)dflt;
	return 0;
}

int act_index(struct tc_parser *p, struct rule_action *a)
{
	uint64_t index;
	int rc;

	if (!tc_is_prefix(p, "index"))
		return 0;
	tc_next(p);
	rc = act_uint(p, 10, UINT32_MAX, "index", &index);
	if (rc == 0)
		a->index = (uint32_t)index;
	return rc;
}

/*
 * Values
 */

int act_scan_uint(struct tc_parser *p, unsigned int base, uint64_t max,
		  const char *what, uint64_t *out)
{
	if (!base)
		base = p->s.p[0] == '0' && p->s.p[1] >= '0' &&
				       p->s.p[1] <= '9' ? 8 : 10;
	return scan_uint_base(&p->s, base, max, what, out);
}

int act_uint(struct tc_parser *p, unsigned int base, uint64_t max,
	     const char *what, uint64_t *out)
{
	int rc = act_scan_uint(p, base, max, what, out);

	return rc < 0 ? rc : tc_word_done(p);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int act_scan_hex(struct tc_parser *p, const char *stops, uint8_t *out,
		 size_t size)
{
	size_t n = 0;

	while (p->s.p < p->end && !strchr(stops, *p->s.p)) {
		int hi = hex_digit(p->s.p[0]), lo = 0;
		bool pair = p->s.p + 1 < p->end && !strchr(stops, p->s.p[1]);

		if (pair)
			lo = hex_digit(p->s.p[1]);
		if (hi < 0 || lo < 0)
			return scan_expected(&p->s, "hexadecimal digits");
		if (pair && n == size)
			return scan_expected(&p->s, "at most %zu bytes", size);
		if (pair)
			out[n++] = (uint8_t)(hi << 4 | lo);
		p->s.p += pair ? 2 : 1;
	}
	return (int)n;
}

void *act_data(struct tc_parser *p, struct rule_action *a, size_t size)
{
	void *data = rule_add_data(p->rule, a, size);

	if (data)
		return data;
	reason_add(p->reasons, REASON_TOO_MANY_ACTIONS, 0,
		   "at most %d bytes of parameters", RULE_DATA_SIZE);
	p->rule->data_size = 0;
	a->data = a->data_size = 0;
	return rule_add_data(p->rule, a, size);
}
