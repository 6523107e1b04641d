/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying, comparing and naming rules; everything else is plain data. */
#include "common/flow/rule.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"

static const char *const policy_names[] = {
	[RULE_BEST_EFFORT] = "best-effort",
	[RULE_HW_ONLY] = "hw-only",
	[RULE_SW_ONLY] = "sw-only",
};

const char *const rule_action_words[] = {
	[RULE_ACTION_GACT] = "gact",
	[RULE_ACTION_MIRRED] = "mirred",
	[RULE_ACTION_VLAN] = "vlan",
	[RULE_ACTION_TUNNEL_KEY] = "tunnel_key",
	[RULE_ACTION_PEDIT] = "pedit",
	[RULE_ACTION_CSUM] = "csum",
	[RULE_ACTION_CT] = "ct",
	[RULE_ACTION_POLICE] = "police",
	[RULE_ACTION_SAMPLE] = "sample",
	[RULE_ACTION_SKBEDIT] = "skbedit",
	[RULE_ACTION_MPLS] = "mpls",
	[RULE_N_ACTION_KINDS] = NULL
};

int rule_policy_parse(const char *text, enum rule_policy *out)
{
	for (size_t i = 0; i < ARRAY_LEN(policy_names); i++)
		if (strcmp(text, policy_names[i]) == 0) {
			*out = (enum rule_policy)i;
			return 0;
		}
	return -EINVAL;
}

const char *rule_policy_str(enum rule_policy policy)
{
	return policy_names[policy];
}

void rule_copy(struct rule *out, const struct rule *in)
{
	memcpy(out, in, offsetof(struct rule, actions));
	memcpy(out->actions, in->actions,
	       in->n_actions * sizeof(in->actions[0]));
	memcpy(out->data, in->data, in->data_size);
}

bool rule_same_actions(const struct rule *a, const struct rule *b)
{
	return a->n_actions == b->n_actions && a->data_size == b->data_size &&
	       memcmp(a->actions, b->actions,
		      a->n_actions * sizeof(a->actions[0])) == 0 &&
	       memcmp(a->data, b->data, a->data_size) == 0;
}

uint32_t rule_goto_chain(const struct rule *rule)
{
	for (uint8_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].verdict == RULE_GOTO_CHAIN)
			return rule->actions[i].chain;
	return 0;
}

void *rule_add_data(struct rule *rule, struct rule_action *a, size_t size)
{
	size_t start = a->data_size ? (size_t)(a->data + a->data_size) :
				      (rule->data_size + 7U) & ~7U;

	if (start + size > RULE_DATA_SIZE)
		return NULL;
	memset(rule->data + rule->data_size, 0,
	       start + size - rule->data_size);
	if (!a->data_size)
		a->data = (uint16_t)start;
	a->data_size = (uint16_t)(a->data_size + size);
	rule->data_size = (uint16_t)(start + size);
	return rule->data + start;
}
