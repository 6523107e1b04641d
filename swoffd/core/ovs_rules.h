/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Representors become ports of bridges of Open vSwitch by rule, as they come;
 * if that is wanted too, those that went are removed.  There are no rules unless
 * the operator has some.
 */
#ifndef SWOFFD_CORE_OVS_RULES_H
#define SWOFFD_CORE_OVS_RULES_H

#include "common/base/loop.h"
#include "swoffd/core/ovs_plug.h"

#define OVS_RULES_MAX 16

struct ovs_rule {
	char bridge[64];
	char device[100];              /* handle or netdev; "": all devices */
	bool unplug_stale;
};

struct ovs_rule_list {
	uint32_t n;
	struct ovs_rule rules[OVS_RULES_MAX];
};

struct ovs_rules {
	struct core *core;             /* borrowed */
	const struct ovs_rule_list *list;      /* borrowed */
	struct timer timer;
	struct ovs_plug plug;
	struct request request;
	bool running;
	uint32_t at;                   /* twice the rule, plus 1 for stale */
	struct error trouble;          /* that has been logged */
};

/* Both are borrowed.  Begins at once; looks again once in a second. */
void ovs_rules_init(struct ovs_rules *r, struct core *core,
		    const struct ovs_rule_list *list);
void ovs_rules_fini(struct ovs_rules *r);      /* legal on {0} */

#endif
