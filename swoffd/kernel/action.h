/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The action list of a filter (TCA_FLOWER_ACT), both ways.  A kind of action
 * is a row, and so is a plain parameter of one.
 */
#ifndef SWOFFD_KERNEL_ACTION_H
#define SWOFFD_KERNEL_ACTION_H

#include <libmnl/libmnl.h>

#include "common/flow/rule.h"
#include "swoffd/core/kernel.h"

#define ACTION_UNDECODED_SIZE 64

/* What a list of actions tells; all of it that a terse dump has too. */
struct action_summary {
	bool has_cookie;
	uint8_t cookie[KERNEL_COOKIE_SIZE];    /* ours, or of the first action
						* that has a whole one */
	struct kernel_stats stats;             /* of the busiest */
	struct kernel_stats unpoliced;         /* of the busiest but police */
	char undecoded[ACTION_UNDECODED_SIZE]; /* first not understood or "" */
};

/*
 * Puts a nest of this type; -EMSGSIZE, or -EINVAL if rule has nonsense.  The
 * cookie (NULL: none) goes onto the first action that has none of its own; if
 * all have, -EOPNOTSUPP.
 */
int action_encode(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const struct rule *rule,
		  const uint8_t cookie[KERNEL_COOKIE_SIZE]);

/*
 * In the order in which they stand, which is that in which they run.  rule gets
 * the actions and their data.  A cookie of swoffd is none of the action's own.
 * An index is told only if the action is shared.  -EBADMSG.
 */
int action_decode(const struct nlattr *nest, struct rule *rule,
		  struct action_summary *out);

/* Only the summary, and of that no undecoded. */
int action_decode_terse(const struct nlattr *nest, struct action_summary *out);

#endif
