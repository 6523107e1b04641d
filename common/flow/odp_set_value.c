/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/flow/odp_set.h"

int odp_read_field(struct odp_parser *p, const struct flow_field *f,
		   struct flow_match *m)
{
	int rc = scan_field(&p->s, f, &m->key);

	if (rc < 0)
		return rc;
	if (scan_char(&p->s, '/'))
		return scan_field(&p->s, f, &m->mask);
	flow_field_set_exact(f, &m->mask);
	return 0;
}

void odp_show_field(struct text *t, const struct flow_field *f,
		    const struct flow_match *m)
{
	bool hex = f->kind == FLOW_KIND_HEX && flow_field_get(f, &m->key);

	text_field(t, f, &m->key, hex);
	if (flow_field_exact(f, &m->mask))
		return;
	text_add(t, "/");
	text_field(t, f, &m->mask, true);
}
