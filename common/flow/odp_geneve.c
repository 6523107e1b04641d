/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Geneve options in ODP text: {class=0x102,type=0x80,len=4,0xa/0xff}{…}.  What
 * is left out of an option is not matched, but for its length.
 */
#include <stdio.h>
#include <string.h>

#include "common/flow/odp_parse.h"
#include "common/flow/odp_show.h"

#define HEADER 4               /* bytes: class, type, length */
#define LENGTH_AT 3
#define LENGTH_BITS 0x1f       /* of the length, in words */

/* Where an option is put together; both zeroed but for what was read. */
struct option {
	uint8_t *key, *mask;
	size_t room;
	size_t size;                   /* of its data; 0 until len= */
	bool has_len;
};

static void put(struct option *o, size_t at, size_t n, uint64_t v,
		uint64_t mask)
{
	for (size_t i = 0; i < n; i++) {
		unsigned int shift = 8 * (unsigned int)(n - 1 - i);

		o->key[at + i] = (uint8_t)(v >> shift);
		o->mask[at + i] = (uint8_t)(mask >> shift);
	}
}

static int scan_number(struct scan *s, struct option *o, const char *name,
		       size_t at, size_t n)
{
	uint64_t max = n == 1 ? UINT8_MAX : UINT16_MAX, v, mask = max;
	int rc = scan_uint(s, max, name, &v);

	if (rc == 0 && scan_char(s, '/'))
		rc = scan_uint(s, max, name, &mask);
	if (rc == 0)
		put(o, at, n, v, mask);
	return rc;
}

static int scan_len(struct scan *s, struct option *o)
{
	const char *at = s->p;
	uint64_t len, mask;
	int rc = scan_uint(s, LENGTH_BITS * 4, "len", &len);

	if (rc == 0 && scan_char(s, '/'))
		rc = scan_uint(s, UINT8_MAX, "the mask of len", &mask);
	if (rc < 0)
		return rc;
	if (o->has_len)
		return scan_fail_at(s, at, "len is given twice");
	if (len % 4)
		return scan_fail_at(s, at, "len is no multiple of 4");
	if (HEADER + len > o->room)
		return scan_fail_at(s, at, "more than 252 bytes of options");
	o->size = len;
	o->has_len = true;
	memset(o->key + HEADER, 0, len);
	memset(o->mask + HEADER, 0, len);
	o->key[LENGTH_AT] = o->mask[LENGTH_AT] = (uint8_t)(len / 4);
	return 0;
}

static int scan_data(struct scan *s, struct option *o)
{
	int rc;

	if (!o->has_len)
		return scan_expected(s, "len= before the data");
	rc = scan_hex_bytes(s, o->key + HEADER, o->size, "data of the option");
	if (rc < 0)
		return rc;
	memset(o->mask + HEADER, UINT8_MAX, o->size);
	if (!scan_char(s, '/'))
		return 0;
	return scan_hex_bytes(s, o->mask + HEADER, o->size,
			      "the mask of the option");
}

static int scan_part(struct scan *s, struct option *o)
{
	size_t len = scan_word_len(s->p);
	const char *name = s->p;

	if (*name >= '0' && *name <= '9')
		return scan_data(s, o);
	if (name[len] != '=')
		return scan_expected(s, "class=, type=, len= or data");
	s->p += len + 1;
	if (len == 5 && strncmp(name, "class", len) == 0)
		return scan_number(s, o, "class", 0, 2);
	if (len == 4 && strncmp(name, "type", len) == 0)
		return scan_number(s, o, "type", 2, 1);
	if (len == 3 && strncmp(name, "len", len) == 0)
		return scan_len(s, o);
	s->p = name;
	return scan_expected(s, "class=, type=, len= or data");
}

static int scan_option(struct scan *s, struct option *o)
{
	int rc;

	if (o->room < HEADER)
		return scan_fail_at(s, s->p, "more than 252 bytes of options");
	memset(o->key, 0, HEADER);
	memset(o->mask, 0, HEADER);
	s->p++;
	while (*s->p != '}') {
		rc = scan_part(s, o);
		if (rc < 0)
			return rc;
		if (*s->p != '}' && *s->p != ',')
			return scan_expected(s, "\",\" or \"}\"");
		odp_skip_separators(s);
	}
	if (!o->has_len)
		return scan_expected(s, "len=");
	s->p++;
	return 0;
}

int odp_parse_geneve(struct scan *s, const struct flow_field *f,
		     struct flow_match *m)
{
	struct flow_opts *key = (void *)((char *)&m->key + f->offset);
	struct flow_opts *mask = (void *)((char *)&m->mask + f->offset);

	key->len = mask->len = 0;
	while (*s->p != ')') {
		struct option o = {
			.key = key->data + key->len,
			.mask = mask->data + mask->len,
			.room = 252U - key->len,
		};
		int rc;

		if (*s->p != '{')
			return scan_expected(s, "\"{\" or \")\"");
		rc = scan_option(s, &o);
		if (rc < 0)
			return rc;
		key->len = (uint8_t)(key->len + HEADER + o.size);
		mask->len = key->len;
		odp_skip_separators(s);
	}
	return 0;
}

/*
 * The other way
 */

static bool is_all(const uint8_t *p, size_t n, uint8_t byte)
{
	while (n--)
		if (*p++ != byte)
			return false;
	return true;
}

void odp_text_hex(struct text *t, const uint8_t *p, size_t n)
{
	while (n && !*p) {
		p++;
		n--;
	}
	if (!n) {
		text_str(t, "0");
		return;
	}
	text_add(t, "0x%x", *p);
	while (--n)
		text_add(t, "%02x", *++p);
}

static void text_number(struct text *t, const char *name, unsigned int v,
			unsigned int mask, unsigned int all)
{
	if (!mask)
		return;
	text_add(t, "%s=%#x", name, v);
	if (mask != all)
		text_add(t, "/%#x", mask);
	text_comma(t);
}

static void text_option(struct text *t, const uint8_t *key,
			const uint8_t *mask, size_t size)
{
	text_str(t, "{");
	text_number(t, "class", (unsigned int)key[0] << 8 | key[1],
		    (unsigned int)mask[0] << 8 | mask[1], UINT16_MAX);
	text_number(t, "type", key[2], mask[2], UINT8_MAX);
	text_add(t, "len=%zu", size);
	key += HEADER;
	mask += HEADER;
	if (size && !is_all(mask, size, 0)) {
		text_str(t, ",");
		odp_text_hex(t, key, size);
		if (!is_all(mask, size, UINT8_MAX)) {
			text_str(t, "/");
			odp_text_hex(t, mask, size);
		}
	}
	text_str(t, "}");
}

void odp_text_geneve(struct text *t, const struct flow_opts *key,
		     const struct flow_opts *mask)
{
	size_t at = 0;

	while (at + HEADER <= key->len) {
		size_t size = (key->data[at + LENGTH_AT] & LENGTH_BITS) * 4U;

		if (at + HEADER + size > key->len)
			return;
		text_option(t, key->data + at, mask->data + at, size);
		at += HEADER + size;
	}
}
