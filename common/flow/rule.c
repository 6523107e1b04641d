/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the parts of a rule; everything else about it is plain data. */
#include "common/flow/rule.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"

static const char *const policy_names[] = {
	[RULE_BEST_EFFORT] = "best-effort",
	[RULE_HW_ONLY] = "hw-only",
	[RULE_SW_ONLY] = "sw-only",
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
