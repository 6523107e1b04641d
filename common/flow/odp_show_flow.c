/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole line of `dpctl/dump-flows`. */
#include <inttypes.h>
#include <stdio.h>

#include "common/flow/odp_parse.h"
#include "common/flow/odp_show.h"
#include "common/flow/odp_stats.h"

typedef int format_fn(const struct odp_flow *flow, char *out, size_t size);

/* What another formatter makes of the flow. */
static void add_formatted(struct text *t, const struct odp_flow *flow,
			  format_fn *format)
{
	bool fits = t->len < t->size;
	char none[1];
	int len;

	text_add(t, "%s", "");
	len = format(flow, fits ? t->out + t->len : none,
		     fits ? t->size - t->len : 0);
	t->len += (size_t)len;
}

int odp_flow_format(const struct odp_flow *flow, char *out, size_t size)
{
	char ufid[UFID_STR_SIZE];
	struct text t;

	text_init(&t, out, size);
	if (flow->has_ufid) {
		ufid_format(&flow->ufid, ufid);
		text_add(&t, "ufid:%s, ", ufid);
	}
	add_formatted(&t, flow, odp_format_key);
	if (flow->n_shown)
		text_str(&t, ", ");
	odp_text_stats(&t, flow);
	text_str(&t, "actions:");
	add_formatted(&t, flow, odp_format_actions);
	if (flow->extra_info[0])
		text_add(&t, ", dp-extra-info:%s", flow->extra_info);
	return (int)t.len;
}
