/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is copied but the unfinished tail, once a read, and lines that go
 * on, once. */
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
		l->piece -= l->start;
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

/* The end of the piece that begins at l->piece, or NULL if it is not here. */
static char *find_end(struct lines *l)
{
	size_t left = l->end - l->scanned;
	char *nl = left ? memchr(l->buf + l->scanned, '\n', left) : NULL;

	l->scanned = l->end;
	if (!nl && l->eof && l->start != l->end)
		nl = l->buf + l->end;
	return nl;
}

/* Done with a line, and with all before this place.  The last may have gone on
 * with nothing. */
static void begin_at(struct lines *l, size_t at)
{
	bool alone = l->n_joined && l->eof && l->piece == l->end;

	l->start = l->piece = l->scanned = at;
	l->behind = l->n_joined - alone;
	l->n_joined = 0;
	l->joined = 0;
}

static enum lines_result no_end(struct lines *l)
{
	if (l->eof)
		return LINES_END;
	if (l->skipping) {
		begin_at(l, l->end);
		return LINES_MORE;
	}
	if (l->end - l->start < LINES_MAX_SIZE)
		return LINES_MORE;
	l->skipping = true;
	begin_at(l, l->end);
	l->number++;
	return LINES_TOO_LONG;
}

static size_t chomp(const char *p, size_t size)
{
	return size && p[size - 1] == '\r' ? size - 1 : size;
}

/* A comment ends with its line, as in tc. */
static bool goes_on(const char *p, size_t size)
{
	size = chomp(p, size);
	return size && p[size - 1] == '\\' && !memchr(p, '#', size);
}

static void join(struct lines *l, const char *p, size_t size)
{
	memmove(l->buf + l->start + l->joined, p, size);
	l->joined += size;
}

static enum lines_result take(struct lines *l, const char *p, size_t size,
			      char **line)
{
	size_t raw = (size_t)(p - l->buf) + size - l->start;

	*line = l->buf + l->start;
	size = chomp(p, size);
	if (l->n_joined) {
		join(l, p, size);
		size = l->joined;
	}
	(*line)[size] = '\0';
	l->number++;
	if (raw >= LINES_MAX_SIZE)
		return LINES_TOO_LONG;
	return memchr(*line, '\0', size) ? LINES_HAS_NUL : LINES_LINE;
}

enum lines_result lines_next(struct lines *l, char **line)
{
	l->number += l->behind;
	l->behind = 0;
	for (;;) {
		char *nl = find_end(l), *p;
		enum lines_result result;
		size_t size, next;

		if (!nl)
			return no_end(l);
		p = l->buf + l->piece;
		size = (size_t)(nl - p);
		next = l->piece + size + (l->piece + size < l->end);
		if (l->skipping) {
			l->skipping = false;
			begin_at(l, next);
			continue;
		}
		if (next > l->piece + size && goes_on(p, size)) {
			join(l, p, chomp(p, size) - 1);
			l->n_joined++;
			l->piece = l->scanned = next;
			continue;
		}
		result = take(l, p, size, line);
		begin_at(l, next);
		return result;
	}
}
