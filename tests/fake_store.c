/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorted tables, and a list of what brings back the last commit. */
#include "tests/fake_store.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* How a key was before a change. */
struct fake_undo {
	struct fake_undo *next;
	enum store_table t;
	bool was;
	struct fake_record old;        /* only its key, if it was not */
};

static struct fake_store *cast(struct store *s)
{
	return container_of(s, struct fake_store, base);
}

/* The first record that is not before key. */
static size_t place(const struct fake_table *t, uint32_t key)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->records[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct fake_record *find(const struct fake_table *t, uint32_t key)
{
	size_t i = place(t, key);

	return i < t->n && t->records[i].key == key ? &t->records[i] : NULL;
}

static int grow(struct fake_table *t)
{
	size_t size = t->size ? 2 * t->size : 16;
	struct fake_record *records;

	if (t->n < t->size)
		return 0;
	records = reallocarray(t->records, size, sizeof(*records));
	if (!records)
		return -ENOMEM;
	t->records = records;
	t->size = size;
	return 0;
}

/* The key is new, and there is room: tables only grow. */
static void insert(struct fake_table *t, const struct fake_record *r)
{
	size_t i = place(t, r->key);

	memmove(&t->records[i + 1], &t->records[i],
		(t->n - i) * sizeof(*t->records));
	t->records[i] = *r;
	t->n++;
}

/* The data is the caller's now. */
static struct fake_record take(struct fake_table *t, struct fake_record *r)
{
	struct fake_record taken = *r;
	size_t i = (size_t)(r - t->records);

	t->n--;
	memmove(r, r + 1, (t->n - i) * sizeof(*r));
	return taken;
}

/* Takes a record out of its table, if it is there, so that it can be undone. */
static int displace(struct fake_store *fs, enum store_table t, uint32_t key)
{
	struct fake_record *r = find(&fs->tables[t], key);
	struct fake_undo *u = malloc(sizeof(*u));

	if (!u)
		return -ENOMEM;
	*u = (struct fake_undo){ .next = fs->undo, .t = t, .was = r,
				 .old.key = key };
	if (r)
		u->old = take(&fs->tables[t], r);
	fs->undo = u;
	return 0;
}

static void forget_undo(struct fake_store *fs)
{
	struct fake_undo *u;

	while ((u = fs->undo)) {
		fs->undo = u->next;
		if (u->was)
			free(u->old.data);
		free(u);
	}
}

void fake_store_crash(struct fake_store *fs)
{
	struct fake_undo *u;

	while ((u = fs->undo)) {
		struct fake_table *t = &fs->tables[u->t];
		struct fake_record *r = find(t, u->old.key);

		if (r)
			free(take(t, r).data);
		if (u->was)
			insert(t, &u->old);
		fs->undo = u->next;
		free(u);
	}
	fs->failed = 0;
}

/* One of the failures that a test has asked for, or 0. */
static int scripted(struct fake_store *fs, uint32_t *count)
{
	assert(!fs->walking);
	if (!*count)
		return 0;
	(*count)--;
	return fs->err ? fs->err : -EIO;
}

static int fail(struct fake_store *fs, int rc)
{
	fake_store_crash(fs);
	fs->failed = rc;
	return rc;
}

static int put(struct fake_store *fs, enum store_table t, uint32_t key,
	       const void *data, size_t size)
{
	struct fake_record new = { .key = key, .size = size };
	int rc = grow(&fs->tables[t]);

	new.data = rc == 0 ? malloc(size ? size : 1) : NULL;
	if (!new.data)
		return -ENOMEM;
	rc = displace(fs, t, key);
	if (rc < 0) {
		free(new.data);
		return rc;
	}
	if (size)
		memcpy(new.data, data, size);
	insert(&fs->tables[t], &new);
	fs->n_puts++;
	return 0;
}

static int fake_put(struct store *s, enum store_table t, uint32_t key,
		    const void *data, size_t size)
{
	struct fake_store *fs = cast(s);
	int rc = fs->failed;

	if (rc)
		return rc;
	rc = size > STORE_RECORD_MAX ? -EMSGSIZE :
				       scripted(fs, &fs->fail_changes);
	if (!rc)
		rc = put(fs, t, key, data, size);
	return rc ? fail(fs, rc) : 0;
}

static int fake_del(struct store *s, enum store_table t, uint32_t key)
{
	struct fake_store *fs = cast(s);
	int rc = fs->failed;

	if (rc)
		return rc;
	rc = scripted(fs, &fs->fail_changes);
	if (!rc)
		rc = displace(fs, t, key);
	if (rc)
		return fail(fs, rc);
	fs->n_dels++;
	return 0;
}

static int fake_commit(struct store *s)
{
	struct fake_store *fs = cast(s);
	int rc = fs->failed ? fs->failed : scripted(fs, &fs->fail_commits);

	if (rc) {
		fake_store_crash(fs);
		return rc;
	}
	forget_undo(fs);
	fs->n_commits++;
	return 0;
}

static int fake_each(struct store *s, enum store_table t, store_each_fn fn,
		     void *ctx)
{
	struct fake_store *fs = cast(s);
	const struct fake_table *table = &fs->tables[t];
	int rc = 0;

	fs->walking = true;
	for (size_t i = 0; !rc && i < table->n; i++)
		rc = fn(ctx, table->records[i].key, table->records[i].data,
			table->records[i].size);
	fs->walking = false;
	return rc;
}

static void empty(struct fake_table *t)
{
	while (t->n)
		free(t->records[--t->n].data);
}

static int fake_clear(struct store *s, enum store_table t)
{
	struct fake_store *fs = cast(s);
	int rc = scripted(fs, &fs->fail_commits);

	fake_store_crash(fs);
	if (rc)
		return rc;
	empty(&fs->tables[t]);
	fs->n_commits++;
	return 0;
}

static const struct store_ops ops = {
	.put = fake_put,
	.del = fake_del,
	.commit = fake_commit,
	.each = fake_each,
	.clear = fake_clear,
};

int fake_store_new(struct fake_store **out)
{
	struct fake_store *fs = calloc(1, sizeof(*fs));

	if (!fs)
		return -ENOMEM;
	fs->base.ops = &ops;
	*out = fs;
	return 0;
}

void fake_store_free(struct fake_store *fs)
{
	if (!fs)
		return;
	forget_undo(fs);
	for (int t = 0; t < STORE_N_TABLES; t++) {
		empty(&fs->tables[t]);
		free(fs->tables[t].records);
	}
	free(fs);
}

const void *fake_store_committed(const struct fake_store *fs,
				 enum store_table t, uint32_t key,
				 size_t *size)
{
	const struct fake_record *r = find(&fs->tables[t], key);

	/* The change that was made first is the last that is found. */
	for (const struct fake_undo *u = fs->undo; u; u = u->next)
		if (u->t == t && u->old.key == key)
			r = u->was ? &u->old : NULL;
	if (r)
		*size = r->size;
	return r ? r->data : NULL;
}
