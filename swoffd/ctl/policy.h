/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameter "policy" of methods that take flows. */
#ifndef SWOFFD_CTL_POLICY_H
#define SWOFFD_CTL_POLICY_H

#include "common/flow/rule.h"

struct call;

/* Sets that of the rule, unless its line has one of its own.  -EINVAL: the
 * parameter is none, and the call has been answered. */
int policy_apply(struct call *call, struct rule *rule);

#endif
