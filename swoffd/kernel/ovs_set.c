/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OVS_ACTION_ATTR_SET and _SET_MASKED: a nest of one attribute of a key. */
#include <errno.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/kernel/ovs_codec.h"

static int add_field(struct odp_flow *flow, struct odp_action *a, size_t row,
		     const struct flow_match *m)
{
	const struct flow_field *f = &flow_fields[row];
	size_t size = sizeof(struct odp_set_field) + 2U * f->size;
	struct odp_set_field *out;

	out = odp_add_data(flow, a, (size + 3) & ~(size_t)3);
	if (!out)
		return -EBADMSG;
	out->row = (uint16_t)row;
	out->size = f->size;
	memcpy(out->bytes, (const uint8_t *)&m->key + f->offset, f->size);
	memcpy(out->bytes + f->size, (const uint8_t *)&m->mask + f->offset,
	       f->size);
	return 0;
}

static int set_eth_type(struct ovs_fields *fields, const uint8_t *value,
			const uint8_t *mask)
{
	size_t row = 0;

	while (flow_fields[row].offset !=
	       offsetof(struct flow_key, eth_type_be))
		row++;
	memcpy(&fields->match->key.eth_type_be, value, sizeof(uint16_t));
	memcpy(&fields->match->mask.eth_type_be, mask, sizeof(uint16_t));
	fields->rows[fields->n++] = (uint8_t)row;
	return 0;
}

/* Value, and then its mask if it has one. */
static int set_plain(struct ovs_fields *fields, const struct nlattr *key,
		     bool masked)
{
	const uint8_t *value = attr_data(key);
	size_t size = attr_size(key) / (masked ? 2 : 1);
	uint16_t type = attr_type(key);
	uint8_t ones[256];

	memset(ones, 0xff, sizeof(ones));
	if (size > sizeof(ones))
		return -EBADMSG;
	/* Only the first entry of a label stack can be set. */
	if (type == OVS_KEY_ATTR_MPLS && size > sizeof(struct ovs_key_mpls))
		return -ENOENT;
	if (type == OVS_KEY_ATTR_ETHERTYPE && size == sizeof(uint16_t))
		return set_eth_type(fields, value, masked ? value + size :
							    ones);
	return ovs_field_read(fields, type, value, masked ? value + size : ones,
			      size);
}

/* As ovs-dpctl prints a key that it has no name for. */
static int set_unknown(struct odp_flow *flow, struct odp_action *a,
		       const struct nlattr *key)
{
	const uint8_t *p = attr_data(key);
	size_t size = attr_size(key), n;
	char text[512];

	n = (size_t)snprintf(text, sizeof(text), "set(key%u(",
			     attr_type(key));
	for (size_t i = 0; i < size && n + 8 < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%02x",
				      i ? " " : "", p[i]);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "))");
	a->kind = ODP_OTHER;
	return ovs_text_put(flow, a, text, n);
}

int ovs_set_read(struct odp_flow *flow, const struct nlattr *attr,
		 struct odp_action *a, bool masked)
{
	const struct nlattr *key = attr_data(attr);
	struct flow_match match = { 0 };
	struct ovs_fields fields = { .match = &match };
	int rc;

	if (!attr_fits(key, (const char *)key + attr_size(attr)))
		return -EBADMSG;
	switch (attr_type(key)) {
	case OVS_KEY_ATTR_TUNNEL:
		rc = ovs_tunnel_read(&fields, key, NULL);
		break;
	case OVS_KEY_ATTR_NSH:
		rc = ovs_nsh_read(&fields, key, NULL);
		break;
	default:
		rc = set_plain(&fields, key, masked);
	}
	/* Text has no form for a set that sets nothing. */
	if (rc == -ENOENT || (rc == 0 && (fields.foreign || !fields.n)))
		return set_unknown(flow, a, key);
	for (size_t i = 0; rc == 0 && i < fields.n; i++)
		rc = add_field(flow, a, fields.rows[i], &match);
	return rc;
}
