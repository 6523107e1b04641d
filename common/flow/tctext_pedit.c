/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "pedit": the fields by their table, and raw words of the packet.  A word of
 * a header that is no field has a form of ours, "munge ip6 offset 8 u32 …",
 * for tc can show such keys but not read them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tc_act/tc_pedit.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/parse.h"
#include "common/flow/pedit.h"
#include "common/flow/tctext_action.h"

#define ALL UINT32_MAX

/* One munge while it is read or shown. */
struct munge {
	uint16_t htype, cmd;
	uint32_t offset;               /* of the first byte, any */
	uint8_t size, shift, kind;
	bool can_decrement;
	uint32_t retain;
	uint32_t value;
	bool invert;
	uint8_t bytes[16];             /* value of what is no number */
	uint32_t at, off_mask, off_shift;
};

/*
 * Reading
 */

static int add_key(struct tc_parser *p, struct rule_action *a,
		   const struct rule_pedit_key *key)
{
	struct rule_pedit_key *k;

	if (pedit_n_keys(a) >= PEDIT_MAX_KEYS)
		return scan_fail_at(&p->s, p->s.p, "more than %d keys",
				    PEDIT_MAX_KEYS);
	k = act_data(p, a, sizeof(*k));
	*k = *key;
	return 0;
}

/* A number of 1, 2 or 4 bytes in the word of 32 bits where it lies. */
static int add_number(struct tc_parser *p, struct rule_action *a,
		      const struct munge *m)
{
	unsigned int left = 8 * (4 - m->size - (m->offset & 3));
	uint32_t ones = ALL >> (32 - 8 * m->size);
	uint32_t write = m->retain & ones;
	struct rule_pedit_key key = {
		.htype = m->htype,
		.cmd = m->cmd,
		.offset = m->offset & ~3U,
		.at = m->at, .off_mask = m->off_mask, .shift = m->off_shift,
	};

	key.value_be = htonl((m->value & write) << left << m->shift);
	key.mask_be = m->invert ? ALL : ~htonl(write << left << m->shift);
	return add_key(p, a, &key);
}

static int add_bytes(struct tc_parser *p, struct rule_action *a,
		     const struct munge *m)
{
	int rc = 0;

	for (uint32_t at = m->offset & ~3U;
	     rc == 0 && at < m->offset + m->size; at += 4) {
		struct rule_pedit_key key = { .htype = m->htype,
					      .cmd = m->cmd, .offset = at };
		uint8_t keep[4], v[4];

		for (uint32_t i = 0; i < 4; i++) {
			bool in = at + i >= m->offset &&
				  at + i < m->offset + m->size;

			keep[i] = in ? 0 : 0xff;
			v[i] = in ? m->bytes[at + i - m->offset] : 0;
		}
		memcpy(&key.mask_be, keep, sizeof(keep));
		memcpy(&key.value_be, v, sizeof(v));
		rc = add_key(p, a, &key);
	}
	return rc;
}

static int parse_value(struct tc_parser *p, struct munge *m)
{
	uint32_t ones = ALL >> (m->size < 4 ? 32 - 8 * m->size : 0);
	uint32_t ipv4_be;
	uint64_t v;
	int rc;

	switch (m->kind) {
	case PEDIT_MAC:
		rc = scan_mac(&p->s, m->bytes);
		break;
	case PEDIT_IPV6:
		rc = scan_ipv6(&p->s, m->bytes);
		break;
	case PEDIT_IPV4:
		rc = scan_ipv4(&p->s, &ipv4_be);
		if (rc == 0)
			m->value = ntohl(ipv4_be);
		break;
	default:
		rc = act_scan_uint(p, 0, ones, "a value", &v);
		if (rc == 0)
			m->value = (uint32_t)v;
		break;
	}
	return rc < 0 ? rc : tc_word_done(p);
}

static int refuse_plain(struct tc_parser *p)
{
	return scan_expected(&p->s, "\"pedit ex\" for this, or set");
}

static int parse_cmd(struct tc_parser *p, const struct rule_action *a,
		     struct munge *m)
{
	bool add = tc_is_prefix(p, "add");

	if (tc_is_prefix(p, "invert")) {
		/* Of longer fields tc inverts nothing, but writes this. */
		m->invert = m->size <= 4;
		m->value = ALL;
		m->bytes[0] = 0xff;
	} else if (tc_is_prefix(p, "set") || add) {
		if (add && !a->pedit.extended)
			return refuse_plain(p);
		m->cmd = add ? TCA_PEDIT_KEY_EX_CMD_ADD :
			       TCA_PEDIT_KEY_EX_CMD_SET;
		tc_next(p);
		return parse_value(p, m);
	} else if (tc_is_prefix(p, "decrement")) {
		if (!m->can_decrement)
			return scan_expected(&p->s, "set, add, clear, invert "
					     "or preserve");
		if (!a->pedit.extended)
			return refuse_plain(p);
		m->cmd = TCA_PEDIT_KEY_EX_CMD_ADD;
		m->value = m->retain;
	} else if (m->size <= 4 && tc_is_prefix(p, "preserve")) {
		m->retain = 0;
	} else if (!tc_is_prefix(p, "clear")) {
		return scan_expected(&p->s, "set, add, decrement, clear, "
				     "invert or preserve");
	}
	tc_next(p);
	return 0;
}

static int parse_retain(struct tc_parser *p, struct munge *m)
{
	uint64_t v;
	int rc;

	if (!tc_is_prefix(p, "retain"))
		return 0;
	tc_next(p);
	if (m->size > 4)
		return scan_expected(&p->s, "no retain for fields of more "
				     "than 32 bits");
	rc = act_uint(p, 0, ALL, "a mask", &v);
	if (rc == 0)
		m->retain = (uint32_t)v;
	return rc;
}

static int parse_rest(struct tc_parser *p, struct rule_action *a,
		      struct munge *m)
{
	if (parse_cmd(p, a, m) < 0 || parse_retain(p, m) < 0)
		return -EINVAL;
	return m->size > 4 ? add_bytes(p, a, m) : add_number(p, a, m);
}

static int parse_at(struct tc_parser *p, struct munge *m)
{
	static const struct {
		const char *word;
		unsigned int base;
		size_t offset;
	} parts[] = {
		{ "at", 0, offsetof(struct munge, at) },
		{ "offmask", 16, offsetof(struct munge, off_mask) },
		{ "shift", 0, offsetof(struct munge, off_shift) },
	};

	if (!tc_is_prefix(p, "at"))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint32_t v32;
		uint64_t v;

		/* The help of tc has the words, its parser only the first. */
		if (tc_is(p, parts[i].word))
			tc_next(p);
		if (act_uint(p, parts[i].base, ALL, parts[i].word, &v) < 0)
			return -EINVAL;
		v32 = (uint32_t)v;
		memcpy((char *)m + parts[i].offset, &v32, sizeof(v32));
	}
	return 0;
}

static int parse_size(struct tc_parser *p, struct munge *m)
{
	static const struct {
		const char *word;
		uint8_t size;
	} sizes[] = { { "u32", 4 }, { "u16", 2 }, { "u8", 1 } };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		if (!tc_is_prefix(p, sizes[i].word))
			continue;
		m->size = sizes[i].size;
		m->retain = ALL >> (32 - 8 * m->size);
		if ((m->offset & 3) + m->size > 4)
			return scan_expected(&p->s, "an offset that does not "
					     "cross a word of 32 bits");
		tc_next(p);
		return 0;
	}
	return scan_expected(&p->s, "u32, u16 or u8");
}

static int parse_offset(struct tc_parser *p, struct rule_action *a,
			uint16_t htype)
{
	struct munge m = { .htype = htype, .kind = PEDIT_UINT };
	bool minus = scan_char(&p->s, '-');
	uint64_t v;

	if (act_uint(p, 0, INT32_MAX, "an offset", &v) < 0)
		return -EINVAL;
	m.offset = minus ? -(uint32_t)v : (uint32_t)v;
	if (parse_size(p, &m) < 0 || parse_at(p, &m) < 0)
		return -EINVAL;
	return parse_rest(p, a, &m);
}

static const struct pedit_field *find_field(const struct tc_parser *p,
					    const char *header, bool extended)
{
	for (size_t i = 0; i < pedit_n_fields; i++) {
		const struct pedit_field *f = &pedit_fields[i];

		if (strcmp(f->header, header) != 0 ||
		    (extended ? f->legacy : f->extended))
			continue;
		if (f->prefix ? tc_is_prefix(p, f->word) : tc_is(p, f->word))
			return f;
	}
	return NULL;
}

static int parse_field(struct tc_parser *p, struct rule_action *a,
		       const char *header, uint16_t htype)
{
	bool ex = a->pedit.extended;
	const struct pedit_field *f = find_field(p, header, ex);
	struct munge m;

	if (!f && ex && tc_is(p, "offset")) {
		tc_next(p);
		return parse_offset(p, a, htype);
	}
	if (!f)
		return scan_expected(&p->s, "a field of %s%s", header,
				     ex ? "" : "; for most write \"pedit "
						"ex\"");
	m = (struct munge){
		.htype = ex ? htype : TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK,
		.offset = f->offset, .size = f->size, .shift = f->shift,
		.kind = f->kind, .retain = f->bits,
		.can_decrement = f->can_decrement,
	};
	tc_next(p);
	return parse_rest(p, a, &m);
}

static int parse_munge(struct tc_parser *p, struct rule_action *a)
{
	if (tc_is_prefix(p, "offset")) {
		tc_next(p);
		return parse_offset(p, a, TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK);
	}
	for (uint16_t htype = 1; pedit_header_name(htype); htype++) {
		const char *header = pedit_header_name(htype);

		if (!tc_is(p, header))
			continue;
		tc_next(p);
		return parse_field(p, a, header, htype);
	}
	return scan_expected(&p->s, "offset, eth, ip, ip6, tcp or udp");
}

int act_parse_pedit(struct tc_parser *p, struct rule_action *a)
{
	if (a->only_index)
		return act_control(p, a, RULE_PASS);
	if (tc_is(p, "ex")) {
		a->pedit.extended = true;
		tc_next(p);
	}
	if (!tc_is_prefix(p, "munge"))
		return scan_expected(&p->s, "munge");
	while (tc_is_prefix(p, "munge")) {
		tc_next(p);
		if (parse_munge(p, a) < 0)
			return -EINVAL;
	}
	return act_control(p, a, RULE_PASS);
}
