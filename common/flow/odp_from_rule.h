/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that turn rules into datapath flows share; private to
 * common/flow. */
#ifndef COMMON_FLOW_ODP_FROM_RULE_H
#define COMMON_FLOW_ODP_FROM_RULE_H

#include "common/flow/odp.h"

struct odp_reversal {
	const struct rule *rule;
	struct odp_flow *out;
	struct reason_list *left;
	bool words;            /* what has no action becomes tc(…), as text */
	bool tunnel;           /* the packet still has its tunnel metadata */
	uint32_t csum;         /* what the csum behind the pedits must be */
};

/* The same as odp_from_rule(); words as above. */
void odp_from_rule_words(const struct rule *rule, struct odp_flow *out,
			 struct reason_list *left, bool words);

/* Is there a key of a datapath flow for a row that the rule matches? */
bool odp_from_rule_has_key(const struct flow_field *f,
			   const struct flow_match *m);

void odp_from_rule_actions(struct odp_reversal *r);

/* False: no set() does this.  The action is added to the flow. */
bool odp_from_rule_pedit(struct odp_reversal *r, const struct rule_action *a);
bool odp_from_rule_mpls(struct odp_reversal *r, const struct rule_action *a);
bool odp_from_rule_tunnel(struct odp_reversal *r, const struct rule_action *a);
bool odp_from_rule_ct(struct odp_reversal *r, const struct rule_action *a);

#endif
