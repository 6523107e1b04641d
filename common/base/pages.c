/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Grown by mremap(), which copies nothing.  Pages that move are mapped anew one
 * by one, though, so there is more address space than is asked for, where there
 * is no limit to it: it costs nothing.
 */
#include "common/base/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#define MIN_SIZE 65536
#define SPARE 32                       /* times as much */

static void *map(const struct pages *p, size_t size)
{
	if (p->data)
		return mremap(p->data, p->size, size, MREMAP_MAYMOVE);
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static bool resize(struct pages *p, size_t size)
{
	void *data = map(p, size);

	if (data == MAP_FAILED)
		return false;
	p->data = data;
	p->size = size;
	/* Of a small one so little is used that huge pages would waste more. */
	(void)madvise(data, size, size > MIN_SIZE * SPARE ? MADV_HUGEPAGE :
							    MADV_NOHUGEPAGE);
	return true;
}

int pages_grow(struct pages *p, size_t size)
{
	size_t grown = p->size ? p->size : MIN_SIZE;

	if (size <= p->size)
		return 0;
	while (grown < size) {
		if (grown > SIZE_MAX / (2 * SPARE))
			return -ENOMEM;
		grown *= 2;
	}
	return resize(p, grown * SPARE) || resize(p, grown) ? 0 : -ENOMEM;
}

void pages_free(struct pages *p)
{
	if (p->data)
		(void)munmap(p->data, p->size);
	*p = (struct pages){ 0 };
}
