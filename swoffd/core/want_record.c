/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of what is wanted of devices; swoffd-state(5) describes them. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/core.h"
#include "swoffd/core/want.h"

enum { IS_MODES, IS_FUNCTION, IS_DRIVER };

struct function_record {
	uint32_t vf, mask;
	uint64_t num[DEVATTR_N];
	char node[DEVATTR_TEXT_SIZE], parent[DEVATTR_TEXT_SIZE];
};

struct driver_record {
	uint32_t vf;
	char driver[KERNEL_DRIVER_SIZE], override[KERNEL_DRIVER_SIZE];
};

/* Key: any. */
struct want_record {
	struct kernel_handle handle;
	uint8_t kind;                  /* IS_* */
	uint8_t captured;              /* by a plan that is not over */
	uint8_t zero[2];
	/* Of IS_MODES: mode, inline_mode, encap_mode, number of VFs. */
	int32_t modes[3];
	uint32_t vf_count;
	union {
		struct function_record function;
		struct driver_record driver;
	};
};

struct saving {
	struct core *core;
	struct want *want;
	size_t n;                      /* records so far */
};

static void put(struct saving *s, const struct want_record *r)
{
	struct want *w = s->want;
	uint32_t *keys;

	if (s->n == w->n_keys) {
		keys = reallocarray(w->keys, w->n_keys + 1, sizeof(*keys));
		if (!keys)
			return;
		w->keys = keys;
		keys[w->n_keys++] = ++s->core->last_want_key;
	}
	(void)s->core->store->ops->put(s->core->store, STORE_WANTS,
				       w->keys[s->n++], r, sizeof(*r));
}

static struct want_record head(const struct saving *s, int kind, bool captured)
{
	struct want_record r;

	memset(&r, 0, sizeof(r));      /* with what is between members */
	r.handle = s->want->handle;
	r.kind = (uint8_t)kind;
	r.captured = captured;
	return r;
}

static void put_set(struct saving *s, const struct want_set *set, bool captured)
{
	struct want_record r = head(s, IS_MODES, captured);

	r.modes[0] = (int32_t)set->modes.mode;
	r.modes[1] = (int32_t)set->modes.inline_mode;
	r.modes[2] = (int32_t)set->modes.encap_mode;
	r.vf_count = set->modes.vf_count;
	put(s, &r);
	for (size_t i = 0; i < set->n_functions; i++) {
		const struct kernel_function *f = &set->functions[i];

		r = head(s, IS_FUNCTION, captured);
		r.function.vf = f->vf;
		r.function.mask = f->attrs.mask;
		memcpy(r.function.num, f->attrs.num, sizeof(f->attrs.num));
		memcpy(r.function.node, f->node, sizeof(f->node));
		memcpy(r.function.parent, f->attrs.parent,
		       sizeof(f->attrs.parent));
		put(s, &r);
	}
	for (size_t i = 0; i < set->n_drivers; i++) {
		const struct preflight_vf *v = &set->drivers[i];

		r = head(s, IS_DRIVER, captured);
		r.driver.vf = v->vf;
		memcpy(r.driver.driver, v->driver, sizeof(v->driver));
		memcpy(r.driver.override, v->override, sizeof(v->override));
		put(s, &r);
	}
}

int want_save(struct core *core, struct want *w)
{
	struct saving s = { .core = core, .want = w };
	struct store *store = core->store;
	int rc;

	if (!store)
		return 0;
	if (!want_is_empty(&w->asked))
		put_set(&s, &w->asked, false);
	if (w->is_captured)
		put_set(&s, &w->captured, true);
	for (size_t i = s.n; i < w->n_keys; i++)
		(void)store->ops->del(store, STORE_WANTS, w->keys[i]);
	rc = store->ops->commit(store);
	if (rc == 0)
		w->n_keys = s.n;
	else if (!w->unsaved)
		log_error("state: %s: what is wanted of %s/%s is not kept "
			  "until it can be written again", strerror(-rc),
			  w->handle.bus, w->handle.dev);
	return rc;
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool take_function(struct want_set *set, const struct function_record *r)
{
	struct kernel_function *f;

	if (!ends(r->node, sizeof(r->node)) ||
	    !ends(r->parent, sizeof(r->parent)) ||
	    r->mask & ~(DEVATTR_BIT(DEVATTR_N) - 1))
		return false;
	f = want_function(set, r->vf, r->node);
	if (!f)
		return false;
	f->attrs.mask = r->mask;
	memcpy(f->attrs.num, r->num, sizeof(r->num));
	memcpy(f->attrs.parent, r->parent, sizeof(r->parent));
	return true;
}

static bool take_driver(struct want_set *set, const struct driver_record *r)
{
	struct preflight_vf *v;

	if (!ends(r->driver, sizeof(r->driver)) ||
	    !ends(r->override, sizeof(r->override)))
		return false;
	v = want_driver(set, r->vf);
	if (!v)
		return false;
	memcpy(v->driver, r->driver, sizeof(v->driver));
	memcpy(v->override, r->override, sizeof(v->override));
	return true;
}

static bool take_modes(struct want_set *set, const struct want_record *r)
{
	if (r->modes[0] < ESWITCH_MODE_UNKNOWN ||
	    r->modes[0] > ESWITCH_MODE_SWITCHDEV_INACTIVE ||
	    r->modes[1] < ESWITCH_INLINE_UNKNOWN ||
	    r->modes[1] > ESWITCH_INLINE_TRANSPORT ||
	    r->modes[2] < ESWITCH_ENCAP_UNKNOWN ||
	    r->modes[2] > ESWITCH_ENCAP_BASIC)
		return false;
	set->modes.mode = (enum eswitch_mode)r->modes[0];
	set->modes.inline_mode = (enum eswitch_inline)r->modes[1];
	set->modes.encap_mode = (enum eswitch_encap)r->modes[2];
	set->modes.vf_count = r->vf_count;
	return true;
}

/* Records are checked when the file is opened; this keeps to what they say. */
static int take(void *ctx, uint32_t key, const void *data, size_t size)
{
	const struct want_record *r = data;
	struct core *core = ctx;
	struct want_set *set;
	struct want *w;
	uint32_t *keys;

	/* Keys are counted up: the last one is never ours. */
	if (size != sizeof(*r) || key == UINT32_MAX || r->kind > IS_DRIVER || !ends(r->handle.bus, KERNEL_BUS_SIZE) ||
	    !ends(r->handle.dev, KERNEL_DEV_SIZE))
		return 0;
	if (key > core->last_want_key)
		core->last_want_key = key;
	w = want_get(core, &r->handle);
	keys = w ? reallocarray(w->keys, w->n_keys + 1, sizeof(*keys)) : NULL;
	if (!keys)
		return 0;
	w->keys = keys;
	keys[w->n_keys++] = key;
	set = r->captured ? &w->captured : &w->asked;
	w->is_captured |= r->captured != 0;
	if (!(r->kind == IS_MODES ? take_modes(set, r) :
	      r->kind == IS_FUNCTION ? take_function(set, &r->function) :
				       take_driver(set, &r->driver)))
		log_warning("state: record %u of %s/%s makes no sense", key,
			    w->handle.bus, w->handle.dev);
	return 0;
}

void want_restore(struct core *core)
{
	int rc = core->store->ops->each(core->store, STORE_WANTS, take, core);

	if (rc < 0)
		log_error("state: %s: what is wanted of devices cannot be read",
			  strerror(-rc));
}
