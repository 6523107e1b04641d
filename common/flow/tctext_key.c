/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind "flower": which row of the field table a word means, and
 * the few words that are no match.
 */
#include <linux/pkt_sched.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/conflict.h"
#include "common/flow/tctext_memo.h"
#include "common/flow/tctext_parse.h"

/*
 * Rows by word.  Several share one: src_port is of TCP, UDP and SCTP, and a
 * range.  A word of two, "cfm mdl", goes by its first; the second follows.
 */

#define NO_ROW UINT8_MAX

/* Rows by the first letter and the length of their first word, in the order of
 * the table; the next of them with the same word; and that length.  Words that
 * share a cell are told apart by their letters. */
static uint8_t first_of[UINT8_MAX + 1], next_of[FLOW_MAX_FIELDS];
static uint8_t like_of[FLOW_MAX_FIELDS], word_len[FLOW_MAX_FIELDS];

static uint8_t *first_with(char letter, size_t len)
{
	return &first_of[(uint8_t)((size_t)letter * 8 + len)];
}

/* Among the rows that are sorted. */
static uint8_t find_like(const char *tc, size_t len)
{
	uint8_t row = *first_with(*tc, len);

	while (row != NO_ROW && strcmp(flow_fields[row].tc, tc) != 0)
		row = next_of[row];
	return row;
}

/* Before main(): threads read it. */
__attribute__((constructor)) static void sort_by_word(void)
{
	memset(first_of, NO_ROW, sizeof(first_of));
	for (size_t row = flow_n_fields; row-- > 0;) {
		const char *tc = flow_fields[row].tc;
		uint8_t *first;
		size_t len;

		if (!tc)
			continue;
		len = strcspn(tc, " ");
		first = first_with(*tc, len);
		like_of[row] = find_like(tc, len);
		next_of[row] = *first;
		*first = (uint8_t)row;
		word_len[row] = (uint8_t)len;
	}
}

static const struct flow_field *find_word(const struct tc_parser *p)
{
	size_t len = tc_len(p);
	uint8_t row = *first_with(*p->s.p, len);

	while (row != NO_ROW &&
	       !(word_len[row] == len &&
		 scan_same(flow_fields[row].tc, p->s.p, len)))
		row = next_of[row];
	return row != NO_ROW ? &flow_fields[row] : NULL;
}

/* Can the value be of this kind?  For those that share a word and a place. */
static bool has_form_of(const struct tc_parser *p, const struct flow_field *f)
{
	switch (f->kind) {
	case FLOW_KIND_IPV4:
		return !memchr(p->s.p, ':', tc_len(p));
	case FLOW_KIND_IPV6:
		return memchr(p->s.p, ':', tc_len(p));
	case FLOW_KIND_PORT_RANGE:
		return memchr(p->s.p, '-', tc_len(p));
	case FLOW_KIND_UINT:
		return !memchr(p->s.p, '-', tc_len(p));
	default:
		return true;
	}
}

/* Of the rows with the word of first: NULL if none of them applies. */
static const struct flow_field *choose(const struct tc_parser *p,
				       const struct flow_field *first)
{
	const struct flow_match *m = &p->rule->match;
	const struct flow_field *found = NULL;
	unsigned int has = flow_match_has(m);

	for (size_t row = (size_t)(first - flow_fields); row != NO_ROW;
	     row = like_of[row]) {
		const struct flow_field *f = &flow_fields[row];

		if (!flow_field_applies_to(f, m, has))
			continue;
		if (has_form_of(p, f))
			return f;
		if (!found)
			found = f;
	}
	return found;
}

/* name: the word in the line, for who reads the error. */
static int seen_once(struct tc_parser *p, const char *name,
		     const struct flow_field *f)
{
	if (scan_seen(p->rows_seen, (size_t)(f - flow_fields)))
		return scan_fail_at(&p->s, name, "\"%s\" is given twice",
				    f->tc);
	return 0;
}

static int parse_value(struct tc_parser *p, const struct flow_field *first)
{
	const char *name = p->s.p, *value, *end;
	const struct flow_field *f;
	int rc;

	tc_next(p);
	value = p->s.p;
	end = p->end;
	if (!tc_len(p))
		return scan_expected(&p->s, "a value of %s", first->tc);
	f = choose(p, first);
	if (!f) {
		conflict_add(p->reasons, first, &p->rule->match);
		tc_next(p);
		return 0;
	}
	rc = seen_once(p, name, f);
	if (rc == 0)
		rc = tc_parse_value(p, f);
	if (rc == 0)
		tctext_form_value(p, f, value, end);
	return rc;
}

static int parse_stack(struct tc_parser *p, const struct flow_field *f)
{
	int rc = seen_once(p, p->s.p, f);

	if (rc < 0)
		return rc;
	if (!flow_field_applies(f, &p->rule->match))
		conflict_add(p->reasons, f, &p->rule->match);
	tc_next(p);
	return tc_parse_mpls(p);
}

/* "cfm mdl 3 op 5": rows whose word is the group and a word in it. */
static const struct flow_field *find_in_group(const struct tc_parser *p,
					      const char *group, size_t len)
{
	for (size_t row = 0; row < flow_n_fields; row++) {
		const char *tc = flow_fields[row].tc;

		if (tc && strncmp(tc, group, len + 1) == 0 &&
		    tc_is(p, tc + len + 1))
			return &flow_fields[row];
	}
	return NULL;
}

static int parse_group(struct tc_parser *p, const char *group, size_t len)
{
	const struct flow_field *f;
	bool any = false;
	int rc;

	tc_next(p);
	while ((f = find_in_group(p, group, len))) {
		rc = parse_value(p, f);
		if (rc < 0)
			return rc;
		any = true;
	}
	return any ? 0 : scan_expected(&p->s, "what to match of %.*s",
				       (int)len, group);
}

static int parse_field(struct tc_parser *p, const struct flow_field *first)
{
	size_t len = tc_len(p);

	if (first->tc[len] == ' ')
		return parse_group(p, first->tc, len);
	return first->kind == FLOW_KIND_MPLS_OPTS ? parse_stack(p, first) :
						    parse_value(p, first);
}

/*
 * Words that are no match
 */

static int set_policy(struct tc_parser *p, enum rule_policy policy)
{
	if (p->rule->policy != RULE_BEST_EFFORT && p->rule->policy != policy)
		return scan_fail_at(&p->s, p->s.p,
				    "skip_sw and skip_hw at once");
	p->rule->policy = policy;
	tc_next(p);
	return 0;
}

static int parse_skip_sw(struct tc_parser *p)
{
	return set_policy(p, RULE_HW_ONLY);
}

static int parse_skip_hw(struct tc_parser *p)
{
	return set_policy(p, RULE_SW_ONLY);
}

static int parse_verbose(struct tc_parser *p)
{
	p->rule->verbose = true;
	tc_next(p);
	return 0;
}

/* MAJOR:MINOR, or MAJOR and MINOR in one, hexadecimal. */
static int parse_classid(struct tc_parser *p)
{
	uint64_t major = 0, minor;
	int rc = 0;

	tc_next(p);
	if (*p->s.p != ':')
		rc = scan_uint_base(&p->s, 16, UINT32_MAX, "a class", &major);
	if (rc == 0 && scan_char(&p->s, ':')) {
		if (major > UINT16_MAX)
			return scan_expected(&p->s, "MAJOR:MINOR");
		minor = 0;
		if (p->s.p != p->end)
			rc = scan_uint_base(&p->s, 16, UINT16_MAX, "MINOR",
					    &minor);
		major = major << 16 | minor;
	}
	if (rc < 0)
		return rc;
	p->rule->classid = (uint32_t)major;
	return tc_word_done(p);
}

static int parse_hw_tc(struct tc_parser *p)
{
	uint64_t tc;
	int rc;

	tc_next(p);
	rc = tc_uint(p, TC_QOPT_MAX_QUEUE - 1, "a traffic class", &tc);
	if (rc == 0)
		p->rule->classid = TC_H_MAKE(TC_H_CLSACT,
					     TC_H_MIN_PRIORITY + tc);
	return rc;
}

/* In 6.10 and later, by whom we are not built: no key is made of it. */
static int refuse_pfcp(struct tc_parser *p)
{
	reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "%.*s",
		   (int)tc_len(p), p->s.p);
	tc_next(p);
	tc_next(p);
	return 0;
}

/* Actions as old filters have them, without the word. */
static int refuse_police(struct tc_parser *p)
{
	reason_add(p->reasons, REASON_KEY_UNSUPPORTED, 0, "police");
	while (tc_len(p) && !tc_is(p, "action"))
		tc_next(p);
	return 0;
}

static const struct {
	const char *word;
	int (*parse)(struct tc_parser *p);
} other_words[] = {
	{ "skip_sw", parse_skip_sw },
	{ "skip_hw", parse_skip_hw },
	{ "verbose", parse_verbose },
	{ "classid", parse_classid },
	{ "flowid", parse_classid },
	{ "hw_tc", parse_hw_tc },
	{ "pfcp_opts", refuse_pfcp },
	{ "police", refuse_police },
};

static int parse_other(struct tc_parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(other_words); i++)
		if (tc_is(p, other_words[i].word))
			return other_words[i].parse(p);
	return scan_expected(&p->s, "a match word of flower or \"action\"");
}

static int parse_words(struct tc_parser *p)
{
	while (tc_len(p) && !tc_is(p, "action")) {
		const struct flow_field *first = find_word(p);
		int rc = first ? parse_field(p, first) : parse_other(p);

		if (rc < 0)
			return rc;
	}
	conflict_find(p->reasons, &p->rule->match);
	return 0;
}

int tc_parse_keys(struct tc_parser *p)
{
	int rc;

	if (!p->memo)
		return parse_words(p);
	if (tctext_form_recall(&p->memo->keys, p))
		return 0;
	tctext_form_begin(&p->memo->keys, p);
	rc = parse_words(p);
	if (rc == 0)
		tctext_form_keep(p);
	return rc;
}
