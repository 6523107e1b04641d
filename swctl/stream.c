/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swctl/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "swctl/client.h"
#include "swctl/out.h"

struct stream {
	struct out *out;               /* borrowed */
	void (*print)(struct json_object *o);
};

static void on_line(void *ctx, char *line, size_t size)
{
	const struct stream *s = ctx;

	(void)size;
	if (!s->out->json) {
		AUTO(json_put) struct json_object *o =
			json_tokener_parse(line);

		s->print(o);
	}
	out_stream_item(s->out, line);
}

enum status stream_call(struct ctx *ctx, const char *method,
			struct json_object *params,
			void (*print)(struct json_object *o))
{
	AUTO(json_put) struct json_object *result = NULL;
	struct stream s = { .out = ctx->out, .print = print };
	struct client_flow flow = { .in_from = -1, .in_to = -1,
				    .on_line = on_line, .ctx = &s };
	enum status status;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0) {
		int code = errno;

		json_put(params);
		return out_failure(ctx->out, code, STATUS_FAILED, "pipe: %s",
				   strerror(code));
	}
	flow.out_from = fds[0];
	status = client_call_flow(ctx, method, params, &fds[1], 1, &flow,
				  &result);
	close_fd(fds[0]);
	out_stream_end(ctx->out, status);
	return status;
}
