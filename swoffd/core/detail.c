/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists that grow, up to a limit. */
#include "swoffd/core/detail.h"

#include <stdlib.h>

#define FIRST_SIZE 16                  /* doubled whenever it is full */

static const size_t sizes[] = {
	[DETAIL_INFO] = sizeof(struct detail_info),
	[DETAIL_REPORTERS] = sizeof(struct detail_reporter),
	[DETAIL_PARAMS] = sizeof(struct detail_param),
	[DETAIL_RESOURCES] = sizeof(struct detail_resource),
};

static bool is_full(uint32_t n)
{
	return n == 0 || (n >= FIRST_SIZE && (n & (n - 1)) == 0);
}

void *detail_add(struct detail_list *list)
{
	size_t size = sizes[list->kind];
	void *items = list->items;

	if (list->n == DETAIL_MAX)
		return NULL;
	if (is_full(list->n))
		items = realloc(items, size * (list->n ? 2 * list->n :
							 FIRST_SIZE));
	if (!items)
		return NULL;
	list->items = items;
	return memset((char *)items + size * list->n++, 0, size);
}

void detail_fini(struct detail_list *list)
{
	free(list->items);
	list->items = NULL;
	list->n = 0;
}

const char *detail_reporter_state_str(enum reporter_state state)
{
	static const char *const names[] = {
		[REPORTER_HEALTHY] = "healthy",
		[REPORTER_ERROR] = "error",
	};

	return state == REPORTER_UNKNOWN ? "unknown" : names[state];
}
