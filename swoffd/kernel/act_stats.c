/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCA_STATS_BASIC holds all packets, TCA_STATS_BASIC_HW those of the hardware
 * among them.  TCA_STATS_PKT64 carries the full count of whichever of the two
 * stands before it (net/core/gen_stats.c), so order matters here.
 */
#include "swoffd/kernel/act_stats.h"

#include <linux/gen_stats.h>
#include <linux/pkt_cls.h>
#include <string.h>
#include <unistd.h>

#include "swoffd/kernel/attr.h"

/* Old kernels send the structure without the padding at its end. */
#define BASIC_SIZE (offsetof(struct gnet_stats_basic, packets) + \
		    sizeof(__u32))

struct counter {
	uint64_t *packets, *bytes;
};

static void take_basic(const struct nlattr *attr, const struct counter *c)
{
	struct gnet_stats_basic basic;

	if (attr_copy(attr, &basic, BASIC_SIZE))
		return;
	*c->packets = basic.packets;
	*c->bytes = basic.bytes;
}

void act_stats_decode(const struct nlattr *nest, struct kernel_stats *out)
{
	const struct counter total = { &out->packets, &out->bytes };
	const struct counter hw = { &out->hw_packets, &out->hw_bytes };
	const struct counter *last = &total;
	const struct nlattr *attr;

	*out = (struct kernel_stats){ .used_ms = out->used_ms };
	if (!nest)
		return;
	attr_for_each_in(attr, nest) {
		switch (attr_type(attr)) {
		case TCA_STATS_BASIC:
			last = &total;
			take_basic(attr, last);
			break;
		case TCA_STATS_BASIC_HW:
			last = &hw;
			take_basic(attr, last);
			break;
		case TCA_STATS_PKT64:
			(void)attr_copy(attr, last->packets,
					sizeof(*last->packets));
			break;
		}
	}
}

uint64_t act_stats_used_ms(const struct nlattr *tm)
{
	/* USER_HZ, the unit of jiffies_to_clock_t(). */
	const uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
	struct tcf_t t;

	if (attr_copy(tm, &t, sizeof(t)) || t.lastuse > UINT64_MAX / 1000)
		return UINT64_MAX;
	/* A new action counts as used when it was installed. */
	if (t.lastuse == t.install && !t.firstuse)
		return UINT64_MAX;
	return t.lastuse * 1000 / hz;
}

void act_stats_merge(struct kernel_stats *sum, const struct kernel_stats *s)
{
	uint64_t used_ms = sum->used_ms < s->used_ms ? sum->used_ms :
						       s->used_ms;

	if (s->packets > sum->packets)
		*sum = *s;
	sum->used_ms = used_ms;
}
