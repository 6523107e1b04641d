/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs is found by looking, so it does not matter who changed it. */
#include "swoffd/core/ovs_rules.h"

#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/core.h"

#define ROUND_MS 1000

static void look(struct ovs_rules *r);

/* Once, as long as it is the same. */
static void complain(struct ovs_rules *r, const struct error *err)
{
	if (strcmp(r->trouble.msg, err->msg) == 0)
		return;
	r->trouble = *err;
	if (err->code)
		log_warning("ovs: %s", err->msg);
}

static void on_done(struct request *request, const struct error *err)
{
	struct ovs_rules *r = container_of(request, struct ovs_rules, request);

	r->running = false;
	ovs_plug_fini(&r->plug);
	r->plug = (struct ovs_plug){ 0 };
	complain(r, err);
	if (!err->code)
		look(r);
}

/* 0 with r->plug; or -errno, also if its device or its bridge is not there. */
static int find(struct ovs_rules *r, const struct ovs_rule *rule, bool stale,
		struct error *err)
{
	const struct device *d = NULL;

	if (stale)
		return ovs_plug_find_plugged(r->core, rule->bridge, true,
					     &r->plug, err);
	if (rule->device[0]) {
		d = device_find(r->core, rule->device, err);
		if (!d)
			return -err->code;
	}
	return ovs_plug_find(r->core, rule->bridge, d, &r->plug, err);
}

/* True: it is under way. */
static bool apply(struct ovs_rules *r, const struct ovs_rule *rule, bool stale)
{
	struct error err = { 0 };

	if (find(r, rule, stale, &err) == 0 && r->plug.n) {
		r->running = true;
		if (ovs_plug_run(&r->plug, &r->request, &err) == 0)
			return true;
		r->running = false;
		complain(r, &err);
	}
	ovs_plug_fini(&r->plug);
	r->plug = (struct ovs_plug){ 0 };
	return false;
}

/* One step at a time: what is found depends on the one before. */
static void look(struct ovs_rules *r)
{
	while (r->at < 2 * r->list->n) {
		const struct ovs_rule *rule = &r->list->rules[r->at / 2];
		bool stale = r->at++ % 2;

		if ((!stale || rule->unplug_stale) && apply(r, rule, stale))
			return;
	}
}

static void on_round(struct timer *t)
{
	struct ovs_rules *r = container_of(t, struct ovs_rules, timer);

	timer_set(r->core->loop, t, ROUND_MS);
	if (r->running || !r->core->was_ready || !r->core->ovs)
		return;
	r->at = 0;
	look(r);
}

void ovs_rules_init(struct ovs_rules *r, struct core *core,
		    const struct ovs_rule_list *list)
{
	*r = (struct ovs_rules){ .core = core, .list = list };
	r->request.done = on_done;
	timer_init(&r->timer, on_round);
	if (list->n)
		timer_set(core->loop, &r->timer, 0);
}

void ovs_rules_fini(struct ovs_rules *r)
{
	if (!r->core)
		return;
	timer_cancel(&r->timer);
	ovs_plug_fini(&r->plug);
}
