/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * act_police: sizes as ticks of the rate, and rate tables, which the kernel
 * wants to see and does not use.
 */
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <string.h>

#include "common/flow/police.h"
#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

#define RATE_32 (1ULL << 32)   /* from here on a rate needs 64 bits */

static uint8_t cell_of(uint8_t given, uint32_t mtu)
{
	return given ? (uint8_t)(given - 1) : police_cell(mtu);
}

static struct tc_ratespec rate_spec(const struct rule_police *c, uint64_t rate,
				    uint8_t cell)
{
	struct tc_ratespec r = { 0 };

	if (!rate)
		return r;
	r.rate = rate >= RATE_32 ? UINT32_MAX : (uint32_t)rate;
	r.mpu = c->mpu;
	r.overhead = c->overhead;
	r.cell_align = -1;
	r.cell_log = cell;
	r.linklayer = c->linklayer ? c->linklayer : TC_LINKLAYER_ETHERNET;
	return r;
}

static bool put_rate(const struct action_out *out, const struct rule_police *c,
		     uint64_t rate, uint8_t cell, uint16_t table_attr,
		     uint16_t rate64_attr)
{
	uint32_t table[POLICE_TABLE_SIZE];

	if (!rate)
		return true;
	police_table(rate, cell, c->mpu, c->linklayer == TC_LINKLAYER_ATM,
		     table);
	if (!attr_put(out->nlh, out->size, table_attr, table, sizeof(table)))
		return false;
	return rate < RATE_32 || attr_put(out->nlh, out->size, rate64_attr,
					  &rate, sizeof(rate));
}

static bool put_pkts(const struct action_out *out, const struct rule_police *c)
{
	uint64_t ticks;

	if (!c->pkts_rate)
		return true;
	ticks = police_ticks(c->pkts_rate, c->pkts_burst);
	return attr_put(out->nlh, out->size, TCA_POLICE_PKTRATE64,
			&c->pkts_rate, sizeof(c->pkts_rate)) &&
	       attr_put(out->nlh, out->size, TCA_POLICE_PKTBURST64, &ticks,
			sizeof(ticks));
}

bool action_put_police(const struct action_out *out,
		       const struct rule_action *a)
{
	const struct rule_police *c = &a->police;
	uint8_t cell = cell_of(c->rate_cell, c->mtu);
	uint8_t peak_cell = cell_of(c->peak_cell, c->mtu);
	struct tc_police p = {
		.index = a->index,
		/* As tc says it if it says nothing. */
		.action = a->only_index && !a->must_exist ?
				  TC_POLICE_RECLASSIFY : action_put_control(a),
		.burst = c->rate ? police_ticks(c->rate, c->burst) : 0,
		.mtu = c->mtu,
		.rate = rate_spec(c, c->rate, cell),
		.peakrate = rate_spec(c, c->peakrate, peak_cell),
	};

	if (!attr_put(out->nlh, out->size, TCA_POLICE_TBF, &p, sizeof(p)) ||
	    !put_rate(out, c, c->rate, cell, TCA_POLICE_RATE,
		      TCA_POLICE_RATE64) ||
	    !put_rate(out, c, c->peakrate, peak_cell, TCA_POLICE_PEAKRATE,
		      TCA_POLICE_PEAKRATE64))
		return false;
	if (c->avrate && !attr_put_u32(out->nlh, out->size, TCA_POLICE_AVRATE,
				       c->avrate))
		return false;
	if (c->has_conform &&
	    !attr_put_u32(out->nlh, out->size, TCA_POLICE_RESULT,
			  (uint32_t)action_put_verdict(c->conform,
						       c->conform_arg)))
		return false;
	return put_pkts(out, c);
}

/*
 * Reading
 */

static const char *get_rate(const struct tc_ratespec *spec,
			    const struct nlattr *rate64, uint64_t *out)
{
	*out = spec->rate;
	if (rate64 && attr_copy(rate64, out, sizeof(*out)))
		return "rate";
	return NULL;
}

static const char *get_pkts(const struct nlattr **tb, struct rule_police *c)
{
	uint64_t ticks;

	if (!tb[TCA_POLICE_PKTRATE64])
		return NULL;
	if (attr_copy(tb[TCA_POLICE_PKTRATE64], &c->pkts_rate,
		      sizeof(c->pkts_rate)) ||
	    attr_copy(tb[TCA_POLICE_PKTBURST64], &ticks, sizeof(ticks)) ||
	    !c->pkts_rate || ticks > UINT32_MAX)
		return "packet rate";
	c->pkts_burst = police_size(c->pkts_rate, (uint32_t)ticks);
	return c->pkts_burst > UINT32_MAX ? "packet burst" : NULL;
}

static const char *get_result(const struct nlattr **tb, struct rule_police *c)
{
	uint32_t result = 0;

	if (tb[TCA_POLICE_AVRATE] &&
	    attr_u32(tb[TCA_POLICE_AVRATE], &c->avrate))
		return "average rate";
	if (tb[TCA_POLICE_RESULT] && attr_u32(tb[TCA_POLICE_RESULT], &result))
		return "verdict";
	if (!action_get_verdict((int)result, &c->conform, &c->conform_arg))
		return "verdict";
	c->has_conform = result;
	if (!result)
		c->conform = 0;
	return NULL;
}

static const char *get_limits(const struct tc_police *p,
			      const struct nlattr **tb, struct rule_police *c)
{
	const struct tc_ratespec *r = &p->rate;
	uint64_t burst;

	if (get_rate(&p->rate, tb[TCA_POLICE_RATE64], &c->rate) ||
	    get_rate(&p->peakrate, tb[TCA_POLICE_PEAKRATE64], &c->peakrate))
		return "rate";
	/* That is how the kernel says that none was given. */
	c->mtu = !c->rate && p->mtu == UINT32_MAX ? 0 : p->mtu;
	c->mpu = r->mpu;
	c->overhead = r->overhead;
	if (r->linklayer == TC_LINKLAYER_ATM)
		c->linklayer = r->linklayer;
	burst = c->rate ? police_size(c->rate, p->burst) : 0;
	if (burst > UINT32_MAX)
		return "burst";
	c->burst = (uint32_t)burst;
	return NULL;
}

const char *action_get_police(const struct nlattr **tb, struct rule *rule,
			      struct rule_action *a)
{
	const char *what;
	struct tc_police p;

	(void)rule;
	if (attr_copy(tb[TCA_POLICE_TBF], &p, sizeof(p)))
		return "parameters";
	a->index = action_get_index(p.index, p.refcnt, p.bindcnt);
	if (!action_get_verdict(p.action, &a->verdict, &a->chain))
		return "verdict";
	what = get_limits(&p, tb, &a->police);
	if (!what)
		what = get_pkts(tb, &a->police);
	return what ? what : get_result(tb, &a->police);
}
