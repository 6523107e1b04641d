/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would a flow be offloaded?  All that can be known without trying is looked
 * at first; if nothing speaks against it, and it is not in hardware already,
 * the rule is tried out on the scratch chain: newer keys in software, then the rule as its policy says, then, if
 * the hardware did not take it, with skip_sw, which makes the driver speak.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/device_priv.h"
#include "swoffd/core/engine_priv.h"

struct engine_trial {
	struct list node;              /* e->trials */
	struct engine_probe probe;
	struct engine *engine;
	struct engine_explain *explain;
	struct engine_dev *dev;        /* NULL: there is none */
	struct rule rule;              /* localised */
	const struct flow_field *key;  /* that is being tried, or NULL */
	bool asked_driver;
	struct deferred begin;
};

static struct engine_check *add_check(struct engine_explain *x,
				      const char *what, const char *subject,
				      bool ok)
{
	static struct engine_check unused;
	struct engine_check *c = &unused;

	if (x->n_checks < ENGINE_MAX_CHECKS)
		c = &x->checks[x->n_checks++];
	c->what = what;
	c->ok = ok;
	c->detail[0] = '\0';
	(void)snprintf(c->subject, sizeof(c->subject), "%s", subject);
	return c;
}

static void __attribute__((format(printf, 2, 3)))
detail(struct engine_check *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->detail, sizeof(c->detail), fmt, ap);
	va_end(ap);
}

static const struct device *device_of(const struct engine_dev *dev)
{
	struct device *d;

	list_for_each(d, &dev->engine->core->devices, node)
		if (dev->is_port && memcmp(&d->info.handle, &dev->handle,
					   sizeof(dev->handle)) == 0)
			return d;
	return NULL;
}

static void check_switchdev(struct engine_explain *x,
			    const struct engine_dev *dev)
{
	const struct device *d = device_of(dev);
	bool on = d && d->info.mode == ESWITCH_MODE_SWITCHDEV;
	struct engine_check *c = add_check(x, "switchdev", dev->name, on);

	if (d)
		detail(c, "%s/%s: eswitch mode %s", d->info.handle.bus,
		       d->info.handle.dev, eswitch_mode_str(d->info.mode));
	else if (port_kind_is_tunnel(dev->kind))
		detail(c, "a tunnel: the drivers of other devices offload it");
	else
		detail(c, "no port of a device that devlink knows");
}

static bool was_checked(const struct engine_explain *x, const char *what,
			const char *subject)
{
	for (size_t i = 0; i < x->n_checks; i++)
		if (strcmp(x->checks[i].what, what) == 0 &&
		    strcmp(x->checks[i].subject, subject) == 0)
			return true;
	return false;
}

static void check_block(struct engine_explain *x, uint32_t block)
{
	char subject[REASON_SUBJECT_SIZE];

	(void)snprintf(subject, sizeof(subject), "block %u", block);
	if (!was_checked(x, "port", subject))
		detail(add_check(x, "port", subject, false), "swoffd does not "
		       "manage shared blocks; name a device");
}

static void check_port(struct engine *e, struct engine_explain *x,
		       const struct port *port)
{
	struct error err = { 0 };
	struct engine_dev *dev = engine_dev_resolve(e, port, &err);
	char subject[REASON_SUBJECT_SIZE];

	if (!dev && !port->name[0])
		(void)snprintf(subject, sizeof(subject), "%u", port->no);
	else
		(void)snprintf(subject, sizeof(subject), "%s",
			       dev ? dev->name : port->name);
	if (was_checked(x, "port", subject))
		return;
	if (!dev) {
		detail(add_check(x, "port", subject, false), "%s", err.msg);
		return;
	}
	detail(add_check(x, "port", subject, true), "ifindex %u",
	       dev->ifindex);
	check_switchdev(x, dev);
}

static void check_place(struct engine *e, struct engine_explain *x,
			const struct port *port, uint32_t block)
{
	if (block)
		check_block(x, block);
	else
		check_port(e, x, port);
}

static void check_ports(struct engine *e, struct engine_explain *x,
			const struct rule *rule)
{
	check_place(e, x, &rule->dev, rule->block);
	for (uint8_t i = 0; i < rule->n_actions; i++) {
		const struct rule_action *a = &rule->actions[i];

		if (engine_has_target(a))
			check_place(e, x, &a->mirred.port, a->mirred.block);
	}
}

static void check_offload(struct engine_explain *x,
			  const struct engine_dev *dev)
{
	bool on = !dev->offload_err.code;
	struct engine_check *c = add_check(x, "hw-tc-offload", dev->name, on);

	detail(c, "%s", on ? "on" : dev->offload_err.msg);
}

static void check_capacity(struct engine *e, struct engine_explain *x,
			   const struct engine_dev *dev)
{
	struct engine_check *c = add_check(x, "capacity", dev->name,
					   x->err != ENOSPC);

	detail(c, "%u flows in hardware%s", engine_count(e, FLOW_IN_HW),
	       x->err == ENOSPC ? ", and no room for another" : "");
}

static void finish(struct engine_trial *t)
{
	struct engine_explain *x = t->explain;

	list_del(&t->node);
	free(t);
	x->done(x);
}

static void add_reason(struct engine_trial *t, bool driver)
{
	struct engine_explain *x = t->explain;
	char subject[REASON_SUBJECT_SIZE];
	size_t n = x->reasons.n;
	enum reason_code code;

	(void)snprintf(subject, sizeof(subject), "%s", t->dev->name);
	code = engine_reason_of(t->dev, driver, x->err, x->extack);
	code = engine_meter_reason(code, t->rule.actions, t->rule.n_actions,
				   subject);
	reason_add(&x->reasons, code, x->err, "%s", subject);
	if (x->reasons.n > n)
		memcpy(x->reasons.reasons[n].extack, x->extack,
		       sizeof(x->extack));
}

/* The hardware did not take it, and more cannot be learnt. */
static void conclude(struct engine_trial *t)
{
	struct engine_explain *x = t->explain;

	if (x->err || x->extack[0])
		add_reason(t, true);
	else if (t->dev->offload_err.code)
		reason_add(&x->reasons, REASON_PORT_NOT_OFFLOADABLE,
			   t->dev->offload_err.code, "%s", t->dev->name);
	else
		reason_add(&x->reasons, REASON_DRIVER_SILENT, 0, "%s",
			   t->dev->name);
}

static void probe(struct engine_trial *t, enum rule_policy policy)
{
	t->probe.dev = t->dev;
	rule_copy(&t->probe.rule, &t->rule);
	t->probe.rule.policy = policy;
	engine_probe_start(t->engine, &t->probe);
}

/* True: one more key is being tried. */
static bool try_keys(struct engine_trial *t)
{
	struct engine_explain *x = t->explain;
	const struct flow_field *row;

	row = engine_key_find(t->engine, &t->rule.match, KEY_IGNORED);
	if (row) {
		reason_add(&x->reasons, REASON_KERNEL_IGNORES_KEY, EOPNOTSUPP,
			   "%s", row->name);
		return false;
	}
	t->key = engine_key_find(t->engine, &t->rule.match, KEY_UNKNOWN);
	if (t->key)
		probe(t, RULE_SW_ONLY);
	return t->key;
}

static void end_probe(struct engine_trial *t)
{
	check_offload(t->explain, t->dev);
	check_capacity(t->engine, t->explain, t->dev);
	finish(t);
}

/* What has a place there needs no second one, which a full table lacks. */
static bool is_in_hw(const struct engine_trial *t)
{
	const struct flow *f = engine_find_rule(t->engine, &t->rule, t->dev);

	return f && f->state == FLOW_IN_HW;
}

static void try_rule(struct engine_trial *t)
{
	struct engine_explain *x = t->explain;

	if (try_keys(t))
		return;
	if (t->rule.policy == RULE_SW_ONLY)
		reason_add(&x->reasons, REASON_POLICY_SW_ONLY, 0, "sw-only");
	if (x->reasons.n) {
		finish(t);
	} else if (is_in_hw(t)) {
		x->tried = TRIED_IN_HW;
		end_probe(t);
	} else {
		probe(t, t->rule.policy);
	}
}

/* From the loop, so that done() is not called before engine_explain() has
 * returned. */
static void on_begin(struct deferred *d)
{
	struct engine_trial *t = container_of(d, struct engine_trial, begin);

	if (t->dev && !t->explain->reasons.n)
		try_rule(t);
	else
		finish(t);
}

static void on_probed(struct engine *e, struct engine_probe *p)
{
	struct engine_trial *t = container_of(p, struct engine_trial, probe);
	struct engine_explain *x = t->explain;
	bool driver = p->rule.policy == RULE_HW_ONLY;

	/* Answers were lost. */
	if (!p->err && !p->was_read)
		p->err = ENOBUFS;
	x->err = p->err;
	memcpy(x->extack, p->extack, sizeof(x->extack));
	if (t->key && !p->err) {
		engine_key_learn(e, t->key, p);
		x->extack[0] = '\0';
		try_rule(t);
		return;
	}
	if (!p->err && p->in_hw) {
		x->tried = TRIED_IN_HW;
		x->extack[0] = '\0';
	} else if (p->err && !t->asked_driver) {
		x->tried = TRIED_REFUSED;
		add_reason(t, driver);
	} else if (!t->asked_driver && t->dev->is_port &&
		   !engine_needs_software(t->dev, &t->rule)) {
		x->tried = TRIED_NOT_IN_HW;
		t->asked_driver = true;
		probe(t, RULE_HW_ONLY);
		return;
	} else {
		x->tried = TRIED_NOT_IN_HW;
		conclude(t);
	}
	end_probe(t);
}

int engine_explain(struct engine *e, struct engine_explain *x)
{
	struct engine_trial *t = calloc(1, sizeof(*t));
	struct error err = { 0 };

	if (!t)
		return -ENOMEM;
	t->engine = e;
	t->explain = x;
	t->probe.done = on_probed;
	t->probe.as_is = x->as_is;
	deferred_init(&t->begin, on_begin);
	rule_copy(&t->rule, &x->rule);
	list_add_tail(&e->trials, &t->node);
	x->tried = TRIED_NOT;
	x->err = 0;
	x->extack[0] = '\0';
	x->n_checks = 0;
	check_ports(e, x, &x->rule);
	t->dev = engine_localise(e, &t->rule, &x->reasons, &err);
	if (!t->dev && !x->reasons.n)
		reason_add(&x->reasons, REASON_KERNEL_REFUSED, err.code, "%s",
			   err.msg);
	defer(e->core->loop, &t->begin);
	return 0;
}

void engine_explain_fini(struct engine *e)
{
	struct engine_trial *t;

	list_for_each(t, &e->trials, node) {
		defer_cancel(&t->begin);
		free(t);
	}
}
