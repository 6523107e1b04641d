/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * act_pedit: a structure with all keys behind it, and of "pedit ex" a nest
 * that says for each of them what it counts from.
 */
#include <linux/tc_act/tc_pedit.h>
#include <string.h>

#include "common/flow/pedit.h"
#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

/* The kernel's number of keys is a byte. */
#define KEYS_MAX UINT8_MAX

static bool put_parms(const struct action_out *out,
		      const struct rule_action *a)
{
	struct {
		struct tc_pedit_sel sel;
		struct tc_pedit_key keys[PEDIT_MAX_KEYS];
	} p = {
		.sel = {
			.index = a->index,
			.action = action_put_verdict(a->verdict, a->chain),
			.nkeys = (unsigned char)pedit_n_keys(a),
		},
	};
	const struct rule_pedit_key *k = rule_data(out->rule, a);

	for (size_t i = 0; i < p.sel.nkeys; i++)
		p.keys[i] = (struct tc_pedit_key){
			.mask = k[i].mask_be, .val = k[i].value_be,
			.off = k[i].offset, .at = k[i].at,
			.offmask = k[i].off_mask, .shift = k[i].shift,
		};
	return attr_put(out->nlh, out->size,
			a->pedit.extended ? TCA_PEDIT_PARMS_EX :
					    TCA_PEDIT_PARMS,
			&p, sizeof(p.sel) + p.sel.nkeys * sizeof(p.keys[0]));
}

static bool put_key_ex(const struct action_out *out,
		       const struct rule_pedit_key *k)
{
	struct nlattr *nest = attr_nest(out->nlh, out->size,
					TCA_PEDIT_KEY_EX | NLA_F_NESTED);

	if (!nest ||
	    !attr_put_u16(out->nlh, out->size, TCA_PEDIT_KEY_EX_HTYPE,
			  k->htype) ||
	    !attr_put_u16(out->nlh, out->size, TCA_PEDIT_KEY_EX_CMD, k->cmd))
		return false;
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

bool action_put_pedit(const struct action_out *out,
		      const struct rule_action *a)
{
	const struct rule_pedit_key *k = rule_data(out->rule, a);
	struct nlattr *nest;

	if (pedit_n_keys(a) > PEDIT_MAX_KEYS || !put_parms(out, a))
		return false;
	if (!a->pedit.extended)
		return true;
	nest = attr_nest(out->nlh, out->size,
			 TCA_PEDIT_KEYS_EX | NLA_F_NESTED);
	if (!nest)
		return false;
	for (size_t i = 0; i < pedit_n_keys(a); i++)
		if (!put_key_ex(out, &k[i]))
			return false;
	mnl_attr_nest_end(out->nlh, nest);
	return true;
}

static const char *get_keys_ex(const struct nlattr *nest,
			       struct rule_pedit_key *k, size_t n)
{
	const struct nlattr *attr, *tb[TCA_PEDIT_KEY_EX_MAX + 1];
	size_t i = 0;

	attr_for_each_in(attr, nest) {
		if (i == n)
			return "keys";
		attr_nested_table(attr, tb, TCA_PEDIT_KEY_EX_MAX);
		if (attr_u16(tb[TCA_PEDIT_KEY_EX_HTYPE], &k[i].htype) ||
		    attr_u16(tb[TCA_PEDIT_KEY_EX_CMD], &k[i].cmd))
			return "keys";
		if (k[i].htype && !pedit_header_name(k[i].htype))
			return "header";
		if (k[i].cmd > TCA_PEDIT_KEY_EX_CMD_ADD)
			return "command";
		i++;
	}
	return i == n ? NULL : "keys";
}

/* What one munge cannot say: to set bits and invert others, or to add what
 * reaches out of the field. */
static bool is_mixed(const struct rule_pedit_key *k)
{
	if (k->cmd == TCA_PEDIT_KEY_EX_CMD_ADD)
		return k->value_be & k->mask_be;
	return k->mask_be != UINT32_MAX && k->value_be & k->mask_be;
}

static const char *get_keys(const struct nlattr *parms, size_t n,
			    struct rule *rule, struct rule_action *a)
{
	const char *from = (const char *)attr_data(parms) +
			   sizeof(struct tc_pedit_sel);

	for (size_t i = 0; i < n; i++) {
		struct rule_pedit_key *k = pedit_add_key(rule, a);
		struct tc_pedit_key key;

		if (!k)
			return "with so many keys";
		memcpy(&key, from + i * sizeof(key), sizeof(key));
		*k = (struct rule_pedit_key){
			.offset = key.off, .mask_be = key.mask,
			.value_be = key.val, .at = key.at,
			.off_mask = key.offmask, .shift = key.shift,
		};
	}
	return NULL;
}

const char *action_get_pedit(const struct nlattr **tb, struct rule *rule,
			     struct rule_action *a)
{
	const struct nlattr *parms = tb[TCA_PEDIT_PARMS_EX];
	const struct rule_pedit_key *k;
	struct tc_pedit_sel sel;
	const char *what;

	a->pedit.extended = parms;
	if (!parms)
		parms = tb[TCA_PEDIT_PARMS];
	if (attr_copy(parms, &sel, sizeof(sel)) ||
	    attr_size(parms) <
		    sizeof(sel) + sel.nkeys * sizeof(struct tc_pedit_key))
		return "parameters";
	a->index = action_get_index(sel.index, sel.refcnt, sel.bindcnt);
	if (!action_get_verdict(sel.action, &a->verdict, &a->chain))
		return "verdict";
	what = get_keys(parms, sel.nkeys, rule, a);
	if (!what && a->pedit.extended)
		what = tb[TCA_PEDIT_KEYS_EX] ?
			       get_keys_ex(tb[TCA_PEDIT_KEYS_EX],
					   (void *)(rule->data + a->data),
					   sel.nkeys) : "keys";
	k = rule_data(rule, a);
	for (size_t i = 0; !what && i < sel.nkeys; i++)
		if (is_mixed(&k[i]))
			what = "key that sets and inverts";
	return what;
}
