/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of fields, and bytes of a header as keys of 32 bits. */
#include "common/flow/pedit.h"

#include <errno.h>
#include <linux/tc_act/tc_pedit.h>
#include <string.h>

#include "common/base/cleanup.h"

#define ETH TCA_PEDIT_KEY_EX_HDR_TYPE_ETH
#define IP4 TCA_PEDIT_KEY_EX_HDR_TYPE_IP4
#define IP6 TCA_PEDIT_KEY_EX_HDR_TYPE_IP6
#define TCP TCA_PEDIT_KEY_EX_HDR_TYPE_TCP
#define UDP TCA_PEDIT_KEY_EX_HDR_TYPE_UDP
#define U8 0xffU
#define U16 0xffffU
#define U32 0xffffffffU

#define EX .extended = true
#define OLD .legacy = true
#define DEC .can_decrement = true
#define PREFIX .prefix = true

/* Where words share their bytes, the first whose bits fit tells the name. */
const struct pedit_field pedit_fields[] = {
#define ROW(header_, word_, htype_, offset_, size_, kind_, bits_, ...) \
	{ .header = header_, .word = word_, .htype = htype_, \
	  .offset = offset_, .size = size_, .kind = PEDIT_##kind_, \
	  .bits = bits_, __VA_ARGS__ }
	ROW("eth", "type", ETH, 12, 2, UINT, U16, EX),
	ROW("eth", "dst", ETH, 0, 6, MAC, U32, EX),
	ROW("eth", "src", ETH, 6, 6, MAC, U32, EX),
	ROW("ip", "src", IP4, 12, 4, IPV4, U32, .shift = 0),
	ROW("ip", "dst", IP4, 16, 4, IPV4, U32, .shift = 0),
	ROW("ip", "tos", IP4, 1, 1, UINT, U8, .shift = 0),
	ROW("ip", "dsfield", IP4, 1, 1, UINT, U8, PREFIX),
	ROW("ip", "ihl", IP4, 0, 1, UINT, 0x0f, .shift = 0),
	ROW("ip", "ttl", IP4, 8, 1, UINT, U8, DEC),
	ROW("ip", "protocol", IP4, 9, 1, UINT, U8, .shift = 0),
	ROW("ip", "precedence", IP4, 1, 1, UINT, U8, PREFIX),
	ROW("ip", "nofrag", IP4, 6, 1, UINT, 0x3f, .shift = 0),
	ROW("ip", "firstfrag", IP4, 6, 1, UINT, 0x1f, .shift = 0),
	ROW("ip", "ce", IP4, 6, 1, UINT, 0x80, .shift = 0),
	ROW("ip", "df", IP4, 6, 1, UINT, 0x40, .shift = 0),
	ROW("ip", "mf", IP4, 6, 1, UINT, 0x20, .shift = 0),
	ROW("ip", "dport", IP4, 22, 2, UINT, U16, OLD),
	ROW("ip", "sport", IP4, 20, 2, UINT, U16, OLD),
	ROW("ip", "icmp_type", IP4, 20, 1, UINT, U8, OLD),
	/* Yes, where the type is: tc has it so. */
	ROW("ip", "icmp_code", IP4, 20, 1, UINT, U8, OLD),
	ROW("ip6", "src", IP6, 8, 16, IPV6, U32, EX),
	ROW("ip6", "dst", IP6, 24, 16, IPV6, U32, EX),
	ROW("ip6", "flow_lbl", IP6, 0, 4, UINT, 0x0007ffff, EX),
	ROW("ip6", "payload_len", IP6, 4, 2, UINT, U16, EX),
	ROW("ip6", "nexthdr", IP6, 6, 1, UINT, U8, EX),
	ROW("ip6", "hoplimit", IP6, 7, 1, UINT, U8, EX, DEC),
	ROW("ip6", "traffic_class", IP6, 1, 1, UINT, U8, EX, .shift = 4),
	ROW("tcp", "sport", TCP, 0, 2, UINT, U16, EX),
	ROW("tcp", "dport", TCP, 2, 2, UINT, U16, EX),
	ROW("tcp", "flags", TCP, 13, 1, UINT, U8, EX),
	ROW("udp", "sport", UDP, 0, 2, UINT, U16, EX),
	ROW("udp", "dport", UDP, 2, 2, UINT, U16, EX),
#undef ROW
};

const size_t pedit_n_fields = ARRAY_LEN(pedit_fields);

static const char *const headers[] = {
	[ETH] = "eth", [IP4] = "ip", [IP6] = "ip6", [TCP] = "tcp",
	[UDP] = "udp",
};

const char *pedit_header_name(uint16_t htype)
{
	return htype < ARRAY_LEN(headers) ? headers[htype] : NULL;
}

struct rule_pedit_key *pedit_add_key(struct rule *r, struct rule_action *a)
{
	if (pedit_n_keys(a) >= PEDIT_MAX_KEYS)
		return NULL;
	return rule_add_data(r, a, sizeof(struct rule_pedit_key));
}

/* The bytes of the word at this offset that lie in the write. */
static bool word_of(unsigned int at, unsigned int offset, unsigned int size,
		    const uint8_t *value, const uint8_t *bits,
		    struct rule_pedit_key *out)
{
	uint8_t v[4] = { 0 }, keep[4] = { U8, U8, U8, U8 };
	bool any = false;

	for (unsigned int i = 0; i < 4; i++) {
		uint8_t b;

		if (at + i < offset || at + i >= offset + size)
			continue;
		b = bits ? bits[at + i - offset] : U8;
		v[i] = value[at + i - offset] & b;
		keep[i] = (uint8_t)~b;
		any |= b;
	}
	out->offset = at;
	memcpy(&out->mask_be, keep, sizeof(keep));
	memcpy(&out->value_be, v, sizeof(v));
	return any;
}

int pedit_write(struct rule *r, struct rule_action *a, uint16_t htype,
		unsigned int offset, unsigned int size, const uint8_t *value,
		const uint8_t *bits)
{
	for (unsigned int at = offset & ~3U; at < offset + size; at += 4) {
		struct rule_pedit_key key = {
			.htype = htype, .cmd = TCA_PEDIT_KEY_EX_CMD_SET,
		};
		struct rule_pedit_key *out;

		if (!word_of(at, offset, size, value, bits, &key))
			continue;
		out = pedit_add_key(r, a);
		if (!out)
			return -ENOSPC;
		*out = key;
	}
	return 0;
}
