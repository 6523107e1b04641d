/* SPDX-License-Identifier: GPL-2.0-or-later */
/* act_ct: what to do, labels, the range of addresses and ports, the helper. */
#include <linux/tc_act/tc_ct.h>
#include <string.h>

#include "common/flow/uapi.h"
#include "swoffd/kernel/action_kind.h"
#include "swoffd/kernel/attr.h"

#define SIDES (TCA_CT_ACT_NAT_SRC | TCA_CT_ACT_NAT_DST)

static bool put_label(const struct action_out *out, const struct rule_ct *ct)
{
	if (!ct->has_label)
		return true;
	return attr_put(out->nlh, out->size, TCA_CT_LABELS, ct->label,
			sizeof(ct->label) - ct->label_cut) &&
	       attr_put(out->nlh, out->size, TCA_CT_LABELS_MASK,
			ct->label_mask,
			sizeof(ct->label_mask) - ct->label_mask_cut);
}

static bool put_range(const struct action_out *out, const struct rule_ct *ct)
{
	bool v6 = ct->nat_family == 6;
	size_t size = v6 ? 16 : 4;

	if (ct->nat_family &&
	    (!attr_put(out->nlh, out->size,
		       v6 ? TCA_CT_NAT_IPV6_MIN : TCA_CT_NAT_IPV4_MIN,
		       ct->nat_min, size) ||
	     !attr_put(out->nlh, out->size,
		       v6 ? TCA_CT_NAT_IPV6_MAX : TCA_CT_NAT_IPV4_MAX,
		       ct->nat_max, size)))
		return false;
	if (!ct->nat_port_min_be && !ct->nat_port_max_be)
		return true;
	return attr_put_u16(out->nlh, out->size, TCA_CT_NAT_PORT_MIN,
			    ct->nat_port_min_be) &&
	       attr_put_u16(out->nlh, out->size, TCA_CT_NAT_PORT_MAX,
			    ct->nat_port_max_be);
}

static bool put_helper(const struct action_out *out, const struct rule_ct *ct)
{
	if (!ct->helper[0])
		return true;
	return attr_put_str(out->nlh, out->size, UAPI_CT_HELPER_NAME,
			    ct->helper) &&
	       attr_put_u8(out->nlh, out->size, UAPI_CT_HELPER_FAMILY,
			   ct->helper_family) &&
	       attr_put_u8(out->nlh, out->size, UAPI_CT_HELPER_PROTO,
			   ct->helper_proto);
}

bool action_put_ct(const struct action_out *out, const struct rule_action *a)
{
	const struct rule_ct *ct = rule_data(out->rule, a);

	return attr_put_u16(out->nlh, out->size, TCA_CT_ACTION, ct->flags) &&
	       put_label(out, ct) && put_range(out, ct) &&
	       put_helper(out, ct);
}

static const char *get_label(const struct nlattr **tb, struct rule_ct *ct)
{
	if (!tb[TCA_CT_LABELS])
		return NULL;
	ct->has_label = true;
	if (attr_copy(tb[TCA_CT_LABELS], ct->label, sizeof(ct->label)) ||
	    attr_copy(tb[TCA_CT_LABELS_MASK], ct->label_mask,
		      sizeof(ct->label_mask)))
		return "label";
	return NULL;
}

static const char *get_addrs(const struct nlattr *min,
			     const struct nlattr *max, uint8_t family,
			     size_t size, struct rule_ct *ct)
{
	ct->nat_family = family;
	if (attr_copy(min, ct->nat_min, size))
		return "nat address";
	memcpy(ct->nat_max, ct->nat_min, size);
	return max && attr_copy(max, ct->nat_max, size) ? "nat address" : NULL;
}

static const char *get_range(const struct nlattr **tb, struct rule_ct *ct)
{
	const char *what = NULL;

	if (tb[TCA_CT_NAT_IPV4_MIN])
		what = get_addrs(tb[TCA_CT_NAT_IPV4_MIN],
				 tb[TCA_CT_NAT_IPV4_MAX], 4, 4, ct);
	else if (tb[TCA_CT_NAT_IPV6_MIN])
		what = get_addrs(tb[TCA_CT_NAT_IPV6_MIN],
				 tb[TCA_CT_NAT_IPV6_MAX], 6, 16, ct);
	if (what || !tb[TCA_CT_NAT_PORT_MIN])
		return what;
	if (attr_u16(tb[TCA_CT_NAT_PORT_MIN], &ct->nat_port_min_be))
		return "nat port";
	ct->nat_port_max_be = ct->nat_port_min_be;
	return tb[TCA_CT_NAT_PORT_MAX] &&
	       attr_u16(tb[TCA_CT_NAT_PORT_MAX], &ct->nat_port_max_be) ?
		       "nat port" : NULL;
}

static const char *get_helper(const struct nlattr **tb, struct rule_ct *ct)
{
	if (!tb[UAPI_CT_HELPER_NAME])
		return NULL;
	if (attr_str(tb[UAPI_CT_HELPER_NAME], ct->helper,
		     sizeof(ct->helper)) ||
	    attr_u8(tb[UAPI_CT_HELPER_FAMILY], &ct->helper_family) ||
	    attr_u8(tb[UAPI_CT_HELPER_PROTO], &ct->helper_proto))
		return "helper";
	return NULL;
}

const char *action_get_ct(const struct nlattr **tb, struct rule *rule,
			  struct rule_action *a)
{
	struct rule_ct *ct = (struct rule_ct *)(void *)(rule->data + a->data);
	const char *what;

	if (tb[TCA_CT_ACTION] && attr_u16(tb[TCA_CT_ACTION], &ct->flags))
		return "operation";
	if (ct->flags & ~(TCA_CT_ACT_COMMIT | TCA_CT_ACT_FORCE |
			  TCA_CT_ACT_CLEAR | TCA_CT_ACT_NAT | SIDES))
		return "operation";
	/* The zone is told also where there is none. */
	if (!ct->zone)
		ct->has_zone = false;
	what = get_label(tb, ct);
	if (!what)
		what = get_range(tb, ct);
	return what ? what : get_helper(tb, ct);
}
