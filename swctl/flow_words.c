/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A syntax error is found here, before the daemon is asked. */
#include "swctl/flow_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/line.h"
#include "swctl/flow_report.h"
#include "swctl/out.h"

char *flow_words_join(const struct ctx *ctx)
{
	return cmd_join(ctx, 0);
}

typedef enum line_result parse_fn(struct line_reader *r, const char *line,
				  struct line_flow *out,
				  struct reason_list *reasons,
				  struct error *err);

static enum status check(const struct ctx *ctx, const char *line,
			 parse_fn *parse)
{
	struct reason_list reasons = { 0 };
	AUTO(line_reader_free) struct line_reader *reader =
		line_reader_new(NULL);
	struct line_flow flow;
	struct error err = { 0 };

	if (!reader)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "%s: out of memory", ctx->cmd->path);
	switch (parse(reader, line, &flow, &reasons, &err)) {
	case LINE_FLOW:
	case LINE_REFUSED:     /* the daemon says why, with remedies */
		return STATUS_DONE;
	case LINE_BLANK:
		return cmd_usage(ctx, "FLOW is empty");
	case LINE_BAD:
		break;
	}
	if (ctx->out->json)
		return out_failure(ctx->out, EINVAL, STATUS_USAGE, "%s: %s",
				   ctx->cmd->path, err.msg);
	fprintf(stderr, "swctl %s: %s\n", ctx->cmd->path, err.msg);
	flow_report_place(stderr, line, err.msg);
	return STATUS_USAGE;
}

enum status flow_words_check(const struct ctx *ctx, const char *line)
{
	return check(ctx, line, line_parse);
}

enum status flow_words_check_name(const struct ctx *ctx, const char *line)
{
	const char *digits = strncmp(line, "ufid:", 5) == 0 ? line + 5 : line;
	struct ufid ufid;

	return ufid_parse(digits, &ufid) == 0 ? STATUS_DONE :
						check(ctx, line,
						      line_parse_name);
}

void flow_words_print_keys(FILE *to)
{
	for (size_t i = 0; i < flow_n_fields; i++) {
		const char *word = flow_fields[i].tc;

		if (word)
			(void)fprintf(to, "%.*s\n", (int)strcspn(word, " "),
				      word);
	}
}
