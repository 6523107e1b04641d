/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of actions share; private to common/flow. */
#ifndef COMMON_FLOW_ODP_ACTION_H
#define COMMON_FLOW_ODP_ACTION_H

#include "common/flow/odp_arg.h"

/* Readers stand on the "(", or behind the name if there is none. */
typedef int odp_read_fn(struct odp_parser *p, struct odp_action *a);
/* Printers write all of the action. */
typedef void odp_show_fn(struct text *t, const struct odp_flow *flow,
			 const struct odp_action *a);

odp_read_fn odp_read_set, odp_read_ct;
odp_read_fn odp_read_sample, odp_read_check_pkt_len,
	    odp_read_dec_ttl;

odp_show_fn odp_show_set, odp_show_ct;
odp_show_fn odp_show_sample, odp_show_check_pkt_len, odp_show_dec_ttl;

/* (ACTION,…) behind the name of an action: what is inside it. */
int odp_read_inner(struct odp_parser *p, struct odp_action *a);

/* An action at the end of the list; NULL with *err set: too many. */
struct odp_action *odp_new_action(struct odp_parser *p,
				  enum odp_action_kind kind);

/* Text that has to be here, blanks before it. */
int odp_expect(struct odp_parser *p, const char *text);

/* The same behind a comma or blanks. */
int odp_expect_next(struct odp_parser *p, const char *text);

/* action24, action24(00 01) and "bad length 2, expected 4 for: action24(…)". */
bool odp_is_unknown(const char *name, size_t len);
bool odp_is_bad_length(const char *p);
odp_read_fn odp_read_numbered, odp_read_bad_length;

/* (00 01) behind a name, kept as text. */
odp_read_fn odp_read_unknown;

/* n actions, those inside each other counted, from the first on. */
void odp_show_actions(struct text *t, const struct odp_flow *flow,
		      size_t first, size_t n);

static inline size_t odp_action_index(const struct odp_flow *flow,
				      const struct odp_action *a)
{
	return (size_t)(a - flow->actions);
}

/* (ACTION,…) of what is inside the action. */
static inline void odp_show_inner(struct text *t, const struct odp_flow *flow,
				  const struct odp_action *a)
{
	text_add(t, "(");
	odp_show_actions(t, flow, odp_action_index(flow, a) + 1, a->n_inner);
	text_add(t, ")");
}

#endif
