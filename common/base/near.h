/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean …?": the word nearest to one that was not found. */
#ifndef COMMON_BASE_NEAR_H
#define COMMON_BASE_NEAR_H

#include <stddef.h>

#define NEAR_MAX_SIZE 64

struct near {
	const char *word;              /* borrowed */
	size_t distance;               /* of the best so far */
	char best[NEAR_MAX_SIZE];      /* "" while none is near enough */
};

struct near near_init(const char *word);

/* Keeps the candidate if it is nearer than those before, and near enough. */
void near_try(struct near *n, const char *candidate);

#endif
