/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scope-bound ownership.  A constructor holds its half-built object in a
 * variable marked AUTO() and hands it over with steal_ptr() once it is whole.
 */
#ifndef COMMON_BASE_CLEANUP_H
#define COMMON_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define AUTO(fn) __attribute__((cleanup(fn##_p)))

/* Makes fn usable in AUTO(); fn must accept NULL. */
#define DEFINE_AUTO(type, fn)                                          \
	static inline __attribute__((unused)) void fn##_p(type *p)     \
	{                                                              \
		fn(*p);                                                \
	}

#define steal_ptr(p) \
	(__extension__({ __auto_type v_ = (p); (p) = NULL; v_; }))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

static inline __attribute__((unused)) void free_p(void *p)
{
	free(*(void **)p);
}

/* For descriptors: AUTO(close_fd) int fd = -1; */
static inline void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}
DEFINE_AUTO(int, close_fd)

static inline int steal_fd(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}

#endif
