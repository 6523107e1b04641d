/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line that says skip_sw or skip_hw has a policy of its own. */
#include "swoffd/ctl/policy.h"

#include <errno.h>

#include "swoffd/ctl/call.h"

int policy_apply(struct call *call, struct rule *rule)
{
	const char *text = call_text(call, "policy");
	enum rule_policy policy;

	if (!text)
		return 0;
	if (rule_policy_parse(text, &policy) < 0) {
		call_invalid(call, "policy: '%.32s' is none of best-effort, hw-only, sw-only",
			     text);
		return -EINVAL;
	}
	if (rule->policy == RULE_BEST_EFFORT)
		rule->policy = policy;
	return 0;
}
