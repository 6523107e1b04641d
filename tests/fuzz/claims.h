/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold of any flow and any rule, wherever it came from: what is
 * written reads as the same again.  A claim that does not hold ends the
 * program, with both on stderr.
 */
#ifndef TESTS_FUZZ_CLAIMS_H
#define TESTS_FUZZ_CLAIMS_H

#include "common/flow/line.h"

/* Its text names the same flow, and is written the same way again. */
void claim_flow_is_its_text(const struct odp_flow *flow);

/* A flow that is no line has a text that reads and is refused as it is. */
void claim_flow_has_text(const struct odp_flow *flow);

/*
 * The flow is translated into *out or refused with reasons, and what its text
 * says is translated, or refused, alike.  0 or -EOPNOTSUPP.
 */
int claim_translation(const struct odp_flow *flow, struct rule *out);

/* Words of tc, an object of JSON. */
void claim_rule_is_its_text(const struct rule *rule);
void claim_rule_is_its_json(const struct rule *rule);

/*
 * A message for the kernel.  False: there is none, for the reason that rc gets;
 * devices need not be resolved.
 */
bool claim_rule_is_its_message(const struct rule *rule, int *rc);

/* A datapath flow, if the rule is the translation of one. */
void claim_rule_is_its_flow(const struct rule *rule);

#endif
