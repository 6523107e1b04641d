/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read ODP text share; private to common/flow. */
#ifndef COMMON_FLOW_ODP_PARSE_H
#define COMMON_FLOW_ODP_PARSE_H

#include "common/flow/odp.h"
#include "common/flow/scan.h"

/* Between keys, fields and actions; Open vSwitch takes any number of them. */
#define ODP_SEPARATORS (SCAN_COMMA | SCAN_BLANK)

#define ODP_N_TCP_FLAGS 12
extern const char *const odp_tcp_flag_names[ODP_N_TCP_FLAGS];

struct odp_parser {
	struct scan s;
	struct odp_flow *flow;
	unsigned int depth;            /* of encap() */
	size_t row;                    /* where the last key was found */
	uint64_t rows_seen[FLOW_MAX_FIELDS / 64];
	uint64_t groups_seen[FLOW_MAX_FIELDS / 64];
	uint64_t others_seen[2];       /* keys that are no rows, by depth */
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

/* VALUE or VALUE/MASK, into the match of the flow; the mask is not applied. */
int odp_parse_value(struct odp_parser *p, const struct flow_field *f);

/* The cursor is behind "actions:"; reads to the end of the line. */
int odp_parse_actions(struct odp_parser *p);

#endif
