/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Most records are small, some larger than a page, a few as large as can be. */
#include "tests/unit/storeset.h"

#include <stdio.h>
#include <string.h>

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static size_t record_size(uint32_t random)
{
	switch (random % 64) {
	case 0:
		return 0;
	case 1:
		return STORE_RECORD_MAX;
	case 2:
	case 3:
		return 3000 + random % 9000;
	default:
		return 1 + random % 400;
	}
}

size_t storeset_record(enum store_table t, uint32_t key, uint16_t gen,
		       uint8_t *out)
{
	uint32_t state = (key * 31 + gen) * 2 + (uint32_t)t;
	size_t size = record_size(next(&state));

	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)next(&state);
	return size;
}

int storeset_put(struct storeset *set, struct store *s, enum store_table t,
		 uint32_t key, uint16_t gen)
{
	static uint8_t data[STORE_RECORD_MAX];
	size_t size = storeset_record(t, key, gen, data);
	int rc = s->ops->put(s, t, key, data, size);

	if (rc == 0)
		set->gen[t][key] = gen;
	return rc;
}

int storeset_del(struct storeset *set, struct store *s, enum store_table t,
		 uint32_t key)
{
	int rc = s->ops->del(s, t, key);

	if (rc == 0)
		set->gen[t][key] = 0;
	return rc;
}

int storeset_clear(struct storeset *set, struct store *s, enum store_table t)
{
	int rc = s->ops->clear(s, t);

	if (rc == 0)
		memset(set->gen[t], 0, sizeof(set->gen[t]));
	return rc;
}

int storeset_change(struct storeset *set, struct store *s, uint16_t seed,
		    int n)
{
	uint32_t state = seed;
	int rc = 0;

	while (!rc && n--) {
		enum store_table t = next(&state) % STORE_N_TABLES;
		uint32_t key = next(&state) % STORESET_KEYS;

		if (next(&state) % 3)
			rc = storeset_put(set, s, t, key,
					  (uint16_t)(seed * 8 + n % 8 + 1));
		else
			rc = storeset_del(set, s, t, key);
	}
	return rc;
}

struct walk {
	const struct storeset *set;
	enum store_table t;
	uint32_t key;                  /* the next that is due */
	char text[80];
};

/* The next key with a record, from w->key on. */
static uint32_t due(const struct walk *w)
{
	uint32_t key = w->key;

	while (key < STORESET_KEYS && !w->set->gen[w->t][key])
		key++;
	return key;
}

static int differ(struct walk *w, uint32_t key, const char *what)
{
	(void)snprintf(w->text, sizeof(w->text), "table %d, key %u: %s",
		       (int)w->t, key, what);
	return 1;
}

static int compare(void *ctx, uint32_t key, const void *data, size_t size)
{
	static uint8_t wanted[STORE_RECORD_MAX];
	struct walk *w = ctx;

	if (key != due(w))
		return differ(w, key, "it is not its turn");
	w->key = key + 1;
	if (!data || (uintptr_t)data % 8)
		return differ(w, key, "not aligned");
	if (size != storeset_record(w->t, key, w->set->gen[w->t][key], wanted))
		return differ(w, key, "another size");
	return memcmp(data, wanted, size) == 0 ? 0 :
		differ(w, key, "other bytes");
}

const char *storeset_differs(const struct storeset *set, struct store *s)
{
	static struct walk w;

	for (int t = 0; t < STORE_N_TABLES; t++) {
		int rc;

		w = (struct walk){ .set = set, .t = (enum store_table)t };
		rc = s->ops->each(s, w.t, compare, &w);
		if (rc == 0 && due(&w) < STORESET_KEYS)
			rc = differ(&w, due(&w), "is missing");
		if (rc < 0)
			(void)differ(&w, w.key, strerror(-rc));
		if (rc)
			return w.text;
	}
	return "";
}
