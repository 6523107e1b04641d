/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of actions: TCA_ACT_STATS and struct tcf_t. */
#ifndef SWOFFD_KERNEL_ACT_STATS_H
#define SWOFFD_KERNEL_ACT_STATS_H

#include <linux/netlink.h>

#include "swoffd/core/kernel.h"

/* Fills in the counters, zero where there are none; nest may be NULL. */
void act_stats_decode(const struct nlattr *nest, struct kernel_stats *out);

/* Time since last use of a struct tcf_t attribute; UINT64_MAX if never. */
uint64_t act_stats_used_ms(const struct nlattr *tm);

/* The counters of the busier of the two, the later of both uses. */
void act_stats_merge(struct kernel_stats *sum, const struct kernel_stats *s);

#endif
