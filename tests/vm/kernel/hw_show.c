/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A match in words, for the file "table": those of tc where there are any. A
 * word is a row.
 */
#include <linux/seq_file.h>

#include "hw.h"

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

void nsim_hw_show_match(struct seq_file *seq, const struct nsim_hw_key *mask,
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
