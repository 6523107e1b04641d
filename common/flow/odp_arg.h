/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of actions, as tables: (vid=5,pcp=0), (l4(0)), (4).  Of actions
 * with members in struct odp_action they are stored there; of the others they
 * are only checked, and kept as text.  Private to common/flow.
 */
#ifndef COMMON_FLOW_ODP_ARG_H
#define COMMON_FLOW_ODP_ARG_H

#include "common/flow/odp_parse.h"
#include "common/flow/text.h"

enum odp_arg_kind {
	ODP_ARG_NUMBER,        /* name=5 or name=0x5 */
	ODP_ARG_HEX,           /* the same, printed in hexadecimal */
	ODP_ARG_MAC,
	ODP_ARG_IPV4,
	ODP_ARG_IPV6,
	ODP_ARG_PORT,
	ODP_ARG_BYTES,         /* name=0x00112233…, as many as there are */
	ODP_ARG_SEGMENTS_LEFT, /* a number; one less than … */
	ODP_ARG_FLAG,          /* only the name */
	ODP_ARG_NEST,          /* name(…), or (…) if the name is "" */
	/* Without name; alone in their table. */
	ODP_ARG_ONLY_NUMBER,
	ODP_ARG_ONLY_HEX,
	ODP_ARG_ONLY_PORT,
	ODP_ARG_ONLY_DIGITS,   /* 00112233…, none as well */
	ODP_ARG_ONLY_WORDS,    /* a number, or cfm,bfd or cfm|bfd */
	ODP_ARG_ONLY_OPTIONS,  /* {class=…,type=…,len=…,0x…}… */
	ODP_ARG_ONLY_SEGMENTS, /* … addresses here */
};

/* A row; the one behind the last has no name. */
struct odp_arg {
	const char *name;      /* for messages alone if kind has none */
	uint8_t kind;          /* enum odp_arg_kind */
	bool required;
	bool big_endian;       /* as stored */
	uint16_t offset, size; /* in struct odp_action; 0: kept as text */
	uint64_t max;          /* of a number */
	uint64_t usual;        /* what it is if absent, and then not printed;
				* 0: always printed */
	const struct odp_arg *inner;
};

/*
 * From the "(" to behind its ")", into the action.  0, or -EINVAL.
 */
int odp_read_args(struct odp_parser *p, struct odp_action *a,
		  const char *action, const struct odp_arg *args);

/*
 * A value that is kept as text; *segments_left is what the row of that kind
 * said, ODP_NO_SEGMENTS before.
 */
#define ODP_NO_SEGMENTS UINT64_MAX
int odp_scan_arg(struct scan *s, const struct odp_arg *arg,
		 uint64_t *segments_left);

/* The row of a kind that one row has. */
const struct flow_field *odp_field_of_kind(enum flow_kind kind);

/* What is stored, without parentheses. */
void odp_show_args(struct text *t, const struct odp_action *a,
		   const struct odp_arg *args);

/* Says that the data of a flow is full; always -EINVAL. */
int odp_no_room(struct odp_parser *p);

/* More of the text of an action.  0, or -EINVAL: no room in the flow. */
int odp_keep_text(struct odp_parser *p, struct odp_action *a,
		  const char *text, size_t len);

#endif
