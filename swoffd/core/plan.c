/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks the recipe's order from the state there is to the state that is
 * wanted; a word that would change nothing is no step.
 */
#include "swoffd/core/plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/plan_priv.h"

void preflight_fini(struct preflight *p)
{
	free(p->vfs);
	free(p->links);
	free(p->functions);
	p->vfs = NULL;
	p->links = NULL;
	p->functions = NULL;
	p->n_vfs = p->n_links = p->n_functions = 0;
}

size_t preflight_n_nodes(const struct preflight *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_functions; i++)
		n += p->functions[i].node[0] != '\0';
	return n;
}

int preflight_check_free(const struct preflight *p, struct error *err)
{
	for (size_t i = 0; i < p->n_vfs; i++) {
		const struct preflight_vf *vf = &p->vfs[i];

		if (vf->pid)
			return error_set(err, EBUSY, "there are %zu VFs, and "
					 "VF %u (%s) is held by %s (process "
					 "%u)", p->n_vfs, vf->vf, vf->pci,
					 vf->process, vf->pid);
		if (vf->unseen || vf->elsewhere)
			return error_set(err, EBUSY, "there are %zu VFs, and "
					 "VF %u (%s) may be in use: %s",
					 p->n_vfs, vf->vf, vf->pci,
					 vf->elsewhere ?
						 "its netdev is in another "
						 "network namespace" :
						 "not all processes can be "
						 "looked at");
	}
	return 0;
}

static const struct preflight_param *
find_param(const struct preflight_param *params, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(params[i].name, name) == 0)
			return &params[i];
	return NULL;
}

static const struct preflight_vf *find_vf(const struct preflight_vf *vfs,
					  size_t n, uint32_t vf)
{
	for (size_t i = 0; i < n; i++)
		if (vfs[i].vf == vf)
			return &vfs[i];
	return NULL;
}

static bool leaves_legacy(const struct preflight *now, enum eswitch_mode mode)
{
	return now->device.mode == ESWITCH_MODE_LEGACY &&
	       mode != ESWITCH_MODE_LEGACY;
}

static bool is_good(const struct recipe_param *p, const char *value)
{
	for (size_t i = 0; i < p->n_values; i++)
		if (strcmp(p->values[i], value) == 0)
			return true;
	return false;
}

struct plan_target plan_captured(const struct preflight *now)
{
	struct plan_target t = {
		.mode = now->device.mode,
		.inline_mode = now->device.inline_mode,
		.encap_mode = now->device.encap_mode,
		.vf_count = now->device.vf_count,
		.n_params = now->n_params,
		.vfs = now->vfs,
		.n_vfs = now->n_vfs,
	};

	memcpy(t.params, now->params, sizeof(t.params));
	return t;
}

struct plan_target plan_wanted(const struct preflight *now,
			       const struct recipe *recipe,
			       const struct kernel_device *wanted)
{
	struct plan_target t = plan_captured(now);

	if (wanted->mode != ESWITCH_MODE_UNKNOWN)
		t.mode = wanted->mode;
	t.inline_mode = wanted->inline_mode;
	t.encap_mode = wanted->encap_mode;
	for (size_t i = 0; i < t.n_params; i++)
		t.params[i].value[0] = '\0';
	if (!leaves_legacy(now, t.mode))
		return t;
	if (t.inline_mode == ESWITCH_INLINE_UNKNOWN &&
	    now->device.inline_mode != ESWITCH_INLINE_UNKNOWN)
		t.inline_mode = recipe->inline_mode;
	for (size_t i = 0; i < recipe->n_params; i++) {
		const struct recipe_param *p = &recipe->params[i];

		for (size_t j = 0; j < t.n_params; j++)
			if (strcmp(p->name, now->params[j].name) == 0 &&
			    now->params[j].value[0] &&
			    !is_good(p, now->params[j].value))
				memcpy(t.params[j].value, p->values[0],
				       RECIPE_PARAM_SIZE);
	}
	return t;
}

/* As far as a plan has come. */
struct walk {
	const struct preflight *now;
	const struct plan_target *to;
	struct plan *plan;
	bool crossing;                 /* into legacy mode or out of it */
	enum eswitch_mode mode;
	uint32_t vf_count;
	bool unbound, made;            /* no VF is bound; VFs are new ones */
	bool cleared;                  /* rates have no nodes */
};

static struct plan_step *add(struct walk *w, enum recipe_word what,
			     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static struct plan_step *add(struct walk *w, enum recipe_word what,
			     const char *fmt, ...)
{
	struct plan_step *s = &w->plan->steps[w->plan->n_steps++];
	va_list ap;

	*s = (struct plan_step){
		.what = what,
		.deadline_s = w->plan->recipe->deadline_s[what],
		.mode = ESWITCH_MODE_UNKNOWN,
		.inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	};
	va_start(ap, fmt);
	(void)vsnprintf(s->text, sizeof(s->text), fmt, ap);
	va_end(ap);
	return s;
}

static const char *plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

static void walk_unbind(struct walk *w)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->now->n_vfs; i++)
		n += w->now->vfs[i].driver[0] != '\0';
	if (!w->crossing || !n)
		return;
	add(w, RECIPE_UNBIND, "take %u VF%s off the driver", n,
	    plural(n))->n = n;
	w->unbound = true;
}

static void walk_zero(struct walk *w)
{
	if (!w->crossing || !w->vf_count ||
	    w->vf_count == KERNEL_NO_NUMBER)
		return;
	add(w, RECIPE_ZERO, "remove %u VF%s", w->vf_count,
	    plural(w->vf_count))->n = w->vf_count;
	w->vf_count = 0;
}

static void walk_params(struct walk *w)
{
	const struct recipe *r = w->plan->recipe;

	for (size_t i = 0; i < r->n_params; i++) {
		const char *name = r->params[i].name;
		const struct preflight_param *is =
			find_param(w->now->params, w->now->n_params, name);
		const struct preflight_param *to =
			find_param(w->to->params, w->to->n_params, name);

		if (!is || !to || !is->value[0] || !to->value[0] ||
		    strcmp(is->value, to->value) == 0)
			continue;
		add(w, RECIPE_PARAMS, "set parameter %s from %s to %s", name,
		    is->value, to->value)->param = *to;
	}
}

static void walk_inline(struct walk *w)
{
	enum eswitch_inline to = w->to->inline_mode;

	if (to != ESWITCH_INLINE_UNKNOWN && to != w->now->device.inline_mode)
		add(w, RECIPE_INLINE, "set inline-mode %s",
		    eswitch_inline_str(to))->inline_mode = to;
}

/* net/devlink: devlink_rate_nodes_check() */
static void walk_rates(struct walk *w)
{
	size_t n = preflight_n_nodes(w->now);

	if (!w->crossing || !n || w->cleared)
		return;
	add(w, RECIPE_RATES, "remove %zu node%s of rates", n,
	    plural((uint32_t)n))->n = (uint32_t)n;
	w->cleared = true;
}

static void walk_mode(struct walk *w)
{
	if (w->to->mode == ESWITCH_MODE_UNKNOWN || w->to->mode == w->mode)
		return;
	walk_rates(w);
	add(w, RECIPE_MODE, "set mode %s",
	    eswitch_mode_str(w->to->mode))->mode = w->to->mode;
	w->mode = w->to->mode;
}

static void walk_encap(struct walk *w)
{
	enum eswitch_encap to = w->to->encap_mode;

	if (to != ESWITCH_ENCAP_UNKNOWN && to != w->now->device.encap_mode)
		add(w, RECIPE_ENCAP, "set encap-mode %s",
		    eswitch_encap_str(to))->encap_mode = to;
}

static void walk_count(struct walk *w)
{
	uint32_t n = w->to->vf_count;

	if (n == KERNEL_NO_NUMBER || n == w->vf_count)
		return;
	add(w, RECIPE_COUNT, "make %u VF%s", n, plural(n))->n = n;
	w->vf_count = n;
	w->made = true;
}

static void walk_ports(struct walk *w)
{
	uint32_t n = w->mode == ESWITCH_MODE_LEGACY ||
		     w->vf_count == KERNEL_NO_NUMBER ? 0 : w->vf_count;

	if (!w->crossing && !w->made)
		return;
	if (n)
		add(w, RECIPE_PORTS, "wait for %u representor%s", n,
		    plural(n))->n = n;
	else
		add(w, RECIPE_PORTS, "wait until VFs have no representors");
}

static void walk_bind(struct walk *w)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->to->n_vfs; i++) {
		const struct preflight_vf *to = &w->to->vfs[i], *is =
			find_vf(w->now->vfs, w->now->n_vfs, to->vf);

		if (w->made || !is ||
		    (w->unbound ? to->driver[0] != '\0' :
				  strcmp(to->driver, is->driver) != 0))
			n++;
	}
	if (n)
		add(w, RECIPE_BIND, "see %u VF%s to the driver they had", n,
		    plural(n))->n = n;
}

static void (*const walks[RECIPE_N_WORDS])(struct walk *w) = {
	[RECIPE_UNBIND] = walk_unbind, [RECIPE_ZERO] = walk_zero,
	[RECIPE_PARAMS] = walk_params, [RECIPE_INLINE] = walk_inline,
	[RECIPE_MODE] = walk_mode,     [RECIPE_ENCAP] = walk_encap,
	[RECIPE_COUNT] = walk_count,   [RECIPE_PORTS] = walk_ports,
	[RECIPE_BIND] = walk_bind,     [RECIPE_RATES] = walk_rates,
};

static bool has_word(const struct recipe_order *o, enum recipe_word word)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->words[i] == word)
			return true;
	return false;
}

int plan_make(const struct preflight *now, const struct recipe *recipe,
	      const struct plan_target *target, struct plan *out,
	      struct error *err)
{
	/* Of words that a recipe lacks: the kernel shall say what is wrong. */
	static const enum recipe_word always[] = { RECIPE_MODE, RECIPE_INLINE,
						   RECIPE_ENCAP };
	struct walk w = {
		.now = now, .to = target, .plan = out,
		.mode = now->device.mode, .vf_count = now->device.vf_count,
	};
	const struct recipe_order *o =
		target->mode == ESWITCH_MODE_LEGACY ? &recipe->to_legacy :
						      &recipe->to_switchdev;

	*out = (struct plan){ .recipe = recipe };
	w.crossing = target->mode != ESWITCH_MODE_UNKNOWN &&
		     (now->device.mode == ESWITCH_MODE_LEGACY) !=
		     (target->mode == ESWITCH_MODE_LEGACY);
	for (size_t i = 0; i < o->n; i++)
		walks[o->words[i]](&w);
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (!has_word(o, always[i]))
			walks[always[i]](&w);
	return out->n_steps ? plan_find(now, target, w.crossing, out, err) : 0;
}

void plan_fini(struct plan *p)
{
	free(p->findings);
	p->findings = NULL;
	p->n_findings = p->n_blocking = p->n_steps = 0;
}

static int differs(struct error *err, const char *what, const char *is,
		   const char *wanted)
{
	return error_set(err, EIO, "%s is %s, not %s, although no step failed",
			 what, is[0] ? is : "none", wanted[0] ? wanted : "none");
}

static int verify_vfs(const struct preflight *now,
		      const struct plan_target *to, struct error *err)
{
	char what[PREFLIGHT_PCI_SIZE + 32], is[16], wanted[16];

	if (to->vf_count != now->device.vf_count) {
		(void)snprintf(is, sizeof(is), "%u", now->device.vf_count);
		(void)snprintf(wanted, sizeof(wanted), "%u", to->vf_count);
		return differs(err, "the number of VFs", is, wanted);
	}
	for (size_t i = 0; i < to->n_vfs; i++) {
		const struct preflight_vf *vf =
			find_vf(now->vfs, now->n_vfs, to->vfs[i].vf);

		if (vf && strcmp(vf->driver, to->vfs[i].driver) == 0)
			continue;
		(void)snprintf(what, sizeof(what), "the driver of VF %u (%s)",
			       to->vfs[i].vf, to->vfs[i].pci);
		return differs(err, what, vf ? vf->driver : "",
			       to->vfs[i].driver);
	}
	return 0;
}

int plan_verify(const struct preflight *now, const struct plan_target *to,
		struct error *err)
{
	const struct kernel_device *d = &now->device;

	if (to->mode != ESWITCH_MODE_UNKNOWN && d->mode != to->mode)
		return differs(err, "the mode", eswitch_mode_str(d->mode),
			       eswitch_mode_str(to->mode));
	if (to->inline_mode != ESWITCH_INLINE_UNKNOWN &&
	    d->inline_mode != to->inline_mode)
		return differs(err, "inline-mode",
			       eswitch_inline_str(d->inline_mode),
			       eswitch_inline_str(to->inline_mode));
	if (to->encap_mode != ESWITCH_ENCAP_UNKNOWN &&
	    d->encap_mode != to->encap_mode)
		return differs(err, "encap-mode",
			       eswitch_encap_str(d->encap_mode),
			       eswitch_encap_str(to->encap_mode));
	for (size_t i = 0; i < to->n_params; i++) {
		const struct preflight_param *p =
			find_param(now->params, now->n_params,
				   to->params[i].name);

		if (to->params[i].value[0] && p &&
		    strcmp(p->value, to->params[i].value) != 0)
			return differs(err, p->name, p->value,
				       to->params[i].value);
	}
	return verify_vfs(now, to, err);
}
