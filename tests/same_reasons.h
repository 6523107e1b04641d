/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For whoever reads the same thing in two ways. */
#ifndef TESTS_SAME_REASONS_H
#define TESTS_SAME_REASONS_H

#include <string.h>

#include "common/flow/reason.h"

static inline bool same_reasons(const struct reason_list *a,
				const struct reason_list *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = a->reasons[i].code == b->reasons[i].code &&
		       strcmp(a->reasons[i].subject,
			      b->reasons[i].subject) == 0;
	return same;
}

#endif
