/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons of flows.  A million flows that find no room in one table have the
 * same one, so lists of them are kept once.
 */
#include <string.h>

#include "swoffd/core/engine_priv.h"

bool engine_reason_set(struct engine *e, struct flow *f,
		       const struct reason *why, size_t n)
{
	uint32_t old = f->reasons_id, id;

	f->reasons_id = 0;
	/* Without memory a flow has a state and no reason. */
	if (n && intern_get(&e->reasons, why, n * sizeof(*why), &id) == 0)
		f->reasons_id = id + 1;
	if (old)
		intern_put(&e->reasons, old - 1);
	return f->reasons_id == old;
}

const struct reason *engine_reasons(const struct engine *e,
				    const struct flow *f, size_t *n)
{
	const struct reason *why = NULL;
	size_t size = 0;

	/* While it is pending these are why it was not in hardware before. */
	if (f->reasons_id && f->state != FLOW_PENDING)
		why = intern_data(&e->reasons, f->reasons_id - 1, &size);
	*n = size / sizeof(*why);
	return why;
}
