/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream of bytes cut into lines, in a buffer that no line can make grow
 * beyond LINES_MAX_SIZE and one read.  As in files for `tc -batch` a line that
 * ends with a backslash, and has no "#", goes on with the next.
 */
#ifndef COMMON_BASE_LINES_H
#define COMMON_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LINES_READ_SIZE (64 * 1024)
#define LINES_MAX_SIZE (1024 * 1024)

struct lines {
	char *buf;
	size_t size, start, end;
	size_t scanned;        /* no newline before this one */
	size_t piece;          /* here begins what is not joined to it yet */
	size_t joined;         /* bytes of the line, from start on */
	uint32_t n_joined;     /* lines that these were */
	uint32_t behind;       /* lines that went into the last, but its first */
	bool skipping;         /* within a line that was too long */
	bool eof;
	uint32_t number;       /* of the first line of what came last, from 1;
				* at the end, how many there were */
};

enum lines_result {
	LINES_LINE,            /* *line is one */
	LINES_TOO_LONG,        /* here began one that is skipped */
	LINES_HAS_NUL,         /* *line is cut at its first NUL byte */
	LINES_MORE,            /* read on */
	LINES_END,
};

void lines_fini(struct lines *l);

/* Reads once; bytes, 0 at the end, -EAGAIN or another -errno. */
ssize_t lines_read(struct lines *l, int fd);

/* The next line as a string, valid until lines_read().  The last one needs no
 * newline. */
enum lines_result lines_next(struct lines *l, char **line);

#endif
