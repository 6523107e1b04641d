/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of actions into messages: the envelope, and what all kinds have in
 * common.
 */
#include "swoffd/kernel/action.h"

#include <errno.h>
#include <linux/pkt_cls.h>

#include "common/base/cleanup.h"
#include "common/flow/action_param.h"
#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

static bool put_parms(const struct action_out *out,
		      const struct action_kind *kind,
		      const struct rule_action *a)
{
	struct action_parms p = {
		.index = a->index,
		.action = action_put_control(a),
	};

	if (kind->ops && !a->only_index)
		p.more[0] = kind->ops[action_op(a)];
	if (a->kind == RULE_ACTION_CSUM)
		p.more[0] = a->csum.flags;
	if (a->kind == RULE_ACTION_MIRRED)
		p.more[1] = a->mirred.port.ifindex;
	return !kind->parms ||
	       attr_put(out->nlh, out->size, kind->parms, &p,
			offsetof(struct action_parms, more) +
				kind->n_ops * sizeof(p.more[0]));
}

static bool put_params(const struct action_out *out,
		       const struct rule_action *a)
{
	const struct action_param *f, *end;

	for (f = action_params_of(a->kind, &end); f < end; f++) {
		const char *base;

		if (!action_param_there(f, out->rule, a))
			continue;
		base = action_param_base(f, out->rule, a);
		if (!attr_put(out->nlh, out->size, f->attr, base + f->offset,
			      f->size))
			return false;
	}
	return true;
}

static bool put_options(const struct action_out *out,
			const struct rule_action *a)
{
	const struct action_kind *kind = &action_kinds[a->kind];
	struct nlattr *nest = attr_nest(out->nlh, out->size,
					TCA_ACT_OPTIONS | NLA_F_NESTED);

	if (!nest || !put_parms(out, kind, a))
		return false;
	if (!a->only_index && !put_params(out, a))
		return false;
	if (kind->put && !kind->put(out, a))
		return false;
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

static bool put_bits(const struct action_out *out, uint16_t type,
		     uint32_t value)
{
	const struct nla_bitfield32 bits = { value, value };

	return attr_put(out->nlh, out->size, type, &bits, sizeof(bits));
}

static bool put_properties(const struct action_out *out,
			   const struct rule_action *a, const uint8_t *cookie)
{
	size_t size = a->cookie_size ? a->cookie_size : KERNEL_COOKIE_SIZE;

	if (a->cookie_size)
		cookie = a->cookie;
	if (cookie && !attr_put(out->nlh, out->size, TCA_ACT_COOKIE, cookie,
				size))
		return false;
	if (a->has_hw_stats &&
	    !put_bits(out, TCA_ACT_HW_STATS, a->hw_stats))
		return false;
	return !a->no_percpu || put_bits(out, TCA_ACT_FLAGS,
					 TCA_ACT_FLAGS_NO_PERCPU_STATS);
}

static bool put_action(const struct action_out *out, uint16_t order,
		       const struct rule_action *a, const uint8_t *cookie)
{
	struct nlattr *nest = attr_nest(out->nlh, out->size, order);

	if (!nest ||
	    !attr_put_str(out->nlh, out->size, TCA_ACT_KIND,
			  action_kinds[a->kind].name) ||
	    !put_options(out, a) || !put_properties(out, a, cookie))
		return false;
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

static bool is_sound(const struct rule *r, const struct rule_action *a)
{
	size_t data = a->kind < RULE_N_ACTION_KINDS && !a->only_index ?
			      action_fixed_data(a) : 0;

	return a->kind < RULE_N_ACTION_KINDS &&
	       a->verdict < RULE_N_VERDICTS && action_is_op(a) &&
	       a->cookie_size <= RULE_COOKIE_SIZE && a->data_size >= data &&
	       (size_t)a->data + a->data_size <= r->data_size &&
	       (a->kind != RULE_ACTION_GACT ||
		a->gact.prob_verdict < RULE_N_VERDICTS) &&
	       (a->kind != RULE_ACTION_POLICE ||
		a->police.conform < RULE_N_VERDICTS);
}

/*
 * Nobody's cookie is overwritten: the first action without one has ours, and
 * one with an index only if there is no other, for it has one cookie in all
 * the rules that it is in.
 */
static uint16_t place_of_cookie(const struct rule *r)
{
	uint16_t place = r->n_actions;

	for (uint16_t i = r->n_actions; i-- > 0;)
		if (!r->actions[i].cookie_size &&
		    (!r->actions[i].index || place == r->n_actions ||
		     r->actions[place].index))
			place = i;
	return place;
}

static int put_actions(const struct action_out *out, const uint8_t *cookie)
{
	const struct rule *r = out->rule;
	uint16_t place = place_of_cookie(r);

	for (uint16_t i = 0; i < r->n_actions; i++) {
		const struct rule_action *a = &r->actions[i];

		if (!is_sound(r, a))
			return -EINVAL;
		if (!put_action(out, (uint16_t)(i + 1), a,
				i == place ? cookie : NULL))
			return -EMSGSIZE;
	}
	return cookie && r->n_actions && place == r->n_actions ?
		       -EOPNOTSUPP : 0;
}

int action_encode(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const struct rule *rule,
		  const uint8_t cookie[KERNEL_COOKIE_SIZE])
{
	const struct action_out out = { nlh, size, rule };
	struct nlattr *nest = attr_nest(nlh, size, type);
	int rc;

	if (!nest)
		return -EMSGSIZE;
	if (rule->n_actions > RULE_MAX_ACTIONS)
		return -EINVAL;
	rc = put_actions(&out, cookie);
	if (!rc && !attr_nest_end(nlh, nest))
		rc = -EMSGSIZE;
	return rc;
}
