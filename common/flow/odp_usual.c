/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How Open vSwitch would write a key that was never text: the order of the
 * field table, but for the port and the nesting of tags.
 */
#include "common/flow/odp.h"
#include "common/flow/odp_group.h"
#include "common/flow/odp_show.h"

struct usual {
	struct odp_flow *flow;
	uint64_t rows[FLOW_MAX_FIELDS / 64];   /* that are given */
};

static bool has(const struct usual *u, size_t row)
{
	return u->rows[row / 64] >> row % 64 & 1;
}

/* At most as many as there are rows, and a few: they fit. */
static void show(struct usual *u, size_t what, unsigned int form)
{
	(void)odp_show(u->flow, (unsigned int)what, form, UINT32_MAX);
}

static void show_row(struct usual *u, size_t row)
{
	if (has(u, row))
		(void)odp_show_row(u->flow, row);
}

static void show_group(struct usual *u, const struct odp_group *g,
		       bool even_if_empty)
{
	uint16_t n_shown = u->flow->n_shown;

	for (size_t row = g->first; row < g->end; row++)
		if (odp_group_of(row) == g)
			show_row(u, row);
	if (even_if_empty && n_shown == u->flow->n_shown)
		show(u, g->first, ODP_FORM_EMPTY);
}

/* label, tc, ttl, bos: not in the order of the table. */
static void show_mpls(struct usual *u, const struct odp_group *g)
{
	static const size_t offsets[] = {
		offsetof(struct flow_key, mpls[0].label),
		offsetof(struct flow_key, mpls[0].tc),
		offsetof(struct flow_key, mpls[0].ttl),
		offsetof(struct flow_key, mpls[0].bos),
	};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		for (size_t row = g->first; row < g->end; row++)
			if (odp_group_of(row) == g &&
			    flow_fields[row].offset == offsets[i])
				show_row(u, row);
	for (size_t row = 0; row < flow_n_fields; row++)
		if (flow_fields[row].kind == FLOW_KIND_MPLS_OPTS)
			show_row(u, row);
}

static bool is_at(size_t row, size_t offset)
{
	return flow_fields[row].offset == offset;
}

/* What comes before the row, in that place of the text. */
static void show_before(struct usual *u, size_t row)
{
	const struct odp_flow *flow = u->flow;
	bool has_port = flow->in_port.no != PORT_NO_NONE ||
			flow->in_port.name[0];

	if (has_port && is_at(row, offsetof(struct flow_key, packet_type_ns)))
		show(u, ODP_SHOWN_IN_PORT, 0);
	if ((flow->vlan_present && row == odp_group_eth_type(1)) ||
	    (flow->cvlan_present && row == odp_group_eth_type(2)))
		show(u, ODP_SHOWN_ENCAP, 0);
}

static bool is_present(const struct odp_flow *flow, const struct odp_group *g)
{
	if (g->tag == FLOW_NEED_VLAN)
		return flow->vlan_present;
	if (g->tag == FLOW_NEED_CVLAN)
		return flow->cvlan_present;
	return flow->has_eth &&
	       is_at(g->first, offsetof(struct flow_key, eth_src));
}

void odp_show_usual(struct odp_flow *flow)
{
	struct usual u = { .flow = flow };

	flow->n_shown = 0;
	for (size_t i = 0; i < flow->n_given; i++)
		u.rows[flow->given[i] / 64] |= (uint64_t)1
					       << flow->given[i] % 64;
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct odp_group *g = odp_group_of(row);

		show_before(&u, row);
		if (g && g->first == row &&
		    flow_fields[row].need & FLOW_NEED_MPLS)
			show_mpls(&u, g);
		else if (g && g->first == row)
			show_group(&u, g, is_present(flow, g));
		else if (row == odp_group_eth_type(0) ||
			 row == odp_group_eth_type(1) ||
			 row == odp_group_eth_type(2))
			show_row(&u, row);
	}
	for (int n = flow->vlan_present + flow->cvlan_present; n; n--)
		show(&u, ODP_SHOWN_ENCAP_END, 0);
}
