/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of match fields and what can be asked of a row.  Owns no text and
 * no netlink: those walk the table.
 */
#include "common/flow/field.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/openvswitch.h>
#include <linux/pkt_cls.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"

/* attr, mask_attr, opts, sub, probed */
#define NO_ATTR 0, 0, 0, 0, false
#define ATTR(x) TCA_FLOWER_KEY_##x, 0, 0, 0, false
#define ATTR_AS(x) x, 0, 0, 0, false
#define MASKED(x) TCA_FLOWER_KEY_##x, TCA_FLOWER_KEY_##x##_MASK, 0, 0, false
#define OPTS(type, x) \
	TCA_FLOWER_KEY_ENC_OPTS, TCA_FLOWER_KEY_ENC_OPTS_MASK, \
	TCA_FLOWER_KEY_ENC_OPTS_##type, OPTS_SUB_##x, false
#define PROBED(x) UAPI_FLOWER_##x, UAPI_FLOWER_##x##_MASK, 0, 0, true
#define PROBED_EXACT(x) UAPI_FLOWER_##x, 0, 0, 0, true
#define PROBED_NEST(x, sub) UAPI_FLOWER_##x, 0, 0, UAPI_##sub, true
#define OPTS_SUB_0 0
#define OPTS_SUB_ENC_OPT_VXLAN_GBP TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP
#define OPTS_SUB_ENC_OPT_ERSPAN_VER TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER
#define OPTS_SUB_ENC_OPT_ERSPAN_INDEX TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX
#define OPTS_SUB_ENC_OPT_ERSPAN_DIR TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR
#define OPTS_SUB_ENC_OPT_ERSPAN_HWID TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID
#define OPTS_SUB_ENC_OPT_GTP_PDU_TYPE TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE
#define OPTS_SUB_ENC_OPT_GTP_QFI TCA_FLOWER_KEY_ENC_OPT_GTP_QFI
#define NO_OVS 0, 0
#define OVS(x, offset) OVS_KEY_ATTR_##x, offset
#define TUN(x) OVS_KEY_ATTR_TUNNEL, OVS_TUNNEL_KEY_ATTR_##x
#define AT(member) \
	offsetof(struct flow_key, member), \
	sizeof(((struct flow_key *)0)->member)
#define U8 0xff
#define U16 0xffff
#define U32 0xffffffff
#define HOST 0
#define BE 1
#define IP4 FLOW_NEED_IPV4
#define IP6 FLOW_NEED_IPV6
#define IP FLOW_NEED_IP
#define ARP FLOW_NEED_ARP
#define TAG1 FLOW_NEED_VLAN
#define TAG2 FLOW_NEED_CVLAN
#define MPLS FLOW_NEED_MPLS
#define PPP FLOW_NEED_PPP
#define CFM FLOW_NEED_CFM
#define PORTS (FLOW_NEED_IP | FLOW_NEED_PORTS)
#define IPSEC (FLOW_NEED_IP | FLOW_NEED_IPSEC)

#define FIELD(type, member, name, group, sub, tc, attrs, max, kind, order, \
	      need, proto, ovs) \
	{ name, group, sub, tc, AT(member), attrs, max, FLOW_KIND_##kind, \
	  order, need, proto, ovs },
#define SHARE(member, name, group, sub, tc, attrs, max, kind, order, need, \
	      proto, ovs) \
	{ name, group, sub, tc, AT(member), attrs, max, FLOW_KIND_##kind, \
	  order, need, proto, ovs },

const struct flow_field flow_fields[] = {
#include "common/flow/field_table.def"
};

const size_t flow_n_fields = ARRAY_LEN(flow_fields);

_Static_assert(ARRAY_LEN(flow_fields) <= FLOW_MAX_FIELDS, "too many rows");

bool flow_mask_any(const struct flow_key *mask, size_t offset, size_t size)
{
	const uint8_t *p = (const uint8_t *)mask + offset;
	uint64_t word, any = 0;

	for (; size >= sizeof(word); size -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		any |= word;
	}
	while (size--)
		any |= *p++;
	return any;
}

bool flow_field_exact(const struct flow_field *f, const struct flow_key *mask)
{
	const uint8_t *p = (const uint8_t *)mask + f->offset;

	if (f->max)
		return flow_field_get(f, mask) == f->max;
	for (size_t i = 0; i < f->size; i++)
		if (p[i] != U8)
			return false;
	return true;
}

void flow_field_set_exact(const struct flow_field *f, struct flow_key *mask)
{
	if (f->max)
		flow_field_set(f, mask, f->max);
	else
		memset((char *)mask + f->offset, U8, f->size);
}

void flow_field_clear_unmasked(const struct flow_field *f,
			       struct flow_match *m)
{
	uint8_t *key = (uint8_t *)&m->key + f->offset;
	const uint8_t *mask = (const uint8_t *)&m->mask + f->offset;

	for (size_t i = 0; i < f->size; i++)
		key[i] &= mask[i];
}

/* Tunnel options of which net/sched/cls_flower.c keeps but these bits. */
static const struct {
	uint16_t offset;
	uint32_t bits;
} kept[] = {
	{ offsetof(struct flow_key, enc_vxlan_gbp), UAPI_VXLAN_GBP_MASK },
	{ offsetof(struct flow_key, enc_erspan_dir), UAPI_ERSPAN_DIR_MASK },
	{ offsetof(struct flow_key, enc_erspan_hwid),
	  UAPI_ERSPAN_HWID_MASK },
};

uint32_t flow_field_kept(const struct flow_field *f)
{
	for (size_t i = 0; f->opts && i < ARRAY_LEN(kept); i++)
		if (kept[i].offset == f->offset)
			return kept[i].bits;
	return f->max;
}

static void settle_mask(const struct flow_field *f, struct flow_match *m)
{
	uint32_t bits = flow_field_kept(f);
	uint32_t mask = flow_field_get(f, &m->mask);

	/* Of a version the kernel takes no mask but itself. */
	if (f->kind == FLOW_KIND_ERSPAN_VER && mask &&
	    mask == flow_field_get(f, &m->key))
		mask = f->max;
	else if ((mask & bits) == bits)
		mask = f->max;
	else
		mask &= bits;
	flow_field_set(f, &m->mask, mask);
	flow_field_set(f, &m->key, flow_field_get(f, &m->key) & bits);
}

void flow_field_settle(const struct flow_field *f, struct flow_match *m)
{
	if (f->opts && f->max)
		settle_mask(f, m);
	flow_field_clear_unmasked(f, m);
}
