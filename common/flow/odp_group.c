/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of groups.  Reads no text but the names in the table. */
#include "common/flow/odp_group.h"

#include <stdlib.h>
#include <string.h>

#include "common/flow/scan.h"

#define TAGS (FLOW_NEED_VLAN | FLOW_NEED_CVLAN)
#define NO_GROUP ODP_MAX_GROUPS

static struct odp_group groups[ODP_MAX_GROUPS];
static size_t n_groups;
/* Groups whose names look alike, in chains that end with NO_GROUP. */
static uint8_t alike[ODP_MAX_GROUPS], next_alike[ODP_MAX_GROUPS];
static uint8_t group_of[FLOW_MAX_FIELDS];
static uint8_t name_len[FLOW_MAX_FIELDS];
static uint8_t eth_type_rows[3];

static void index_eth_type(size_t row)
{
	static const size_t offset[] = {
		offsetof(struct flow_key, eth_type_be),
		offsetof(struct flow_key, vlan_eth_type_be),
		offsetof(struct flow_key, cvlan_eth_type_be),
	};

	for (size_t i = 0; i < 3; i++)
		if (flow_fields[row].offset == offset[i])
			eth_type_rows[i] = (uint8_t)row;
}

static size_t look_of(const char *name, size_t len)
{
	return (len * 8 + (unsigned char)*name) % ODP_MAX_GROUPS;
}

static void add_group(const struct odp_group *g)
{
	uint8_t *chain = &alike[look_of(g->name, g->len)];

	groups[n_groups] = *g;
	next_alike[n_groups] = *chain;
	*chain = (uint8_t)n_groups++;
}

static bool is_of(const struct odp_group *g, const struct flow_field *f)
{
	return strcmp(g->name, f->odp_group) == 0 && g->tag == (f->need & TAGS);
}

static void index_row(size_t row)
{
	const struct flow_field *f = &flow_fields[row];
	size_t i = 0;

	while (i < n_groups && !is_of(&groups[i], f))
		i++;
	if (i == ODP_MAX_GROUPS)
		abort();
	if (i == n_groups)
		add_group(&(struct odp_group){
			.name = f->odp_group,
			.len = (uint8_t)strlen(f->odp_group),
			.first = (uint8_t)row,
			.tag = f->need & TAGS,
			.in_encap = f->need & TAGS || eth_type_rows[2],
			.is_value = !f->odp_name,
		});
	groups[i].end = (uint8_t)(row + 1);
	group_of[row] = (uint8_t)i;
	name_len[row] = f->odp_name ? (uint8_t)strlen(f->odp_name) : 0;
}

/* What stands behind the types in the table stands behind them in packets. */
__attribute__((constructor)) static void index_rows(void)
{
	memset(alike, NO_GROUP, sizeof(alike));
	for (size_t row = 0; row < flow_n_fields; row++) {
		group_of[row] = NO_GROUP;
		index_eth_type(row);
		if (flow_fields[row].odp_group)
			index_row(row);
	}
}

const struct odp_group *odp_group_of(size_t row)
{
	return group_of[row] == NO_GROUP ? NULL : &groups[group_of[row]];
}

size_t odp_group_index(const struct odp_group *g)
{
	return (size_t)(g - groups);
}

/* vid, pcp and cfi are of the tag that encap() has not opened yet. */
static bool is_of_depth(const struct odp_group *g, unsigned int depth)
{
	return !g->tag || g->tag == (depth ? FLOW_NEED_CVLAN : FLOW_NEED_VLAN);
}

const struct odp_group *odp_group_find(const char *name, size_t len,
				       unsigned int depth)
{
	for (size_t i = alike[look_of(name, len)]; i != NO_GROUP;
	     i = next_alike[i]) {
		const struct odp_group *g = &groups[i];

		if (g->len == len && scan_same(g->name, name, len) &&
		    is_of_depth(g, depth))
			return g;
	}
	return NULL;
}

size_t odp_group_row(const struct odp_group *g, const char *name, size_t len,
		     size_t start)
{
	size_t n = (size_t)(g->end - g->first);
	size_t index = odp_group_index(g), row = start;

	for (size_t i = 0; i < n; i++, row++) {
		if (row < g->first || row >= g->end)
			row = g->first;
		if (name_len[row] != len || group_of[row] != index)
			continue;
		if (scan_same(flow_fields[row].odp_name, name, len))
			return row;
	}
	return flow_n_fields;
}

size_t odp_group_eth_type(unsigned int n_tags)
{
	return eth_type_rows[n_tags];
}
