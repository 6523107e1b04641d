/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is copied but the unfinished tail, once a read. */
#include "common/base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void lines_fini(struct lines *l)
{
	free(l->buf);
	*l = (struct lines){ 0 };
}

static int reserve(struct lines *l)
{
	size_t need = l->end + LINES_READ_SIZE + 1;
	size_t grown = l->size ? l->size : 2 * LINES_READ_SIZE;
	char *p;

	if (need <= l->size)
		return 0;
	while (grown < need)
		grown *= 2;
	p = realloc(l->buf, grown);
	if (!p)
		return -ENOMEM;
	l->buf = p;
	l->size = grown;
	return 0;
}

ssize_t lines_read(struct lines *l, int fd)
{
	ssize_t n;

	if (l->start) {
		memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->end -= l->start;
		l->scanned -= l->start;
		l->start = 0;
	}
	if (reserve(l) < 0)
		return -ENOMEM;
	n = read(fd, l->buf + l->end, LINES_READ_SIZE);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	l->end += (size_t)n;
	l->eof = n == 0;
	return n;
}

/* The end of the line that starts at l->start, or NULL if it is not here. */
static char *find_end(struct lines *l)
{
	size_t left = l->end - l->scanned;
	char *nl = left ? memchr(l->buf + l->scanned, '\n', left) : NULL;

	l->scanned = l->end;
	if (!nl && l->eof && l->start != l->end)
		nl = l->buf + l->end;
	return nl;
}

static enum lines_result no_end(struct lines *l)
{
	if (l->eof)
		return LINES_END;
	if (l->skipping || l->end - l->start < LINES_MAX_SIZE) {
		if (l->skipping)
			l->start = l->end;
		return LINES_MORE;
	}
	l->skipping = true;
	l->start = l->end;
	l->number++;
	return LINES_TOO_LONG;
}

enum lines_result lines_next(struct lines *l, char **line)
{
	for (;;) {
		char *nl = find_end(l);
		size_t size;
		bool skipped = l->skipping;

		if (!nl)
			return no_end(l);
		size = (size_t)(nl - l->buf) - l->start;
		*line = l->buf + l->start;
		*nl = '\0';
		l->start += size + (l->start + size < l->end);
		l->scanned = l->start;
		l->skipping = false;
		if (skipped)
			continue;
		l->number++;
		if (size >= LINES_MAX_SIZE)
			return LINES_TOO_LONG;
		if (size && (*line)[size - 1] == '\r')
			(*line)[--size] = '\0';
		return memchr(*line, '\0', size) ? LINES_HAS_NUL : LINES_LINE;
	}
}
