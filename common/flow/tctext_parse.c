/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A `tc filter` line: where the filter sits, and then flower.  The verb, keys
 * and actions have files of their own.
 */
#include "common/flow/tctext_parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_memo.h"

/*
 * Where the filter sits
 */

struct place {
	bool has_dev, has_hook, has_protocol;
	const char *handle;    /* its value in the line, if one is given */
	uint32_t parent;
};

static int parse_dev(struct tc_parser *p, struct place *place)
{
	place->has_dev = true;
	return tc_port(p, &p->rule->dev);
}

static int parse_block(struct tc_parser *p, struct place *place)
{
	uint64_t index;
	int rc = tc_uint(p, UINT32_MAX, "the index of a block", &index);

	if (rc < 0)
		return rc;
	if (!index)
		return scan_expected(&p->s, "a block other than 0");
	place->has_dev = place->has_hook = true;
	p->rule->block = (uint32_t)index;
	return 0;
}

/* MAJOR:MINOR in hexadecimal, either of which may be left out. */
static int parse_parent(struct tc_parser *p, struct place *place)
{
	uint64_t major = 0, minor = 0;
	int rc = 0;

	if (*p->s.p != ':')
		rc = scan_uint_base(&p->s, 16, UINT16_MAX, "MAJOR:MINOR",
				    &major);
	if (rc == 0 && !scan_char(&p->s, ':'))
		return scan_expected(&p->s, "\":\"");
	if (rc == 0 && p->s.p != p->end)
		rc = scan_uint_base(&p->s, 16, UINT16_MAX, "MINOR", &minor);
	if (rc < 0)
		return rc;

	place->has_hook = true;
	place->parent = (uint32_t)(major << 16 | minor);
	p->rule->hook = minor == TC_H_MIN_EGRESS ? RULE_EGRESS : RULE_INGRESS;
	if (major != TC_H_CLSACT >> 16 ||
	    (minor && minor != (TC_H_INGRESS & 0xffff) &&
	     minor != TC_H_MIN_INGRESS && minor != TC_H_MIN_EGRESS))
		reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0,
			   "parent %x:%x", (unsigned int)major,
			   (unsigned int)minor);
	return tc_word_done(p);
}

static int parse_prio(struct tc_parser *p, struct place *place)
{
	uint64_t prio;
	int rc = tc_uint(p, UINT16_MAX, "prio", &prio);

	(void)place;
	if (rc == 0)
		p->rule->prio = (uint16_t)prio;
	return rc;
}

static int parse_handle(struct tc_parser *p, struct place *place)
{
	uint64_t handle;
	int rc;

	place->handle = p->s.p;
	rc = tc_uint(p, UINT32_MAX, "handle", &handle);
	if (rc == 0)
		p->rule->handle = (uint32_t)handle;
	return rc;
}

static int parse_chain(struct tc_parser *p, struct place *place)
{
	uint64_t chain;
	int rc = tc_uint(p, UINT32_MAX, "chain", &chain);

	(void)place;
	if (rc < 0)
		return rc;
	if (chain > RULE_MAX_CHAIN)
		reason_add(p->reasons, REASON_CHAIN_TOO_BIG, 0, "0x%x",
			   (unsigned int)chain);
	p->rule->chain = (uint32_t)chain;
	return 0;
}

/* Rates are not measured for us; statistics have them. */
static int refuse_estimator(struct tc_parser *p, struct place *place)
{
	(void)place;
	reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "estimator");
	tc_next(p);
	if (!tc_len(p))
		return scan_expected(&p->s, "a time constant");
	tc_next(p);
	return 0;
}

static int parse_protocol(struct tc_parser *p, struct place *place)
{
	place->has_protocol = true;
	return tc_protocol(p, &p->rule->protocol_be);
}

/* tc takes beginnings of the longer words. */
static const struct place_word {
	const char *word;
	bool prefix;
	int (*parse)(struct tc_parser *p, struct place *place);
} place_words[] = {
	{ "dev", false, parse_dev },
	{ "block", false, parse_block },
	{ "parent", false, parse_parent },
	{ "handle", false, parse_handle },
	{ "chain", false, parse_chain },
	{ "preference", true, parse_prio },
	{ "priority", true, parse_prio },
	{ "protocol", true, parse_protocol },
	{ "estimator", true, refuse_estimator },
};

static const struct place_word *find_place_word(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(place_words); i++) {
		const struct place_word *w = &place_words[i];

		if (w->prefix ? tc_is_prefix(p, w->word) : tc_is(p, w->word))
			return w;
	}
	return NULL;
}

static int parse_hook(struct tc_parser *p, struct place *place)
{
	if (place->has_hook)
		return scan_fail_at(&p->s, p->s.p, "a second place: \"%.*s\"",
				    (int)tc_len(p), p->s.p);
	place->has_hook = true;
	if (tc_is(p, "root"))
		reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "root");
	p->rule->hook = tc_is(p, "egress") ? RULE_EGRESS : RULE_INGRESS;
	tc_next(p);
	return 0;
}

static int parse_place(struct tc_parser *p, struct place *place)
{
	const struct place_word *w;
	unsigned int seen = 0;

	for (;;) {
		unsigned int bit;

		if (tc_is(p, "ingress") || tc_is(p, "egress") ||
		    tc_is(p, "root")) {
			int rc = parse_hook(p, place);

			if (rc < 0)
				return rc;
			continue;
		}
		w = find_place_word(p);
		if (!w)
			return 0;
		bit = 1U << (w - place_words);
		if (seen & bit)
			return scan_fail_at(&p->s, p->s.p,
					    "\"%s\" is given twice", w->word);
		seen |= bit;
		tc_next(p);
		if (!tc_len(p))
			return scan_expected(&p->s, "a value of %s", w->word);
		if (w->parse(p, place) < 0)
			return -EINVAL;
	}
}

/*
 * Other kinds of classifier than flower
 */

static const char *const other_kinds[] = {
	"u32", "matchall", "bpf", "basic", "fw", "route", "cgroup", "flow",
	"tcindex", "rsvp",
};

static bool is_other_kind(const struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(other_kinds); i++)
		if (tc_is(p, other_kinds[i]))
			return true;
	return false;
}

static void start(struct rule *r)
{
	memset(r, 0, offsetof(struct rule, actions));
	r->dev.no = PORT_NO_NONE;
	r->protocol_be = htons(ETH_P_ALL);
}

static void match_protocol(struct rule *r)
{
	if (r->protocol_be == htons(ETH_P_ALL))
		return;
	r->match.key.eth_type_be = r->protocol_be;
	r->match.mask.eth_type_be = UINT16_MAX;
}

/* No action depends on the place or the keys. */
static int parse_actions(struct tc_parser *p)
{
	const char *text = p->s.p;
	int rc;

	if (!tc_len(p) ||
	    (p->memo && tctext_memo_actions(p->memo, text, p->rule)))
		return 0;
	rc = tc_parse_actions(p);
	if (rc == 0 && p->memo && !p->reasons->n)
		tctext_memo_keep_actions(p->memo, text, p->rule);
	return rc;
}

/* Behind the word. */
static int parse_flower(struct tc_parser *p, enum tctext_verb verb)
{
	int rc;

	tc_next(p);
	match_protocol(p->rule);
	rc = tc_parse_keys(p);
	if (rc == 0)
		rc = parse_actions(p);
	if (rc < 0)
		return rc;
	if (verb != TCTEXT_DEL && !p->rule->n_actions)
		reason_add(p->reasons, REASON_ACTION_UNSUPPORTED, 0,
			   "none given");
	return 0;
}

/* With the blank behind "flower", which ends the word. */
static void keep_place(struct tc_parser *p, enum tctext_verb verb)
{
	if (p->memo && !p->reasons->n && scan_is_space(*p->end))
		tctext_memo_keep_place(p->memo, p->s.line,
				       (size_t)(p->end + 1 - p->s.line), verb,
				       p->rule);
}

static int parse_classifier(struct tc_parser *p, enum tctext_verb verb)
{
	if (tc_is(p, "flower")) {
		keep_place(p, verb);
		return parse_flower(p, verb);
	}
	if (!is_other_kind(p))
		return scan_expected(&p->s, "where the filter sits (dev, "
				     "ingress, prio …) or \"flower\"");
	reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "classifier %.*s",
		   (int)tc_len(p), p->s.p);
	return 0;
}

/*
 * Where tc means another filter than the match names: it deletes by handle or
 * prio, and changes what the protocol 0 stands for.
 */
static int check_named_by_match(const struct tc_parser *p,
				const struct place *place,
				enum tctext_verb verb)
{
	if (verb == TCTEXT_DEL && !tc_len(p))
		return scan_fail_at(&p->s, p->s.p,
				    "expected flower and the match of the flow "
				    "to delete; swctl flow flush deletes all");
	if (verb == TCTEXT_DEL && place->handle)
		return scan_fail_at(&p->s, place->handle,
				    "handle 0x%x: handles are chosen by swoffd; "
				    "leave the word out, the match names the "
				    "flow to delete", p->rule->handle);
	if (verb == TCTEXT_CHANGE && !place->has_protocol)
		return scan_expected(&p->s, "\"protocol\", which change cannot "
				     "do without");
	return 0;
}

static int parse_line(struct tc_parser *p, enum tctext_verb *verb)
{
	struct place place = { .has_dev = false };
	int rc;

	tc_next(p);
	rc = tc_parse_verb(p, verb);
	if (rc == 0)
		rc = parse_place(p, &place);
	if (rc < 0)
		return rc;
	if (!place.has_dev)
		return scan_expected(&p->s, "\"dev\"");
	if (!place.has_hook)
		return scan_expected(&p->s, "ingress or egress");
	rc = check_named_by_match(p, &place, *verb);
	return rc < 0 ? rc : parse_classifier(p, *verb);
}

/* False: the line begins with no place that is remembered. */
static bool recall_place(struct tc_parser *p, enum tctext_verb *verb)
{
	size_t len = p->memo ? tctext_memo_place(p->memo, p->s.line, verb,
						 p->rule) : 0;

	p->end += len;
	return len;
}

int tctext_parse_memo(struct tctext_memo *memo, const char *line,
		      enum tctext_verb *verb, struct rule *out,
		      struct reason_list *reasons, struct error *err)
{
	struct tc_parser p = {
		.s = { .line = line, .p = line, .err = err },
		.end = line,
		.rule = out,
		.reasons = reasons,
		.memo = memo,
	};
	size_t before = reasons->n;
	int rc;

	start(out);
	rc = recall_place(&p, verb) ? parse_flower(&p, *verb) :
				      parse_line(&p, verb);
	if (rc < 0)
		return rc;
	return reasons->n > before ? -EOPNOTSUPP : 0;
}

int tctext_parse(const char *line, enum tctext_verb *verb, struct rule *out,
		 struct reason_list *reasons, struct error *err)
{
	return tctext_parse_memo(NULL, line, verb, out, reasons, err);
}
