// SPDX-License-Identifier: GPL-2.0
/*
 * Match keys: which the switch knows, what a rule asks for, what a frame
 * says. Does not look at rules' order or at tables.
 *
 * Frames are dissected by the kernel's own dissector with the flags that
 * cls_flower uses, so that a frame says the same here and in software.
 */
#include <linux/inetdevice.h>
#include <linux/seq_file.h>

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

enum format { DEC8, DEC32, HEX8, BE16, BE16_HEX, BE32, FLAGS, MAC, IP4, IP6,
	      VLAN, RAW };

static const u8 format_size[] = {
	[DEC8] = 1, [DEC32] = 4, [HEX8] = 1, [BE16] = 2, [BE16_HEX] = 2,
	[BE32] = 4, [FLAGS] = 4, [MAC] = ETH_ALEN, [IP4] = 4, [IP6] = 16,
	[VLAN] = 2,
};

struct field {
	const char *word;
	enum format format;
	u16 offset;
	u16 size;		/* for RAW */
	u16 type_offset;	/* of the address type, if it matters */
	u16 type;
};

#define AT(_member)	offsetof(struct nsim_hw_key, _member)
#define F(_word, _format, _member) { _word, _format, AT(_member), 0, 0, 0 }
#define F_RAW(_word, _member) \
	{ _word, RAW, AT(_member), sizeof_field(struct nsim_hw_key, _member) }
#define F_ADDR(_word, _format, _member, _control, _type) \
	{ _word, _format, AT(_member), 0, AT(_control.addr_type), _type }

static const struct field fields[] = {
	F("indev", DEC32, meta.ingress_ifindex),
	F("eth_type", BE16_HEX, basic.n_proto),
	F("dst_mac", MAC, eth.dst),
	F("src_mac", MAC, eth.src),
	F("num_of_vlans", DEC8, num_of_vlans.num_of_vlans),
	F("vlan", VLAN, vlan),
	F("vlan_tpid", BE16_HEX, vlan.vlan_tpid),
	F("vlan_ethtype", BE16_HEX, vlan.vlan_eth_type),
	F("cvlan", VLAN, cvlan),
	F("cvlan_tpid", BE16_HEX, cvlan.vlan_tpid),
	F("cvlan_ethtype", BE16_HEX, cvlan.vlan_eth_type),
	F_RAW("mpls", mpls),
	F_RAW("pppoe", pppoe),
	F("ip_proto", DEC8, basic.ip_proto),
	F("ip_flags", FLAGS, control.flags),
	F_ADDR("src_ip", IP4, ipv4.src, control, FLOW_DISSECTOR_KEY_IPV4_ADDRS),
	F_ADDR("dst_ip", IP4, ipv4.dst, control, FLOW_DISSECTOR_KEY_IPV4_ADDRS),
	F_ADDR("src_ip", IP6, ipv6.src, control, FLOW_DISSECTOR_KEY_IPV6_ADDRS),
	F_ADDR("dst_ip", IP6, ipv6.dst, control, FLOW_DISSECTOR_KEY_IPV6_ADDRS),
	F("ip_tos", HEX8, ip.tos),
	F("ip_ttl", DEC8, ip.ttl),
	F("src_port", BE16, ports.src),
	F("dst_port", BE16, ports.dst),
	F("tcp_flags", BE16_HEX, tcp.flags),
	F("type", DEC8, icmp.type),
	F("code", DEC8, icmp.code),
	F("l2tpv3_sid", BE32, l2tpv3.session_id),
	F("arp_sip", IP4, arp.sip),
	F("arp_tip", IP4, arp.tip),
	F("arp_op", DEC8, arp.op),
	F("arp_sha", MAC, arp.sha),
	F("arp_tha", MAC, arp.tha),
	F_RAW("ct", ct),
	F("enc_key_id", BE32, enc_keyid.keyid),
	F_ADDR("enc_src_ip", IP4, enc_ipv4.src, enc_control,
	       FLOW_DISSECTOR_KEY_IPV4_ADDRS),
	F_ADDR("enc_dst_ip", IP4, enc_ipv4.dst, enc_control,
	       FLOW_DISSECTOR_KEY_IPV4_ADDRS),
	F_ADDR("enc_src_ip", IP6, enc_ipv6.src, enc_control,
	       FLOW_DISSECTOR_KEY_IPV6_ADDRS),
	F_ADDR("enc_dst_ip", IP6, enc_ipv6.dst, enc_control,
	       FLOW_DISSECTOR_KEY_IPV6_ADDRS),
	F("enc_src_port", BE16, enc_ports.src),
	F("enc_dst_port", BE16, enc_ports.dst),
	F("enc_tos", HEX8, enc_ip.tos),
	F("enc_ttl", DEC8, enc_ip.ttl),
	F_RAW("enc_opts", enc_opts),
};

static void show_vlan(struct seq_file *seq, const void *p)
{
	struct flow_dissector_key_vlan v;

	memcpy(&v, p, sizeof(u16));
	seq_printf(seq, "%u:%u", v.vlan_id, v.vlan_priority);
}

static void show_raw(struct seq_file *seq, const u8 *p, u16 size)
{
	const u16 step = 32;	/* %*ph prints no more than 64 */
	u16 i;

	seq_puts(seq, "0x");
	for (i = 0; i < size; i += step)
		seq_printf(seq, "%*phN", (int)min_t(u16, step, size - i),
			   p + i);
}

static void show_value(struct seq_file *seq, enum format format, const void *p,
		       u16 size)
{
	switch (format) {
	case DEC8:
		seq_printf(seq, "%u", *(const u8 *)p);
		break;
	case DEC32:
		seq_printf(seq, "%u", get_unaligned((const u32 *)p));
		break;
	case HEX8:
		seq_printf(seq, "0x%02x", *(const u8 *)p);
		break;
	case BE16:
		seq_printf(seq, "%u", get_unaligned_be16(p));
		break;
	case BE16_HEX:
		seq_printf(seq, "0x%04x", get_unaligned_be16(p));
		break;
	case BE32:
		seq_printf(seq, "%u", get_unaligned_be32(p));
		break;
	case FLAGS:
		seq_printf(seq, "0x%x", get_unaligned((const u32 *)p));
		break;
	case MAC:
		seq_printf(seq, "%pM", p);
		break;
	case IP4:
		seq_printf(seq, "%pI4", p);
		break;
	case IP6:
		seq_printf(seq, "%pI6c", p);
		break;
	case VLAN:
		show_vlan(seq, p);
		break;
	case RAW:
		show_raw(seq, p, size);
		break;
	}
}

static bool is_exact(const struct field *f, const u8 *mask, u16 size)
{
	if (f->format == VLAN || f->format == RAW)
		return false;
	return !memchr_inv(mask, 0xff, size);
}

void nsim_hw_key_show(struct seq_file *seq, const struct nsim_hw_key *mask,
		      const struct nsim_hw_key *key)
{
	const struct field *f;

	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		u16 size = f->size ?: format_size[f->format];
		const u8 *m = (const u8 *)mask + f->offset;
		const u8 *k = (const u8 *)key + f->offset;

		if (!memchr_inv(m, 0, size))
			continue;
		if (f->type && f->type != *(const u16 *)((const u8 *)key +
							 f->type_offset))
			continue;
		while (f->format == RAW && !m[size - 1])
			size--;
		seq_printf(seq, " %s ", f->word);
		show_value(seq, f->format, k, size);
		if (is_exact(f, m, size))
			continue;
		seq_putc(seq, '/');
		show_value(seq, f->format, m, size);
	}
}
