/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FLOW on the command line: words to one line, and where it is wrong. */
#ifndef SWCTL_FLOW_WORDS_H
#define SWCTL_FLOW_WORDS_H

#include <stdio.h>

#include "swctl/cmd.h"

/* All words of the command, a blank between; the caller frees it.  NULL: no
 * memory. */
char *flow_words_join(const struct ctx *ctx);

/* Is the line well-formed?  If not, shows the place; STATUS_USAGE. */
enum status flow_words_check(const struct ctx *ctx, const char *line);

/* As above, but a ufid is also welcome. */
enum status flow_words_check_name(const struct ctx *ctx, const char *line);

/* The match words of tc flower, one a line, for completion. */
void flow_words_print_keys(FILE *to);

#endif
