/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon itself: how it is, when it is ready, what it can be asked. */
#include "swoffd/ctl/call.h"

#include <unistd.h>

static void add_num(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_uint64(v));
}

static uint64_t list_length(const struct list *head)
{
	uint64_t n = 0;

	for (const struct list *e = head->next; e != head; e = e->next)
		n++;
	return n;
}

static struct json_object *flow_counts(const struct engine *e)
{
	struct json_object *o = json_object_new_object();

	for (int i = 0; o && i < FLOW_N_STATES; i++)
		add_num(o, flow_state_str((enum flow_state)i),
			engine_count(e, (enum flow_state)i));
	return o;
}

static struct json_object *client_counts(const struct server *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_num(o, "now", s->n_clients);
	add_num(o, "max", s->max_clients);
	add_num(o, "served", s->n_served);
	add_num(o, "refused", s->n_refused);
	add_num(o, "dropped", s->n_dropped);
	return o;
}

static void daemon_status(struct call *call)
{
	struct server *s = call->server;
	struct json_object *o = json_object_new_object();

	if (o) {
		json_object_object_add(o, "version",
				       json_object_new_string(SWOFFD_VERSION));
		add_num(o, "pid", (uint64_t)getpid());
		json_object_object_add(o, "ready", json_object_new_boolean(
							   core_ready(s->core)));
		add_num(o, "uptime_ms", loop_now_ms(s->loop) - s->started_ms);
		add_num(o, "devices", list_length(&s->core->devices));
		add_num(o, "links", list_length(&s->core->links));
		json_object_object_add(o, "flows",
				       flow_counts(s->core->engine));
		json_object_object_add(o, "clients", client_counts(s));
	}
	call_reply(call, o);
}

static void daemon_wait(struct call *call)
{
	call->request.done = call_on_done;
	core_wait_ready(call->server->core, &call->request);
}

const struct method daemon_methods[] = {
	{ "daemon.status", METHOD_EARLY, 0,
	  "version, readiness, uptime, how many of what",
	  { { 0 } }, daemon_status },
	{ "daemon.wait", METHOD_EARLY, 0,
	  "answered once everything has been read from the kernel",
	  { { 0 } }, daemon_wait },
	{ 0 }
};
