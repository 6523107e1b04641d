/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tc rule: flower match, list of actions, where it sits and who may run it.
 * This is what is encoded for the kernel and decoded from its dumps.  A plain
 * value: copy it, compare it, no pointers inside.  Actions beyond n_actions are
 * undefined; in the others, what their kind does not use is zero.
 */
#ifndef COMMON_FLOW_RULE_H
#define COMMON_FLOW_RULE_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/flow/field.h"
#include "common/flow/port.h"

/* TCA_ACT_MAX_PRIO of linux/pkt_cls.h: the kernel takes no more. */
#define RULE_MAX_ACTIONS 32
#define RULE_MAX_CHAIN 0x0fffffffU

enum rule_action_kind {
	RULE_ACTION_GACT,      /* drop, pass, goto chain … */
	RULE_ACTION_MIRRED,
	RULE_ACTION_VLAN,
};

/* What happens after an action, linux/pkt_cls.h TC_ACT_*. */
enum rule_verdict {
	RULE_PIPE,             /* on to the next action */
	RULE_DROP,             /* TC_ACT_SHOT */
	RULE_PASS,             /* TC_ACT_OK */
	RULE_STOLEN,
	RULE_GOTO_CHAIN,
};

enum rule_mirred {             /* linux/tc_act/tc_mirred.h TCA_* plus one */
	RULE_EGRESS_REDIRECT,
	RULE_EGRESS_MIRROR,
	RULE_INGRESS_REDIRECT,
	RULE_INGRESS_MIRROR,
};

enum rule_vlan { RULE_VLAN_POP, RULE_VLAN_PUSH, RULE_VLAN_MODIFY };

struct rule_action {
	enum rule_action_kind kind;
	enum rule_verdict verdict;
	uint32_t chain;                /* RULE_GOTO_CHAIN */
	union {
		struct {
			enum rule_mirred op;
			struct port port;
		} mirred;
		struct {
			enum rule_vlan op;
			uint16_t tpid_be;   /* push: 0x8100 or 0x88a8 */
			uint16_t id;        /* push, modify: 12 bits */
			uint8_t prio;       /* 3 bits */
			bool has_prio;
		} vlan;
	};
};

enum rule_hook { RULE_INGRESS, RULE_EGRESS };

enum rule_policy {
	RULE_BEST_EFFORT,      /* no skip flag */
	RULE_HW_ONLY,          /* skip_sw */
	RULE_SW_ONLY,          /* skip_hw */
};

struct rule {
	struct port dev;
	enum rule_hook hook;
	enum rule_policy policy;
	uint32_t chain;
	uint16_t prio;         /* 0: the engine chooses */
	uint16_t protocol_be;  /* of the filter; ETH_P_ALL if unmatched */
	uint32_t handle;       /* 0: the engine chooses */
	uint8_t n_actions;
	struct flow_match match;
	struct rule_action actions[RULE_MAX_ACTIONS];
};

/* "best-effort", "hw-only", "sw-only"; -EINVAL. */
int rule_policy_parse(const char *text, enum rule_policy *out);
const char *rule_policy_str(enum rule_policy policy);

#endif
