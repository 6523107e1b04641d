/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only shapes. */
#include "swoffd/ctl/plan_json.h"

#include "swoffd/ctl/device_json.h"

static void add_str(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, v[0] ? json_object_new_string(v) : NULL);
}

static void add_num(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_uint64(v));
}

static struct json_object *step_json(const struct plan_step *s)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_str(o, "step", recipe_word_str(s->what));
	add_str(o, "text", s->text);
	add_num(o, "deadline_s", s->deadline_s);
	return o;
}

static struct json_object *steps_json(const struct plan *p)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < p->n_steps; i++)
		json_object_array_add(a, step_json(&p->steps[i]));
	return a;
}

static struct json_object *finding_json(const struct plan_finding *f)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_str(o, "stage", "preflight");
	add_str(o, "code", plan_finding_str(f->kind));
	add_str(o, "subject", f->subject);
	json_object_object_add(o, "blocks",
			       json_object_new_boolean(f->blocks));
	add_str(o, "text", f->text);
	add_str(o, "remedy", plan_finding_remedy(f->kind));
	return o;
}

static struct json_object *findings_json(const struct plan *p, bool all)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; a && i < p->n_findings; i++)
		if (all || p->findings[i].blocks)
			json_object_array_add(a,
					      finding_json(&p->findings[i]));
	return a;
}

struct json_object *plan_json_reasons(const struct plan *p)
{
	return p && p->n_blocking ? findings_json(p, false) : NULL;
}

static struct json_object *from_json(const struct kernel_device *d)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	device_json_modes(o, d);
	json_object_object_add(o, "vfs", d->vf_count == KERNEL_NO_NUMBER ?
			       NULL : json_object_new_uint64(d->vf_count));
	return o;
}

struct json_object *plan_json(const struct plan_request *r)
{
	const struct preflight *before = r->before;
	struct json_object *o = json_object_new_object();
	char handle[100];

	if (!o)
		return NULL;
	add_str(o, "device", device_handle_str(&before->handle, handle));
	add_str(o, "driver", before->device.driver);
	add_str(o, "firmware", before->firmware);
	add_str(o, "recipe", r->plan->recipe->name);
	json_object_object_add(o, "from", from_json(&before->device));
	json_object_object_add(o, "steps", steps_json(r->plan));
	json_object_object_add(o, "findings", findings_json(r->plan, true));
	return o;
}

struct json_object *plan_json_progress(const struct plan_progress *p,
				       struct json_object *id)
{
	static const char *const events[] = {
		[PLAN_BEGUN] = "begun", [PLAN_DONE] = "done",
		[PLAN_FAILED] = "failed", [PLAN_OVERDUE] = "overdue",
	};
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "id", json_object_get(id));
	add_str(o, "event", events[p->event]);
	add_str(o, "step", recipe_word_str(p->step->what));
	add_str(o, "text", p->step->text);
	add_num(o, "number", p->number);
	add_num(o, "of", p->n);
	json_object_object_add(o, "back", json_object_new_boolean(p->back));
	add_num(o, "ms", p->ms);
	add_str(o, "error", p->err ? p->err->msg : "");
	return o;
}
