/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the key of a datapath flow names and in which order: built here, for
 * readers of text and of netlink.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/bulk.h"
#include "common/base/cleanup.h"
#include "common/flow/odp.h"
#include "common/flow/odp_group.h"
#include "common/flow/odp_show.h"

/* Lists and actions are written before they are read. */
void odp_flow_clear(struct odp_flow *flow)
{
	bulk_clear(flow, offsetof(struct odp_flow, given));
	flow->in_port.no = PORT_NO_NONE;
	flow->n_shown = 0;
	flow->refused.n = 0;
	flow->stats = 0;
	flow->packets = flow->bytes = 0;
	flow->used_ms = UINT64_MAX;
	flow->tcp_flags = 0;
	flow->offloaded = ODP_OFFLOADED_UNSAID;
	flow->layer[0] = flow->extra_info[0] = '\0';
	flow->n_actions = 0;
	flow->data_size = 0;
}

int odp_show_text(struct odp_flow *flow, unsigned int what, const char *text,
		  size_t size)
{
	uint32_t at = flow->data_size;

	if (size > UINT16_MAX || at + size > ODP_DATA_SIZE ||
	    odp_show(flow, what, ODP_FORM_TEXT, at) < 0)
		return -ENOSPC;
	memcpy(flow->data + at, text, size);
	flow->shown[flow->n_shown - 1].size = (uint16_t)size;
	flow->data_size += (uint32_t)size;
	return 0;
}

static bool is_eth_type(size_t row)
{
	return row == odp_group_eth_type(0) || row == odp_group_eth_type(1) ||
	       row == odp_group_eth_type(2);
}

static int text_of_lse(char *out, size_t size, const struct flow_mpls *k,
		       const struct flow_mpls *m, bool exact)
{
	if (exact)
		return snprintf(out, size, "label=%u,tc=%u,ttl=%u,bos=%u",
				k->label, k->tc, k->ttl, k->bos);
	return snprintf(out, size,
			"label=%u/0x%x,tc=%u/%x,ttl=%u/0x%x,bos=%u/%x",
			k->label, m->label, k->tc, m->tc, k->ttl, m->ttl,
			k->bos, m->bos);
}

/* The entries behind the first one, which has rows of its own. */
static int show_stack(struct odp_flow *flow)
{
	const struct flow_match *m = &flow->match;
	const struct odp_group *g = odp_group_find("mpls", 4, 0);
	bool exact;
	size_t n = odp_stack_size(m, &exact);
	char text[96];

	for (size_t i = 1; i < n; i++) {
		int len = text_of_lse(text, sizeof(text), &m->key.mpls[i],
				      &m->mask.mpls[i], exact);
		int rc = odp_show_text(flow, g->first, text, (size_t)len);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* What text has no name for is given all the same. */
int odp_show_row(struct odp_flow *flow, size_t row)
{
	const struct flow_field *f = &flow_fields[row];

	if (f->kind == FLOW_KIND_MPLS_OPTS)
		return show_stack(flow);
	if (!odp_group_of(row) && !is_eth_type(row))
		return 0;
	return odp_show(flow, (unsigned int)row,
			odp_usual_form(f, &flow->match), 0);
}

int odp_give(struct odp_flow *flow, size_t row)
{
	if (flow->n_given == ARRAY_LEN(flow->given) ||
	    odp_show_row(flow, row) < 0)
		return -ENOSPC;
	flow->given[flow->n_given++] = (uint8_t)row;
	return 0;
}
