/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the names of actions, and how each is read and printed. */
#include "common/flow/odp_word.h"

#include "common/base/cleanup.h"
#include "common/flow/odp_arg_table.h"

#define ROW(n, k, h, ...) \
	{ .name = n, .len = sizeof(n) - 1, .kind = ODP_##k, \
	  .has_args = ODP_ARGS_##h, __VA_ARGS__ }

static const struct odp_word words[] = {
	ROW("drop", DROP, NONE),
	ROW("recirc", RECIRC, SOME, .args = odp_args_recirc),
	ROW("push_vlan", PUSH_VLAN, SOME, .args = odp_args_push_vlan),
	ROW("pop_vlan", POP_VLAN, NONE),
	ROW("push_mpls", PUSH_MPLS, SOME, .args = odp_args_push_mpls),
	ROW("pop_mpls", POP_MPLS, SOME, .args = odp_args_pop_mpls),
	ROW("set", SET, SOME, .read = odp_read_set, .show = odp_show_set),
	ROW("set_masked", SET, SOME, .read = odp_read_set,
	    .show = odp_show_set),
	ROW("ct", CT, MAYBE, .read = odp_read_ct, .show = odp_show_ct),
	ROW("ct_clear", CT_CLEAR, NONE),
	ROW("meter", METER, SOME, .args = odp_args_meter),
	ROW("check_pkt_len", CHECK_PKT_LEN, SOME,
	    .read = odp_read_check_pkt_len, .show = odp_show_check_pkt_len),
	ROW("clone", CLONE, SOME, .read = odp_read_inner),
	ROW("sample", SAMPLE, SOME, .read = odp_read_sample,
	    .show = odp_show_sample),
	ROW("trunc", TRUNC, SOME, .args = odp_args_trunc),
	ROW("dec_ttl", DEC_TTL, MAYBE, .read = odp_read_dec_ttl,
	    .show = odp_show_dec_ttl),
	ROW("push_eth", PUSH_ETH, SOME, .args = odp_args_push_eth),
	ROW("pop_eth", POP_ETH, NONE),
	ROW("userspace", USERSPACE, SOME, .args = odp_args_userspace),
	ROW("hash", HASH, SOME, .args = odp_args_hash),
	ROW("push_nsh", PUSH_NSH, SOME, .args = odp_args_push_nsh),
	ROW("pop_nsh", POP_NSH, MAYBE, .args = odp_args_none),
	ROW("tnl_push", TNL_PUSH, SOME, .args = odp_args_tnl_push),
	ROW("tnl_pop", TNL_POP, SOME, .args = odp_args_tnl_pop),
	ROW("psample", PSAMPLE, SOME, .args = odp_args_psample),
	ROW("lb_output", LB_OUTPUT, SOME, .args = odp_args_lb_output),
	ROW("add_mpls", ADD_MPLS, SOME, .args = odp_args_add_mpls),
	/* Of check_pkt_len() alone, which reads them itself. */
	ROW("gt", IF_GT, SOME),
	ROW("le", IF_LE, SOME),
};

/* gt and le are no actions by themselves. */
static bool is_action(const struct odp_word *w)
{
	return w->read || w->args || w->has_args == ODP_ARGS_NONE;
}

const struct odp_word *odp_word_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].len == len && scan_same(name, words[i].name, len))
			return is_action(&words[i]) ? &words[i] : NULL;
	return NULL;
}

const struct odp_word *odp_word_of(enum odp_action_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].kind == kind)
			return &words[i];
	return NULL;
}

bool odp_word_may_begin(char c)
{
	static const bool letters[UINT8_MAX + 1] = {
		['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true,
		['h'] = true, ['l'] = true, ['m'] = true, ['p'] = true,
		['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true,
	};

	return letters[(unsigned char)c];
}
