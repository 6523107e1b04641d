/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key and the mask of a datapath flow: two nests of the same attributes,
 * with another pair in OVS_KEY_ATTR_ENCAP behind each tag.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/ovs_codec.h"

#define MAX_TAGS 2
#define TCI_PRIO(tci) ((tci) >> 13)
#define TCI_CFI(tci) ((tci) & 0x1000)
#define TCI_VID(tci) ((tci) & 0xfff)
#define BIT(name) ((uint64_t)1 << OVS_KEY_ATTR_##name)
/* Once in each nest, and in none but the first. */
#define OF_EACH_TAG (BIT(ETHERTYPE) | BIT(VLAN) | BIT(ENCAP))
#define OF_NO_TAG                                                       \
	(BIT(PRIORITY) | BIT(IN_PORT) | BIT(ETHERNET) | BIT(SKB_MARK) | \
	 BIT(TUNNEL) | BIT(DP_HASH) | BIT(RECIRC_ID) | BIT(CT_STATE) |  \
	 BIT(CT_ZONE) | BIT(CT_MARK) | BIT(CT_LABELS) |                 \
	 BIT(CT_ORIG_TUPLE_IPV4) | BIT(CT_ORIG_TUPLE_IPV6) |            \
	 BIT(PACKET_TYPE))
#define VALUE_MAX 256          /* of an attribute that a row knows */

struct walk {
	struct odp_flow *flow;
	struct ovs_fields fields;
	unsigned int depth;            /* of tags that were opened */
	uint64_t seen;                 /* of types that have a name */
};

/* An attribute of the key with what the mask has for it. */
struct pair {
	const struct nlattr *value;
	const struct nlattr *mask;     /* NULL: not in the mask */
	bool exact;                    /* there is no mask at all */
};

static int get_u16(const struct pair *a, uint16_t *value, uint16_t *mask)
{
	*mask = a->exact ? UINT16_MAX : 0;
	if (attr_u16(a->value, value) ||
	    (a->mask && attr_u16(a->mask, mask)))
		return -EBADMSG;
	return 0;
}

static size_t row_at(size_t offset)
{
	size_t row = 0;

	while (flow_fields[row].offset != offset)
		row++;
	return row;
}

static void set_row(struct walk *w, size_t offset, uint32_t value,
		    uint32_t mask)
{
	size_t row = row_at(offset);

	/* What is not matched at all is not in the text either. */
	flow_field_set(&flow_fields[row], &w->flow->match.key,
		       mask ? value : 0);
	flow_field_set(&flow_fields[row], &w->flow->match.mask, mask);
	if (mask && w->fields.n < FLOW_MAX_FIELDS)
		w->fields.rows[w->fields.n++] = (uint8_t)row;
}

static int read_in_port(struct walk *w, const struct pair *a)
{
	uint32_t mask = a->exact ? UINT32_MAX : 0;

	if (attr_u32(a->value, &w->flow->in_port.no) ||
	    w->flow->in_port.no == PORT_NO_NONE ||
	    (a->mask && attr_u32(a->mask, &mask)))
		return -EBADMSG;
	if (mask != UINT32_MAX)
		reason_add(&w->flow->refused, REASON_MASK_UNSUPPORTED, 0,
			   "in_port");
	return odp_show(w->flow, ODP_SHOWN_IN_PORT,
			mask != UINT32_MAX ? ODP_FORM_MASK : 0, mask);
}

static int read_ethernet(struct walk *w, const struct pair *a)
{
	const uint8_t *value = attr_data(a->value);
	struct ovs_key_ethernet mask;

	if (attr_size(a->value) < sizeof(mask))
		return -EBADMSG;
	memset(&mask, a->exact ? 0xff : 0, sizeof(mask));
	if (a->mask && attr_copy(a->mask, &mask, sizeof(mask)))
		return -EBADMSG;
	w->flow->has_eth = true;
	if (ovs_field_read(&w->fields, OVS_KEY_ATTR_ETHERNET, value,
			   (const uint8_t *)&mask, sizeof(mask)) < 0)
		return -EBADMSG;
	/* eth() is what tells such a packet from one of layer 3. */
	return w->fields.n ? 0 : odp_show(w->flow, row_at(offsetof(
				struct flow_key, eth_src)), ODP_FORM_EMPTY, 0);
}

static int read_eth_type(struct walk *w, const struct pair *a)
{
	static const size_t offset[MAX_TAGS + 1] = {
		offsetof(struct flow_key, eth_type_be),
		offsetof(struct flow_key, vlan_eth_type_be),
		offsetof(struct flow_key, cvlan_eth_type_be),
	};
	uint16_t value, mask;

	if (get_u16(a, &value, &mask))
		return -EBADMSG;
	set_row(w, offset[w->depth], ntohs(value), ntohs(mask));
	return 0;
}

/* Set in every tag that exists: a tag without it is no match flower has. */
static int refuse_cfi(struct walk *w, size_t row, bool cfi, bool mask)
{
	reason_add(&w->flow->refused, REASON_MASK_UNSUPPORTED, 0, "vlan cfi");
	return odp_show(w->flow, (unsigned int)row,
			mask ? ODP_FORM_CFI : ODP_FORM_CFI | ODP_FORM_MASK,
			(uint32_t)(cfi | mask << 1));
}

static int read_vlan(struct walk *w, const struct pair *a)
{
	static const struct {
		size_t vid, prio;
	} offset[MAX_TAGS] = {
		{ offsetof(struct flow_key, vlan_id),
		  offsetof(struct flow_key, vlan_prio) },
		{ offsetof(struct flow_key, cvlan_id),
		  offsetof(struct flow_key, cvlan_prio) },
	};
	uint16_t tci, mask;

	if (get_u16(a, &tci, &mask))
		return -EBADMSG;
	tci = ntohs(tci);
	mask = ntohs(mask);
	if (w->depth >= MAX_TAGS)
		return -EBADMSG;
	if (!TCI_CFI(tci & mask) &&
	    refuse_cfi(w, row_at(offset[w->depth].vid), TCI_CFI(tci),
		       TCI_CFI(mask)) < 0)
		return -EBADMSG;
	*(w->depth ? &w->flow->cvlan_present : &w->flow->vlan_present) = true;
	set_row(w, offset[w->depth].vid, TCI_VID(tci), TCI_VID(mask));
	set_row(w, offset[w->depth].prio, TCI_PRIO(tci), TCI_PRIO(mask));
	return 0;
}

static int read_tunnel(struct walk *w, const struct pair *a)
{
	static const struct nlattr nothing = { .nla_len = sizeof(nothing) };

	return ovs_tunnel_read(&w->fields, a->value,
			       a->exact || a->mask ? a->mask : &nothing);
}

static int read_nsh(struct walk *w, const struct pair *a)
{
	static const struct nlattr nothing = { .nla_len = sizeof(nothing) };

	return ovs_nsh_read(&w->fields, a->value,
			    a->exact || a->mask ? a->mask : &nothing);
}

/* Those that are no plain structure; the others are of the field table. */
static const struct special {
	uint16_t type;
	int (*read)(struct walk *w, const struct pair *a);
} specials[] = {
	{ OVS_KEY_ATTR_IN_PORT, read_in_port },
	{ OVS_KEY_ATTR_ETHERNET, read_ethernet },
	{ OVS_KEY_ATTR_ETHERTYPE, read_eth_type },
	{ OVS_KEY_ATTR_VLAN, read_vlan },
	{ OVS_KEY_ATTR_TUNNEL, read_tunnel },
	{ OVS_KEY_ATTR_NSH, read_nsh },
};

static bool is_zero(const uint8_t *p, size_t size)
{
	while (size--)
		if (*p++)
			return false;
	return true;
}

/* Nests of a mask: what is in them may be nothing. */
static bool is_nest(uint16_t type)
{
	return type == OVS_KEY_ATTR_TUNNEL || type == OVS_KEY_ATTR_NSH ||
	       type == OVS_KEY_ATTR_ENCAP;
}

static bool masks_nothing(const struct nlattr *mask)
{
	const struct nlattr *attr;

	if (!is_nest(attr_type(mask)))
		return is_zero(attr_data(mask), attr_size(mask));
	attr_for_each_in(attr, mask)
		if (!is_zero(attr_data(attr), attr_size(attr)))
			return false;
	return true;
}

/* "00 01", no more bytes than are shown. */
static size_t put_bytes(char *out, const struct nlattr *attr)
{
	const uint8_t *p = attr_data(attr);
	size_t size = attr_size(attr), n = 0;

	for (size_t i = 0; i < size && i < VALUE_MAX; i++)
		n += (size_t)sprintf(out + n, "%s%02x", i ? " " : "", p[i]);
	return n;
}

/* Refused, and shown as OVS shows it: key32(00 01/ff ff).  What has no mask is
 * matched exactly. */
static int refuse(struct walk *w, uint16_t type, const struct nlattr *value,
		  const struct nlattr *mask)
{
	char text[32 + 6 * VALUE_MAX];
	size_t n = (size_t)sprintf(text, "key%u(", type);

	reason_add(&w->flow->refused, REASON_KEY_UNKNOWN, 0, "key%u", type);
	if (value)
		n += put_bytes(text + n, value);
	if (mask)
		n += (size_t)sprintf(text + n, "/");
	if (mask)
		n += put_bytes(text + n, mask);
	/* That it is there is matched, too. */
	n += (size_t)sprintf(text + n, text[n - 1] == '(' ? "...)" : ")");
	return odp_show_text(w->flow, ODP_SHOWN_KEY, text, n);
}

static int read_plain(struct walk *w, const struct pair *a)
{
	uint16_t type = attr_type(a->value);
	size_t size = attr_size(a->value);
	uint8_t mask[VALUE_MAX];
	int rc = -ENOENT;

	if (a->mask && attr_size(a->mask) != size)
		return -EBADMSG;
	if (size <= sizeof(mask)) {
		memset(mask, a->exact ? 0xff : 0, size);
		if (a->mask)
			memcpy(mask, attr_data(a->mask), size);
		rc = ovs_field_read(&w->fields, type,
				    attr_data(a->value), mask, size);
	}
	if (rc != -ENOENT)
		return rc;
	/* Newer than this program; without a mask it does not matter. */
	if (!a->exact && !(a->mask && !masks_nothing(a->mask)))
		return 0;
	return refuse(w, type, a->value, a->mask);
}

static int read_any(struct walk *w, const struct pair *a)
{
	uint16_t type = attr_type(a->value);

	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (specials[i].type == type)
			return specials[i].read(w, a);
	return read_plain(w, a);
}

static int read_pair(struct walk *w, const struct pair *a)
{
	int rc;

	w->fields.n = 0;
	w->fields.foreign = false;
	rc = read_any(w, a);
	for (size_t i = 0; rc == 0 && i < w->fields.n; i++)
		rc = odp_give(w->flow, w->fields.rows[i]);
	if (rc == 0 && w->fields.foreign)
		rc = refuse(w, attr_type(a->value), a->value, a->mask);
	return rc;
}

static bool has_attr(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attr;

	attr_for_each_in(attr, nest)
		if (attr_type(attr) == type)
			return true;
	return false;
}

/* A mask for what the key does not have would be lost. */
static int find_lost_masks(struct walk *w, const struct nlattr *key,
			   const struct nlattr *mask)
{
	const struct nlattr *attr;
	int rc = 0;

	attr_for_each_in(attr, mask)
		if (rc == 0 && !has_attr(key, attr_type(attr)) &&
		    !masks_nothing(attr))
			rc = refuse(w, attr_type(attr), NULL, attr);
	return rc;
}

/* False: it cannot be here, or not again. */
static bool see(struct walk *w, uint16_t type)
{
	uint64_t bit = type < 64 ? (uint64_t)1 << type : 0;
	bool wrong = bit & (w->seen | (w->depth ? OF_NO_TAG : 0));

	w->seen |= bit;
	return !wrong;
}

/* The nest of each level stands in the one around it. */
static int read_level(struct walk *w, const struct nlattr **key,
		      const struct nlattr **mask)
{
	const struct nlattr *masks[OVS_KEY_ATTR_MAX + 1] = { NULL };
	const struct nlattr *attr, *encap = NULL;
	bool exact = !*mask;

	w->seen &= ~OF_EACH_TAG;
	if (*mask)
		attr_nested_table(*mask, masks, OVS_KEY_ATTR_MAX);
	attr_for_each_in(attr, *key) {
		uint16_t type = attr_type(attr);
		struct pair a = {
			.value = attr,
			.mask = type <= OVS_KEY_ATTR_MAX ? masks[type] : NULL,
			.exact = exact || type > OVS_KEY_ATTR_MAX,
		};

		if (!see(w, type))
			return -EBADMSG;
		if (type == OVS_KEY_ATTR_ENCAP)
			encap = attr;
		else if (read_pair(w, &a) < 0)
			return -EBADMSG;
	}
	if (*mask && find_lost_masks(w, *key, *mask) < 0)
		return -EBADMSG;
	*key = encap;
	*mask = exact ? NULL : masks[OVS_KEY_ATTR_ENCAP];
	return 0;
}

int ovs_key_decode(const struct nlattr *key, const struct nlattr *mask,
		   struct odp_flow *out)
{
	static const struct nlattr nothing = { .nla_len = sizeof(nothing) };
	struct walk w = { .flow = out, .fields.match = &out->match };
	bool exact = !mask;

	for (; key; w.depth++) {
		/* No flow of the kernel has more. */
		if (w.depth > MAX_TAGS)
			return -EBADMSG;
		if (read_level(&w, &key, &mask) < 0)
			return -EBADMSG;
		if (!exact && !mask)
			mask = &nothing;
		if (key && odp_show(out, ODP_SHOWN_ENCAP, 0, 0) < 0)
			return -EBADMSG;
	}
	for (unsigned int i = 1; i < w.depth; i++)
		if (odp_show(out, ODP_SHOWN_ENCAP_END, 0, 0) < 0)
			return -EBADMSG;
	return 0;
}

int ovs_key_refuse(const struct nlattr *key, const struct nlattr *mask,
		   struct odp_flow *out)
{
	struct walk w = { .flow = out };

	return refuse(&w, OVS_KEY_ATTR_UNSPEC, key, mask);
}
