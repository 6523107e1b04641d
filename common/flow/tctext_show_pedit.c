/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of pedit as munge: by the name of a field where one writes exactly
 * this, else as a word at an offset.
 */
#include <arpa/inet.h>
#include <linux/tc_act/tc_pedit.h>
#include <string.h>

#include "common/base/parse.h"
#include "common/flow/pedit.h"
#include "common/flow/tctext_action.h"

#define ALL UINT32_MAX

static bool has_at(const struct rule_pedit_key *k)
{
	return k->at || k->off_mask || k->shift;
}

/* The field's header is the key's; without "ex" all count from IPv4. */
static bool of_header(const struct pedit_field *f,
		      const struct rule_action *a,
		      const struct rule_pedit_key *k)
{
	if (a->pedit.extended)
		return f->htype == k->htype && !f->legacy;
	return !f->extended;
}

/*
 * Fields of several words: MAC, IPv6
 */

/* Do n keys from k on write these bytes wholly and nothing else? */
static bool writes_bytes(const struct pedit_field *f,
			 const struct rule_action *a,
			 const struct rule_pedit_key *k, size_t n,
			 uint8_t out[16])
{
	for (size_t i = 0; i < n; i++, k++) {
		uint32_t at = (f->offset & ~3U) + 4 * (uint32_t)i;
		uint8_t keep[4], v[4];

		if (k->offset != at || has_at(k) || !of_header(f, a, k) ||
		    k->cmd != TCA_PEDIT_KEY_EX_CMD_SET)
			return false;
		memcpy(keep, &k->mask_be, sizeof(keep));
		memcpy(v, &k->value_be, sizeof(v));
		for (uint32_t b = 0; b < 4; b++) {
			bool in = at + b >= f->offset &&
				  at + b < (uint32_t)f->offset + f->size;

			if (keep[b] != (in ? 0 : 0xff) || (!in && v[b]))
				return false;
			if (in)
				out[at + b - f->offset] = v[b];
		}
	}
	return true;
}

static size_t n_words(const struct pedit_field *f)
{
	return ((f->offset & 3U) + f->size + 3) / 4;
}

/* How many keys were shown. */
static size_t show_long(struct text *t, const struct rule_action *a,
			const struct rule_pedit_key *k, size_t n)
{
	char addr[INET6_ADDRSTRLEN], mac[MAC_STR_SIZE];
	uint8_t bytes[16];

	for (size_t i = 0; i < pedit_n_fields; i++) {
		const struct pedit_field *f = &pedit_fields[i];

		if (f->size <= 4 || n < n_words(f) ||
		    !writes_bytes(f, a, k, n_words(f), bytes))
			continue;
		if (f->kind == PEDIT_MAC)
			format_mac(bytes, mac);
		else
			(void)inet_ntop(AF_INET6, bytes, addr, sizeof(addr));
		text_add(t, " munge %s %s set %s", f->header, f->word,
			 f->kind == PEDIT_MAC ? mac : addr);
		return n_words(f);
	}
	return 0;
}

/*
 * Fields of one word
 */

/* What a key does: value and the bits that it touches. */
struct deed {
	const char *cmd;
	bool has_value;
	uint32_t value, touched;
};

/* A key sets bits, adds to them or inverts them; decoding sees to that. */
static struct deed deed_of(const struct rule_pedit_key *k)
{
	uint32_t write = ~ntohl(k->mask_be), value = ntohl(k->value_be);

	if (k->cmd == TCA_PEDIT_KEY_EX_CMD_ADD)
		return (struct deed){ "add", true, value, write };
	if (write)
		return (struct deed){ "set", true, value, write };
	return (struct deed){ "invert", false, value, value };
}

static unsigned int left_of(const struct pedit_field *f)
{
	return 8 * (4 - f->size - (f->offset & 3U)) + f->shift;
}

/* Are all bits that are touched of this field? */
static bool fits(const struct pedit_field *f, const struct rule_action *a,
		 const struct rule_pedit_key *k, const struct deed *d)
{
	uint32_t all = ALL >> (32 - 8 * f->size) << left_of(f);

	return of_header(f, a, k) && k->offset == (f->offset & ~3U) &&
	       d->touched && !(d->touched & ~all) && !has_at(k);
}

static void show_retain(struct text *t, uint32_t touched, uint32_t dflt)
{
	if (touched != dflt)
		text_add(t, " retain 0x%x", touched);
}

static void show_field(struct text *t, const struct pedit_field *f,
		       const struct deed *d)
{
	uint32_t value_be = htonl(d->value);
	char addr[INET_ADDRSTRLEN];

	text_add(t, " munge %s %s %s", f->header, f->word, d->cmd);
	if (d->has_value && f->kind == PEDIT_IPV4) {
		(void)inet_ntop(AF_INET, &value_be, addr, sizeof(addr));
		text_add(t, " %s", addr);
	} else if (d->has_value) {
		text_add(t, " 0x%x", d->value >> left_of(f));
	}
	show_retain(t, d->touched >> left_of(f), f->bits);
}

static bool show_short(struct text *t, const struct rule_action *a,
		       const struct rule_pedit_key *k, const struct deed *d)
{
	const struct pedit_field *best = NULL;

	for (size_t i = 0; i < pedit_n_fields; i++) {
		const struct pedit_field *f = &pedit_fields[i];

		if (f->size > 4 || !fits(f, a, k, d))
			continue;
		/* Rather the one that needs no mask. */
		if (!best || (f->bits == d->touched >> left_of(f) &&
			      best->bits != d->touched >> left_of(best)))
			best = f;
	}
	if (best)
		show_field(t, best, d);
	return best;
}

/*
 * Anything else
 */

static void show_raw(struct text *t, const struct rule_action *a,
		     const struct rule_pedit_key *k, const struct deed *d)
{
	const char *header = a->pedit.extended ?
				     pedit_header_name(k->htype) : NULL;

	text_add(t, " munge %s%soffset %d u32", header ? header : "",
		 header ? " " : "", (int)k->offset);
	if (has_at(k))
		text_add(t, " at %u 0x%x %u", k->at, k->off_mask, k->shift);
	/* Nothing is touched at all. */
	if (!d->touched) {
		text_add(t, k->cmd ? " add 0 retain 0" : " preserve");
		return;
	}
	text_add(t, " %s", d->cmd);
	if (d->has_value)
		text_add(t, " 0x%x", d->value);
	show_retain(t, d->touched, ALL);
}

void act_show_pedit(struct text *t, const struct rule *r,
		    const struct rule_action *a)
{
	const struct rule_pedit_key *k = rule_data(r, a);
	size_t n = pedit_n_keys(a);

	if (a->pedit.extended)
		text_add(t, " ex");
	for (size_t i = 0; i < n;) {
		size_t shown = show_long(t, a, &k[i], n - i);
		struct deed d = deed_of(&k[i]);

		if (!shown && !show_short(t, a, &k[i], &d))
			show_raw(t, a, &k[i], &d);
		i += shown ? shown : 1;
	}
}
