/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line that says skip_sw or skip_hw has a policy of its own. */
#include "swoffd/ctl/policy.h"

#include <errno.h>

#include "swoffd/ctl/call.h"

int policy_param(struct call *call, bool *given, enum rule_policy *out)
{
	const char *text = call_text(call, "policy");

	*given = text;
	if (!text || rule_policy_parse(text, out) == 0)
		return 0;
	call_invalid(call, "policy: '%.32s' is none of best-effort, hw-only, "
		     "sw-only", text);
	return -EINVAL;
}

int policy_apply(struct call *call, struct rule *rule)
{
	enum rule_policy policy;
	bool given;

	if (policy_param(call, &given, &policy) < 0)
		return -EINVAL;
	if (given && rule->policy == RULE_BEST_EFFORT)
		rule->policy = policy;
	return 0;
}
