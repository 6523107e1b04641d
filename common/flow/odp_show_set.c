/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set(…) as text. */
#include "common/flow/odp_action.h"
#include "common/flow/odp_set.h"
#include "common/flow/odp_show.h"

static const struct odp_set_field *next_field(const struct odp_set_field *f)
{
	size_t size = (sizeof(*f) + 2U * f->size + 3) & ~(size_t)3;

	return (const struct odp_set_field *)((const char *)f + size);
}

/* How one field is printed may depend on the masks of others. */
static void load(struct flow_match *m, const struct odp_set_field *set,
		 const char *end)
{
	for (; (const char *)set < end; set = next_field(set)) {
		const struct flow_field *f = &flow_fields[set->row];

		memcpy((char *)&m->key + f->offset, set->bytes, f->size);
		memcpy((char *)&m->mask + f->offset, set->bytes + f->size,
		       f->size);
	}
}

static void show_fields(struct text *t, const struct odp_set_field *set,
			const char *end)
{
	const struct flow_field *last = NULL;
	struct flow_match m = { 0 };

	load(&m, set, end);
	for (; (const char *)set < end; set = next_field(set)) {
		const struct flow_field *f = &flow_fields[set->row];
		size_t nest = odp_set_nest(f);

		if (last && odp_set_nest(last) &&
		    !odp_set_is_in(f, last->odp_name, odp_set_nest(last))) {
			text_end_list(t);
			text_add(t, ")");
			text_comma(t);
			last = NULL;
		}
		if (nest && !(last && odp_set_nest(last)))
			text_add(t, "%.*s(", (int)nest, f->odp_name);
		odp_text_field(t, f, &m, odp_usual_form(f, &m));
		text_comma(t);
		last = f;
	}
	text_end_list(t);
	if (last && odp_set_nest(last))
		text_add(t, ")");
}

void odp_show_set(struct text *t, const struct odp_flow *flow,
		  const struct odp_action *a)
{
	const struct odp_set_field *first = odp_data(flow, a);
	const struct flow_field *f = &flow_fields[first->row];

	text_add(t, "set(%s(", f->odp_group ? f->odp_group : f->name);
	show_fields(t, first, (const char *)first + a->data_size);
	text_add(t, "))");
}
