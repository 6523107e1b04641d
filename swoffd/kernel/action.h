/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The action list of a filter (TCA_FLOWER_ACT), both ways.  A kind of action
 * is a row.  Every action is encoded with index 0, so the kernel makes one of
 * its own for it, and without per-CPU counters (a million rules on 64 CPUs
 * would otherwise take 4 GB for counting alone).
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
	uint8_t cookie[KERNEL_COOKIE_SIZE];    /* of the first with one */
	struct kernel_stats stats;             /* of the busiest */
	char undecoded[ACTION_UNDECODED_SIZE]; /* first not understood or "" */
};

/* Puts a nest of this type; -EMSGSIZE, or -EINVAL if rule has nonsense. */
int action_encode(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const struct rule *rule,
		  const uint8_t cookie[KERNEL_COOKIE_SIZE]);

/* rule gets the actions; NULL if only the summary is wanted.  -EBADMSG. */
int action_decode(const struct nlattr *nest, struct rule *rule,
		  struct action_summary *out);

#endif
