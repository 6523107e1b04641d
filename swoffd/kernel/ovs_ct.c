/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nest OVS_ACTION_ATTR_CT, and the one of its nat. */
#include <errno.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "swoffd/kernel/ovs_codec.h"

static int read_mark(const struct nlattr *attr, struct odp_ct *ct)
{
	uint32_t both[2];

	if (!attr)
		return 0;
	if (attr_copy(attr, both, sizeof(both)))
		return -EBADMSG;
	ct->has_mark = true;
	ct->mark = both[0];
	ct->mark_mask = both[1];
	return 0;
}

static int read_label(const struct nlattr *attr, struct odp_ct *ct)
{
	uint8_t both[2][sizeof(ct->label)];

	if (!attr)
		return 0;
	if (attr_copy(attr, both, sizeof(both)))
		return -EBADMSG;
	ct->has_label = true;
	memcpy(ct->label, both[0], sizeof(ct->label));
	memcpy(ct->label_mask, both[1], sizeof(ct->label_mask));
	return 0;
}

static int read_name(const struct nlattr *attr, char *out, size_t size)
{
	if (!attr)
		return 0;
	if (attr_str(attr, out, size) < 0 || !*out)
		return -EBADMSG;
	for (const char *p = out; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f ||
		    strchr(",()", *p))
			return -EBADMSG;
	return 0;
}

/* One address or port is told as a lower end without an upper one. */
static int read_addresses(const struct nlattr *const *tb, struct odp_ct *ct)
{
	const struct nlattr *min = tb[OVS_NAT_ATTR_IP_MIN];
	const struct nlattr *max = tb[OVS_NAT_ATTR_IP_MAX];
	size_t size;

	if (!min)
		return 0;
	size = attr_size(min);
	if (size != 4 && size != sizeof(ct->nat_min))
		return -EBADMSG;
	if (!max)
		max = min;
	if (attr_size(max) != size)
		return -EBADMSG;
	ct->nat_family = size == 4 ? 4 : 6;
	memcpy(ct->nat_min, attr_data(min), size);
	memcpy(ct->nat_max, attr_data(max), size);
	return 0;
}

static int read_ports(const struct nlattr *const *tb, struct odp_ct *ct)
{
	const struct nlattr *min = tb[OVS_NAT_ATTR_PROTO_MIN];
	const struct nlattr *max = tb[OVS_NAT_ATTR_PROTO_MAX];

	if (min && attr_u16(min, &ct->nat_port_min))
		return -EBADMSG;
	ct->nat_port_max = ct->nat_port_min;
	return max && attr_u16(max, &ct->nat_port_max) ? -EBADMSG : 0;
}

/* What the kernel never tells, and text has no form for. */
static bool is_sound(const struct nlattr *const *tb, const struct odp_ct *ct)
{
	bool ends = tb[OVS_NAT_ATTR_SRC] || tb[OVS_NAT_ATTR_DST];

	if (tb[OVS_NAT_ATTR_SRC] && tb[OVS_NAT_ATTR_DST])
		return false;
	if (!ends && (ct->nat_family || ct->nat_persistent || ct->nat_hash ||
		      ct->nat_random))
		return false;
	if (memcmp(ct->nat_min, ct->nat_max, sizeof(ct->nat_min)) > 0 ||
	    ct->nat_port_min > ct->nat_port_max)
		return false;
	return !ct->nat_port_max || (ct->nat_family && ct->nat_port_min);
}

static int read_nat(const struct nlattr *attr, struct odp_ct *ct)
{
	const struct nlattr *tb[OVS_NAT_ATTR_MAX + 1];

	if (!attr)
		return 0;
	attr_nested_table(attr, tb, OVS_NAT_ATTR_MAX);
	if (tb[OVS_NAT_ATTR_SRC])
		ct->nat = ODP_NAT_SRC;
	else if (tb[OVS_NAT_ATTR_DST])
		ct->nat = ODP_NAT_DST;
	else
		ct->nat = ODP_NAT_PLAIN;
	ct->nat_persistent = tb[OVS_NAT_ATTR_PERSISTENT];
	ct->nat_hash = tb[OVS_NAT_ATTR_PROTO_HASH];
	ct->nat_random = tb[OVS_NAT_ATTR_PROTO_RANDOM];
	return read_addresses(tb, ct) < 0 || read_ports(tb, ct) < 0 ||
			       !is_sound(tb, ct) ? -EBADMSG : 0;
}

int ovs_ct_read(const struct nlattr *nest, struct odp_ct *ct)
{
	const struct nlattr *tb[OVS_CT_ATTR_MAX + 1];

	attr_nested_table(nest, tb, OVS_CT_ATTR_MAX);
	ct->force = tb[OVS_CT_ATTR_FORCE_COMMIT];
	ct->commit = ct->force || tb[OVS_CT_ATTR_COMMIT];
	if (tb[OVS_CT_ATTR_ZONE] && attr_u16(tb[OVS_CT_ATTR_ZONE], &ct->zone))
		return -EBADMSG;
	/* The kernel tells zone 0 for those that were given none. */
	ct->has_zone = ct->zone;
	ct->has_eventmask = tb[OVS_CT_ATTR_EVENTMASK];
	if (ct->has_eventmask &&
	    attr_u32(tb[OVS_CT_ATTR_EVENTMASK], &ct->eventmask))
		return -EBADMSG;
	if (read_mark(tb[OVS_CT_ATTR_MARK], ct) < 0 ||
	    read_label(tb[OVS_CT_ATTR_LABELS], ct) < 0 ||
	    read_name(tb[OVS_CT_ATTR_HELPER], ct->helper,
		      sizeof(ct->helper)) < 0 ||
	    read_name(tb[OVS_CT_ATTR_TIMEOUT], ct->timeout,
		      sizeof(ct->timeout)) < 0)
		return -EBADMSG;
	return read_nat(tb[OVS_CT_ATTR_NAT], ct);
}
