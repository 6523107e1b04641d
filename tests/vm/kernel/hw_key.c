/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Match keys: which the switch knows, what a rule asks for, what a frame
 * says. Does not look at rules' order or at tables.
 *
 * Frames are dissected by the kernel's own dissector with the flags that
 * cls_flower uses, so that a frame says the same here and in software.
 */
#include <linux/inetdevice.h>

#include "hw.h"

struct key_row {
	const char *name;
	u16 offset, size;	/* in struct nsim_hw_key; size 0: not known */
	bool tunnel;		/* only on tunnel devices */
};

#define ROW(_name, _member) \
	{ .name = _name, .offset = offsetof(struct nsim_hw_key, _member), \
	  .size = sizeof_field(struct nsim_hw_key, _member) }
#define TUNNEL_ROW(_name, _member) \
	{ .name = _name, .offset = offsetof(struct nsim_hw_key, _member), \
	  .size = sizeof_field(struct nsim_hw_key, _member), .tunnel = true }

/* A frame that no ct action has seen is untracked, so ct keys can be judged. */
static const struct key_row rows[FLOW_DISSECTOR_KEY_MAX] = {
	[FLOW_DISSECTOR_KEY_META]	= ROW("indev", meta),
	[FLOW_DISSECTOR_KEY_CONTROL]	= ROW("ip_flags", control),
	[FLOW_DISSECTOR_KEY_BASIC]	= ROW("ip_proto", basic),
	[FLOW_DISSECTOR_KEY_ETH_ADDRS]	= ROW("eth", eth),
	[FLOW_DISSECTOR_KEY_VLAN]	= ROW("vlan", vlan),
	[FLOW_DISSECTOR_KEY_CVLAN]	= ROW("cvlan", cvlan),
	[FLOW_DISSECTOR_KEY_IPV4_ADDRS]	= ROW("ipv4", ipv4),
	[FLOW_DISSECTOR_KEY_IPV6_ADDRS]	= ROW("ipv6", ipv6),
	[FLOW_DISSECTOR_KEY_PORTS]	= ROW("ports", ports),
	[FLOW_DISSECTOR_KEY_TCP]	= ROW("tcp", tcp),
	[FLOW_DISSECTOR_KEY_IP]		= ROW("ip", ip),
	[FLOW_DISSECTOR_KEY_ICMP]	= ROW("icmp", icmp),
	[FLOW_DISSECTOR_KEY_ARP]	= ROW("arp", arp),
	[FLOW_DISSECTOR_KEY_MPLS]	= ROW("mpls", mpls),
	[FLOW_DISSECTOR_KEY_NUM_OF_VLANS] = ROW("num_of_vlans", num_of_vlans),
	[FLOW_DISSECTOR_KEY_PPPOE]	= ROW("pppoe", pppoe),
	[FLOW_DISSECTOR_KEY_L2TPV3]	= ROW("l2tpv3", l2tpv3),
	[FLOW_DISSECTOR_KEY_CT]		= ROW("ct", ct),
	[FLOW_DISSECTOR_KEY_ENC_CONTROL] = TUNNEL_ROW("enc", enc_control),
	[FLOW_DISSECTOR_KEY_ENC_KEYID]	= TUNNEL_ROW("enc_keyid", enc_keyid),
	[FLOW_DISSECTOR_KEY_ENC_IPV4_ADDRS] = TUNNEL_ROW("enc_ipv4", enc_ipv4),
	[FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS] = TUNNEL_ROW("enc_ipv6", enc_ipv6),
	[FLOW_DISSECTOR_KEY_ENC_PORTS]	= TUNNEL_ROW("enc_ports", enc_ports),
	[FLOW_DISSECTOR_KEY_ENC_IP]	= TUNNEL_ROW("enc_ip", enc_ip),
	[FLOW_DISSECTOR_KEY_ENC_OPTS]	= TUNNEL_ROW("enc_opts", enc_opts),
	[FLOW_DISSECTOR_KEY_PORTS_RANGE] = { .name = "port_range" },
	[FLOW_DISSECTOR_KEY_FLOW_LABEL]	= { .name = "flow_label" },
	[FLOW_DISSECTOR_KEY_HASH]	= { .name = "hash" },
};

/* Keys of the frame itself; the rest of a frame's key is filled in by hand. */
static const unsigned int dissected[] = {
	FLOW_DISSECTOR_KEY_CONTROL, FLOW_DISSECTOR_KEY_BASIC,
	FLOW_DISSECTOR_KEY_VLAN, FLOW_DISSECTOR_KEY_CVLAN,
	FLOW_DISSECTOR_KEY_IPV4_ADDRS, FLOW_DISSECTOR_KEY_IPV6_ADDRS,
	FLOW_DISSECTOR_KEY_PORTS, FLOW_DISSECTOR_KEY_TCP,
	FLOW_DISSECTOR_KEY_IP, FLOW_DISSECTOR_KEY_ICMP,
	FLOW_DISSECTOR_KEY_ARP, FLOW_DISSECTOR_KEY_MPLS,
	FLOW_DISSECTOR_KEY_NUM_OF_VLANS, FLOW_DISSECTOR_KEY_PPPOE,
	FLOW_DISSECTOR_KEY_L2TPV3,
};

static struct flow_dissector dissector;

void nsim_hw_key_init(void)
{
	struct flow_dissector_key keys[ARRAY_SIZE(dissected)];
	int i;

	for (i = 0; i < ARRAY_SIZE(dissected); i++) {
		keys[i].key_id = dissected[i];
		keys[i].offset = rows[dissected[i]].offset;
	}
	skb_flow_dissector_init(&dissector, keys, ARRAY_SIZE(keys));
}

const char *nsim_hw_key_name(unsigned int id)
{
	return id < FLOW_DISSECTOR_KEY_MAX ? rows[id].name : NULL;
}

bool nsim_hw_key_known(unsigned int id)
{
	return id < FLOW_DISSECTOR_KEY_MAX && rows[id].size;
}

int nsim_hw_key_by_name(const char *name)
{
	unsigned int id;

	for (id = 0; id < FLOW_DISSECTOR_KEY_MAX; id++)
		if (rows[id].name && !strcmp(rows[id].name, name))
			return id;
	return -EINVAL;
}

/*
 * cls_flower keeps IPv4 and IPv6 addresses in one place and so names both
 * keys when either is masked; the address type tells which it is. Control
 * and basic are always named, and count when something of them is asked for.
 */
static bool is_asked(const struct flow_rule *rule, unsigned int id)
{
	struct flow_match_control control;
	struct flow_match_basic basic;

	if (!flow_rule_match_key(rule, id))
		return false;

	switch (id) {
	case FLOW_DISSECTOR_KEY_CONTROL:
		flow_rule_match_control(rule, &control);
		return control.mask->flags;
	case FLOW_DISSECTOR_KEY_BASIC:
		flow_rule_match_basic(rule, &basic);
		return basic.mask->ip_proto;
	case FLOW_DISSECTOR_KEY_IPV4_ADDRS:
	case FLOW_DISSECTOR_KEY_IPV6_ADDRS:
		flow_rule_match_control(rule, &control);
		return control.key->addr_type == id;
	case FLOW_DISSECTOR_KEY_ENC_IPV4_ADDRS:
	case FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS:
		if (!flow_rule_match_key(rule, FLOW_DISSECTOR_KEY_ENC_CONTROL))
			return true;
		flow_rule_match_enc_control(rule, &control);
		return (control.key->addr_type ==
			FLOW_DISSECTOR_KEY_IPV6_ADDRS) ==
		       (id == FLOW_DISSECTOR_KEY_ENC_IPV6_ADDRS);
	case FLOW_DISSECTOR_KEY_ENC_CONTROL:
		return false;
	default:
		return true;
	}
}

static bool is_always(unsigned int id)
{
	return id == FLOW_DISSECTOR_KEY_CONTROL ||
	       id == FLOW_DISSECTOR_KEY_BASIC ||
	       id == FLOW_DISSECTOR_KEY_ENC_CONTROL;
}

static void copy_piece(const struct flow_match *from, unsigned int id,
		       struct nsim_hw_match *match)
{
	const struct key_row *row = &rows[id];
	struct flow_dissector *d = from->dissector;
	u8 *mask = (u8 *)&match->mask + row->offset;
	u8 *key = (u8 *)&match->key + row->offset;
	int i;

	memcpy(mask, skb_flow_dissector_target(d, id, from->mask), row->size);
	memcpy(key, skb_flow_dissector_target(d, id, from->key), row->size);
	for (i = 0; i < row->size; i++)
		key[i] &= mask[i];
}

int nsim_hw_key_match(const struct nsim_hw_bind *bind,
		      const struct flow_rule *rule,
		      struct nsim_hw_match *match,
		      struct netlink_ext_ack *extack)
{
	bool tunnel = nsim_hw_upper_is_tunnel(bind->dev);
	u64 no_keys = READ_ONCE(bind->hw->no_keys);
	unsigned int id;

	memset(match, 0, sizeof(*match));
	for (id = 0; id < FLOW_DISSECTOR_KEY_MAX; id++) {
		if (!flow_rule_match_key(rule, id))
			continue;
		if (is_asked(rule, id)) {
			if (!rows[id].size || (rows[id].tunnel && !tunnel) ||
			    no_keys & BIT_ULL(id)) {
				nsim_hw_say(extack,
					    "match key '%s' is not supported",
					    rows[id].name ?: "unknown");
				return -EOPNOTSUPP;
			}
			match->used |= BIT(id);
		} else if (!is_always(id)) {
			continue;
		}
		copy_piece(&rule->match, id, match);
	}
	return 0;
}

void nsim_hw_key_span(const struct nsim_hw_key *mask, u16 *start, u16 *len)
{
	const u8 *bytes = (const u8 *)mask;
	int first = 0, last = sizeof(*mask);

	while (last > 0 && !bytes[last - 1])
		last--;
	while (first < last && !bytes[first])
		first++;
	first = rounddown(first, sizeof(long));
	*start = first;
	*len = roundup(last, sizeof(long)) - first;
}

/* As eth_type_trans() says it. */
__be16 nsim_hw_key_protocol(const u8 *data)
{
	const struct ethhdr *eth = (const struct ethhdr *)data;

	if (eth_proto_is_802_3(eth->h_proto))
		return eth->h_proto;
	if (get_unaligned((const __be16 *)(data + ETH_HLEN)) == htons(0xffff))
		return htons(ETH_P_802_3);
	return htons(ETH_P_802_2);
}

void nsim_hw_key_of(const struct nsim_hw_port *port, const u8 *data, u32 len,
		    struct nsim_hw_key *key)
{
	__be16 protocol = nsim_hw_key_protocol(data);

	memset(key, 0, sizeof(*key));
	key->basic.n_proto = protocol;
	__skb_flow_dissect(dev_net_rcu(port->dev), NULL, &dissector, key, data,
			   protocol, ETH_HLEN, len,
			   FLOW_DISSECTOR_F_STOP_BEFORE_ENCAP);
	memcpy(&key->eth, data, sizeof(key->eth));
	key->meta.ingress_ifindex = port->dev->ifindex;
	key->meta.ingress_iftype = port->dev->type;
}

void nsim_hw_key_dissect(struct nsim_hw_frame *frame)
{
	const u16 enc = offsetof(struct nsim_hw_key, enc_control);

	nsim_hw_key_of(frame->in, frame->data, frame->len, &frame->key);
	if (frame->outer)
		memcpy((u8 *)&frame->key + enc, (u8 *)frame->outer + enc,
		       sizeof(frame->key) - enc);
}
