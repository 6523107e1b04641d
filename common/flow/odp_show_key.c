/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key of a datapath flow as text: what odp_flow.shown lists, fields of one
 * group in the same parentheses.
 */
#include <string.h>

#include "common/flow/odp_group.h"
#include "common/flow/odp_show.h"

struct shower {
	struct text t;
	const struct odp_flow *flow;
	const struct odp_group *group;         /* open, or NULL */
	const char *sub;               /* "erspan/ver": erspan( is open */
	size_t sub_len;
};

static void close_sub(struct shower *s)
{
	if (!s->sub)
		return;
	text_end_list(&s->t);
	text_str(&s->t, ")");
	text_comma(&s->t);
	s->sub = NULL;
}

static void close_group(struct shower *s)
{
	close_sub(s);
	if (!s->group)
		return;
	text_end_list(&s->t);
	text_str(&s->t, ")");
	text_comma(&s->t);
	s->group = NULL;
}

static void open_group(struct shower *s, const struct odp_group *g)
{
	if (s->group == g && !g->is_value)
		return;
	close_group(s);
	s->group = g;
	text_put(&s->t, g->name, g->len);
	text_str(&s->t, "(");
}

/* In the group of its name, if that has a "/". */
static void open_sub(struct shower *s, const char *name)
{
	const char *slash = name ? strchr(name, '/') : NULL;
	size_t len = slash ? (size_t)(slash - name) : 0;

	if (slash && s->sub && len == s->sub_len &&
	    memcmp(name, s->sub, len) == 0)
		return;
	close_sub(s);
	if (!slash)
		return;
	text_put(&s->t, name, len);
	text_str(&s->t, "(");
	s->sub = name;
	s->sub_len = len;
}

static void show_text(struct shower *s, const struct odp_shown *shown)
{
	text_put(&s->t, (const char *)s->flow->data + shown->at, shown->size);
	text_comma(&s->t);
}

static void show_cfi(struct shower *s, const struct odp_shown *shown)
{
	text_add(&s->t, "cfi=%u", shown->at & 1);
	if (shown->form & ODP_FORM_MASK)
		text_add(&s->t, "/%u", shown->at >> 1);
	text_comma(&s->t);
}

static void show_eth_type(struct shower *s, const struct flow_field *f,
			  const struct odp_shown *shown)
{
	close_group(s);
	text_str(&s->t, "eth_type(");
	if (shown->form & ODP_FORM_TEXT)
		show_text(s, shown);
	else
		odp_text_field(&s->t, f, &s->flow->match, shown->form);
	text_end_list(&s->t);
	text_str(&s->t, ")");
	text_comma(&s->t);
}

static void show_row(struct shower *s, const struct odp_shown *shown)
{
	const struct flow_field *f = &flow_fields[shown->what];
	const struct odp_group *g = odp_group_of(shown->what);

	if (!g) {
		show_eth_type(s, f, shown);
		return;
	}
	open_group(s, g);
	if (shown->form & ODP_FORM_EMPTY)
		return;
	if (shown->form & ODP_FORM_CFI) {
		show_cfi(s, shown);
		return;
	}
	/* Kept text of a whole item stands in no group inside this one. */
	open_sub(s, shown->form & ODP_FORM_TEXT && shown->what == g->first ?
			    NULL : f->odp_name);
	if (shown->form & ODP_FORM_TEXT) {
		show_text(s, shown);
		return;
	}
	odp_text_field(&s->t, f, &s->flow->match, shown->form);
	text_comma(&s->t);
}

static void show_in_port(struct shower *s, const struct odp_shown *shown)
{
	const char *quote = shown->form & ODP_FORM_QUOTED ? "\"" : "";

	text_add(&s->t, "in_port(%s", quote);
	text_port(&s->t, &s->flow->in_port);
	text_add(&s->t, "%s", quote);
	if (shown->form & ODP_FORM_MASK)
		text_add(&s->t, shown->at ? "/%#x" : "/%x", shown->at);
	text_str(&s->t, ")");
	text_comma(&s->t);
}

static void show_other(struct shower *s, const struct odp_shown *shown)
{
	close_group(s);
	switch (shown->what) {
	case ODP_SHOWN_IN_PORT:
		show_in_port(s, shown);
		return;
	case ODP_SHOWN_ENCAP:
		text_str(&s->t, "encap(");
		return;
	case ODP_SHOWN_ENCAP_END:
		text_end_list(&s->t);
		text_str(&s->t, ")");
		text_comma(&s->t);
		return;
	case ODP_SHOWN_KEY:
		show_text(s, shown);
		return;
	}
}

int odp_format_key(const struct odp_flow *flow, char *out, size_t size)
{
	struct shower s = { .flow = flow };

	text_init(&s.t, out, size);
	for (size_t i = 0; i < flow->n_shown; i++) {
		const struct odp_shown *shown = &flow->shown[i];

		if (shown->what < flow_n_fields)
			show_row(&s, shown);
		else
			show_other(&s, shown);
	}
	close_group(&s);
	text_end_list(&s.t);
	return (int)s.t.len;
}
