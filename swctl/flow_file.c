/* SPDX-License-Identifier: GPL-2.0-or-later */
/* However long the file, what is held is a line of it. */
#include "swctl/flow_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "swctl/out.h"

enum status flow_file_open(struct ctx *ctx, const char *path,
			   struct flow_file *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return out_failure(ctx->out, errno, STATUS_FAILED, "%s: %s",
				   path, strerror(errno));
	*out = (struct flow_file){ .name = is_stdin ? "stdin" : path,
				   .fd = fd };
	return STATUS_DONE;
}

void flow_file_close(struct flow_file *f)
{
	if (f->fd != STDIN_FILENO)
		close_fd(f->fd);
	lines_fini(&f->lines);
}

int flow_file_next(struct flow_file *f, char **line, struct error *err)
{
	static char empty[1];

	err->code = 0;
	for (;;) {
		ssize_t n;

		switch (lines_next(&f->lines, line)) {
		case LINES_LINE:
			return 1;
		case LINES_TOO_LONG:
			(void)error_set(err, EINVAL, "the line is longer than %d bytes",
					LINES_MAX_SIZE);
			*line = empty;
			return 1;
		case LINES_HAS_NUL:
			(void)error_set(err, EINVAL, "column %zu: a NUL byte",
					strlen(*line) + 1);
			return 1;
		case LINES_END:
			return 0;
		case LINES_MORE:
			break;
		}
		(void)fflush(stdout);
		n = lines_read(&f->lines, f->fd);
		if (n < 0 && n != -EAGAIN)
			return (int)n;
	}
}
