/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ctl/ovs_trial.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/core.h"

static void on_later(struct deferred *d)
{
	struct ovs_trial *t = container_of(d, struct ovs_trial, later);

	t->done(t);
}

static void on_explained(struct engine_explain *x)
{
	struct ovs_trial *t = container_of(x, struct ovs_trial, explain);

	t->done(t);
}

/* True: the netdev says itself that nothing goes into hardware. */
static bool is_off(struct ovs_trial *t, const char *dev)
{
	const struct link *link = link_find_name(t->core, dev);

	if (!link || link->tc_offload != 0)
		return false;
	reason_add(&t->explain.reasons, REASON_PORT_NOT_OFFLOADABLE, 0,
		   "%s: hw-tc-offload is off", link->info.name);
	return true;
}

static int ask(struct ovs_trial *t, struct error *err)
{
	t->is_rule = true;
	rule_copy(&t->explain.rule, &t->line.rule);
	if (is_off(t, t->line.rule.dev.name)) {
		defer(t->core->loop, &t->later);
		return 0;
	}
	t->explain.as_is = true;
	t->explain.done = on_explained;
	if (engine_explain(t->core->engine, &t->explain) == 0)
		return 0;
	return error_set(err, ENOMEM, "out of memory");
}

/* Of what only tc has, odp_format_rule() tells in tc's words. */
static bool is_of_tc(const char *text)
{
	return strstr(text, ",tc(") || strstr(text, ":tc(");
}

/* What cannot be tried out has not been heard to be refused. */
static void leave(struct ovs_trial *t, const char *dev)
{
	if (!is_off(t, dev))
		reason_add(&t->explain.reasons, REASON_DRIVER_SILENT, 0, "%s",
			   dev);
	defer(t->core->loop, &t->later);
}

int ovs_trial_start(struct ovs_trial *t, const char *text, const char *dev,
		    struct error *err)
{
	deferred_init(&t->later, on_later);
	t->is_rule = false;
	t->explain.tried = TRIED_NOT;
	t->explain.n_checks = 0;
	t->explain.reasons.n = 0;
	t->explain.err = 0;
	t->explain.extack[0] = '\0';
	if (dev && is_of_tc(text)) {
		leave(t, dev);
		return 0;
	}
	switch (engine_port_line(t->core->engine, text, &t->line,
				 &t->explain.reasons, err)) {
	case LINE_FLOW:
		return ask(t, err);
	case LINE_REFUSED:
		defer(t->core->loop, &t->later);
		return 0;
	case LINE_BLANK:
		return error_set(err, EINVAL, "no flow");
	default:
		return -EINVAL;
	}
}

void ovs_trial_cancel(struct ovs_trial *t)
{
	if (t->later.run)
		defer_cancel(&t->later);
}
