/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of a packet in the structures of linux/openvswitch.h.  Those that lie
 * there as in struct flow_key are read by the field table; here are the others.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"
#include "swoffd/kernel/ovs_codec.h"

#define MPLS_TTL(lse) ((lse) & 0xff)
#define MPLS_BOS(lse) ((lse) >> 8 & 1)
#define MPLS_TC(lse) ((lse) >> 9 & 7)
#define MPLS_LABEL(lse) ((lse) >> 12)
#define GBP_BITS 0xffffffU             /* of the id and of flags */
#define GENEVE_HEADER 4U               /* class, type, length in words */
#define GENEVE_LENGTH 0x1f

static const uint8_t ones[256] = { [0 ... 255] = 0xff };
static const uint8_t zeros[256];

/* A row that the text prints, as soon as one bit of it is matched; in the
 * order of the table, as the text has them. */
static void take(struct ovs_fields *out, size_t row)
{
	uint16_t at = out->n;

	if (out->n == ARRAY_LEN(out->rows) ||
	    !flow_field_any(&flow_fields[row], &out->match->mask) ||
	    memchr(out->rows, (int)row, out->n))
		return;
	for (; at && out->rows[at - 1] > row; at--)
		out->rows[at] = out->rows[at - 1];
	out->rows[at] = (uint8_t)row;
	out->n++;
}

static size_t row_of(const char *group, const char *name)
{
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f->odp_group && f->odp_name &&
		    strcmp(f->odp_group, group) == 0 &&
		    strcmp(f->odp_name, name) == 0)
			return row;
	}
	return flow_n_fields;
}

/* A number that is stored otherwise than the datapath has it. */
void ovs_field_put(struct ovs_fields *out, const char *group, const char *name,
		   uint32_t value, uint32_t mask)
{
	size_t row = row_of(group, name);

	if (row == flow_n_fields)
		return;
	flow_field_set(&flow_fields[row], &out->match->key, value);
	if (flow_fields[row].max)
		mask &= flow_fields[row].max;
	flow_field_set(&flow_fields[row], &out->match->mask, mask);
	take(out, row);
}

static uint32_t get_be32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return ntohl(v);
}

static uint16_t get_be16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return ntohs(v);
}

/* All bits of enum ovs_frag_type are matched, or none. */
static int read_frag(struct ovs_fields *out, const char *group, uint8_t value,
		     uint8_t mask)
{
	static const uint8_t bits[] = {
		[OVS_FRAG_TYPE_NONE] = 0,
		[OVS_FRAG_TYPE_FIRST] = FLOW_FRAG_IS_FRAGMENT | FLOW_FRAG_FIRST,
		[OVS_FRAG_TYPE_LATER] = FLOW_FRAG_IS_FRAGMENT,
	};

	if (!mask)
		return 0;
	if (mask != 0xff || value >= ARRAY_LEN(bits)) {
		out->foreign = true;
		return 0;
	}
	ovs_field_put(out, group, "frag", bits[value],
		   FLOW_FRAG_IS_FRAGMENT | (value ? FLOW_FRAG_FIRST : 0));
	return 0;
}

static int read_ipv4_rest(struct ovs_fields *out, const uint8_t *value,
			  const uint8_t *mask, size_t size)
{
	size_t at = offsetof(struct ovs_key_ipv4, ipv4_frag);

	(void)size;
	return read_frag(out, "ipv4", value[at], mask[at]);
}

static int read_ipv6_rest(struct ovs_fields *out, const uint8_t *value,
			  const uint8_t *mask, size_t size)
{
	size_t label = offsetof(struct ovs_key_ipv6, ipv6_label);
	size_t frag = offsetof(struct ovs_key_ipv6, ipv6_frag);

	(void)size;
	ovs_field_put(out, "ipv6", "label", get_be32(value + label) & 0xfffff,
		   get_be32(mask + label) & 0xfffff);
	return read_frag(out, "ipv6", value[frag], mask[frag]);
}

/* The datapath has 16 bits and knows no operation above 255. */
static int read_arp_rest(struct ovs_fields *out, const uint8_t *value,
			 const uint8_t *mask, size_t size)
{
	size_t at = offsetof(struct ovs_key_arp, arp_op);
	uint16_t op = get_be16(value + at), op_mask = get_be16(mask + at);

	(void)size;
	if (op & op_mask & 0xff00)
		out->foreign = true;
	ovs_field_put(out, "arp", "op", op & 0xff, op_mask & 0xff);
	return 0;
}

static void put_lse(struct flow_mpls *m, uint32_t lse)
{
	m->label = MPLS_LABEL(lse);
	m->tc = MPLS_TC(lse);
	m->bos = MPLS_BOS(lse);
	m->ttl = MPLS_TTL(lse);
}

/* What is behind the first entry. */
static size_t row_of_stack(void)
{
	size_t row = 0;

	while (flow_fields[row].kind != FLOW_KIND_MPLS_OPTS)
		row++;
	return row;
}

static int read_mpls(struct ovs_fields *out, const uint8_t *value,
		     const uint8_t *mask, size_t size)
{
	static const char *const parts[] = { "label", "tc", "bos", "ttl" };
	size_t n = size / sizeof(struct ovs_key_mpls);

	if (!n || size % sizeof(struct ovs_key_mpls))
		return -EBADMSG;
	if (n > FLOW_MAX_MPLS) {
		out->foreign = true;
		n = FLOW_MAX_MPLS;
	}
	for (size_t i = 0; i < n; i++) {
		put_lse(&out->match->key.mpls[i], get_be32(value + 4 * i));
		put_lse(&out->match->mask.mpls[i], get_be32(mask + 4 * i));
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		take(out, row_of("mpls", parts[i]));
	/* Its row is before theirs, its text is behind. */
	if (n > 1 && out->n && out->n < ARRAY_LEN(out->rows))
		out->rows[out->n++] = (uint8_t)row_of_stack();
	return 0;
}

/* What of an attribute the field table cannot say. */
static const struct rest {
	uint16_t type, min_size;
	int (*read)(struct ovs_fields *out, const uint8_t *value,
		    const uint8_t *mask, size_t size);
} rests[] = {
	{ OVS_KEY_ATTR_IPV4, sizeof(struct ovs_key_ipv4), read_ipv4_rest },
	{ OVS_KEY_ATTR_IPV6, sizeof(struct ovs_key_ipv6), read_ipv6_rest },
	{ OVS_KEY_ATTR_ARP, sizeof(struct ovs_key_arp), read_arp_rest },
	{ OVS_KEY_ATTR_MPLS, sizeof(struct ovs_key_mpls), read_mpls },
};

static int read_rest(struct ovs_fields *out, uint16_t type,
		     const uint8_t *value, const uint8_t *mask, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
		if (rests[i].type != type)
			continue;
		if (size < rests[i].min_size)
			return -EBADMSG;
		return rests[i].read(out, value, mask, size);
	}
	return -ENOENT;
}

/* Bits without a meaning, yet, which are matched to be zero. */
static void drop_strange_bits(struct ovs_fields *out,
			      const struct flow_field *f)
{
	struct flow_match *m = out->match;
	uint32_t key, mask;

	if (!f->max)
		return;
	key = flow_field_get(f, &m->key);
	mask = flow_field_get(f, &m->mask);
	out->foreign |= (key & mask & ~f->max) != 0;
	flow_field_set(f, &m->key, key & f->max);
	flow_field_set(f, &m->mask, mask & f->max);
}

static int read_row(struct ovs_fields *out, size_t row, size_t offset,
		    const uint8_t *value, const uint8_t *mask, size_t size)
{
	const struct flow_field *f = &flow_fields[row];

	if (offset + f->size > size)
		return -EBADMSG;
	memcpy((uint8_t *)&out->match->key + f->offset, value + offset,
	       f->size);
	memcpy((uint8_t *)&out->match->mask + f->offset, mask + offset,
	       f->size);
	drop_strange_bits(out, f);
	take(out, row);
	return 0;
}

int ovs_field_read(struct ovs_fields *out, uint16_t type, const uint8_t *value,
		   const uint8_t *mask, size_t size)
{
	int found = -ENOENT, rc;

	/* Rows that the datapath has not have type 0. */
	for (size_t row = type ? 0 : flow_n_fields; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f->ovs_attr != type || type == OVS_KEY_ATTR_TUNNEL)
			continue;
		found = read_row(out, row, f->ovs_offset, value, mask, size);
		if (found < 0)
			return found;
	}
	rc = read_rest(out, type, value, mask, size);
	return rc == -ENOENT ? found : rc;
}

/*
 * Tunnels
 */

static const struct {
	uint16_t attr;
	uint32_t flag;
} tunnel_flags[] = {
	{ OVS_TUNNEL_KEY_ATTR_ID, FLOW_TUN_KEY },
	{ OVS_TUNNEL_KEY_ATTR_DONT_FRAGMENT, FLOW_TUN_DF },
	{ OVS_TUNNEL_KEY_ATTR_CSUM, FLOW_TUN_CSUM },
	{ OVS_TUNNEL_KEY_ATTR_OAM, FLOW_TUN_OAM },
};

static uint32_t get_tunnel_flags(const struct nlattr *const *tb)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < ARRAY_LEN(tunnel_flags); i++)
		if (tb[tunnel_flags[i].attr])
			flags |= tunnel_flags[i].flag;
	return flags;
}

/* Whole options, whose mask is as long as they are. */
static bool settle_options(struct flow_opts *k, struct flow_opts *m)
{
	size_t at = 0;

	while (at + GENEVE_HEADER <= k->len) {
		k->data[at + 3] &= GENEVE_LENGTH;
		m->data[at + 3] = k->data[at + 3];
		at += GENEVE_HEADER + 4U * k->data[at + 3];
	}
	if (at == k->len)
		return true;
	k->len = m->len = 0;
	return false;
}

static int read_geneve(struct ovs_fields *out, const uint8_t *value,
		       const uint8_t *mask, size_t size)
{
	struct flow_opts *k = &out->match->key.enc_geneve;
	struct flow_opts *m = &out->match->mask.enc_geneve;

	if (size > sizeof(k->data))
		return -EBADMSG;
	memcpy(k->data, value, size);
	memcpy(m->data, mask, size);
	k->len = m->len = (uint8_t)size;
	out->foreign |= !settle_options(k, m);
	take(out, row_of("tunnel", "geneve"));
	return 0;
}

/* A nest with one number in it, and the same as its mask. */
static int read_vxlan(struct ovs_fields *out, const uint8_t *value,
		      const uint8_t *mask, size_t size)
{
	const struct nlattr *v[OVS_VXLAN_EXT_MAX + 1];
	const struct nlattr *m[OVS_VXLAN_EXT_MAX + 1];
	uint32_t gbp, gbp_mask = UINT32_MAX;

	attr_table(value, size, v, OVS_VXLAN_EXT_MAX);
	if (!v[OVS_VXLAN_EXT_GBP])
		return 0;
	if (attr_u32(v[OVS_VXLAN_EXT_GBP], &gbp))
		return -EBADMSG;
	if (mask != ones) {
		attr_table(mask, size, m, OVS_VXLAN_EXT_MAX);
		if (!m[OVS_VXLAN_EXT_GBP])
			gbp_mask = 0;
		else if (attr_u32(m[OVS_VXLAN_EXT_GBP], &gbp_mask))
			return -EBADMSG;
	}
	out->foreign |= (gbp & gbp_mask & ~GBP_BITS) != 0;
	ovs_field_put(out, "tunnel", "vxlan", gbp & GBP_BITS,
		   gbp_mask & GBP_BITS);
	return 0;
}

/* struct erspan_metadata of linux/erspan.h, which is not for programs. */
static int read_erspan(struct ovs_fields *out, const uint8_t *value,
		       const uint8_t *mask, size_t size)
{
	enum { ERSPAN_VERSION = 0, INDEX = 4, MD2_BITS = 10, SIZE = 12 };
	uint32_t version, bits;

	if (size < SIZE)
		return -EBADMSG;
	memcpy(&version, value + ERSPAN_VERSION, sizeof(version));
	ovs_field_put(out, "tunnel", "erspan/ver", version & 0xff,
		   mask[ERSPAN_VERSION]);
	if (version == 1) {
		ovs_field_put(out, "tunnel", "erspan/idx",
			   get_be32(value + INDEX), get_be32(mask + INDEX));
		return 0;
	}
	value += MD2_BITS;
	mask += MD2_BITS;
	ovs_field_put(out, "tunnel", "erspan/dir", value[1] >> 3 & 1,
		   mask[1] >> 3 & 1 ? 0xff : 0);
	bits = (mask[1] >> 4) | (mask[0] & 3U) << 4;
	ovs_field_put(out, "tunnel", "erspan/hwid",
		      (value[1] >> 4) | (value[0] & 3U) << 4,
		      bits == UAPI_ERSPAN_HWID_MASK ? 0xff : bits);
	return 0;
}

static const struct rest tunnel_rests[] = {
	{ OVS_TUNNEL_KEY_ATTR_GENEVE_OPTS, 0, read_geneve },
	{ OVS_TUNNEL_KEY_ATTR_VXLAN_OPTS, 0, read_vxlan },
	{ OVS_TUNNEL_KEY_ATTR_ERSPAN_OPTS, 0, read_erspan },
};

static int read_tunnel_attr(struct ovs_fields *out, uint16_t type,
			    const uint8_t *value, const uint8_t *mask,
			    size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(tunnel_rests); i++)
		if (tunnel_rests[i].type == type)
			return tunnel_rests[i].read(out, value, mask, size);
	for (size_t i = 0; i < ARRAY_LEN(tunnel_flags); i++)
		if (tunnel_flags[i].attr == type && size == 0)
			return 0;
	for (size_t row = 0; row < flow_n_fields; row++)
		if (flow_fields[row].ovs_attr == OVS_KEY_ATTR_TUNNEL &&
		    flow_fields[row].ovs_offset == type)
			return read_row(out, row, 0, value, mask, size);
	out->foreign |= type != OVS_TUNNEL_KEY_ATTR_PAD;
	return 0;
}

/* A mask of another size than its value says nothing that we understand. */
const uint8_t *ovs_field_mask(const struct nlattr *const *masks, bool exact,
			      uint16_t type, size_t size)
{
	if (size > sizeof(ones))
		return NULL;
	if (exact)
		return ones;
	if (!masks[type])
		return zeros;
	return attr_size(masks[type]) == size ? attr_data(masks[type]) : NULL;
}

/* The kernel leaves out what is zero of the key, but not of the mask. */
static int read_zeros(struct ovs_fields *out, const struct nlattr *const *v,
		      const struct nlattr *const *m)
{
	for (uint16_t type = 0; type <= OVS_TUNNEL_KEY_ATTR_MAX; type++) {
		size_t size;

		if (v[type] || !m[type] ||
		    type == OVS_TUNNEL_KEY_ATTR_VXLAN_OPTS)
			continue;
		size = attr_size(m[type]);
		if (size > sizeof(zeros) ||
		    read_tunnel_attr(out, type, zeros,
				     attr_data(m[type]), size) < 0)
			return -EBADMSG;
	}
	return 0;
}

int ovs_tunnel_read(struct ovs_fields *out, const struct nlattr *value,
		    const struct nlattr *mask)
{
	const struct nlattr *v[OVS_TUNNEL_KEY_ATTR_MAX + 1];
	const struct nlattr *m[OVS_TUNNEL_KEY_ATTR_MAX + 1];
	const struct nlattr *attr;

	attr_nested_table(value, v, OVS_TUNNEL_KEY_ATTR_MAX);
	if (mask)
		attr_nested_table(mask, m, OVS_TUNNEL_KEY_ATTR_MAX);
	attr_for_each_in(attr, value) {
		uint16_t type = attr_type(attr);
		size_t size = attr_size(attr);
		const uint8_t *bits;

		if (type > OVS_TUNNEL_KEY_ATTR_MAX) {
			out->foreign = true;
			continue;
		}
		bits = ovs_field_mask(m, !mask, type, size);
		if (!bits ||
		    read_tunnel_attr(out, type, attr_data(attr),
				     bits, size) < 0)
			return -EBADMSG;
	}
	if (mask && read_zeros(out, v, m) < 0)
		return -EBADMSG;
	ovs_field_put(out, "tunnel", "flags", get_tunnel_flags(v),
		   mask ? get_tunnel_flags(m) : UINT32_MAX);
	return 0;
}
