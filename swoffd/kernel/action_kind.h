/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that encode and decode actions share. */
#ifndef SWOFFD_KERNEL_ACTION_KIND_H
#define SWOFFD_KERNEL_ACTION_KIND_H

#include <libmnl/libmnl.h>

#include <linux/pkt_cls.h>

#include "common/flow/rule.h"

/* A message that is being written, in so many bytes. */
struct action_out {
	struct nlmsghdr *nlh;
	size_t size;
	const struct rule *rule;
};

/*
 * A kind of action.  put adds to its options what is neither tc_gen nor a
 * plain parameter; get reads that and says what it did not understand, or
 * NULL.  Both may be NULL.
 */
struct action_kind {
	const char *name;
	uint16_t parms, tm;            /* attributes in the options; parms 0:
					* put and get see to it themselves */
	uint8_t n_ops;                 /* numbers behind tc_gen: of what it
					* does, and one more of mirred */
	const uint8_t *ops;            /* the kernel's number of each operation
					* of ours, ended by 0 */
	bool (*put)(const struct action_out *out, const struct rule_action *a);
	const char *(*get)(const struct nlattr **tb, struct rule *rule,
			   struct rule_action *a);
};

extern const struct action_kind action_kinds[RULE_N_ACTION_KINDS];

/* What action_kind.parms is: struct tc_mirred, tc_vlan … */
struct action_parms {
	tc_gen;
	uint32_t more[2];
};

/* Is what it does among the operations of its kind? */
bool action_is_op(const struct rule_action *a);

/* Bytes of data that such an action always has. */
size_t action_fixed_data(const struct rule_action *a);

/* A verdict as TC_ACT_*; false: none that a rule can have. */
int action_put_verdict(uint8_t verdict, uint32_t arg);
/* That of the action itself, by must_exist. */
int action_put_control(const struct rule_action *a);
bool action_get_verdict(int v, uint8_t *verdict, uint32_t *arg);

/* The index of an action of which others know, too; else 0. */
uint32_t action_get_index(uint32_t index, int refcnt, int bindcnt);

bool action_put_tunnel(const struct action_out *out,
		       const struct rule_action *a);
const char *action_get_tunnel(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a);
bool action_put_pedit(const struct action_out *out,
		      const struct rule_action *a);
const char *action_get_pedit(const struct nlattr **tb, struct rule *rule,
			     struct rule_action *a);
bool action_put_ct(const struct action_out *out, const struct rule_action *a);
const char *action_get_ct(const struct nlattr **tb, struct rule *rule,
			  struct rule_action *a);
bool action_put_police(const struct action_out *out,
		       const struct rule_action *a);
const char *action_get_police(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a);

#endif
