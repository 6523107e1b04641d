/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks the field table.  Several rows may share storage or an attribute; the
 * table says which of them speaks for a match.
 */
#include "swoffd/kernel/flower.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/uapi.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/flower_nest.h"

/* In the options of a filter, but no part of its match. */
static const uint16_t not_keys[] = {
	TCA_FLOWER_ACT, TCA_FLOWER_FLAGS, TCA_FLOWER_IN_HW_COUNT,
	TCA_FLOWER_CLASSID, TCA_FLOWER_UNSPEC,
};

static int put_field(struct nlmsghdr *nlh, size_t size,
		     const struct flow_field *f,
		     const struct flow_match *match)
{
	const char *key = (const char *)&match->key + f->offset;
	const char *mask = (const char *)&match->mask + f->offset;
	size_t len = f->size;

	if (!f->attr || (!f->mask_attr &&
			 !flow_field_exact(f, &match->mask)))
		return -EOPNOTSUPP;
	if (f->kind == FLOW_KIND_IFNAME)
		len = strnlen(key, f->size - 1U) + 1;
	if (!attr_put(nlh, size, f->attr, key, len))
		return -EMSGSIZE;
	if (f->mask_attr &&
	    !attr_put(nlh, size, f->mask_attr, mask, f->size))
		return -EMSGSIZE;
	return 0;
}

/* The rows of a nest lie side by side; the first one puts all of it. */
static int put_rows(struct nlmsghdr *nlh, size_t size,
		    const struct flow_rows *rows,
		    const struct flow_match *match)
{
	const struct flow_field *nest = NULL;
	int rc = 0;

	for (size_t row = 0;
	     !rc && (row = flow_rows_next(rows, row)) < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!flower_is_nest(f)) {
			rc = put_field(nlh, size, f, match);
		} else if (!nest || nest->attr != f->attr) {
			nest = f;
			rc = flower_put_nest(nlh, size, f, match);
		} else if (nest->opts != f->opts) {
			/* A packet has tunnel options of one kind. */
			return -EOPNOTSUPP;
		}
	}
	return rc;
}

int flower_encode(struct nlmsghdr *nlh, size_t size,
		  const struct flow_match *match)
{
	struct flow_rows rows;

	if (!flow_match_rows(match, &rows))
		return -EOPNOTSUPP;
	return put_rows(nlh, size, &rows, match);
}

/* Rows of the table by attribute, and whether anybody speaks for it. */
static struct told {
	bool known;
	struct flow_rows rows;
} told[UAPI_FLOWER_MAX + 1];

/* Before main(): threads read it. */
__attribute__((constructor)) static void find_rows(void)
{
	for (size_t i = 0; i < ARRAY_LEN(not_keys); i++)
		told[not_keys[i]].known = true;
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		told[f->attr].known = told[f->mask_attr].known = true;
		if (f->attr)
			told[f->attr].rows.bits[row / 64] |=
				(uint64_t)1 << row % 64;
	}
}

void flower_find_attrs(const struct nlattr *options, struct flower_attrs *out,
		       char undecoded[FLOWER_UNDECODED_SIZE])
{
	const struct nlattr *attr;

	*out = (struct flower_attrs){ .tb = { NULL } };
	undecoded[0] = '\0';
	attr_for_each_in(attr, options) {
		uint16_t type = attr_type(attr);

		if (type <= UAPI_FLOWER_MAX && told[type].known) {
			out->tb[type] = attr;
			for (size_t i = 0; i < ARRAY_LEN(out->rows.bits); i++)
				out->rows.bits[i] |= told[type].rows.bits[i];
		} else if (!undecoded[0]) {
			(void)snprintf(undecoded, FLOWER_UNDECODED_SIZE,
				       "match attribute %u", type);
		}
	}
}

static int get_field(const struct flow_field *f, const struct nlattr *const *tb,
		     struct flow_match *out)
{
	int rc = f->kind == FLOW_KIND_IFNAME ?
			 attr_str(tb[f->attr], (char *)&out->key + f->offset,
				  f->size) :
			 attr_copy(tb[f->attr], (char *)&out->key + f->offset,
				   f->size);

	if (rc)
		return rc;
	flow_field_set_exact(f, &out->mask);
	if (f->mask_attr && tb[f->mask_attr])
		rc = attr_copy(tb[f->mask_attr],
			       (char *)&out->mask + f->offset, f->size);
	flow_field_settle(f, out);
	return rc;
}

/* A mask with bits that the field has not says something we do not know. */
static bool has_strange_bits(const struct flow_field *f,
			     const struct flow_key *mask)
{
	return f->max && flow_field_get(f, mask) & ~f->max;
}

static int get_row(const struct flow_field *f, const struct nlattr *const *tb,
		   struct flow_match *out, char undecoded[])
{
	int rc;

	if (!flower_is_nest(f))
		rc = get_field(f, tb, out);
	else
		rc = flower_get_nest(f, tb[f->attr],
				     f->mask_attr ? tb[f->mask_attr] : NULL,
				     out);
	if (rc < 0)
		return -EBADMSG;
	if ((rc || has_strange_bits(f, &out->mask)) && !undecoded[0])
		(void)snprintf(undecoded, FLOWER_UNDECODED_SIZE,
			       "match bits of %s", f->name);
	return 0;
}

static void set_type(uint16_t *key, uint16_t *mask, uint16_t type_be)
{
	*key = type_be;
	*mask = UINT16_MAX;
}

/* Only a packet of PPPoE has its keys, though the kernel reports the ethertype
 * behind it, or none. */
static void set_ppp(struct flow_key *key, struct flow_key *mask)
{
	bool two_tags = mask->vlan_eth_type_be ?
				flow_is_tpid(key->vlan_eth_type_be) :
				mask->cvlan_eth_type_be ||
					key->num_of_vlans > 1;

	if (mask->eth_type_be && !flow_is_tpid(key->eth_type_be))
		return;
	if (two_tags)
		set_type(&key->cvlan_eth_type_be, &mask->cvlan_eth_type_be,
			 htons(ETH_P_PPP_SES));
	else
		set_type(&key->vlan_eth_type_be, &mask->vlan_eth_type_be,
			 htons(ETH_P_PPP_SES));
}

/*
 * Of the ethertypes of a packet the kernel reports the one behind tags and
 * PPPoE as ETH_TYPE; the first one is the protocol of the filter.
 */
static void set_types(const struct nlattr *const *tb, uint16_t protocol_be,
		      struct flow_match *out)
{
	struct flow_key *key = &out->key, *mask = &out->mask;

	if (flow_is_tpid(protocol_be) || protocol_be == htons(ETH_P_PPP_SES))
		set_type(&key->eth_type_be, &mask->eth_type_be, protocol_be);
	else if (protocol_be == htons(ETH_P_ALL) && key->num_of_vlans)
		key->eth_type_be = mask->eth_type_be = 0;
	if (tb[TCA_FLOWER_KEY_PPPOE_SID] || tb[TCA_FLOWER_KEY_PPP_PROTO])
		set_ppp(key, mask);
}

/* Of a label stack the kernel has the one or the other (cls_flower.c,
 * fl_set_key_mpls). */
static bool has_mpls_twice(const struct nlattr *const *tb)
{
	return tb[TCA_FLOWER_KEY_MPLS_OPTS] &&
	       (tb[TCA_FLOWER_KEY_MPLS_TTL] || tb[TCA_FLOWER_KEY_MPLS_BOS] ||
		tb[TCA_FLOWER_KEY_MPLS_TC] || tb[TCA_FLOWER_KEY_MPLS_LABEL]);
}

int flower_decode(const struct flower_attrs *attrs, uint16_t protocol_be,
		  struct flow_match *out,
		  char undecoded[FLOWER_UNDECODED_SIZE])
{
	uint16_t done = 0;

	memset(out, 0, sizeof(*out));
	for (size_t row = 0;
	     (row = flow_rows_next(&attrs->rows, row)) < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (f->attr == done)
			continue;
		if (flower_is_nest(f))
			done = f->attr;
		if (get_row(f, attrs->tb, out, undecoded))
			return -EBADMSG;
	}
	if (has_mpls_twice(attrs->tb) && !undecoded[0])
		(void)snprintf(undecoded, FLOWER_UNDECODED_SIZE,
			       "match attributes of mpls");
	set_types(attrs->tb, protocol_be, out);
	return 0;
}
