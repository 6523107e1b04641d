/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read ODP text share; private to common/flow. */
#ifndef COMMON_FLOW_ODP_PARSE_H
#define COMMON_FLOW_ODP_PARSE_H

#include "common/flow/odp.h"
#include "common/flow/odp_group.h"
#include "common/flow/scan.h"

/* Between keys, fields and actions; Open vSwitch takes any number of them. */
#define ODP_SEPARATORS (SCAN_COMMA | SCAN_BLANK)

#define ODP_N_TCP_FLAGS 12
extern const char *const odp_tcp_flag_names[ODP_N_TCP_FLAGS];

struct odp_parser {
	struct scan s;
	struct odp_flow *flow;
	unsigned int depth;            /* of encap() */
	size_t row;                    /* where to look for the next field */
	unsigned int lse;              /* entry of the label stack */
	uint64_t lse_seen;             /* its rows, from that of the group on */
	uint64_t rows_seen[FLOW_MAX_FIELDS / 64];
	uint64_t groups_seen[ODP_MAX_GROUPS / 64];
	uint64_t others_seen[3];       /* keys that are no rows, by depth */
	uint64_t prefixes_seen;
	unsigned int nesting;          /* of actions in each other */
};

static inline void odp_skip_separators(struct scan *s)
{
	while (*s->p == ',' || scan_is_space(*s->p))
		s->p++;
}

/* The cursor is on the "(" behind the name of a key. */
int odp_parse_key(struct odp_parser *p, const char *name, size_t len);

/*
 * VALUE or VALUE/MASK into *m; the mask is not applied.  *form gets how it is
 * written; ODP_FORM_TEXT if only its text says it all.
 */
int odp_parse_value(struct odp_parser *p, const struct flow_field *f,
		    struct flow_match *m, unsigned int *form);

/* The field at the cursor is of this row; at is where its item begins. */
int odp_parse_field(struct odp_parser *p, size_t row, const char *at);

/* All fields of the group, up to behind the ")". */
int odp_parse_items(struct odp_parser *p, const struct odp_group *g);

/* An item that is written as name(…): the cursor is on the "(". */
int odp_parse_nested(struct odp_parser *p, const struct odp_group *g,
		     const char *name, size_t len);

/*
 * A field given again: an error but for label= and what follows it in a label
 * stack.  Or lse1=…; row is then flow_n_fields.  The cursor is behind the "=".
 */
int odp_parse_lse(struct odp_parser *p, const struct odp_group *g, size_t row,
		  const char *name, size_t len);

/* {class=…,type=…,len=4,0x…}{…}, up to a ")". */
int odp_parse_geneve(struct scan *s, const struct flow_field *f,
		     struct flow_match *m);

/* A key from its name to the cursor, kept as text and, unless it matches
 * nothing, refused. */
int odp_parse_unknown(struct odp_parser *p, unsigned int what,
		      enum reason_code code, const char *name, size_t len);

/* odp_show(), and a syntax error if there is no room. */
int odp_parse_show(struct odp_parser *p, unsigned int what, unsigned int form,
		   uint32_t at);

/* Remembers what the text names; at is where its item begins. */
int odp_parse_shown(struct odp_parser *p, size_t row, unsigned int form,
		    const char *at);

int odp_parse_duplicate(struct odp_parser *p, const char *name, size_t len);
int odp_parse_close(struct odp_parser *p);

/* The cursor is behind "actions:"; reads to the end of the line, or to
 * "dp-extra-info:". */
int odp_parse_actions(struct odp_parser *p);

#endif
