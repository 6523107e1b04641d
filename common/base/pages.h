/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that grows without being touched: what is new is zero and takes no
 * room until it is written to.  For arrays of millions, half of which would be
 * resident for nothing if they were doubled and cleared.
 */
#ifndef COMMON_BASE_PAGES_H
#define COMMON_BASE_PAGES_H

#include <stddef.h>

/* {0} is empty. */
struct pages {
	void *data;                    /* moves when it grows */
	size_t size;                   /* bytes */
};

/* At least size bytes; what is there stays.  0 or -ENOMEM. */
int pages_grow(struct pages *p, size_t size);
void pages_free(struct pages *p);

#endif
