/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read ct(…) share; private to common/flow. */
#ifndef COMMON_FLOW_ODP_CT_H
#define COMMON_FLOW_ODP_CT_H

#include "common/flow/odp_action.h"

struct odp_ct_reader {
	struct odp_parser *p;
	struct odp_ct *ct;
	uint64_t seen;
	const char *open;              /* of the list being read */
	bool has_value;                /* behind the word just read */
};

struct odp_ct_word {
	const char *name;
	char next;                     /* behind the name; 0: nothing */
	int (*read)(struct odp_ct_reader *r);
};

/* From "(" to behind ")", a list of words of which each may come once. */
int odp_ct_read_words(struct odp_ct_reader *r, const struct odp_ct_word *words,
		      size_t n);

/* The cursor is behind "nat". */
int odp_ct_read_nat(struct odp_ct_reader *r);

#endif
