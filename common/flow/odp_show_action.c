/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions of a datapath flow as text. */
#include "common/flow/odp_word.h"

static void show_text(struct text *t, const struct odp_flow *flow,
		      const struct odp_action *a)
{
	text_add(t, "%.*s", (int)a->data_size,
		 (const char *)odp_data(flow, a));
}

static void show_word(struct text *t, const struct odp_flow *flow,
		      const struct odp_action *a)
{
	const struct odp_word *w = odp_word_of(a->kind);

	if (w->show) {
		w->show(t, flow, a);
		return;
	}
	text_add(t, "%s", w->name);
	if (w->has_args == ODP_ARGS_NONE)
		return;
	if (!w->args) {
		odp_show_inner(t, flow, a);
		return;
	}
	text_add(t, "(");
	if (w->args->size)
		odp_show_args(t, a, w->args);
	else
		show_text(t, flow, a);
	text_add(t, ")");
}

void odp_show_actions(struct text *t, const struct odp_flow *flow,
		      size_t first, size_t n)
{
	if (!n)
		text_add(t, "drop");
	for (size_t i = first; i < first + n; i += 1U + flow->actions[i].n_inner) {
		const struct odp_action *a = &flow->actions[i];

		if (a->kind == ODP_OUTPUT)
			text_port(t, &a->output);
		else if (a->kind == ODP_OTHER)
			show_text(t, flow, a);
		else
			show_word(t, flow, a);
		text_comma(t);
	}
	text_end_list(t);
}

int odp_format_actions(const struct odp_flow *flow, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	odp_show_actions(&t, flow, 0, flow->n_actions);
	return (int)t.len;
}
