/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule as the line of a datapath flow.  What only tc has stands in tc(…),
 * in the words of tc.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_from_rule.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

/* Of 10-20 and 1:2:3 the first row says all. */
static bool is_said_before(const struct flow_field *f)
{
	return f > flow_fields && f[-1].tc && strcmp(f[-1].tc, f->tc) == 0 &&
	       (f->kind == FLOW_KIND_PORT_RANGE || tc_is_next_part(f - 1, f));
}

static void add_tc_keys(struct text *t, const struct flow_match *m)
{
	struct flow_rows rows;

	(void)flow_match_rows(m, &rows);
	for (size_t row = 0; (row = flow_rows_next(&rows, row)) < flow_n_fields;
	     row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!f->tc || odp_from_rule_has_key(f, m) || is_said_before(f))
			continue;
		text_add(t, ",tc(");
		tc_format_key(t, f, m);
		text_add(t, ")");
	}
}

/* What the rule has beyond a datapath flow. */
static void add_tc_place(struct text *t, const struct rule *r)
{
	if (r->block)
		text_add(t, ",tc(block %u)", r->block);
	if (r->hook == RULE_EGRESS)
		text_add(t, ",tc(egress)");
	if (r->prio)
		text_add(t, ",tc(prio %u)", r->prio);
	if (r->handle)
		text_add(t, ",tc(handle 0x%x)", r->handle);
	if (r->policy != RULE_BEST_EFFORT)
		text_add(t, ",tc(%s)", r->policy == RULE_HW_ONLY ? "skip_sw" :
								   "skip_hw");
}

typedef int formatter(const struct odp_flow *flow, char *out, size_t size);

/* At the end of what is there; as much of it as has room. */
static void add_formatted(struct text *t, const struct odp_flow *flow,
			  formatter *format)
{
	size_t at = t->len < t->size ? t->len : t->size;

	t->len += (size_t)format(flow, t->out + at, t->size - at);
}

int odp_format_rule(const struct rule *rule, char *out, size_t size)
{
	AUTO(free) struct odp_flow *flow = malloc(sizeof(*flow));
	struct reason_list left = { 0 };
	struct text t;

	text_init(&t, out, size);
	if (!flow)
		return 0;
	odp_from_rule_words(rule, flow, &left, true);
	add_formatted(&t, flow, odp_format_key);
	add_tc_keys(&t, &rule->match);
	add_tc_place(&t, rule);
	text_add(&t, ", actions:");
	add_formatted(&t, flow, odp_format_actions);
	return (int)t.len;
}
