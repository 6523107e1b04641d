/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list belongs to the call, and is there until the call ends. */
#include "swoffd/ctl/detail.h"

#include <errno.h>
#include <stdlib.h>

struct state {
	struct detail_list list;
	detail_then then;
};

static void state_free(void *p)
{
	struct state *s = p;

	detail_fini(&s->list);
	free(s);
}

static void on_read(struct request *r, const struct error *err)
{
	struct call *call = container_of(r, struct call, request);
	struct state *s = call->state;

	if (err->code)
		call_fail(call, err, NULL);
	else
		s->then(call, &s->list);
}

void detail_read_then(struct call *call, const struct device *d,
		      enum detail_kind kind, detail_then then)
{
	struct state *s = call->state ? call->state : calloc(1, sizeof(*s));
	struct error err = { .code = ENOMEM, .msg = "out of memory" };

	if (!s) {
		call_fail(call, &err, NULL);
		return;
	}
	detail_fini(&s->list);
	s->list.kind = kind;
	s->then = then;
	call->state = s;
	call->state_free = state_free;
	call->request.done = on_read;
	if (detail_read(call->server->core, d, &s->list, &call->request,
			&err) < 0)
		call_fail(call, &err, NULL);
}
