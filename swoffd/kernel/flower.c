/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks the field table.  Several rows may share storage or an attribute; the
 * table says which of them speaks for a match.
 */
#include "swoffd/kernel/flower.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"
#include "swoffd/kernel/attr.h"

/* In the options of a filter, but no part of its match. */
static const uint16_t not_keys[] = {
	TCA_FLOWER_ACT, TCA_FLOWER_FLAGS, TCA_FLOWER_IN_HW_COUNT,
	TCA_FLOWER_UNSPEC,
};

/* Names of what flower has and the table has not, for the reader. */
static const struct {
	uint16_t first, last;
	const char *name;
} foreign[] = {
	{ TCA_FLOWER_CLASSID, TCA_FLOWER_CLASSID, "classid" },
	{ TCA_FLOWER_INDEV, TCA_FLOWER_INDEV, "indev" },
	{ TCA_FLOWER_KEY_ENC_KEY_ID, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK,
	  "tunnel key" },
	{ TCA_FLOWER_KEY_ENC_UDP_SRC_PORT,
	  TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK, "tunnel port" },
	{ TCA_FLOWER_KEY_MPLS_TTL, TCA_FLOWER_KEY_MPLS_LABEL, "mpls" },
	{ TCA_FLOWER_KEY_ENC_IP_TOS, TCA_FLOWER_KEY_ENC_OPTS_MASK,
	  "tunnel options" },
	{ TCA_FLOWER_KEY_PORT_SRC_MIN, TCA_FLOWER_KEY_PORT_DST_MAX,
	  "port range" },
	{ TCA_FLOWER_KEY_CT_STATE, TCA_FLOWER_KEY_CT_LABELS_MASK, "ct" },
	{ TCA_FLOWER_KEY_MPLS_OPTS, TCA_FLOWER_KEY_MPLS_OPTS, "mpls" },
	{ TCA_FLOWER_KEY_HASH, TCA_FLOWER_KEY_HASH_MASK, "hash" },
	{ TCA_FLOWER_KEY_NUM_OF_VLANS, TCA_FLOWER_KEY_NUM_OF_VLANS,
	  "num_of_vlans" },
	{ TCA_FLOWER_KEY_PPPOE_SID, TCA_FLOWER_KEY_PPP_PROTO, "pppoe" },
	{ TCA_FLOWER_KEY_L2TPV3_SID, TCA_FLOWER_KEY_L2TPV3_SID, "l2tpv3" },
};

static int put_field(struct nlmsghdr *nlh, size_t size,
		     const struct flow_field *f,
		     const struct flow_match *match)
{
	const char *key = (const char *)&match->key + f->offset;
	const char *mask = (const char *)&match->mask + f->offset;

	if (!f->attr || f->opts || f->sub || (!f->mask_attr &&
			 !flow_field_exact(f, &match->mask)))
		return -EOPNOTSUPP;
	if (!attr_put(nlh, size, f->attr, key, f->size))
		return -EMSGSIZE;
	if (f->mask_attr &&
	    !attr_put(nlh, size, f->mask_attr, mask, f->size))
		return -EMSGSIZE;
	return 0;
}

static const struct flow_key nothing;

/* flow_field_any(), but here and without a loop for what most rows have: this
 * is asked of every row for every rule. */
static inline bool is_left(const struct flow_field *f,
			   const struct flow_key *left)
{
	const char *p = (const char *)left + f->offset;
	uint16_t v16;
	uint32_t v32;

	switch (f->size) {
	case sizeof(uint8_t):
		return *p;
	case sizeof(v16):
		memcpy(&v16, p, sizeof(v16));
		return v16;
	case sizeof(v32):
		memcpy(&v32, p, sizeof(v32));
		return v32;
	default:
		return memcmp(p, &nothing, f->size) != 0;
	}
}

int flower_encode(struct nlmsghdr *nlh, size_t size,
		  const struct flow_match *match)
{
	struct flow_key left = match->mask;

	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];
		int rc;

		if (!is_left(f, &left) || !flow_field_applies(f, match))
			continue;
		rc = put_field(nlh, size, f, match);
		if (rc)
			return rc;
		memset((char *)&left + f->offset, 0, f->size);
	}
	return memcmp(&left, &nothing, sizeof(left)) ? -EOPNOTSUPP : 0;
}

/* Attributes that the table or the filter codec speaks for. */
static void mark_known(bool known[UAPI_FLOWER_MAX + 1])
{
	memset(known, 0, UAPI_FLOWER_MAX + 1);
	for (size_t i = 0; i < ARRAY_LEN(not_keys); i++)
		known[not_keys[i]] = true;
	for (size_t i = 0; i < flow_n_fields; i++)
		known[flow_fields[i].attr] =
			known[flow_fields[i].mask_attr] = true;
}

static void name_foreign(uint16_t type, char out[FLOWER_UNDECODED_SIZE])
{
	const char *name = NULL;

	for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
		if (type >= foreign[i].first && type <= foreign[i].last)
			name = foreign[i].name;
	if (name)
		(void)snprintf(out, FLOWER_UNDECODED_SIZE, "match %s", name);
	else
		(void)snprintf(out, FLOWER_UNDECODED_SIZE,
			       "match attribute %u", type);
}

static void find_foreign(const struct nlattr *options,
			 char out[FLOWER_UNDECODED_SIZE])
{
	bool known[UAPI_FLOWER_MAX + 1];
	const struct nlattr *attr;
	uint16_t type;

	out[0] = '\0';
	mark_known(known);
	attr_for_each(attr, mnl_attr_get_payload(options),
		      mnl_attr_get_payload_len(options)) {
		type = mnl_attr_get_type(attr);
		if (!out[0] && (type > UAPI_FLOWER_MAX || !known[type]))
			name_foreign(type, out);
	}
}

/* A mask with bits that the field has not says something we do not know. */
static bool has_strange_bits(const struct flow_field *f,
			     const struct flow_key *mask)
{
	return f->max && flow_field_get(f, mask) & ~f->max;
}

static int get_field(const struct flow_field *f, const struct nlattr **tb,
		     struct flow_match *out)
{
	uint8_t *key = (uint8_t *)&out->key + f->offset;
	uint8_t *mask = (uint8_t *)&out->mask + f->offset;
	int rc = attr_copy(tb[f->attr], key, f->size);

	if (rc)
		return rc;
	flow_field_set_exact(f, &out->mask);
	if (f->mask_attr && tb[f->mask_attr])
		rc = attr_copy(tb[f->mask_attr], mask, f->size);
	for (size_t i = 0; i < f->size; i++)
		key[i] &= mask[i];
	return rc;
}

static void set_protocol(struct flow_match *out, uint16_t protocol_be)
{
	/* For tagged packets ETH_TYPE repeats what is behind the tags. */
	if (!flow_is_tpid(protocol_be))
		return;
	out->key.eth_type_be = protocol_be;
	out->mask.eth_type_be = UINT16_MAX;
}

int flower_decode(const struct nlattr *options, uint16_t protocol_be,
		  struct flow_match *out,
		  char undecoded[FLOWER_UNDECODED_SIZE])
{
	const struct nlattr *tb[UAPI_FLOWER_MAX + 1];

	memset(out, 0, sizeof(*out));
	attr_nested_table(options, tb, UAPI_FLOWER_MAX);
	find_foreign(options, undecoded);
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (!f->attr || f->opts || f->sub || !tb[f->attr] ||
		    f->kind >= FLOW_KIND_MPLS_OPTS)
			continue;
		if (get_field(f, tb, out))
			return -EBADMSG;
		if (has_strange_bits(f, &out->mask) && !undecoded[0])
			(void)snprintf(undecoded, FLOWER_UNDECODED_SIZE,
				       "match bits of %s", f->name);
	}
	set_protocol(out, protocol_be);
	return 0;
}
