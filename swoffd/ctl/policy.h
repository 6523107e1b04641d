/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameter "policy" of methods that take flows. */
#ifndef SWOFFD_CTL_POLICY_H
#define SWOFFD_CTL_POLICY_H

#include "common/flow/rule.h"

struct call;

/* *given: there is one.  -EINVAL: a bad one, and the call has been answered. */
int policy_param(struct call *call, bool *given, enum rule_policy *out);

/* Sets that of the rule, unless its line has one of its own.  As above. */
int policy_apply(struct call *call, struct rule *rule);

#endif
