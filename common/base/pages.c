/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Grown by mremap(), which copies nothing.  Pages that move are mapped anew one
 * by one, though, so there is more address space than is asked for, where there
 * is no limit to it: it costs nothing.  Of what is small so little is used that
 * huge pages would waste more; of what is large the kernel may make them.
 */
#include "common/base/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define MIN_SIZE 65536
#define SPARE 32                       /* times as much */
#define SMALL (MIN_SIZE * SPARE)

static void *map(size_t size)
{
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* Kernels without huge pages refuse. */
	if (data != MAP_FAILED && size <= SMALL)
		(void)madvise(data, size, MADV_NOHUGEPAGE);
	return data;
}

/* There is no way back from MADV_NOHUGEPAGE to what the host is set to. */
static void *leave_small(const struct pages *p, size_t size)
{
	void *data = map(size);

	if (data == MAP_FAILED)
		return data;
	memcpy(data, p->data, p->size);
	(void)munmap(p->data, p->size);
	return data;
}

static void *enlarge(const struct pages *p, size_t size)
{
	if (!p->data)
		return map(size);
	if (p->size <= SMALL && size > SMALL)
		return leave_small(p, size);
	return mremap(p->data, p->size, size, MREMAP_MAYMOVE);
}

static bool resize(struct pages *p, size_t size)
{
	void *data = enlarge(p, size);

	if (data == MAP_FAILED)
		return false;
	p->data = data;
	p->size = size;
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
