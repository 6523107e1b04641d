/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "tunnel_key": set with its options, and unset. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_action.h"

#define GENEVE_HEAD 4          /* class, type, length */
#define GENEVE_DATA_MAX 124    /* 31 words */

/*
 * Reading
 */

static int parse_part(struct tc_parser *p, unsigned int base, uint64_t max,
		      const char *what, uint64_t *out)
{
	int rc = base ? scan_uint_base(&p->s, base, max, what, out) :
			act_scan_uint(p, 0, max, what, out);

	return rc;
}

static int colon(struct tc_parser *p)
{
	return scan_char(&p->s, ':') ? 0 : scan_expected(&p->s, "\":\"");
}

/* CLASS:TYPE:DATA, all hexadecimal. */
static int parse_geneve_opt(struct tc_parser *p, struct flow_opts *o)
{
	uint8_t data[GENEVE_DATA_MAX];
	uint64_t class, type;
	int n;

	if (parse_part(p, 16, UINT16_MAX, "a class", &class) < 0 ||
	    colon(p) < 0 ||
	    parse_part(p, 16, UINT8_MAX, "a type", &type) < 0 || colon(p) < 0)
		return -EINVAL;
	n = act_scan_hex(p, ",", data, sizeof(data));
	if (n < 0)
		return n;
	if (!n || n % 4)
		return scan_expected(&p->s, "4, 8 … bytes of data before this");
	if (o->len + GENEVE_HEAD + (size_t)n > sizeof(o->data))
		return scan_expected(&p->s, "at most %zu bytes of options",
				     sizeof(o->data));
	o->data[o->len] = (uint8_t)(class >> 8);
	o->data[o->len + 1] = (uint8_t)class;
	o->data[o->len + 2] = (uint8_t)type;
	o->data[o->len + 3] = (uint8_t)(n / 4);
	memcpy(o->data + o->len + GENEVE_HEAD, data, (size_t)n);
	o->len = (uint8_t)(o->len + GENEVE_HEAD + n);
	return 0;
}

static int parse_geneve(struct tc_parser *p, struct rule_tunnel *t)
{
	int rc;

	do
		rc = parse_geneve_opt(p, &t->geneve);
	while (rc == 0 && scan_char(&p->s, ','));
	return rc < 0 ? rc : tc_word_done(p);
}

static int parse_vxlan(struct tc_parser *p, struct rule_tunnel *t)
{
	uint64_t gbp;
	int rc = act_uint(p, 0, UINT32_MAX, "a group policy", &gbp);

	if (rc == 0)
		t->vxlan_gbp = (uint32_t)gbp;
	return rc;
}

/* VERSION:INDEX:DIRECTION:HWID; what comes last may be left away. */
static int parse_erspan(struct tc_parser *p, struct rule_tunnel *t)
{
	static const struct {
		const char *what;
		uint32_t max;
		uint8_t has;
	} parts[] = {
		{ "a version", UINT8_MAX, RULE_ERSPAN_VER },
		{ "an index", UINT32_MAX, RULE_ERSPAN_INDEX },
		{ "a direction", UINT8_MAX, RULE_ERSPAN_DIR },
		{ "a hardware id", UINT8_MAX, RULE_ERSPAN_HWID },
	};
	uint64_t v[ARRAY_LEN(parts)] = { 0 };

	t->erspan_has = 0;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (i && !scan_char(&p->s, ':'))
			break;
		if (parse_part(p, 0, parts[i].max, parts[i].what, &v[i]) < 0)
			return -EINVAL;
		t->erspan_has |= parts[i].has;
	}
	t->erspan_ver = (uint8_t)v[0];
	t->erspan_index_be = htonl((uint32_t)v[1]);
	t->erspan_dir = (uint8_t)v[2];
	t->erspan_hwid = (uint8_t)v[3];
	return tc_word_done(p);
}

static int parse_csum(struct tc_parser *p, struct rule_tunnel *t)
{
	(void)p;
	t->no_csum = false;
	return 0;
}

static int parse_nocsum(struct tc_parser *p, struct rule_tunnel *t)
{
	(void)p;
	t->no_csum = true;
	return 0;
}

static const struct {
	const char *word;
	uint16_t has;
	int (*parse)(struct tc_parser *p, struct rule_tunnel *t);
} words[] = {
	{ "geneve_opts", RULE_TUNNEL_GENEVE, parse_geneve },
	{ "vxlan_opts", RULE_TUNNEL_VXLAN, parse_vxlan },
	{ "erspan_opts", RULE_TUNNEL_ERSPAN, parse_erspan },
	{ "csum", RULE_TUNNEL_NO_CSUM, parse_csum },
	{ "nocsum", RULE_TUNNEL_NO_CSUM, parse_nocsum },
};

#define OPTIONS (RULE_TUNNEL_GENEVE | RULE_TUNNEL_VXLAN | RULE_TUNNEL_ERSPAN)

static int parse_word(struct tc_parser *p, struct rule_action *a,
		      struct rule_tunnel *t)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!tc_is_prefix(p, words[i].word))
			continue;
		if (words[i].has & OPTIONS && t->has & OPTIONS)
			return scan_expected(&p->s, "options of one kind, once");
		tc_next(p);
		t->has |= words[i].has;
		return words[i].parse(p, t) < 0 ? -EINVAL : 1;
	}
	return act_param(p, a);
}

static int check(struct tc_parser *p, const struct rule_tunnel *t)
{
	const uint16_t v4 = RULE_TUNNEL_IPV4_SRC | RULE_TUNNEL_IPV4_DST;
	const uint16_t v6 = RULE_TUNNEL_IPV6_SRC | RULE_TUNNEL_IPV6_DST;

	if ((t->has & (v4 | v6)) == v4 || (t->has & (v4 | v6)) == v6)
		return 0;
	return scan_expected(&p->s, "src_ip and dst_ip, of one family, before "
			     "this");
}

static int parse_set(struct tc_parser *p, struct rule_action *a)
{
	struct rule_tunnel *t;
	int rc;

	a->tunnel_key.set = true;
	t = act_data(p, a, sizeof(*t));
	t->has = RULE_TUNNEL_NO_CSUM;
	do
		rc = parse_word(p, a, t);
	while (rc > 0);
	return rc < 0 ? rc : check(p, t);
}

int act_parse_tunnel(struct tc_parser *p, struct rule_action *a)
{
	int rc = 0;

	if (a->only_index)
		return act_control(p, a, RULE_PIPE);
	if (!tc_is_prefix(p, "unset") && !tc_is_prefix(p, "set"))
		return scan_expected(&p->s, "set or unset");
	if (tc_is_prefix(p, "set")) {
		tc_next(p);
		rc = parse_set(p, a);
	} else {
		tc_next(p);
	}
	return rc < 0 ? rc : act_control(p, a, RULE_PIPE);
}

/*
 * Showing
 */

static void show_geneve(struct text *t, const struct flow_opts *o)
{
	for (size_t at = 0; at + GENEVE_HEAD <= o->len;) {
		const uint8_t *h = o->data + at;
		size_t size = h[3] * 4U;

		if (size > o->len - at - GENEVE_HEAD)
			return;
		text_add(t, "%s%02x%02x:%02x:", at ? "," : "", h[0], h[1],
			 h[2]);
		act_show_hex(t, h + GENEVE_HEAD, size);
		at += GENEVE_HEAD + size;
	}
}

static void show_erspan(struct text *t, const struct rule_tunnel *k)
{
	uint8_t has = k->erspan_has;

	text_add(t, " erspan_opts %u", k->erspan_ver);
	if (!has || has & (RULE_ERSPAN_INDEX | RULE_ERSPAN_DIR |
			   RULE_ERSPAN_HWID))
		text_add(t, ":%u", ntohl(k->erspan_index_be));
	if (!has || has & (RULE_ERSPAN_DIR | RULE_ERSPAN_HWID))
		text_add(t, ":%u", k->erspan_dir);
	if (!has || has & RULE_ERSPAN_HWID)
		text_add(t, ":%u", k->erspan_hwid);
}

void act_show_tunnel(struct text *t, const struct rule *r,
		     const struct rule_action *a)
{
	const struct rule_tunnel *k = rule_data(r, a);

	if (!a->tunnel_key.set) {
		text_add(t, " unset");
		return;
	}
	text_add(t, " set");
	act_show_params(t, r, a);
	if (k->has & RULE_TUNNEL_GENEVE) {
		text_add(t, " geneve_opts ");
		show_geneve(t, &k->geneve);
	}
	if (k->has & RULE_TUNNEL_VXLAN)
		text_add(t, " vxlan_opts %u", k->vxlan_gbp);
	if (k->has & RULE_TUNNEL_ERSPAN)
		show_erspan(t, k);
	if (k->has & RULE_TUNNEL_NO_CSUM)
		text_add(t, k->no_csum ? " nocsum" : " csum");
}
