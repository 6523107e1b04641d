/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root is the first to be forgotten. */
#include "swoffd/core/rank.h"

#include <errno.h>
#include <stdlib.h>

/* Is a closer to being forgotten than b? */
static bool before(const struct rank *r, const struct ranked *a,
		   const struct ranked *b)
{
	return r->lowest ? a->value > b->value : a->value < b->value;
}

static void sink(struct rank *r, uint32_t i, uint32_t n)
{
	struct ranked x = r->all[i];

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= n)
			break;
		if (child + 1 < n &&
		    before(r, &r->all[child + 1], &r->all[child]))
			child++;
		if (!before(r, &r->all[child], &x))
			break;
		r->all[i] = r->all[child];
		i = child;
	}
	r->all[i] = x;
}

static void rise(struct rank *r, uint32_t i)
{
	struct ranked x = r->all[i];

	while (i && before(r, &x, &r->all[(i - 1) / 2])) {
		r->all[i] = r->all[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	r->all[i] = x;
}

void rank_fini(struct rank *r)
{
	free(r->all);
	*r = (struct rank){ 0 };
}

int rank_reset(struct rank *r, uint32_t max, bool lowest)
{
	struct ranked *all = r->all;

	if (max > r->max)
		all = reallocarray(r->all, max, sizeof(*all));
	r->n = 0;
	r->lowest = lowest;
	if (!all) {
		r->max = 0;
		return -ENOMEM;
	}
	r->all = all;
	r->max = max;
	return 0;
}

void rank_offer(struct rank *r, float value, uint32_t slot)
{
	struct ranked x = { value, slot };

	if (r->n < r->max) {
		r->all[r->n] = x;
		rise(r, r->n++);
	} else if (r->max && before(r, &r->all[0], &x)) {
		r->all[0] = x;
		sink(r, 0, r->n);
	}
}

void rank_sort(struct rank *r)
{
	for (uint32_t n = r->n; n > 1;) {
		struct ranked first = r->all[0];

		r->all[0] = r->all[--n];
		r->all[n] = first;
		sink(r, 0, n);
	}
}
