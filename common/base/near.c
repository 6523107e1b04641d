/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edit distance by rows (Levenshtein); words too long are never near. */
#include "common/base/near.h"

#include <string.h>

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static size_t distance(const char *a, const char *b)
{
	size_t row[NEAR_MAX_SIZE], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t above = row[j + 1];

			row[j + 1] = min3(above + 1, row[j] + 1,
					  diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[n];
}

struct near near_init(const char *word)
{
	/* More than a third of the letters wrong is another word. */
	return (struct near){ .word = word,
			      .distance = strlen(word) / 3 + 2 };
}

void near_try(struct near *n, const char *candidate)
{
	size_t d;

	if (strlen(candidate) >= NEAR_MAX_SIZE ||
	    strlen(n->word) >= NEAR_MAX_SIZE)
		return;
	d = distance(n->word, candidate);
	if (d >= n->distance)
		return;
	n->distance = d;
	memcpy(n->best, candidate, strlen(candidate) + 1);
}
