/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A representor and its record. */
#include "swoffd/core/rep_record.h"

#include <errno.h>

#include "common/base/log.h"

void rep_record_save(struct rep_wanted *w)
{
	struct store *store = w->keep->store;
	struct rep_record r = { .id = w->id, .attrs = w->attrs };
	int rc;

	if (!store)
		return;
	if (!w->key)
		w->key = ++w->keep->last_key;
	/* What fails here fails again at commit. */
	if (w->attrs.mask)
		(void)store->ops->put(store, STORE_REPS, w->key, &r,
				      sizeof(r));
	else
		(void)store->ops->del(store, STORE_REPS, w->key);
	rc = store->ops->commit(store);
	if (rc < 0)
		log_error("state: %s: a setting of a representor is not kept "
			  "over a restart", strerror(-rc));
}

static bool is_sane(const struct rep_record *r, size_t size)
{
	return size == sizeof(*r) && r->attrs.mask &&
	       !(r->attrs.mask >> REPATTR_N) &&
	       memchr(r->id.handle.bus, '\0', sizeof(r->id.handle.bus)) &&
	       memchr(r->id.handle.dev, '\0', sizeof(r->id.handle.dev));
}

static int take(void *ctx, uint32_t key, const void *data, size_t size)
{
	const struct rep_record *r = data;
	struct rep_keep *keep = ctx;
	struct rep_wanted *w;

	if (key > keep->last_key)
		keep->last_key = key;
	w = is_sane(r, size) ? rep_keep_add(keep, &r->id) : NULL;
	if (!w) {
		log_warning("state: a setting of a representor is of no use");
		return 0;
	}
	w->key = key;
	w->attrs = r->attrs;
	return 0;
}

void rep_keep_load(struct rep_keep *keep)
{
	int rc = keep->store ? keep->store->ops->each(keep->store, STORE_REPS,
						      take, keep) : 0;

	if (rc < 0)
		log_error("state: %s: settings of representors may be "
			  "forgotten", strerror(-rc));
}
