/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the key of a datapath flow names and in which order: built here, for
 * readers of text and of netlink.
 */
#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp.h"
#include "common/flow/odp_show.h"

/* Lists and actions are written before they are read. */
void odp_flow_clear(struct odp_flow *flow)
{
	memset(flow, 0, offsetof(struct odp_flow, given));
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

static struct odp_shown *add_shown(struct odp_flow *flow, unsigned int what,
				   unsigned int form)
{
	struct odp_shown *s;

	if (flow->n_shown == ODP_MAX_SHOWN)
		return NULL;
	s = &flow->shown[flow->n_shown++];
	s->what = (uint8_t)what;
	s->form = (uint8_t)form;
	s->size = 0;
	s->at = 0;
	return s;
}

int odp_show(struct odp_flow *flow, unsigned int what, unsigned int form,
	     uint32_t at)
{
	struct odp_shown *s = add_shown(flow, what, form);

	if (!s)
		return -ENOSPC;
	s->at = at;
	return 0;
}

int odp_show_text(struct odp_flow *flow, unsigned int what, const char *text,
		  size_t size)
{
	struct odp_shown *s;

	if (size > UINT16_MAX || flow->data_size + size > ODP_DATA_SIZE)
		return -ENOSPC;
	s = add_shown(flow, what, ODP_FORM_TEXT);
	if (!s)
		return -ENOSPC;
	memcpy(flow->data + flow->data_size, text, size);
	s->size = (uint16_t)size;
	s->at = flow->data_size;
	flow->data_size += (uint32_t)size;
	return 0;
}

int odp_give(struct odp_flow *flow, size_t row)
{
	const struct flow_field *f = &flow_fields[row];

	if (flow->n_given == ARRAY_LEN(flow->given) ||
	    odp_show(flow, (unsigned int)row, odp_usual_form(f, &flow->match),
		     0) < 0)
		return -ENOSPC;
	flow->given[flow->n_given++] = (uint8_t)row;
	return 0;
}
