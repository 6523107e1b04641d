/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows from a file or from standard input, one after the other. */
#ifndef SWCTL_FLOW_FILE_H
#define SWCTL_FLOW_FILE_H

#include "common/base/error.h"
#include "common/base/lines.h"
#include "swctl/cmd.h"

struct flow_file {
	const char *name;      /* as messages say it */
	int fd;
	struct lines lines;    /* .number is of the line that came last */
};

/* "-" is standard input.  STATUS_DONE, or it has been said what is wrong. */
enum status flow_file_open(struct ctx *ctx, const char *path,
			   struct flow_file *out);
void flow_file_close(struct flow_file *f);

/*
 * What stdout has is written before more is waited for.  1 with *line, and
 * err->code 0 unless it cannot be a flow, whatever its words; 0 at the end;
 * -errno of reading.
 */
int flow_file_next(struct flow_file *f, char **line, struct error *err);

#endif
