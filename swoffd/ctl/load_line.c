/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of each line of a load.  Which line a flow came from is kept by
 * slot, four bytes each; the last line that put it counts.
 */
#include "swoffd/ctl/load_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/printable.h"
#include "swoffd/ctl/flow_json.h"

#define LOAD_TEXT_SIZE 256     /* of a refused line, in its report */

static struct json_object *text_json(const char *text)
{
	char out[LOAD_TEXT_SIZE];
	int len = snprintf(out, sizeof(out), "%s", text);

	if (len >= (int)sizeof(out))
		memcpy(out + sizeof(out) - 4, "...", 4);
	printable(out);
	return json_object_new_string(out);
}

/* reasons is taken; error may be NULL. */
static void report(struct load *l, uint32_t line, const char *result,
		   struct json_object *text, const char *error,
		   struct json_object *reasons)
{
	struct json_object *o = json_object_new_object();

	if (!o) {
		json_put(text);
		json_put(reasons);
		return;
	}
	json_object_object_add(o, "line", json_object_new_uint64(line));
	json_object_object_add(o, "result", json_object_new_string(result));
	json_object_object_add(o, "text", text);
	if (error)
		json_object_object_add(o, "error",
				       json_object_new_string(error));
	json_object_object_add(o, "reasons", reasons ? reasons :
					     json_object_new_array());
	/* A report that finds no memory is lost; the counts are not. */
	(void)sink_put(&l->sink, o);
}

static void refuse(struct load *l, const char *text, const struct error *err,
		   const struct reason_list *reasons)
{
	AUTO(free) char *whole = NULL;

	if (err->extack[0] &&
	    asprintf(&whole, "%s (%s)", err->msg, err->extack) < 0)
		whole = NULL;
	l->n_refused++;
	report(l, l->lines.number, "refused", text_json(text),
	       whole ? whole : err->msg,
	       reasons ? flow_json_reasons(reasons) : NULL);
}

void load_bad(struct load *l, const char *text, const char *why)
{
	l->n_bad++;
	report(l, l->lines.number, "bad", text_json(text), why, NULL);
}

void load_too_long(struct load *l)
{
	char why[64];

	(void)snprintf(why, sizeof(why), "the line is longer than %d bytes",
		       LINE_MAX_SIZE);
	load_bad(l, "", why);
}

static int remember(struct load *l, uint32_t slot)
{
	if (pages_grow(&l->lines_of, (slot + 1) * sizeof(uint32_t)) < 0)
		return -ENOMEM;
	((uint32_t *)l->lines_of.data)[slot] = l->lines.number;
	if (slot >= l->n_slots)
		l->n_slots = slot + 1;
	return 0;
}

static void del(struct load *l, const char *text)
{
	struct error err;

	if (engine_del_line(l->engine, &l->flow, &err) < 0)
		refuse(l, text, &err, NULL);
	else
		l->n_deleted++;
}

static void put(struct load *l, const char *text)
{
	struct error err;              /* its texts need no clearing */
	uint32_t slot;
	int rc;

	err.code = 0;
	/* A line that says skip_sw or skip_hw has a policy of its own. */
	if (l->has_policy && l->flow.rule.policy == RULE_BEST_EFFORT)
		l->flow.rule.policy = l->policy;
	flow_attrs_complete(&l->flow.attrs, &l->attrs);
	rc = engine_put(l->engine, &l->flow, &slot, &l->reasons, &err);
	if (rc == 0 && remember(l, slot) < 0)
		(void)error_set(&err, ENOMEM,
				"put, but out of memory to follow it");
	if (err.code)
		refuse(l, text, &err, &l->reasons);
}

void load_line(struct load *l, char *text)
{
	struct error err;

	l->reasons.n = 0;
	switch (engine_port_line(l->engine, text, &l->flow, &l->reasons,
				 &err)) {
	case LINE_BLANK:
		return;
	case LINE_FLOW:
		if (l->flow.verb == TCTEXT_DEL)
			del(l, text);
		else
			put(l, text);
		return;
	case LINE_REFUSED:
		l->n_refused++;
		report(l, l->lines.number, "refused", text_json(text), NULL,
		       flow_json_reasons(&l->reasons));
		return;
	case LINE_BAD:
		load_bad(l, text, err.msg);
		return;
	}
}

/* Nothing to tell: it is where it was wanted, or was wanted elsewhere since. */
static bool is_as_asked(const struct flow_glance *g)
{
	return g->state == FLOW_IN_HW || g->state == FLOW_PENDING ||
	       (g->state == FLOW_SW && g->policy == RULE_SW_ONLY);
}

bool load_flow(struct load *l, uint32_t slot, uint32_t line)
{
	char text[LOAD_TEXT_SIZE];
	struct flow_glance glance;

	if (!engine_glance(l->engine, slot, &glance))
		return false;
	l->n_flows++;
	l->n_state[glance.state]++;
	if (is_as_asked(&glance) || !engine_view(l->engine, slot, &l->view))
		return false;
	(void)flow_json_odp(&l->view.rule, text, sizeof(text));
	report(l, line, flow_state_str(glance.state),
	       json_object_new_string(text), NULL,
	       flow_json_view_reasons(&l->view));
	return true;
}
