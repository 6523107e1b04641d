/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The field table by the groups that ODP text has: ipv4(src=…,dst=…) is the
 * group ipv4.  Made from the table before main() begins; private to
 * common/flow.
 */
#ifndef COMMON_FLOW_ODP_GROUP_H
#define COMMON_FLOW_ODP_GROUP_H

#include "common/flow/field.h"

#define ODP_MAX_GROUPS 64

struct odp_group {
	const char *name;
	uint8_t len;                   /* of the name */
	uint8_t first, end;            /* rows, others between them */
	uint8_t tag;                   /* FLOW_NEED_[C]VLAN: of that tag only */
	bool in_encap;                 /* may stand inside encap() */
	bool is_value;                 /* recirc_id(0): no names inside */
};

/* NULL: the row has none. */
const struct odp_group *odp_group_of(size_t row);

/* 0 … ODP_MAX_GROUPS - 1 */
size_t odp_group_index(const struct odp_group *g);

/* The group of that name, at a depth of encap(); NULL: none. */
const struct odp_group *odp_group_find(const char *name, size_t len,
				       unsigned int depth);

/* The row of that name in the group, looked for from start on and then before
 * it; flow_n_fields: none. */
size_t odp_group_row(const struct odp_group *g, const char *name, size_t len,
		     size_t start);

/* The row of the eth_type behind so many tags, up to two. */
size_t odp_group_eth_type(unsigned int n_tags);

#endif
