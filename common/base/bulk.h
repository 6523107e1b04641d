/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clearing and copying of some hundred bytes where every flow passes.  Of a
 * size that it knows gcc makes "rep stos" and "rep movs" at -O2, which take 20
 * to 30 ns to begin with; of one that it does not know, the C library's own.
 */
#ifndef COMMON_BASE_BULK_H
#define COMMON_BASE_BULK_H

#include <stddef.h>
#include <string.h>

static inline size_t bulk_unknown(size_t size)
{
	__asm__("" : "+r"(size));
	return size;
}

static inline void bulk_clear(void *p, size_t size)
{
	memset(p, 0, bulk_unknown(size));
}

static inline void bulk_copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, bulk_unknown(size));
}

#endif
