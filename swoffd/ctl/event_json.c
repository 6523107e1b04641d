/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks the row: a member that it has is there, null if it is not known. */
#include "swoffd/ctl/event_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "swoffd/ctl/json_add.h"

static void add_text(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key,
			       *v ? json_object_new_string(v) : NULL);
}

static void add_number(struct json_object *o, const char *key, uint64_t v,
		       uint64_t none)
{
	json_object_object_add(o, key, v == none ? NULL :
				       json_object_new_uint64(v));
}

static void add_ufid(struct json_object *o, const struct event *ev)
{
	char text[UFID_STR_SIZE];

	ufid_format(&ev->ufid, text);
	json_add_str(o, "ufid", text);
}

static void add_subject(struct json_object *o, const struct event *ev,
			unsigned int members)
{
	if (members & EVENT_HAS_DEVICE)
		add_text(o, "device", ev->device);
	if (members & EVENT_HAS_PORT)
		add_number(o, "port_index", ev->port, KERNEL_NO_NUMBER);
	if (members & EVENT_HAS_NETDEV)
		add_text(o, "netdev", ev->netdev);
	if (members & EVENT_HAS_VF)
		add_number(o, "vf", ev->vf, KERNEL_NO_NUMBER);
	if (members & EVENT_HAS_UFID)
		add_ufid(o, ev);
}

struct json_object *event_json(const struct event *ev)
{
	const struct event_row *row = &event_table[ev->kind];
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_number(o, "seq", ev->seq, 0);
	json_add_num(o, "time_ms", ev->time_ms);
	json_add_str(o, "event", row->name);
	add_subject(o, ev, row->members);
	for (int i = 0; i < EVENT_N_WORDS && row->words[i]; i++)
		add_text(o, row->words[i], ev->words[i]);
	for (int i = 0; i < EVENT_N_NUMBERS && row->numbers[i]; i++)
		add_number(o, row->numbers[i], ev->numbers[i],
			   EVENT_NO_NUMBER);
	if (row->members & EVENT_HAS_TEXT)
		add_text(o, "text", ev->text);
	return o;
}

void event_epoch_str(const struct event_log *log, char out[EVENT_EPOCH_SIZE])
{
	(void)snprintf(out, EVENT_EPOCH_SIZE, "%016" PRIx64, log->epoch);
}
