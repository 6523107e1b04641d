/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wanted, in memory: each change of it is saved at once. */
#include "swoffd/core/want.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/device_priv.h"

#define SAVE_AGAIN_MS 1000             /* after a failure */

static const struct kernel_device nothing = {
	.mode = ESWITCH_MODE_UNKNOWN,
	.inline_mode = ESWITCH_INLINE_UNKNOWN,
	.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	.vf_count = KERNEL_NO_NUMBER,
	.vf_max = KERNEL_NO_NUMBER,
};

static void set_clear(struct want_set *set)
{
	free(set->functions);
	free(set->drivers);
	*set = (struct want_set){ .modes = nothing };
}

bool want_is_empty(const struct want_set *set)
{
	return !set->n_functions && !set->n_drivers &&
	       set->modes.mode == ESWITCH_MODE_UNKNOWN &&
	       set->modes.inline_mode == ESWITCH_INLINE_UNKNOWN &&
	       set->modes.encap_mode == ESWITCH_ENCAP_UNKNOWN &&
	       set->modes.vf_count == KERNEL_NO_NUMBER;
}

static void want_free(struct want *w)
{
	list_del(&w->node);
	set_clear(&w->asked);
	set_clear(&w->captured);
	free(w->keys);
	free(w);
}

void want_free_all(struct core *core)
{
	struct want *w;

	timer_cancel(&core->save_wants);
	list_for_each(w, &core->wants, node)
		want_free(w);
}

struct want *want_find(const struct core *core, const struct kernel_handle *h)
{
	struct want *w;

	list_for_each(w, &core->wants, node)
		if (kernel_handle_equal(&w->handle, h))
			return w;
	return NULL;
}

const struct want_set *want_now(const struct want *w)
{
	return w->is_captured ? &w->captured : &w->asked;
}

struct want *want_get(struct core *core, const struct kernel_handle *h)
{
	struct want *w = want_find(core, h);

	if (w || core->n_wants == WANT_MAX)
		return w;
	w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	w->handle = *h;
	w->asked.modes = w->captured.modes = nothing;
	list_add_tail(&core->wants, &w->node);
	core->n_wants++;
	return w;
}

struct kernel_function *want_function(struct want_set *set, uint32_t vf,
				      const char *node)
{
	struct kernel_function *f;

	for (size_t i = 0; i < set->n_functions; i++) {
		f = &set->functions[i];
		if (f->vf == vf && strcmp(f->node, node) == 0)
			return f;
	}
	f = reallocarray(set->functions, set->n_functions + 1, sizeof(*f));
	if (!f)
		return NULL;
	set->functions = f;
	f = &f[set->n_functions++];
	*f = (struct kernel_function){ .vf = vf,
				       .port_index = KERNEL_NO_NUMBER };
	strcpy(f->node, node);
	return f;
}

struct preflight_vf *want_driver(struct want_set *set, uint32_t vf)
{
	struct preflight_vf *v = reallocarray(set->drivers, set->n_drivers + 1,
					      sizeof(*v));

	if (!v)
		return NULL;
	set->drivers = v;
	v = &v[set->n_drivers++];
	*v = (struct preflight_vf){ .vf = vf };
	return v;
}

/* What is asked for to the VF itself is no longer asked for through devlink,
 * and the other way round. */
static void merge(struct devattrs *to, const struct devattrs *from)
{
	for (int i = 0; i < DEVATTR_N; i++) {
		enum devattr_id id = (enum devattr_id)i;

		if (!devattr_has(from, id))
			continue;
		for (int j = 0; j < DEVATTR_N; j++)
			if (devattr_table[j].twin == devattr_table[i].twin)
				to->mask &= ~DEVATTR_BIT(j);
		devattr_put(to, id, from->num[id]);
	}
	if (devattr_has(from, DEVATTR_PARENT))
		memcpy(to->parent, from->parent, sizeof(to->parent));
}

static void drop_drivers(struct want_set *set, uint32_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_drivers; i++)
		if (set->drivers[i].vf < count)
			set->drivers[n++] = set->drivers[i];
	set->n_drivers = n;
}

/* Who removes VFs does not want to hear of them again. */
static void set_count(struct want_set *set, uint32_t count)
{
	size_t n = 0;

	drop_drivers(set, count);
	set->modes.vf_count = count;
	for (size_t i = 0; i < set->n_functions; i++)
		if (set->functions[i].node[0] || set->functions[i].vf < count)
			set->functions[n++] = set->functions[i];
	set->n_functions = n;
}

static void drop_node(struct want_set *set, const char *node)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_functions; i++)
		if (strcmp(set->functions[i].node, node) != 0)
			set->functions[n++] = set->functions[i];
	set->n_functions = n;
}

/* The VF of a leaf; other leaves go with what they are of. */
static uint32_t vf_of_port(const struct device *d, uint32_t index)
{
	const struct port_dev *p;

	list_for_each(p, &d->ports, node)
		if (p->info.index == index && p->info.flavour == PORT_PCI_VF &&
		    (p->info.controller == 0 ||
		     p->info.controller == KERNEL_NO_NUMBER))
			return p->info.vf;
	return KERNEL_NO_NUMBER;
}

static void set_function(struct want_set *set, const struct device *d,
			 const struct kernel_function *f)
{
	struct kernel_function *to;
	uint32_t vf = f->vf;

	if (!f->node[0] && vf == KERNEL_NO_NUMBER)
		vf = vf_of_port(d, f->port_index);
	if (!f->node[0] && vf == KERNEL_NO_NUMBER)
		return;
	to = want_function(set, vf, f->node);
	if (to)
		merge(&to->attrs, &f->attrs);
}

/* One of which nothing is wanted is kept until its records have gone. */
static void save(struct core *core, struct want *w)
{
	w->unsaved = want_save(core, w) < 0;
	if (w->unsaved) {
		timer_set(core->loop, &core->save_wants, SAVE_AGAIN_MS);
	} else if (want_is_empty(&w->asked) && !w->is_captured) {
		core->n_wants--;
		want_free(w);
	}
}

static void on_save_wants(struct timer *t)
{
	struct core *core = container_of(t, struct core, save_wants);
	struct want *w;

	list_for_each(w, &core->wants, node)
		if (w->unsaved)
			save(core, w);
}

static void saved(struct core *core, struct want *w)
{
	w->contested = false;
	w->n_steps = 0;
	w->flap = (struct flap){ 0 };
	w->retry_ms = 0;
	save(core, w);
}

static void on_count(struct want_set *set, struct device *d,
		     const struct kernel_job *job)
{
	(void)d;
	set_count(set, job->device.vf_count);
}

static void on_function(struct want_set *set, struct device *d,
			const struct kernel_job *job)
{
	set_function(set, d, &job->function);
}

static void on_rate_del(struct want_set *set, struct device *d,
			const struct kernel_job *job)
{
	(void)d;
	drop_node(set, job->function.node);
}

/* Another one with its number is another device. */
static void on_sim_del(struct want_set *set, struct device *d,
		       const struct kernel_job *job)
{
	(void)job;
	(void)rep_keep_forget(&d->core->reps, &d->info.handle);
	set_clear(set);
}

static void (*const changes[JOB_N])(struct want_set *set, struct device *d,
				    const struct kernel_job *job) = {
	[JOB_VF_COUNT_SET] = on_count, [JOB_VF_SET] = on_function,
	[JOB_RATE_SET] = on_function,  [JOB_RATE_ADD] = on_function,
	[JOB_RATE_DEL] = on_rate_del,  [JOB_SIM_DEL] = on_sim_del,
};

void want_changed(struct device *d, const struct kernel_job *job)
{
	struct want *w = changes[job->kind] ?
				 want_get(d->core, &d->info.handle) : NULL;

	if (!w)
		return;
	changes[job->kind](&w->asked, d, job);
	/* What is asked counts, whatever there was when a plan broke off. */
	if (w->is_captured)
		changes[job->kind](&w->captured, d, job);
	w->is_captured &= !want_is_empty(&w->captured);
	saved(d->core, w);
}

void want_modes(struct device *d, const struct kernel_device *modes)
{
	struct want *w = want_get(d->core, &d->info.handle);

	if (!w)
		return;
	/* As above. */
	w->captured.modes = nothing;
	if (modes->mode != ESWITCH_MODE_UNKNOWN)
		w->asked.modes.mode = modes->mode;
	if (modes->inline_mode != ESWITCH_INLINE_UNKNOWN)
		w->asked.modes.inline_mode = modes->inline_mode;
	if (modes->encap_mode != ESWITCH_ENCAP_UNKNOWN)
		w->asked.modes.encap_mode = modes->encap_mode;
	saved(d->core, w);
}

static bool differ(int to, int is)
{
	return to != ESWITCH_MODE_UNKNOWN && is != ESWITCH_MODE_UNKNOWN &&
	       to != is;
}

_Static_assert((int)ESWITCH_INLINE_UNKNOWN == (int)ESWITCH_MODE_UNKNOWN &&
	       (int)ESWITCH_ENCAP_UNKNOWN == (int)ESWITCH_MODE_UNKNOWN,
	       "differ() is for all three");

/* In legacy mode drivers have inline and encap mode as they like. */
bool want_modes_differ(const struct kernel_device *to,
		       const struct kernel_device *is)
{
	if (differ((int)to->mode, (int)is->mode))
		return true;
	return is->mode != ESWITCH_MODE_LEGACY &&
	       (differ((int)to->inline_mode, (int)is->inline_mode) ||
		differ((int)to->encap_mode, (int)is->encap_mode));
}

bool want_forget(struct core *core, const struct kernel_handle *h)
{
	struct want *w = want_find(core, h);
	bool reps = rep_keep_forget(&core->reps, h);

	if (!w)
		return reps;
	set_clear(&w->asked);
	set_clear(&w->captured);
	w->is_captured = false;
	saved(core, w);
	return true;
}

bool want_capture(struct device *d, const struct preflight *before)
{
	struct want *w = want_get(d->core, &d->info.handle);
	struct want_set *set = w ? &w->captured : NULL;

	if (!w || w->is_captured)
		return false;
	set_clear(set);
	set->modes.mode = before->device.mode;
	set->modes.inline_mode = before->device.inline_mode;
	set->modes.encap_mode = before->device.encap_mode;
	set->modes.vf_count = before->device.vf_count;
	for (size_t i = 0; i < before->n_functions; i++) {
		const struct kernel_function *f = &before->functions[i];
		struct kernel_function *to = want_function(set, f->vf, f->node);

		if (to)
			to->attrs = f->attrs;
	}
	for (size_t i = 0; i < before->n_vfs; i++) {
		struct preflight_vf *v = want_driver(set, before->vfs[i].vf);

		if (v)
			*v = before->vfs[i];
	}
	w->is_captured = true;
	save(d->core, w);
	return true;
}

void want_release(struct core *core, struct want *w)
{
	set_clear(&w->captured);
	w->is_captured = false;
	saved(core, w);
}

void want_init(struct core *core)
{
	list_init(&core->wants);
	timer_init(&core->save_wants, on_save_wants);
}

void want_load(struct core *core)
{
	struct want *w;

	if (core->store)
		want_restore(core);
	list_for_each(w, &core->wants, node)
		if (w->is_captured)
			log_warning("%s/%s: a change of its mode was broken "
				    "off; it is put back as it was",
				    w->handle.bus, w->handle.dev);
}
