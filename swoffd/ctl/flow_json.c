/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes; what is true of a flow is the engine's to say. */
#include "swoffd/ctl/flow_json.h"

#include <stdlib.h>

#include "common/base/cleanup.h"
#include "swoffd/ctl/attrs.h"
#include "swoffd/ctl/json_add.h"

#define FLOW_TEXT_SIZE 4096

/* A text of either language; the longest ones need a second try. */
static void add_rule_text(struct json_object *o, const char *key,
			  int (*format)(const struct rule *rule, char *out,
					size_t size),
			  const struct rule *rule)
{
	char text[FLOW_TEXT_SIZE];
	AUTO(free) char *longer = NULL;
	int len = format(rule, text, sizeof(text));

	if (len >= 0 && (size_t)len >= sizeof(text)) {
		longer = malloc((size_t)len + 1);
		if (longer)
			(void)format(rule, longer, (size_t)len + 1);
	}
	json_add_str(o, key, longer ? longer : text);
}

static struct json_object *reason_json(const struct reason *r, uint32_t count)
{
	const struct reason_row *row = reason_row(r->code);
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_str(o, "stage", reason_stage_str(row->stage));
	json_add_str(o, "code", row->name);
	json_add_str(o, "subject", r->subject);
	json_add_num(o, "errno", (uint64_t)r->err);
	json_add_str(o, "extack", r->extack);
	json_add_str(o, "text", row->text);
	json_add_str(o, "remedy", row->remedy);
	json_add_num(o, "count", count);
	return o;
}

struct json_object *flow_json_reason_array(const struct reason *why, size_t n)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < n; i++)
		json_object_array_add(a, reason_json(&why[i], 1));
	return a;
}

struct json_object *flow_json_reasons(const struct reason_list *list)
{
	return flow_json_reason_array(list->reasons, list->n);
}

struct json_object *flow_json_view_reasons(const struct flow_view *v)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < v->n_reasons; i++)
		json_object_array_add(a, reason_json(&v->reasons[i].reason,
						     v->reasons[i].count));
	return a;
}

static struct json_object *stats_json(const struct flow_view *v)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_add_num(o, "packets", v->stats.packets);
	json_add_num(o, "bytes", v->stats.bytes);
	json_add_num(o, "hw_packets", v->stats.hw_packets);
	json_add_num(o, "hw_bytes", v->stats.hw_bytes);
	json_object_object_add(o, "used_ms", v->used_ms == UINT64_MAX ?
				       NULL : json_object_new_uint64(v->used_ms));
	return o;
}

struct json_object *flow_json_ufid(const struct ufid *ufid)
{
	char text[UFID_STR_SIZE];

	ufid_format(ufid, text);
	return json_object_new_string(text);
}

int flow_json_odp(const struct rule *rule, char *out, size_t size)
{
	struct rule plain;

	rule_copy(&plain, rule);
	plain.prio = 0;
	plain.handle = 0;
	plain.policy = RULE_BEST_EFFORT;
	return odp_format_rule(&plain, out, size);
}

struct json_object *flow_json_rule(const struct rule *rule)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_rule_text(o, "odp", flow_json_odp, rule);
	add_rule_text(o, "tc", tctext_format, rule);
	return o;
}

static void add_more(struct json_object *o, const struct flow_view *v)
{
	attrs_add(o, &v->attrs);
	json_add_num(o, "age_ms", v->age_ms);
	json_add_num(o, "state_ms", v->state_ms);
	json_add_num(o, "pps", (uint64_t)(v->rate + 0.5f));
}

struct json_object *flow_json(const struct flow_view *v)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "ufid", flow_json_ufid(&v->ufid));
	json_add_str(o, "dev", v->rule.dev.name);
	json_add_num(o, "chain", v->rule.chain);
	json_add_num(o, "prio", v->rule.prio);
	json_add_num(o, "handle", v->rule.handle);
	json_add_str(o, "state", flow_state_str(v->state));
	json_add_str(o, "policy", rule_policy_str(v->policy));
	json_object_object_add(o, "mirrored",
			       json_object_new_boolean(v->mirrored));
	add_rule_text(o, "odp", flow_json_odp, &v->rule);
	add_rule_text(o, "tc", tctext_format, &v->rule);
	add_more(o, v);
	json_object_object_add(o, "stats", stats_json(v));
	json_object_object_add(o, "reasons", flow_json_view_reasons(v));
	return o;
}
