/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doubled by mremap(), which copies nothing. */
#include "common/base/pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGES_MIN_SIZE 65536

int pages_grow(struct pages *p, size_t size)
{
	size_t grown = p->size ? p->size : PAGES_MIN_SIZE;
	void *data;

	if (size <= p->size)
		return 0;
	while (grown < size) {
		if (grown > SIZE_MAX / 2)
			return -ENOMEM;
		grown *= 2;
	}
	data = p->data ? mremap(p->data, p->size, grown, MREMAP_MAYMOVE) :
			 mmap(NULL, grown, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED)
		return -ENOMEM;
	p->data = data;
	p->size = grown;
	return 0;
}

void pages_free(struct pages *p)
{
	if (p->data)
		(void)munmap(p->data, p->size);
	*p = (struct pages){ 0 };
}
