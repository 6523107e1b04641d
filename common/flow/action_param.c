/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of plain parameters, and reading and writing what a row is. */
#include "common/flow/action_param.h"

#include <arpa/inet.h>
#include <linux/tc_act/tc_ct.h>
#include <linux/tc_act/tc_mpls.h>
#include <linux/tc_act/tc_sample.h>
#include <linux/tc_act/tc_skbedit.h>
#include <linux/tc_act/tc_tunnel_key.h>
#include <linux/tc_act/tc_vlan.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"

#define U3 7U
#define U8 0xffU
#define U16 0xffffU
#define U20 0xfffffU
#define U32 0xffffffffU

#define IN(member) \
	.offset = offsetof(struct rule_action, member), \
	.size = sizeof(((struct rule_action *)0)->member)
#define IN_DATA(type, member) \
	.in_data = true, .offset = offsetof(struct type, member), \
	.size = sizeof(((struct type *)0)->member)
#define TUNNEL(member) IN_DATA(rule_tunnel, member)
#define CT(member) IN_DATA(rule_ct, member)

#define HAS(member, bits) \
	.has = offsetof(struct rule_action, member), \
	.has_size = sizeof(((struct rule_action *)0)->member), \
	.has_bits = bits
#define HAS_DATA(type, member, bits) \
	.has = offsetof(struct type, member), \
	.has_size = sizeof(((struct type *)0)->member), .has_bits = bits
#define HAS_TUNNEL(x) HAS_DATA(rule_tunnel, has, RULE_TUNNEL_##x)
#define UNLESS_ZERO(member) HAS(member, 0)

#define OP(x) (1U << RULE_##x)
#define TAG .ops = OP(VLAN_PUSH) | OP(VLAN_MODIFY)
#define LABEL .ops = OP(MPLS_PUSH) | OP(MPLS_MODIFY) | OP(MPLS_MAC_PUSH)
#define SET .ops = 1U << 1

#define EXACT .exact = true
#define BE .big_endian = true
#define C .base = 0
#define DEC .base = 10
#define MAX(n) .max = n

#define ROW(action_, kind_, word_, attr_, ...) \
	{ .action = RULE_ACTION_##action_, .kind = ACTION_PARAM_##kind_, \
	  .word = word_, .attr = attr_, __VA_ARGS__ }

/* In the order in which text prints them, words as tc(8) tries them. */
const struct action_param action_params[] = {
	/* net/sched/act_vlan.c refuses 4095; tc sends it. */
	ROW(VLAN, UINT, "id", TCA_VLAN_PUSH_VLAN_ID, IN(vlan.id), C, MAX(U16),
	    TAG),
	ROW(VLAN, PROTOCOL, "protocol", TCA_VLAN_PUSH_VLAN_PROTOCOL,
	    IN(vlan.tpid_be), BE, TAG, UNLESS_ZERO(vlan.tpid_be)),
	ROW(VLAN, UINT, "priority", TCA_VLAN_PUSH_VLAN_PRIORITY, IN(vlan.prio),
	    C, MAX(U3), TAG, HAS(vlan.has_prio, 1)),
	ROW(VLAN, MAC, "dst_mac", TCA_VLAN_PUSH_ETH_DST, IN(vlan.eth_dst),
	    .ops = OP(VLAN_PUSH_ETH)),
	ROW(VLAN, MAC, "src_mac", TCA_VLAN_PUSH_ETH_SRC, IN(vlan.eth_src),
	    .ops = OP(VLAN_PUSH_ETH)),

	ROW(MPLS, PROTOCOL, "protocol", TCA_MPLS_PROTO, IN(mpls.proto_be), BE,
	    .ops = OP(MPLS_POP) | OP(MPLS_PUSH) | OP(MPLS_MAC_PUSH),
	    UNLESS_ZERO(mpls.proto_be)),
	ROW(MPLS, UINT, "label", TCA_MPLS_LABEL, IN(mpls.label), C, MAX(U20),
	    LABEL, HAS(mpls.has, RULE_MPLS_HAS_LABEL)),
	ROW(MPLS, UINT, "tc", TCA_MPLS_TC, IN(mpls.tc), C, MAX(U3), LABEL,
	    HAS(mpls.has, RULE_MPLS_HAS_TC)),
	ROW(MPLS, UINT, "ttl", TCA_MPLS_TTL, IN(mpls.ttl), C, .min = 1,
	    MAX(U8), LABEL, HAS(mpls.has, RULE_MPLS_HAS_TTL)),
	ROW(MPLS, UINT, "bos", TCA_MPLS_BOS, IN(mpls.bos), C, MAX(1), LABEL,
	    HAS(mpls.has, RULE_MPLS_HAS_BOS)),

	ROW(TUNNEL_KEY, IPV4, "src_ip", TCA_TUNNEL_KEY_ENC_IPV4_SRC,
	    TUNNEL(ipv4_src_be), SET, HAS_TUNNEL(IPV4_SRC)),
	ROW(TUNNEL_KEY, IPV6, "src_ip", TCA_TUNNEL_KEY_ENC_IPV6_SRC,
	    TUNNEL(ipv6_src), SET, HAS_TUNNEL(IPV6_SRC)),
	ROW(TUNNEL_KEY, IPV4, "dst_ip", TCA_TUNNEL_KEY_ENC_IPV4_DST,
	    TUNNEL(ipv4_dst_be), SET, HAS_TUNNEL(IPV4_DST)),
	ROW(TUNNEL_KEY, IPV6, "dst_ip", TCA_TUNNEL_KEY_ENC_IPV6_DST,
	    TUNNEL(ipv6_dst), SET, HAS_TUNNEL(IPV6_DST)),
	/* Of 32 bits in network order, whatever the header says. */
	ROW(TUNNEL_KEY, UINT, "id", TCA_TUNNEL_KEY_ENC_KEY_ID, TUNNEL(id_be),
	    BE, DEC, MAX(U32), SET, HAS_TUNNEL(ID)),
	ROW(TUNNEL_KEY, UINT, "dst_port", TCA_TUNNEL_KEY_ENC_DST_PORT,
	    TUNNEL(tp_dst_be), BE, DEC, MAX(U16), SET, HAS_TUNNEL(TP_DST)),
	ROW(TUNNEL_KEY, UINT, "tos", TCA_TUNNEL_KEY_ENC_TOS, TUNNEL(tos), DEC,
	    MAX(U8), SET, HAS_TUNNEL(TOS)),
	ROW(TUNNEL_KEY, UINT, "ttl", TCA_TUNNEL_KEY_ENC_TTL, TUNNEL(ttl), DEC,
	    MAX(U8), SET, HAS_TUNNEL(TTL)),
	ROW(TUNNEL_KEY, FLAG, "nofrag", UAPI_TUNNEL_KEY_NO_FRAG,
	    .in_data = true, SET, EXACT, HAS_TUNNEL(NO_FRAG),
	    .probed = true),

	ROW(CT, UINT, "zone", TCA_CT_ZONE, CT(zone), C, MAX(U16),
	    HAS_DATA(rule_ct, has_zone, 1)),
	ROW(CT, UINT, "mark", TCA_CT_MARK, CT(mark), C, MAX(U32),
	    HAS_DATA(rule_ct, has_mark, 1)),
	ROW(CT, UINT, "/", TCA_CT_MARK_MASK, CT(mark_mask), C, MAX(U32),
	    HAS_DATA(rule_ct, has_mark, 1)),

	ROW(SAMPLE, UINT, "rate", TCA_SAMPLE_RATE, IN(sample.rate), DEC,
	    .min = 1, MAX(U32), UNLESS_ZERO(sample.rate)),
	ROW(SAMPLE, UINT, "group", TCA_SAMPLE_PSAMPLE_GROUP, IN(sample.group),
	    DEC, MAX(U32), UNLESS_ZERO(sample.rate)),
	ROW(SAMPLE, UINT, "trunc", TCA_SAMPLE_TRUNC_SIZE, IN(sample.trunc),
	    DEC, MAX(U32), HAS(sample.has_trunc, 1)),

	ROW(SKBEDIT, UINT, "queue_mapping", TCA_SKBEDIT_QUEUE_MAPPING,
	    IN(skbedit.queue), DEC, MAX(U16),
	    HAS(skbedit.has, RULE_SKBEDIT_QUEUE)),
	ROW(SKBEDIT, CLASSID, "priority", TCA_SKBEDIT_PRIORITY,
	    IN(skbedit.priority), HAS(skbedit.has, RULE_SKBEDIT_PRIORITY)),
	ROW(SKBEDIT, UINT, "mark", TCA_SKBEDIT_MARK, IN(skbedit.mark), C,
	    MAX(U32), HAS(skbedit.has, RULE_SKBEDIT_MARK)),
	ROW(SKBEDIT, UINT, "/", TCA_SKBEDIT_MASK, IN(skbedit.mask), C,
	    MAX(U32), HAS(skbedit.has, RULE_SKBEDIT_MASK)),
	ROW(SKBEDIT, PTYPE, "ptype", TCA_SKBEDIT_PTYPE, IN(skbedit.ptype),
	    MAX(U16), HAS(skbedit.has, RULE_SKBEDIT_PTYPE)),
};

const size_t action_n_params = ARRAY_LEN(action_params);

/* Rows of a kind lie side by side. */
static struct {
	uint8_t first, end;
} rows_of[RULE_N_ACTION_KINDS];

__attribute__((constructor)) static void find_rows(void)
{
	for (size_t i = 0; i < action_n_params; i++) {
		uint8_t kind = action_params[i].action;

		if (!rows_of[kind].end)
			rows_of[kind].first = (uint8_t)i;
		rows_of[kind].end = (uint8_t)(i + 1);
	}
}

const struct action_param *action_params_of(enum rule_action_kind kind,
					    const struct action_param **end)
{
	*end = &action_params[rows_of[kind].end];
	return &action_params[rows_of[kind].first];
}

unsigned int action_op(const struct rule_action *a)
{
	switch (a->kind) {
	case RULE_ACTION_MIRRED:
		return a->mirred.op;
	case RULE_ACTION_VLAN:
		return a->vlan.op;
	case RULE_ACTION_MPLS:
		return a->mpls.op;
	case RULE_ACTION_TUNNEL_KEY:
		return a->tunnel_key.set;
	default:
		return 0;
	}
}

const void *action_param_base(const struct action_param *f,
			      const struct rule *r,
			      const struct rule_action *a)
{
	return f->in_data ? rule_data(r, a) : (const void *)a;
}

void *action_param_at(const struct action_param *f, struct rule *r,
		      struct rule_action *a)
{
	char *base = f->in_data ? (char *)r->data + a->data : (char *)a;

	return base + f->offset;
}

/* A number of 1, 2 or 4 bytes, as it lies there. */
static uint32_t load(const char *at, size_t size)
{
	uint32_t v4;
	uint16_t v2;

	switch (size) {
	case 1:
		return (uint8_t)*at;
	case 2:
		memcpy(&v2, at, sizeof(v2));
		return v2;
	default:
		memcpy(&v4, at, sizeof(v4));
		return v4;
	}
}

static void store(char *at, size_t size, uint32_t v)
{
	uint16_t v2 = (uint16_t)v;

	switch (size) {
	case 1:
		*at = (char)v;
		return;
	case 2:
		memcpy(at, &v2, sizeof(v2));
		return;
	default:
		memcpy(at, &v, sizeof(v));
		return;
	}
}

static uint32_t swap(const struct action_param *f, uint32_t v)
{
	if (!f->big_endian || f->size == 1)
		return v;
	return f->size == 2 ? htons((uint16_t)v) : htonl(v);
}

bool action_param_there(const struct action_param *f, const struct rule *r,
			const struct rule_action *a)
{
	const char *base;
	uint32_t has;

	if (!action_param_fits(f, a))
		return false;
	if (!f->has_size)
		return true;
	base = action_param_base(f, r, a);
	has = load(base + f->has, f->has_size);
	return f->has_bits ? has & f->has_bits : has;
}

void action_param_set_there(const struct action_param *f, struct rule *r,
			    struct rule_action *a)
{
	char *at = (char *)action_param_at(f, r, a) - f->offset + f->has;

	if (f->has_bits)
		store(at, f->has_size, load(at, f->has_size) | f->has_bits);
}

const char *action_probed(const struct rule *r, const struct rule_action *a)
{
	const struct action_param *f, *end;

	for (f = action_params_of(a->kind, &end); f < end; f++)
		if (f->probed && action_param_there(f, r, a))
			return f->word;
	return NULL;
}

uint32_t action_param_get(const struct action_param *f, const struct rule *r,
			  const struct rule_action *a)
{
	const char *base = action_param_base(f, r, a);

	return swap(f, load(base + f->offset, f->size));
}

void action_param_set(const struct action_param *f, struct rule *r,
		      struct rule_action *a, uint32_t v)
{
	store(action_param_at(f, r, a), f->size, swap(f, v));
}
